"""Questions and answers over a socket: what is lost is sent again by the device's own speed, and not before."""

from collections.abc import Iterable
from itertools import pairwise

from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.message.ber import Oid, oid_of
from scanner.protocols.snmp.message.codec import Message, V3Message
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import CommunitySession
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from tests.agents.snmp_scripted import Agent, Script, agent, answer, community, speaking

DESCR = oid_of("1.3.6.1.2.1.1.1.0")
COLUMN = oid_of("1.3.6.1.2.1.2.2.1.2")
ROWS: dict[Oid, str] = {DESCR: "a box", **{(*COLUMN, row): f"port {row}" for row in range(1, 300)}}


def session_with(
    device: Agent,
    profile: str = "lab",
    retry_policy: RetryPolicy = RetryPolicy(0.6, 3),  # noqa: B008 - a frozen value
) -> CommunitySession:
    limiter = RateLimiter(PROFILES[profile]).at(device.host)
    return CommunitySession(RequestChannel(device.host, device.port, limiter, retry_policy), community())


def losing(script: Script, *lost: int) -> Script:
    """A script that does not answer the questions of these numbers."""
    number = 0

    def lossy(message: Message | V3Message) -> Iterable[bytes]:
        nonlocal number
        number += 1
        return [] if number in lost else script(message)

    return lossy


def gaps_in_time(device: Agent) -> list[float]:
    return [after - before for before, after in pairwise(when for when, _ in device.received)]


async def test_the_first_request_has_the_initial_wait_and_later_ones_follow_the_devices_speed() -> None:
    async with agent(losing(speaking(ROWS), 1, 4)) as device:
        session = session_with(device)
        for _ in range(3):
            await session.get((DESCR,))
        session.close()
    waited = gaps_in_time(device)
    assert len(device.received) == 5
    assert waited[0] >= 0.59
    assert 0.19 <= waited[3] < 0.59


async def test_under_a_rate_limit_no_device_is_asked_again_within_a_second() -> None:
    async with agent(losing(speaking(ROWS), 2)) as device:
        session = session_with(device, "normal", RetryPolicy(1.0, 3))
        for _ in range(2):
            await session.get((DESCR,))
        session.close()
    assert gaps_in_time(device)[1] >= 0.99


async def test_a_walk_that_loses_every_fifth_answer_is_whole() -> None:
    async with agent(losing(speaking(ROWS), *range(2, 200, 5))) as device:
        session = session_with(device)
        walker = Walker(session, Budget(PROFILES["lab"], lambda: 0.0), in_flight=4)
        observed = [one async for one in walker.table((COLUMN,))]
        session.close()
    assert [one[0] for one in observed if isinstance(one, tuple)] == sorted(oid for oid in ROWS if oid != DESCR)


async def test_rubbish_under_the_right_id_does_not_hide_the_answer_behind_it() -> None:
    honest = speaking(ROWS)

    def noisy(message: Message | V3Message) -> Iterable[bytes]:
        assert isinstance(message, Message)
        good = next(iter(honest(message)))
        return [good[:-1], answer(message, [], message.pdu.request_id ^ 1), good]

    async with agent(noisy) as device:
        session = session_with(device)
        (got,) = await session.get((DESCR,))
        session.close()
    assert (got.value, len(device.received)) == ("a box", 1)
