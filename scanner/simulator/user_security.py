"""The security of an SNMPv3 agent: what its engine checks, refuses, reports and encrypts (RFC 3414 section 3)."""

from dataclasses import dataclass, field
from enum import Enum
from itertools import count

from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Flags, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import LocalKeys


class Refusal(Enum):
    """Why a message is refused: the counter that the report names (RFC 3414 section 5, RFC 3412 section 5)."""

    SECURITY_LEVEL = (1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0)
    NOT_IN_TIME = (1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0)
    UNKNOWN_USER = (1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0)
    UNKNOWN_ENGINE = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)
    WRONG_DIGEST = (1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0)
    NOT_DECIPHERED = (1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0)
    UNKNOWN_CONTEXT = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)

    @property
    def counter(self) -> Oid:
        """The counter's OID."""
        counter: Oid = self.value
        return counter


@dataclass(slots=True)
class Engine:
    """An authoritative engine with at most one user, accepted only at the full security level of `keys`.

    `started` is the time of the monotonic clock at which the current boot began.
    """

    engine_id: bytes
    started: float
    user: bytes | None = None
    keys: LocalKeys | None = field(default=None, repr=False)
    boots: int = 1
    refused: dict[Refusal, int] = field(default_factory=dict)
    _salts: "count[int]" = field(default_factory=lambda: count(1), repr=False)

    def open(self, message: V3Message, datagram: bytes, now: float) -> ScopedPdu | Refusal:
        """The scoped PDU of a message that may be answered, or why it is refused."""
        refusal = self._refusal(message, datagram, now)
        if refusal is not None:
            return refusal
        scoped = self._decrypted(message)
        if isinstance(scoped, ScopedPdu) and scoped.context_name:
            return Refusal.UNKNOWN_CONTEXT
        return scoped

    def _refusal(self, message: V3Message, datagram: bytes, now: float) -> Refusal | None:
        """The checks of RFC 3414 section 3.2, in the order given there."""
        security, keys = message.security, self.keys
        if security.engine_id != self.engine_id:
            return Refusal.UNKNOWN_ENGINE
        if keys is None or security.user != self.user:
            return Refusal.UNKNOWN_USER
        if message.flags & (Flags.AUTHENTICATED | Flags.PRIVATE) != self._level(keys):
            return Refusal.SECURITY_LEVEL
        at = codec.authentication_span(datagram).start
        if not algorithms.is_authentic(keys, datagram, at, security.authentication):
            return Refusal.WRONG_DIGEST
        if not algorithms.is_in_time_window(security.boots, security.time, self.boots, self._time(now)):
            return Refusal.NOT_IN_TIME
        return None

    def _decrypted(self, message: V3Message) -> ScopedPdu | Refusal:
        match message.data:
            case ScopedPdu():
                return message.data if self.keys and self.keys.priv is None else Refusal.NOT_DECIPHERED
            case bytes() if self.keys and self.keys.priv:
                security = message.security
                try:
                    plain = algorithms.decrypt(self.keys, message.data, security.boots, security.time, security.privacy)
                    return codec.decode_scoped(plain)
                except (ValueError, DecodeError):
                    return Refusal.NOT_DECIPHERED
        return Refusal.NOT_DECIPHERED

    def close(self, message: V3Message, scoped: ScopedPdu, now: float) -> bytes:
        """The datagram of an answer, at the security level of the message it answers."""
        keys = self.keys
        if keys is None:
            raise ValueError("an engine without a user answers nothing but reports")
        return self._signed(message.message_id, scoped, keys, self._time(now))

    def report(self, message: V3Message, refusal: Refusal, now: float) -> bytes | None:
        """The report of a refusal, if the message asks for one. A notInTimeWindow report is authenticated, so that the
        manager may trust it and correct its clock."""
        self.refused[refusal] = self.refused.get(refusal, 0) + 1
        if not message.flags & Flags.REPORTABLE:
            return None
        request_id = message.data.pdu.request_id if isinstance(message.data, ScopedPdu) else 0
        counter = Varbind(refusal.counter, Syntax.COUNTER32, str(self.refused[refusal]))
        scoped = ScopedPdu(self.engine_id, b"", Pdu(PduType.REPORT, request_id, (counter,), ErrorStatus.NO_ERROR))
        if refusal is Refusal.NOT_IN_TIME and self.keys:
            readable = LocalKeys(self.keys.auth, self.keys.auth_key)
            return self._signed(message.message_id, scoped, readable, self._time(now))
        user = b"" if refusal is Refusal.UNKNOWN_ENGINE else message.security.user
        security = UsmParameters(self.engine_id, self.boots, self._time(now), user)
        return codec.encode(V3Message(message.message_id, Flags.NONE, security, scoped))

    def _signed(self, message_id: int, scoped: ScopedPdu, keys: LocalKeys, time: int) -> bytes:
        blank = bytes(algorithms.MAC_LENGTHS[keys.auth])
        security = UsmParameters(self.engine_id, self.boots, time, self.user or b"", blank)
        data: ScopedPdu | bytes = scoped
        if keys.priv:
            salt = algorithms.salt_of(keys.priv, self.boots, next(self._salts))
            data = algorithms.encrypt(keys, codec.encode_scoped(scoped), self.boots, time, salt)
            security = UsmParameters(self.engine_id, self.boots, time, self.user or b"", blank, salt)
        datagram = codec.encode(V3Message(message_id, self._level(keys), security, data))
        span = codec.authentication_span(datagram)
        return datagram[: span.start] + algorithms.digest(keys, datagram) + datagram[span.stop :]

    def _time(self, now: float) -> int:
        return int(now - self.started)

    def _level(self, keys: LocalKeys) -> Flags:
        return Flags.AUTHENTICATED | Flags.PRIVATE if keys.priv else Flags.AUTHENTICATED
