"""One session and one walk against agents that break the rules, over real sockets."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import CommunityVersion
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import CommunitySession
from scanner.protocols.snmp.walk import Budget, Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from tests.agents.snmp_daemon import free_port
from tests.agents.snmp_scripted import Agent, Script, agent, answer, community, silent, speaking

DESCR = oid_of("1.3.6.1.2.1.1.1.0")
NAME = oid_of("1.3.6.1.2.1.1.5.0")
COLUMN = oid_of("1.3.6.1.2.1.1.9.1.3")
SHORT = RetryPolicy(0.1, 2, 1.0)
GOOD = Varbind(DESCR, Syntax.OCTETS, "good")


@asynccontextmanager
async def session(
    port: int,
    host: str = "127.0.0.1",
    version: CommunityVersion = CommunityVersion.V2C,
    retry_policy: RetryPolicy = SHORT,
) -> AsyncIterator[CommunitySession]:
    exchange = RequestChannel(host, port, RateLimiter(PROFILES["lab"]).at(host), retry_policy)
    opened = CommunitySession(exchange, community(version=version))
    try:
        yield opened
    finally:
        opened.close()


async def got(script: Script) -> tuple[Varbind, ...] | type[SessionError]:
    """What a GET of sysDescr comes to."""
    async with agent(script) as device, session(device.port) as asker:
        try:
            return await asker.get((DESCR,))
        except SessionError as error:
            return type(error)


def says(*varbinds: Varbind) -> Script:
    return lambda message: [answer(message, varbinds)]


async def test_an_honest_answer_comes() -> None:
    assert await got(says(GOOD)) == (GOOD,)


async def test_an_answer_from_another_port_is_refused() -> None:
    async with agent(silent) as other, agent(says(GOOD)) as device, session(device.port) as asker:
        device.elsewhere = other
        with pytest.raises(NoAnswerError):
            await asker.get((DESCR,))


async def test_an_answer_from_another_address_is_refused() -> None:
    async with agent(silent, "127.0.0.2") as other, agent(says(GOOD)) as device, session(device.port) as asker:
        device.elsewhere = other
        with pytest.raises(NoAnswerError):
            await asker.get((DESCR,))


async def test_an_answer_to_another_request_id_is_dropped() -> None:
    assert await got(lambda message: [answer(message, [GOOD], request_id=4242)]) is NoAnswerError


async def test_the_answer_after_wrong_ones_is_taken() -> None:
    def script(message: Message | V3Message) -> list[bytes]:
        return [b"", b"\x30\x80" * 3_000, b"\xff" * 60_000, answer(message, [], 1), answer(message, [GOOD])]

    assert await got(script) == (GOOD,)


async def test_another_oid_than_was_asked_for_is_malformed() -> None:
    assert await got(says(Varbind(NAME, Syntax.OCTETS, "wrong"))) is MalformedAnswerError


async def test_five_hundred_variables_more_than_were_asked_for_are_malformed() -> None:
    extra = [Varbind((1, 3, 6, 1, 9, 9, row), Syntax.OCTETS, "e") for row in range(500)]
    assert await got(says(GOOD, *extra)) is MalformedAnswerError


async def test_no_variable_at_all_is_malformed() -> None:
    assert await got(says()) is MalformedAnswerError


async def test_a_truncated_answer_is_malformed() -> None:
    assert await got(lambda message: [answer(message, [GOOD])[:-3]]) is MalformedAnswerError


async def test_a_request_for_an_answer_is_malformed() -> None:
    def script(message: Message | V3Message) -> list[bytes]:
        return [codec.encode(replace(message, pdu=replace(message.pdu, type=PduType.SET)))]

    assert await got(script) is MalformedAnswerError


async def test_an_answer_in_another_version_is_malformed() -> None:
    assert await got(lambda message: [answer(replace(message, version=codec.V1), [GOOD])]) is MalformedAnswerError


async def test_fifty_copies_of_an_answer_are_one_answer_and_do_not_disturb_the_next() -> None:
    async with agent(lambda message: [answer(message, message_values(message))] * 50) as device:
        async with session(device.port) as asker:
            assert [(await asker.get((oid,)))[0].oid for oid in (DESCR, NAME)] == [DESCR, NAME]
        assert len(device.received) == 2


def message_values(message: Message | V3Message) -> list[Varbind]:
    return [Varbind(varbind.oid, Syntax.OCTETS, "dup") for varbind in message.pdu.varbinds]


async def test_sixty_thousand_octets_come_whole() -> None:
    long = Varbind(DESCR, Syntax.OCTETS, "\x1b[2J\0\xff" * 10_000)
    assert await got(says(long)) == (long,)


async def test_an_authorisation_error_is_a_refusal() -> None:
    assert await got(lambda message: [answer(message, message.pdu.varbinds, status=16)]) is RefusedError


async def test_any_other_error_status_is_reported_as_it_came() -> None:
    async with agent(lambda message: [answer(message, [], status=5)]) as device, session(device.port) as asker:
        with pytest.raises(ErrorAnswerError) as caught:
            await asker.get((DESCR,))
    assert (caught.value.status, caught.value.index) == (5, 1)


async def test_a_closed_port_is_known_at_once() -> None:
    async with session(free_port(), retry_policy=RetryPolicy(5.0, 3)) as asker:
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            await asker.get((DESCR,))
    assert time.monotonic() - began < 1.0


async def test_a_lost_request_is_sent_again_under_the_same_id_and_the_wait_grows() -> None:
    answers = iter([[], [], [GOOD]])
    growing = RetryPolicy(0.05, 3, 2.0)

    def script(message: Message | V3Message) -> list[bytes]:
        return [answer(message, observed) for observed in [next(answers)] if observed]

    async with agent(script) as device, session(device.port, retry_policy=growing) as asker:
        assert await asker.get((DESCR,)) == (GOOD,)
    assert len({message.pdu.request_id for _, message in device.received}) == 1
    times = [when for when, _ in device.received]
    assert times[1] - times[0] >= 0.05
    assert times[2] - times[1] >= 0.1


async def test_request_ids_do_not_count_up() -> None:
    async with agent(says(GOOD)) as device, session(device.port) as asker:
        for _ in range(20):
            await asker.get((DESCR,))
    ids = [message.pdu.request_id for _, message in device.received]
    assert len(set(ids)) == 20
    assert all(0 < one < 2**31 for one in ids)
    assert sum(abs(after - before) < 1_000 for before, after in pairwise(ids)) == 0


async def test_v1_errors_over_absent_variables_become_exception_values() -> None:
    def script(message: Message | V3Message) -> Iterable[bytes]:
        asked = [varbind.oid for varbind in message.pdu.varbinds]
        if NAME in asked:
            pdu = replace(message.pdu, type=PduType.RESPONSE, error_status=2, error_index=asked.index(NAME) + 1)
            return [codec.encode(replace(message, pdu=pdu))]
        return [answer(message, [Varbind(oid, Syntax.OCTETS, "v1") for oid in asked])]

    async with agent(script) as device, session(device.port, version=CommunityVersion.V1) as asker:
        assert await asker.get((NAME, DESCR)) == (
            Varbind(NAME, Syntax.NO_SUCH_OBJECT),
            Varbind(DESCR, Syntax.OCTETS, "v1"),
        )
        assert await asker.get_bulk((NAME,), 10) == (Varbind(NAME, Syntax.END_OF_MIB_VIEW),)


async def test_a_device_on_ipv6_is_asked_like_any_other() -> None:
    async with agent(says(GOOD), "::1") as device, session(device.port, "::1") as asker:
        assert await asker.get((DESCR,)) == (GOOD,)


def a_b_a_b(oid: Oid) -> Oid:
    return (*COLUMN, 1) if oid in (COLUMN, (*COLUMN, 2)) else (*COLUMN, 2)


LOOPS = {
    "the same OID": (lambda oid: (*COLUMN, 1), GapReason.NOT_INCREASING),
    "A-B-A-B": (a_b_a_b, GapReason.NOT_INCREASING),
    "endless": (lambda oid: (*COLUMN, oid[-1] + 1 if oid != COLUMN else 1), GapReason.BUDGET_SPENT),
    "ever longer": (lambda oid: (*oid, 1) if len(oid) < 128 else oid, GapReason.NOT_INCREASING),
    "longer than allowed": (lambda oid: (*oid, *[1] * 60), GapReason.MALFORMED),
}


@pytest.mark.parametrize("name", LOOPS)
async def test_a_walk_of_a_looping_agent_ends_with_a_gap(name: str) -> None:
    following, reason = LOOPS[name]

    def script(message: Message | V3Message) -> list[bytes]:
        oids = [following(message.pdu.varbinds[0].oid)]
        while len(oids) < message.pdu.error_index:
            oids.append(following(oids[-1]))
        try:
            return [answer(message, [Varbind(oid, Syntax.OCTETS, "x" * 100) for oid in oids])]
        except ValueError:  # our encoder writes no OID of more than 128 arcs; the truncated answer stands for it
            return [answer(message, [GOOD])[:-1]]

    profile = replace(PROFILES["lab"], table_varbinds=500)
    async with agent(script) as device, session(device.port, retry_policy=RetryPolicy(0.02, 1)) as asker:
        walker = Walker(asker, Budget(profile, asyncio.get_running_loop().time))
        observed = [one async for one in walker.table((COLUMN,))]
    assert [(one.at, one.reason) for one in observed if isinstance(one, Gap)] == [("1.3.6.1.2.1.1.9.1.3", reason)]
    oids = [one.oid for one in observed if isinstance(one, Varbind)]
    assert oids == sorted(set(oids))
    assert asked_within(device, COLUMN)


async def test_a_walk_over_the_wire_asks_only_inside_its_columns() -> None:
    rows = {(*COLUMN, row): f"row {row}" for row in range(1, 95)} | {(*COLUMN[:-1], 4, 1): "beyond"}
    async with agent(speaking(rows)) as device, session(device.port) as asker:
        walker = Walker(asker, Budget(PROFILES["lab"], asyncio.get_running_loop().time))
        observed = [one async for one in walker.table((COLUMN,))]
    assert [one.value for one in observed if isinstance(one, Varbind)] == [f"row {row}" for row in range(1, 95)]
    assert asked_within(device, COLUMN)


def asked_within(device: Agent, column: Oid) -> bool:
    asked = [varbind.oid for _, message in device.received for varbind in message.pdu.varbinds]
    return all(oid[: len(column)] == column for oid in asked)
