"""A Session under a USM user (RFC 3414): the engine asked for its ID, its clock followed, all it says verified first.

Nothing in a message is believed before its digest is found right. What comes without one may end a question with an
error and no more. The engine ID is the session's: an answer under another is none.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.credentials.access import Usm
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    RefusedError,
    SessionError,
    UndecipheredError,
)
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import ErrorStatus, Flags, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.fast_encoder import encode_request
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import Answer, RequestChannel, fresh_id
from scanner.protocols.snmp.session import REFUSALS, as_asked, as_many, no_more
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension, LocalKeys
from scanner.protocols.snmp.usm.usm_keys import UsmKeys

_LEVEL = Flags.AUTHENTICATED | Flags.PRIVATE

_NOT_IN_TIME = oid_of("1.3.6.1.6.3.15.1.1.2.0")

_REPORTS: dict[Oid, tuple[type[SessionError], str]] = {
    oid_of("1.3.6.1.6.3.15.1.1.1.0"): (RefusedError, "the device does not let this user in at this security level"),
    _NOT_IN_TIME: (MalformedAnswerError, "the device finds the clock wrong that it told itself"),
    oid_of("1.3.6.1.6.3.15.1.1.3.0"): (RefusedError, "the device does not know this user"),
    oid_of("1.3.6.1.6.3.15.1.1.4.0"): (MalformedAnswerError, "the device does not know the engine ID that it told"),
    oid_of("1.3.6.1.6.3.15.1.1.5.0"): (RefusedError, "the device finds the authentication key or protocol wrong"),
    oid_of("1.3.6.1.6.3.15.1.1.6.0"): (UndecipheredError, "the device cannot decipher with this user's privacy key"),
    oid_of("1.3.6.1.6.3.12.1.4.0"): (MalformedAnswerError, "the device has this context no more"),
    oid_of("1.3.6.1.6.3.12.1.5.0"): (MalformedAnswerError, "the device does not know this context"),
}
"""What the counters in a report mean (RFC 3414 section 3.2, RFC 3412 section 7.1)."""


@dataclass(slots=True)
class _Clock:
    """An engine's clock: what it said, and when by ours. Until `sure`, nobody has signed for it."""

    boots: int
    time: int
    heard_at: float
    sure: bool = False

    def now(self, ours: float) -> int:
        """The engine's time in seconds."""
        return min(self.time + int(ours - self.heard_at), 0x7FFF_FFFF)

    def follow(self, said: UsmParameters, ours: float) -> bool:
        """Whether a signed message is no older than the time window lets be, and if so, take its clock where that is
        ahead (RFC 3414 section 3.2, step 7b)."""
        if self.sure:
            behind = said.boots < self.boots or (
                said.boots == self.boots and said.time < self.now(ours) - algorithms.TIME_WINDOW
            )
            if behind or said.boots >= algorithms.MAX_BOOTS:
                return False
            if (said.boots, said.time) <= (self.boots, self.time):
                return True
        self.boots, self.time, self.heard_at, self.sure = said.boots, said.time, ours, True
        return True


class UsmSession:
    """Asks one device as one user. `told` is what it said when it was asked for its engine ID, where that has been
    done; else the first question does it."""

    __slots__ = (
        "_clock",
        "_context",
        "_engine_id",
        "_exchange",
        "_form",
        "_keys",
        "_opening",
        "_ring",
        "_salt",
        "_told",
        "_user",
    )

    def __init__(
        self,
        exchange: RequestChannel,
        user: Usm,
        ring: UsmKeys,
        form: KeyExtension,
        context: str = "",
        told: UsmParameters | None = None,
    ) -> None:
        self._exchange = exchange
        self._user = user
        self._ring = ring
        self._form = form
        self._context = context.encode()
        self._engine_id = b""
        self._clock = _Clock(0, 0, 0.0)
        self._keys: LocalKeys | None = None
        self._salt = secrets.randbits(64)
        self._told = told
        self._opening = asyncio.Lock()

    def close(self) -> None:
        """Give the socket back."""
        self._exchange.close()

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get. Raises MalformedAnswerError for other variables than were asked."""
        return as_asked(oids, await self._ask(PduType.GET, oids))

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get_next."""
        return as_many(oids, await self._ask(PduType.GET_NEXT, oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As Session.get_bulk."""
        return no_more(len(oids) * repetitions, await self._ask(PduType.GET_BULK, oids, repetitions))

    async def _ask(self, kind: PduType, oids: Sequence[Oid], repetitions: int = 0) -> tuple[Varbind, ...]:
        if not self._engine_id:
            await self._open()
        pdu = await self._answered(kind, oids, repetitions)
        if pdu.type is PduType.REPORT and _counter(pdu) == _NOT_IN_TIME:
            pdu = await self._answered(kind, oids, repetitions)  # by the clock that was just learned, and no third time
        if pdu.type is PduType.REPORT:
            raise _trouble(pdu)
        if pdu.error_status in REFUSALS:
            raise RefusedError("the device refuses this user")
        if pdu.error_status != ErrorStatus.NO_ERROR:
            raise ErrorAnswerError(pdu.error_status, pdu.error_index)
        return pdu.varbinds

    async def _open(self) -> None:
        async with self._opening:
            if not self._engine_id:
                self._meet(self._told or await engine_id_request.discover(self._exchange))

    def _meet(self, told: UsmParameters) -> None:
        """Take the engine for what it says it is; its clock is a guess until it is signed for."""
        try:
            self._keys = self._ring.at(self._user, self._form, told.engine_id)
        except ValueError:
            raise MalformedAnswerError("this user's password is empty") from None
        self._clock = _Clock(told.boots, told.time, self._exchange.now())
        self._engine_id = told.engine_id

    async def _answered(self, kind: PduType, oids: Sequence[Oid], repetitions: int) -> Pdu:
        """The answer, verified, or a report. Raises the SessionError of the exchange."""
        message_id, request_id = fresh_id(), fresh_id()
        heard: list[Pdu] = []

        def fits(answer: Answer, datagram: bytes) -> bool:
            pdu = self._verified(answer, datagram, request_id)
            if pdu is not None:
                heard.append(pdu)
            return pdu is not None

        question = encode_request(kind, request_id, oids, repetitions)
        await self._exchange.ask(message_id, self._sealed(message_id, question), fits)
        return heard[0]

    def _sealed(self, message_id: int, pdu: bytes) -> bytes:
        """The datagram of a question, enciphered and signed as the user can."""
        keys, clock = self._keys, self._clock
        boots, time = (clock.boots, clock.now(self._exchange.now())) if keys else (0, 0)
        scoped = codec.enclosed(self._engine_id, self._context, pdu)
        if keys is None:
            security = UsmParameters(self._engine_id, boots, time, self._user.user.encode())
            return codec.encode_v3(message_id, Flags.REPORTABLE, security, scoped)[0]
        blank, salt = bytes(algorithms.MAC_LENGTHS[keys.auth]), b""
        flags = Flags.AUTHENTICATED | Flags.REPORTABLE
        if keys.priv:
            self._salt += 1
            salt = algorithms.salt_of(keys.priv, boots, self._salt)
            scoped = ber.tlv(Syntax.OCTETS, algorithms.seal(keys, scoped, boots, time, salt))
            flags |= Flags.PRIVATE
        security = UsmParameters(self._engine_id, boots, time, self._user.user.encode(), blank, salt)
        datagram, at = codec.encode_v3(message_id, flags, security, scoped)
        return datagram[:at] + algorithms.digest(keys, datagram) + datagram[at + len(blank) :]

    def _verified(self, answer: Answer, datagram: bytes, request_id: int) -> Pdu | None:
        """The PDU of an answer that may be believed, or of a report, which may end the question; else None."""
        if not isinstance(answer, V3Message) or answer.security.engine_id != self._engine_id:
            return None
        keys, level = self._keys, answer.flags & _LEVEL
        signed = bool(level & Flags.AUTHENTICATED)
        if signed and not (keys and self._authentic(keys, answer, datagram)):
            return None
        scoped = self._opened(answer)
        if scoped is None:
            return None
        if scoped.pdu.type is PduType.REPORT:
            return scoped.pdu if signed or _counter(scoped.pdu) != _NOT_IN_TIME else None
        wanted = Flags.NONE if keys is None else _LEVEL if keys.priv else Flags.AUTHENTICATED
        mine = (scoped.context_engine_id, scoped.context_name) == (self._engine_id, self._context)
        asked = scoped.pdu.type is PduType.RESPONSE and scoped.pdu.request_id == request_id
        known = answer.security.user == self._user.user.encode()
        return scoped.pdu if level == wanted and mine and asked and known else None

    def _authentic(self, keys: LocalKeys, answer: V3Message, datagram: bytes) -> bool:
        """Whether the digest is right and, which only then is asked, the message is of this time."""
        at = codec.authentication_span(datagram).start
        if not algorithms.authentic(keys, datagram, at, answer.security.authentication):
            return False
        return self._clock.follow(answer.security, self._exchange.now())

    def _opened(self, answer: V3Message) -> ScopedPdu | None:
        """The scoped PDU, deciphered where it was enciphered for us."""
        if isinstance(answer.data, ScopedPdu):
            return answer.data if not answer.flags & Flags.PRIVATE else None
        keys, security = self._keys, answer.security
        if keys is None or keys.priv is None or answer.flags & _LEVEL != _LEVEL:
            return None
        try:
            return codec.decode_scoped(
                algorithms.unseal(keys, answer.data, security.boots, security.time, security.privacy)
            )
        except (ValueError, DecodeError):
            return None


def _counter(report: Pdu) -> Oid:
    return report.varbinds[0].oid if report.varbinds else ()


def _trouble(report: Pdu) -> SessionError:
    """What a report means."""
    kind, words = _REPORTS.get(_counter(report), (MalformedAnswerError, "the device reports what no standard names"))
    return kind(words)
