"""Our SNMPv3 session against an engine that signs and seals as it should, and bends one rule at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from scanner.credentials.credential import AuthProtocol, PrivProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.access import SnmpAccess, SnmpKey
from scanner.protocols.snmp.errors import (
    MalformedAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UndecipheredError,
)
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension, LocalKeys
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.agents.snmp_scripted import Agent, Book, agent

ENGINE_ID = bytes.fromhex("80001f8803001122334455")
OTHER_ID = bytes.fromhex("80001f8803001122334466")
DESCR = oid_of("1.3.6.1.2.1.1.1.0")
GOOD = Varbind(DESCR, Syntax.OCTETS, "good")
USER = Usm(
    "audit", "audit", (AuthProtocol.SHA256, Secret("authentic-words")), (PrivProtocol.AES128, Secret("private-words"))
)
FULL = Flags.AUTHENTICATED | Flags.PRIVATE
NOT_IN_TIME, UNKNOWN_ENGINE = oid_of("1.3.6.1.6.3.15.1.1.2.0"), oid_of("1.3.6.1.6.3.15.1.1.4.0")


@dataclass
class Authority:
    """An engine with one user; `bend` may change an answer's scoped PDU, its security and its flags before they are
    sealed and signed, `spoil` the octets after."""

    boots: int = 5
    time: int = 1_000
    announced: tuple[int, int] = (5, 1_000)
    engine_id: bytes = ENGINE_ID
    bend: Callable[[ScopedPdu], ScopedPdu] = lambda scoped: scoped
    spoil: Callable[[bytes], bytes] = lambda datagram: datagram
    level: Flags = FULL
    is_in_time: Callable[[int, int, int, int], bool] = algorithms.is_in_time_window
    asked: list[tuple[int, int]] = field(default_factory=list)
    salts: "count[int]" = field(default_factory=lambda: count(1))

    def __call__(self, message: Message | V3Message) -> Iterable[bytes]:
        assert isinstance(message, V3Message)
        if not message.security.engine_id:
            return [self.report(message, UNKNOWN_ENGINE, *self.announced)]
        self.asked.append((message.security.boots, message.security.time))
        assert isinstance(message.data, bytes)
        if not self.is_in_time(message.security.boots, message.security.time, self.boots, self.time):
            return [self.signed(message, ScopedPdu(ENGINE_ID, b"", observed(PduType.REPORT, 0, NOT_IN_TIME)), Flags(1))]
        security = message.security
        plain = algorithms.decrypt(keys(), message.data, security.boots, security.time, security.privacy)
        asked = codec.decode_scoped(plain)
        answer = replace(asked, pdu=replace(asked.pdu, type=PduType.RESPONSE, varbinds=(GOOD,)))
        return [self.spoil(self.signed(message, self.bend(answer), self.level))]

    def report(self, message: V3Message, counter: Oid, boots: int, time: int) -> bytes:
        """A report without a digest."""
        security = UsmParameters(self.engine_id, boots, time)
        scoped = ScopedPdu(self.engine_id, b"", observed(PduType.REPORT, 0, counter))
        return codec.encode(V3Message(message.message_id, Flags.NONE, security, scoped))

    def signed(self, message: V3Message, scoped: ScopedPdu, level: Flags) -> bytes:
        data = codec.encode_scoped(scoped)
        salt = b""
        if level & Flags.PRIVATE:
            salt = algorithms.salt_of(PrivProtocol.AES128, self.boots, next(self.salts))
            data = ber.tlv(Syntax.OCTETS, algorithms.encrypt(keys(), data, self.boots, self.time, salt))
        blank = bytes(24) if level & Flags.AUTHENTICATED else b""
        security = UsmParameters(self.engine_id, self.boots, self.time, b"audit", blank, salt)
        datagram, at = codec.encode_v3(message.message_id, level, security, data)
        return datagram[:at] + algorithms.digest(keys(), datagram)[: len(blank)] + datagram[at + len(blank) :]


def observed(kind: PduType, request_id: int, counter: Oid) -> Pdu:
    return Pdu(kind, request_id, (Varbind(counter, Syntax.COUNTER32, "1"),))


def keys() -> LocalKeys:
    found = UsmKeys().at(USER, KeyExtension.BLUMENTHAL, ENGINE_ID)
    assert found is not None
    return found


@asynccontextmanager
async def opened(device: Agent) -> AsyncIterator[UsmSession]:
    limiter = RateLimiter(PROFILES["lab"]).at(device.host)
    channel = RequestChannel(device.host, device.port, limiter, RetryPolicy(0.15, 1))
    session = UsmSession(channel, USER, UsmKeys(), KeyExtension.BLUMENTHAL)
    try:
        yield session
    finally:
        session.close()


async def got(authority: Authority) -> tuple[Varbind, ...] | type[SessionError]:
    async with agent(authority) as device, opened(device) as session:
        try:
            return await session.get((DESCR,))
        except SessionError as error:
            return type(error)


async def test_an_honest_engine_is_accepted_and_asked_by_the_clock_it_sent() -> None:
    authority = Authority()
    assert await got(authority) == (GOOD,)
    assert authority.asked == [(5, 1_000)]


async def test_a_clock_that_was_sent_wrong_is_set_by_the_signed_report_and_the_request_asked_once_more() -> None:
    authority = Authority(announced=(0, 0))
    assert await got(authority) == (GOOD,)
    assert authority.asked == [(0, 0), (5, 1_000)]


@pytest.mark.parametrize("clock", [(-1, 1_000), (5, -1)], ids=["boots", "time"])
async def test_an_engine_whose_clock_is_below_zero_is_refused(clock: tuple[int, int]) -> None:
    authority = Authority(announced=clock)
    assert await got(authority) is MalformedAnswerError
    assert authority.asked == []


async def test_an_engine_that_never_agrees_on_the_time_is_asked_twice_and_no_more() -> None:
    authority = Authority(announced=(0, 0), is_in_time=lambda *_: False)
    assert await got(authority) is MalformedAnswerError
    assert len(authority.asked) == 2


async def test_an_engine_at_its_last_boot_is_believed_nothing_signed_or_not() -> None:
    """RFC 3414 section 2.2.2: its boots are latched, and no message of it is in time."""
    honest = Authority(boots=algorithms.MAX_BOOTS, announced=(algorithms.MAX_BOOTS, 1_000))
    careless = replace(honest, is_in_time=lambda *_: True, asked=[])
    assert [await got(authority) for authority in (honest, careless)] == [MalformedAnswerError] * 2
    assert [len(authority.asked) for authority in (honest, careless)] == [1, 1]


async def test_an_unsigned_report_about_the_clock_moves_no_clock() -> None:
    authority = Authority(announced=(0, 0))

    def script(message: Message | V3Message) -> Iterable[bytes]:
        assert isinstance(message, V3Message)
        if not message.security.engine_id:
            return authority(message)
        authority.asked.append((message.security.boots, message.security.time))
        return [authority.report(message, NOT_IN_TIME, 9, 9)]

    async with agent(script) as device, opened(device) as session:
        with pytest.raises(MalformedAnswerError):
            await session.get((DESCR,))
    assert authority.asked == [(0, 0)]


@pytest.mark.parametrize(
    ("counter", "error"),
    [
        ("1.3.6.1.6.3.15.1.1.1.0", RefusedError),
        ("1.3.6.1.6.3.15.1.1.3.0", RefusedError),
        ("1.3.6.1.6.3.15.1.1.4.0", MalformedAnswerError),
        ("1.3.6.1.6.3.15.1.1.5.0", RefusedError),
        ("1.3.6.1.6.3.15.1.1.6.0", UndecipheredError),
        ("1.3.6.1.6.3.12.1.5.0", MalformedAnswerError),
        ("1.3.6.1.2.1.1.1.0", MalformedAnswerError),
    ],
)
async def test_a_report_ends_the_request_with_its_error(counter: str, error: type[SessionError]) -> None:
    authority = Authority()

    def script(message: Message | V3Message) -> Iterable[bytes]:
        assert isinstance(message, V3Message)
        known = bool(message.security.engine_id)
        return [authority.report(message, oid_of(counter), 5, 1_000)] if known else authority(message)

    async with agent(script) as device, opened(device) as session:
        with pytest.raises(SessionError) as caught:
            await session.get((DESCR,))
    assert type(caught.value) is error


def renumbered(scoped: ScopedPdu) -> ScopedPdu:
    return replace(scoped, pdu=replace(scoped.pdu, request_id=scoped.pdu.request_id ^ 1))


BENT = {
    "another request's id": Authority(bend=renumbered),
    "another context": Authority(bend=lambda scoped: replace(scoped, context_name=b"other")),
    "another context engine": Authority(bend=lambda scoped: replace(scoped, context_engine_id=OTHER_ID)),
    "a question as its answer": Authority(
        bend=lambda scoped: replace(scoped, pdu=replace(scoped.pdu, type=PduType.GET))
    ),
    "no privacy": Authority(level=Flags.AUTHENTICATED),
    "neither signature nor privacy": Authority(level=Flags.NONE),
    "one octet of the ciphertext changed": Authority(spoil=lambda octets: octets[:-1] + bytes((octets[-1] ^ 1,))),
}


@pytest.mark.parametrize("name", BENT)
async def test_an_answer_with_anything_else_than_was_asked_is_ignored(name: str) -> None:
    assert await got(BENT[name]) is MalformedAnswerError


async def test_an_engine_that_changes_its_id_is_ignored() -> None:
    authority = Authority()

    def script(message: Message | V3Message) -> Iterable[bytes]:
        answer = authority(message)
        authority.engine_id = OTHER_ID
        return answer

    async with agent(script) as device, opened(device) as session:
        with pytest.raises(MalformedAnswerError):
            await session.get((DESCR,))


@pytest.mark.parametrize(("boots", "time"), [(4, 1_000), (5, 840), (algorithms.MAX_BOOTS, 1_000)])
async def test_a_signed_answer_from_before_the_time_window_is_ignored(boots: int, time: int) -> None:
    authority = Authority(is_in_time=lambda *_: True)
    async with agent(authority) as device, opened(device) as session:
        assert await session.get((DESCR,)) == (GOOD,)
        authority.boots, authority.time = boots, time
        with pytest.raises(MalformedAnswerError):
            await session.get((DESCR,))


@pytest.mark.parametrize(("boots", "time"), [(5, 855), (5, 1_700), (6, 3)])
async def test_a_signed_answer_inside_the_window_or_ahead_of_it_is_accepted(boots: int, time: int) -> None:
    authority = Authority(is_in_time=lambda *_: True)
    async with agent(authority) as device, opened(device) as session:
        await session.get((DESCR,))
        authority.boots, authority.time = boots, time
        assert await session.get((DESCR,)) == (GOOD,)


async def test_an_answer_recorded_earlier_answers_no_later_request() -> None:
    authority, first = Authority(), list[bytes]()

    def script(message: Message | V3Message) -> Iterable[bytes]:
        assert isinstance(message, V3Message)
        if first:
            return first
        answer = list(authority(message))
        if message.security.engine_id:
            first.extend(answer)
        return answer

    async with agent(script) as device, opened(device) as session:
        assert await session.get((DESCR,)) == (GOOD,)
        with pytest.raises(NoAnswerError):
            await session.get((DESCR,))


async def test_a_session_opened_long_after_the_engine_sent_its_clock_uses_the_clock_of_now() -> None:
    authority = Authority(time=2_000)
    async with agent(authority) as device:
        target, limiter = Target(device.host, device.port), RateLimiter(PROFILES["lab"]).at(device.host)
        access = SnmpAccess(target, Book((USER,)), limiter, RetryPolicy(0.15, 1), PysnmpEngines())
        access.keep_engine(UsmParameters(ENGINE_ID, 5, 1_000), asyncio.get_running_loop().time() - 1_000)
        session = access.open_context(SnmpKey(USER), 20)
        try:
            assert await session.get((DESCR,)) == (GOOD,)
        finally:
            session.close()
    assert [(boots, round(time, -1)) for boots, time in authority.asked] == [(5, 2_000)]


async def test_requests_asked_at_once_discover_the_engine_once() -> None:
    authority = Authority()
    async with agent(authority) as device, opened(device) as session:
        answers = await asyncio.gather(*(session.get((DESCR,)) for _ in range(4)))
    empty = [one for _, one in device.received if isinstance(one, V3Message) and not one.security.engine_id]
    assert (answers, len(empty)) == ([(GOOD,)] * 4, 1)


def test_a_password_is_hashed_once_for_all_engines_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []
    real = algorithms.password_to_key

    def counted(protocol: AuthProtocol, password: bytes) -> bytes:
        hashed.append(password)
        return real(protocol, password)

    monkeypatch.setattr(algorithms, "password_to_key", counted)
    usm_keys = UsmKeys()
    for engine_id in (ENGINE_ID, OTHER_ID):
        usm_keys.at(USER, KeyExtension.BLUMENTHAL, engine_id)
    assert hashed == [b"authentic-words", b"private-words"]
    assert "words" not in repr(usm_keys) + repr(USER)
