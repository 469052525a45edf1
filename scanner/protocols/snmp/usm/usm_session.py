"""An SnmpSession under a USM user (RFC 3414): it discovers the engine, follows its clock and verifies every message.

No message is trusted before its digest is verified. A message without one can only end a request with an error. An
answer under another engine ID than the session's is ignored.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.credentials.credential import Usm
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
from scanner.protocols.snmp.request_channel import AnyMessage, RequestChannel, fresh_id
from scanner.protocols.snmp.session import REFUSALS, GetBulkSupport, at_most, check_count, check_oids
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension, LocalKeys
from scanner.protocols.snmp.usm.usm_keys import UsmKeys

_SECURITY_LEVEL = Flags.AUTHENTICATED | Flags.PRIVATE

_NOT_IN_TIME = oid_of("1.3.6.1.6.3.15.1.1.2.0")

_REPORTS: dict[Oid, tuple[type[SessionError], str]] = {
    oid_of("1.3.6.1.6.3.15.1.1.1.0"): (RefusedError, "the device does not accept this user at this security level"),
    _NOT_IN_TIME: (MalformedAnswerError, "the device rejects the clock that it sent itself"),
    oid_of("1.3.6.1.6.3.15.1.1.3.0"): (RefusedError, "the device does not know this user"),
    oid_of("1.3.6.1.6.3.15.1.1.4.0"): (MalformedAnswerError, "the device does not know the engine ID that it sent"),
    oid_of("1.3.6.1.6.3.15.1.1.5.0"): (RefusedError, "the device finds the authentication key or protocol wrong"),
    oid_of("1.3.6.1.6.3.15.1.1.6.0"): (UndecipheredError, "the device cannot decrypt with this user's privacy key"),
    oid_of("1.3.6.1.6.3.12.1.4.0"): (MalformedAnswerError, "the device no longer has this context"),
    oid_of("1.3.6.1.6.3.12.1.5.0"): (MalformedAnswerError, "the device does not know this context"),
}
"""The meaning of the counters in a report (RFC 3414 section 3.2, RFC 3412 section 7.1)."""


@dataclass(slots=True)
class _EngineClock:
    """An engine's clock, and our time when it was read. It is a guess until a message makes it `authenticated`."""

    boots: int
    time: int
    read_at: float
    authenticated: bool = False

    def now(self, ours: float) -> int:
        """The engine's time in seconds."""
        return min(self.time + int(ours - self.read_at), 0x7FFF_FFFF)

    def accept(self, message: UsmParameters, ours: float) -> bool:
        """True if a signed message lies in the time window. Then its clock is adopted if it is ahead (RFC 3414 section
        3.2, step 7b). No message of an engine at its last boot does, not even the first."""
        if message.boots >= algorithms.MAX_BOOTS:
            return False
        if self.authenticated:
            behind = message.boots < self.boots or (
                message.boots == self.boots and message.time < self.now(ours) - algorithms.TIME_WINDOW
            )
            if behind:
                return False
            if (message.boots, message.time) <= (self.boots, self.time):
                return True
        self.boots, self.time, self.read_at, self.authenticated = message.boots, message.time, ours, True
        return True


class UsmSession:
    """Requests to one device as one user. `engine` is the device's answer to the engine ID request; without it the
    first request discovers the engine."""

    __slots__ = (
        "_channel",
        "_clock",
        "_context",
        "_discovery_lock",
        "_engine",
        "_engine_id",
        "_form",
        "_keys",
        "_salt",
        "_support",
        "_user",
        "_usm_keys",
    )

    def __init__(
        self,
        channel: RequestChannel,
        user: Usm,
        usm_keys: UsmKeys,
        form: KeyExtension,
        context: str = "",
        engine: UsmParameters | None = None,
    ) -> None:
        self._channel = channel
        self._user = user
        self._usm_keys = usm_keys
        self._form = form
        self._context = context.encode()
        self._engine_id = b""
        self._clock = _EngineClock(0, 0, 0.0)
        self._keys: LocalKeys | None = None
        self._salt = secrets.randbits(64)
        self._engine = engine
        self._discovery_lock = asyncio.Lock()
        self._support = GetBulkSupport()

    def allow(self, requests: int | None) -> None:
        """See SnmpSession.allow."""
        self._channel.allow(requests)

    def close(self) -> None:
        """Close the socket."""
        self._channel.close()

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """See SnmpSession.get. Raises MalformedAnswerError for other variables than requested."""
        return check_oids(oids, await self._request(PduType.GET, oids))

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """See SnmpSession.get_next."""
        return check_count(oids, await self._request(PduType.GET_NEXT, oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """See SnmpSession.get_bulk."""
        return await self._support.request(self._get_bulk, self.get_next, oids, repetitions)

    async def _get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        return at_most(len(oids) * repetitions, await self._request(PduType.GET_BULK, oids, repetitions))

    async def _request(self, kind: PduType, oids: Sequence[Oid], repetitions: int = 0) -> tuple[Varbind, ...]:
        if not self._engine_id:
            await self._discover_engine()
        pdu = await self._exchange_once(kind, oids, repetitions)
        if pdu.type is PduType.REPORT and _counter(pdu) == _NOT_IN_TIME:
            pdu = await self._exchange_once(kind, oids, repetitions)  # by the clock just learned, and no third time
        if pdu.type is PduType.REPORT:
            raise _report_error(pdu)
        if pdu.error_status in REFUSALS:
            raise RefusedError("the device refuses this user")
        if pdu.error_status != ErrorStatus.NO_ERROR:
            raise ErrorAnswerError(pdu.error_status, pdu.error_index)
        return pdu.varbinds

    async def _discover_engine(self) -> None:
        async with self._discovery_lock:
            if not self._engine_id:
                self._set_engine(self._engine or await engine_id_request.discover(self._channel))

    def _set_engine(self, engine: UsmParameters) -> None:
        """Set the engine ID, the keys and the clock, which is a guess until a signed message confirms it."""
        try:
            self._keys = self._usm_keys.at(self._user, self._form, engine.engine_id)
        except ValueError:
            raise MalformedAnswerError("this user's password is empty") from None
        self._clock = _EngineClock(engine.boots, engine.time, self._channel.now())
        self._engine_id = engine.engine_id

    async def _exchange_once(self, kind: PduType, oids: Sequence[Oid], repetitions: int) -> Pdu:
        """The verified answer to one request, or a report. Raises the SessionError of the channel."""
        message_id, request_id = fresh_id(), fresh_id()
        answers: list[Pdu] = []

        def is_answer(answer: AnyMessage, datagram: bytes) -> bool:
            pdu = self._verify(answer, datagram, request_id)
            if pdu is not None:
                answers.append(pdu)
            return pdu is not None

        pdu = encode_request(kind, request_id, oids, repetitions)
        await self._channel.request(message_id, self._encode(message_id, pdu), is_answer)
        return answers[0]

    def _encode(self, message_id: int, pdu: bytes) -> bytes:
        """The datagram of a request, encrypted and signed as far as the user has keys."""
        keys, clock = self._keys, self._clock
        boots, time = (clock.boots, clock.now(self._channel.now())) if keys else (0, 0)
        scoped = codec.encode_scoped_parts(self._engine_id, self._context, pdu)
        if keys is None:
            security = UsmParameters(self._engine_id, boots, time, self._user.user.encode())
            return codec.encode_v3(message_id, Flags.REPORTABLE, security, scoped)[0]
        blank, salt = bytes(algorithms.MAC_LENGTHS[keys.auth]), b""
        flags = Flags.AUTHENTICATED | Flags.REPORTABLE
        if keys.priv:
            self._salt += 1
            salt = algorithms.salt_of(keys.priv, boots, self._salt)
            scoped = ber.tlv(Syntax.OCTETS, algorithms.encrypt(keys, scoped, boots, time, salt))
            flags |= Flags.PRIVATE
        security = UsmParameters(self._engine_id, boots, time, self._user.user.encode(), blank, salt)
        datagram, at = codec.encode_v3(message_id, flags, security, scoped)
        return datagram[:at] + algorithms.digest(keys, datagram) + datagram[at + len(blank) :]

    def _verify(self, answer: AnyMessage, datagram: bytes, request_id: int) -> Pdu | None:
        """The PDU of a trusted answer, or of a report, which may end the request; otherwise None."""
        if not isinstance(answer, V3Message) or answer.security.engine_id != self._engine_id:
            return None
        keys, level = self._keys, answer.flags & _SECURITY_LEVEL
        is_signed = bool(level & Flags.AUTHENTICATED)
        if is_signed and not (keys and self._is_authentic(keys, answer, datagram)):
            return None
        scoped = self._decrypt(answer)
        if scoped is None:
            return None
        if scoped.pdu.type is PduType.REPORT:
            return scoped.pdu if is_signed or _counter(scoped.pdu) != _NOT_IN_TIME else None
        wanted = Flags.NONE if keys is None else _SECURITY_LEVEL if keys.priv else Flags.AUTHENTICATED
        in_context = (scoped.context_engine_id, scoped.context_name) == (self._engine_id, self._context)
        is_response = scoped.pdu.type is PduType.RESPONSE and scoped.pdu.request_id == request_id
        from_user = answer.security.user == self._user.user.encode()
        return scoped.pdu if level == wanted and in_context and is_response and from_user else None

    def _is_authentic(self, keys: LocalKeys, answer: V3Message, datagram: bytes) -> bool:
        """True if the digest is right and the message lies in the time window. The clock is checked last."""
        at = codec.authentication_span(datagram).start
        if not algorithms.is_authentic(keys, datagram, at, answer.security.authentication):
            return False
        return self._clock.accept(answer.security, self._channel.now())

    def _decrypt(self, answer: V3Message) -> ScopedPdu | None:
        """The scoped PDU, decrypted if necessary; None if it cannot be."""
        if isinstance(answer.data, ScopedPdu):
            return answer.data if not answer.flags & Flags.PRIVATE else None
        keys, security = self._keys, answer.security
        if keys is None or keys.priv is None or answer.flags & _SECURITY_LEVEL != _SECURITY_LEVEL:
            return None
        try:
            return codec.decode_scoped(
                algorithms.decrypt(keys, answer.data, security.boots, security.time, security.privacy)
            )
        except (ValueError, DecodeError):
            return None


def _counter(report: Pdu) -> Oid:
    return report.varbinds[0].oid if report.varbinds else ()


def _report_error(report: Pdu) -> SessionError:
    """The error that a report stands for."""
    kind, text = _REPORTS.get(
        _counter(report), (MalformedAnswerError, "the device sent a report that no standard names")
    )
    return kind(text)
