"""Hostile web and Telnet servers: each costs its seconds, a bounded number of octets, and one request to its port."""

import asyncio
import gzip
import resource
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, Observation
from scanner.protocols.tcp_connections import CLOSE_SECONDS, TcpConnections
from scanner.protocols.telnet.probe import MAX_BANNER, TelnetProbe
from scanner.protocols.web.http_answer import MAX_ANSWER
from scanner.protocols.web.probe import WebProbe
from scanner.protocols.web.tls import lenient_context
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.agents.web_servers import ADDRESS, OK, answering, asked_of, asked_of_tls, certificate, name

SECONDS = 0.4
"""For one connection."""

SLACK = 4.0
"""Seconds that a loaded machine may take besides."""

MAX_OCTETS = 16 << 20
"""What a peer gets rid of before kitscan hangs up: what was read, and the buffers of two sockets and two streams."""

MAX_MEGABYTES = 30

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


def endless(part: bytes) -> Behaviour:
    """Sends the same part for ever."""

    async def send(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(part)
            await writer.drain()

    return send


def dripping(head: bytes, octet: bytes) -> Behaviour:
    """Sends a head, then one octet every hundredth of a second."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(octet)
            await writer.drain()
            await asyncio.sleep(0.01)

    return send


def once(octets: bytes) -> Behaviour:
    """Sends octets, and keeps the connection open."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        await writer.drain()
        await asyncio.sleep(3_600)

    return send


BOMB = gzip.compress(bytes(50 << 20))
WEB: dict[str, Behaviour] = {
    "silent": once(b""),
    "an endless head": endless(b"X-Filler: " + b"x" * 4_000 + b"\r\n"),
    "a head of one endless line": endless(b"HTTP/1.1 200 " + b"x" * 4_000),
    "a head without an end, drop by drop": dripping(OK, b"a"),
    "a body drop by drop": dripping(OK + b"\r\n<title>a</title>", b"a"),
    "an endless body": endless(OK + b"\r\n" + b"<a href=" * 1_000),
    "a chunk that never comes": once(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"),
    "endless chunks": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 500),
    "a content length beyond all measure": once(OK + b"Content-Length: 9999999999\r\n\r\n<title>a</title>"),
    "endless provisional answers": endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a gzip bomb": once(OK + b"Content-Encoding: gzip\r\nContent-Length: 51000\r\n\r\n" + BOMB[:51_000]),
    "no HTTP": endless(b"\xff\x00" * 2_000),
}

TELNET: dict[str, Behaviour] = {
    "an endless banner": endless(b"Welcome! " * 500),
    "a banner drop by drop": dripping(b"", b"a"),
    "endless negotiation": endless(b"".join(bytes((255, 253, option)) for option in range(250))),
    "a subnegotiation without an end": endless(b"\xff\xfa\x18" + b"x" * 997),
    "nothing but line ends": endless(b"\r\n\0" * 500),
    "half a command, drop by drop": dripping(b"", b"\xff"),
}


class Peer:
    """A hostile server: its port, what it received, and how much it sent."""

    def __init__(self) -> None:
        self.port, self.calls, self.received, self.sent = 0, 0, bytearray(), 0


@asynccontextmanager
async def hostile(behave: Behaviour, context: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A server that behaves so as soon as a connection opens, whatever it is asked."""
    peer, tasks = Peer(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        peer.calls += 1
        write = writer.write

        def counted(octets: bytes) -> None:
            peer.sent += len(octets)
            write(octets)

        writer.write = counted  # type: ignore[method-assign,assignment]
        listening = asyncio.ensure_future(_keep(reader, peer.received))
        try:
            await behave(writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            listening.cancel()
            writer.transport.abort()

    server = await asyncio.start_server(serve, ADDRESS, 0, ssl=context)
    async with server:
        peer.port = server.sockets[0].getsockname()[1]
        try:
            yield peer
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(reader: asyncio.StreamReader, received: bytearray) -> None:
    while octets := await reader.read(4_096):
        received += octets


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def bounded(peer: Peer, asking: Awaitable[list[Observation | Gap]]) -> list[Observation | Gap]:
    """What came, after the bounds were checked."""
    before, began = megabytes(), time.monotonic()
    items = await asking
    assert time.monotonic() - began < SECONDS + CLOSE_SECONDS + SLACK
    assert megabytes() - before < MAX_MEGABYTES
    assert peer.calls == 1
    assert peer.sent < MAX_OCTETS
    assert sum(len(item.value) for item in items if isinstance(item, Observation)) < MAX_ANSWER
    return items


@pytest.mark.parametrize("peer_name", WEB)
async def test_a_hostile_web_server_is_left_in_time(peer_name: str) -> None:
    async with hostile(WEB[peer_name]) as peer:
        items = await bounded(peer, asked_of(peer.port, SECONDS))
    assert items  # something is said, if only why nothing is known
    assert peer.received.count(b"\r\n\r\n") <= 1
    assert peer.received.startswith(b"GET / HTTP/1.1\r\n") or not peer.received


@pytest.mark.parametrize("peer_name", ["silent", "an endless body", "a body drop by drop", "endless chunks"])
async def test_a_hostile_web_server_behind_tls_is_left_in_time(peer_name: str, tmp_path: Path) -> None:
    context = certificate(name(common_name="a")).context(tmp_path)
    async with hostile(WEB[peer_name], context) as peer:
        items = await bounded(peer, asked_of_tls(peer.port, SECONDS))
    assert any(isinstance(item, Observation) and item.at.startswith("fingerprint") for item in items)


@pytest.mark.parametrize(
    "octet", [b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x15\x03\x03\x00\x02\x01\x5a", b"\x14\x03\x03\x00\x01\x01"]
)
async def test_a_handshake_without_an_end_is_left_in_time(octet: bytes) -> None:
    async with hostile(dripping(b"", octet)) as peer:
        items = await bounded(peer, asked_of_tls(peer.port, SECONDS))
    assert [type(item) for item in items] == [Gap]


async def test_a_certificate_of_a_hundred_thousand_octets_is_no_more_than_a_few_fields(tmp_path: Path) -> None:
    shown = certificate(name(common_name="a"), names=[f"{number}.{'x' * 50}.example" for number in range(1_000)])
    async with answering({"/": [OK + b"\r\n"]}, context=shown.context(tmp_path)) as server:
        items = await asked_of_tls(server.port)
    assert all(len(item.value) <= 1_024 for item in items if isinstance(item, Observation))


async def test_a_chain_that_is_too_long_for_openssl_is_a_gap(tmp_path: Path) -> None:
    shown = certificate(name(common_name="a"), names=[f"{number}.{'x' * 50}.example" for number in range(2_500)])
    async with answering({"/": [OK + b"\r\n"]}, context=shown.context(tmp_path)) as server:
        items = await asked_of_tls(server.port)
    assert [type(item) for item in items] == [Gap]


def test_a_device_cannot_make_us_shake_hands_again_and_again() -> None:
    assert lenient_context().options & ssl.OP_NO_RENEGOTIATION


ELSEWHERE = (
    "http://127.0.0.2:{port}/x",
    "//127.0.0.2:{port}/x",
    "http://127.0.0.1:{other}/x",
    "http://127.0.0.1:{port}@127.0.0.2:{other}/x",
    "https://127.0.0.1:{port}/x",
    "http://localhost:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x",
    "http://0x7f000001:{port}/x",
    "http://127.1:{port}/x",
    "ftp://127.0.0.1:{port}/x",
    "/x y",
    "/" + "x" * 600,
)


@pytest.mark.parametrize("location", ELSEWHERE)
async def test_a_redirect_to_anywhere_else_is_not_followed(location: str) -> None:
    async with answering({}) as other, hostile_redirect(location, other.port) as peer:
        await asked_of(peer.port, SECONDS)
    assert (peer.calls, other.calls) == (1, 0)
    assert peer.received.count(b"GET ") == 1


@pytest.mark.parametrize("location", ["/x", "/x\r\nHost: other", "http://127.0.0.2:{other}\\@127.0.0.1:{port}/x"])
async def test_a_redirect_to_itself_is_followed_once_and_puts_nothing_into_the_request(location: str) -> None:
    async with answering({}) as other, hostile_redirect(location, other.port) as peer:
        await asked_of(peer.port, SECONDS)
    assert (peer.calls, peer.received.count(b"GET /x "), other.calls) == (2, 1, 0)
    assert b"Host: other" not in peer.received


@asynccontextmanager
async def hostile_redirect(location: str, other: int) -> AsyncIterator[Peer]:
    """A server that redirects every request."""
    port: list[int] = []

    async def redirect(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)  # the request comes
        target = location.format(port=port[0], other=other)
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
        await asyncio.sleep(0.2)

    async with hostile(redirect) as peer:
        port.append(peer.port)
        yield peer


@pytest.mark.parametrize("peer_name", TELNET)
async def test_a_hostile_telnet_server_is_left_in_time(peer_name: str) -> None:
    async with hostile(TELNET[peer_name]) as peer:
        probe = TelnetProbe(TcpConnections(RateLimiter(PROFILES["lab"])), peer.port, SECONDS)

        async def asked() -> list[Observation | Gap]:
            return [item async for received in probe.observe(Target(ADDRESS)) for item in received]

        items = await bounded(peer, asked())
    assert len(items) == 1
    assert sum(len(item.value) for item in items if isinstance(item, Observation)) <= MAX_BANNER
    assert set(peer.received[::3]) <= {255}
    assert len(peer.received) <= 3 * 32


async def test_fifty_hostile_web_servers_at_once_do_not_starve_an_honest_one() -> None:
    async def ask(port: int, seconds: float) -> list[Observation | Gap]:
        probe = WebProbe(TcpConnections(RateLimiter(PROFILES["lab"])), 1, port, seconds)
        return [item async for received in probe.observe(Target(ADDRESS)) for item in received]

    async with hostile(WEB["an endless body"]) as flood, hostile(WEB["silent"]) as silent:
        noise = [asyncio.create_task(ask(port, SECONDS)) for port in (flood.port, silent.port) * 25]
        async with answering({"/": [OK + b"Server: honest\r\n\r\n<title>honest</title>"]}) as server:
            items = await ask(server.port, 10.0)
        await asyncio.gather(*noise)
    assert [item.value for item in items if isinstance(item, Observation)] == ["honest", "honest"]
    assert (flood.calls, silent.calls) == (25, 25)
