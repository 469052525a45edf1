"""Telnet: the banner is text without negotiation, each option is refused once, and nothing else is ever sent."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols.probe import Planned
from scanner.protocols.tcp_connections import TcpConnections
from scanner.protocols.telnet.probe import MAX_BANNER, MAX_REFUSALS, TelnetProbe, parse_telnet
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.unit.tcp_server import sending

IAC, DONT, DO, WONT, WILL, SB, SE = (bytes([code]) for code in (255, 254, 253, 252, 251, 250, 240))
ECHO, GO_AHEAD, TERMINAL, WINDOW = (bytes([code]) for code in (1, 3, 24, 31))

ROUTER = (
    IAC + WILL + ECHO + IAC + WILL + GO_AHEAD + IAC + DO + TERMINAL + IAC + DO + WINDOW,
    b"\r\nWarning: Telnet is not a secure protocol, and it is recommended to use Stelnet.\r\n",
    b"\r\nLogin authentication\r\n\r\n\r\nUsername:",
)


async def listened(port: int, seconds: float = 0.4) -> list[Observation | Gap]:
    probe = TelnetProbe(TcpConnections(RateLimiter(PROFILES["lab"])), port, seconds)
    return [item async for received in probe.observe(Target("127.0.0.1")) for item in received]


async def test_the_banner_is_read_and_every_option_refused_and_nothing_typed() -> None:
    async with sending(*ROUTER) as (port, received):
        observed = await listened(port)
        while not received:
            await asyncio.sleep(0)
    assert observed == [Observation(Source.TELNET_BANNER, f"{port}/tcp", (ROUTER[1] + ROUTER[2]).decode())]
    refused = IAC + DONT + ECHO + IAC + DONT + GO_AHEAD + IAC + WONT + TERMINAL + IAC + WONT + WINDOW
    assert received == [refused]


async def test_a_server_that_repeats_its_options_is_answered_once() -> None:
    async with sending(*[IAC + DO + ECHO] * 200, b"login: ") as (port, received):
        observed = await listened(port)
        while not received:
            await asyncio.sleep(0)
    assert observed == [Observation(Source.TELNET_BANNER, f"{port}/tcp", "login: ")]
    assert received == [IAC + WONT + ECHO]


async def test_an_endless_banner_is_cut_before_the_time_is_over() -> None:
    async with sending(b"Welcome " * 10_000, hold=False) as (port, _):
        async with asyncio.timeout(10):
            observed = await listened(port, seconds=60)
    assert observed == [Observation(Source.TELNET_BANNER, f"{port}/tcp", ("Welcome " * 1_000)[:MAX_BANNER])]


async def test_endless_negotiation_comes_to_an_end() -> None:
    async with sending(b"".join(IAC + DO + bytes([n % 250]) for n in range(20_000)), hold=False) as (port, _):
        async with asyncio.timeout(10):
            observed = await listened(port, seconds=60)
    assert [item.reason for item in observed if isinstance(item, Gap)] == [GapReason.NO_ANSWER]


async def test_a_silent_server_is_a_gap() -> None:
    async with sending() as (port, _):
        observed = await listened(port, 0.2)
    assert observed == [Gap("telnet", f"{port}/tcp", GapReason.NO_ANSWER, "it sent nothing within 0.2 s")]


async def test_a_server_that_hangs_up_is_a_gap() -> None:
    async with sending(IAC + WILL + ECHO, hold=False) as (port, _):
        (observed,) = await listened(port)
    assert isinstance(observed, Gap)
    assert observed.reason is GapReason.NO_ANSWER


async def test_a_closed_port_is_a_gap() -> None:
    async with sending() as (port, _):
        pass
    (observed,) = await listened(port)
    assert isinstance(observed, Gap)
    assert observed.reason is GapReason.NO_ANSWER


def test_the_plan_names_the_refusals_and_nothing_else() -> None:
    planned = TelnetProbe(TcpConnections(RateLimiter(PROFILES["lab"]))).plan(Target("192.0.2.1"))
    sends = ("a TCP connection, closed at once where it opens", "IAC DONT and IAC WONT, 32 at most")
    assert planned == (Planned("192.0.2.1", "telnet", "23/tcp", sends, ()),)


@pytest.mark.parametrize(
    ("received", "text", "refusals"),
    [
        (b"a" + IAC + IAC + b"b", b"a\xffb", ()),
        (b"a" + IAC + SB + TERMINAL + b"\1xterm" + IAC + SE + b"b", b"ab", ()),
        (b"a" + IAC + SB + TERMINAL + b"unfinished", b"a", ()),
        (b"a" + IAC + b"\xf9b", b"ab", ()),
        (b"a" + IAC + DONT + ECHO + IAC + WONT + ECHO + b"b", b"ab", ()),
        (b"a" + IAC + DO, b"a", ()),
        (b"a" + IAC, b"a", ()),
        (IAC + DO + ECHO + IAC + WILL + ECHO, b"", (IAC + WONT + ECHO, IAC + DONT + ECHO)),
    ],
)
def test_commands_are_separated_from_text(received: bytes, text: bytes, refusals: tuple[bytes, ...]) -> None:
    assert (parse_telnet(received).text, parse_telnet(received).refusals) == (text, refusals)


tricky = st.lists(st.sampled_from([IAC, DO, WILL, SB, SE, ECHO, b"a"]) | st.binary(max_size=8), max_size=200).map(
    b"".join
)


@given(tricky)
def test_whatever_comes_only_refusals_go_out(received: bytes) -> None:
    observed = parse_telnet(received)
    assert len(observed.text) <= len(received)
    assert len(observed.refusals) <= MAX_REFUSALS
    assert all(len(one) == 3 and one[:1] == IAC and one[1:2] in (DONT, WONT) for one in observed.refusals)


@given(tricky, st.data())
def test_refusals_only_grow_as_more_comes(received: bytes, data: st.DataObject) -> None:
    earlier = parse_telnet(received[: data.draw(st.integers(0, len(received)))]).refusals
    assert parse_telnet(received).refusals[: len(earlier)] == earlier
