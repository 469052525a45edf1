"""SNMP messages encoded and decoded: v1 and v2c (RFC 1157, 1901, 3416), and v3 with its envelope (RFC 3412, 3414).

For both a manager and an agent. `encode` of a decoded message gives the same message in its shortest form. Nothing is
authenticated or decrypted here.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from scanner.protocols.snmp.message import ber
from scanner.protocols.snmp.message.ber import DecodeError, Syntax
from scanner.protocols.snmp.message.variables import Varbind, encode_variable, read_variables

V1, V2C, V3 = 0, 1, 3
USM = 3
"""The user-based security model in msgSecurityModel (RFC 3411 section 5)."""

MAX_MESSAGE = 65_507
"""Octets that one UDP datagram over IPv4 can carry: the msgMaxSize that kitscan announces."""


class PduType(IntEnum):
    """The tag of a PDU (RFC 3416 section 3). The v1 trap has another shape and is never read."""

    GET = 0xA0
    GET_NEXT = 0xA1
    RESPONSE = 0xA2
    SET = 0xA3
    GET_BULK = 0xA5
    INFORM = 0xA6
    TRAP = 0xA7
    REPORT = 0xA8


class ErrorStatus(IntEnum):
    """The error-status values that a reading manager receives (RFC 3416 section 3)."""

    NO_ERROR = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    BAD_VALUE = 3
    READ_ONLY = 4
    GEN_ERR = 5
    NO_ACCESS = 6
    AUTHORIZATION_ERROR = 16


class Flags(IntFlag):
    """msgFlags (RFC 3412 section 6.4)."""

    NONE = 0
    AUTHENTICATED = 1
    PRIVATE = 2
    REPORTABLE = 4


@dataclass(frozen=True, slots=True)
class Pdu:
    """One protocol data unit. In a GETBULK `error_status` is non-repeaters and `error_index` max-repetitions."""

    type: PduType
    request_id: int
    varbinds: tuple[Varbind, ...] = ()
    error_status: int = 0
    error_index: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A v1 or v2c message. The community is a secret, so the repr hides it."""

    version: int
    community: bytes
    pdu: Pdu

    def __repr__(self) -> str:
        return f"Message(version={self.version}, community=***, pdu={self.pdu!r})"


@dataclass(frozen=True, slots=True)
class UsmParameters:
    """UsmSecurityParameters (RFC 3414 section 2.4)."""

    engine_id: bytes = b""
    boots: int = 0
    time: int = 0
    user: bytes = b""
    authentication: bytes = b""
    privacy: bytes = b""


@dataclass(frozen=True, slots=True)
class ScopedPdu:
    """A PDU with its context (RFC 3412 section 6.8)."""

    context_engine_id: bytes
    context_name: bytes
    pdu: Pdu


@dataclass(frozen=True, slots=True)
class V3Message:
    """A v3 message of the user-based security model. `data` is the scoped PDU, or its octets if it is encrypted."""

    message_id: int
    flags: Flags
    security: UsmParameters
    data: ScopedPdu | bytes
    max_size: int = MAX_MESSAGE


def decode(datagram: bytes) -> Message | V3Message:
    """The message in a datagram. Octets after it are ignored: agents pad. Raises only DecodeError."""
    at, end = ber.read_content(datagram, 0, len(datagram), ber.SEQUENCE)
    version, at = ber.read_integer(datagram, at, end)
    if version == V3:
        return _read_v3(datagram, at, end)
    if version not in (V1, V2C):
        raise DecodeError("the message is of no known version")
    community, at = ber.read_octets(datagram, at, end)
    pdu, at = _read_pdu(datagram, at, end)
    return Message(version, community, pdu)


def read_identity(datagram: bytes) -> int:
    """The request id of a v1 or v2c message, or the message id of a v3 one. Reads no further than the id. Raises
    DecodeError."""
    at, end = ber.read_content(datagram, 0, len(datagram), ber.SEQUENCE)
    version, at = ber.read_integer(datagram, at, end)
    if version == V3:
        at, end = ber.read_content(datagram, at, end, ber.SEQUENCE)
    else:
        _, at = ber.read_content(datagram, at, end, Syntax.OCTETS)
        _, at, end = ber.read_header(datagram, at, end)
    return ber.read_integer(datagram, at, end)[0]


def encode(message: Message | V3Message) -> bytes:
    """The datagram of a message. Raises ValueError if a value does not fit its type."""
    match message:
        case Message():
            body = encode_head(message.version, message.community) + encode_pdu(message.pdu)
        case V3Message():
            return encode_v3(message.message_id, message.flags, message.security, _v3_data(message), message.max_size)[
                0
            ]
    return ber.tlv(ber.SEQUENCE, body)


def encode_head(version: int, community: bytes) -> bytes:
    """The part of a v1 or v2c message before its PDU."""
    return integers(version) + ber.tlv(Syntax.OCTETS, community)


def encode_v3(
    message_id: int, flags: Flags, security: UsmParameters, data: bytes, max_size: int = MAX_MESSAGE
) -> tuple[bytes, int]:
    """The datagram of a v3 message, and the offset of its authentication parameters. `data` is the scoped PDU, or the
    octet string of the encrypted one."""
    header = integers(message_id, max_size) + ber.tlv(Syntax.OCTETS, bytes((flags,))) + integers(USM)
    privacy = ber.tlv(Syntax.OCTETS, security.privacy)
    parameters = (
        ber.tlv(Syntax.OCTETS, security.engine_id)
        + integers(security.boots, security.time)
        + ber.tlv(Syntax.OCTETS, security.user)
        + ber.tlv(Syntax.OCTETS, security.authentication)
        + privacy
    )
    envelope = ber.tlv(ber.SEQUENCE, header) + ber.tlv(Syntax.OCTETS, ber.tlv(ber.SEQUENCE, parameters))
    datagram = ber.tlv(ber.SEQUENCE, integers(V3) + envelope + data)
    return datagram, len(datagram) - len(data) - len(privacy) - len(security.authentication)


def encode_scoped_parts(context_engine_id: bytes, context_name: bytes, pdu: bytes) -> bytes:
    """A scoped PDU around an encoded PDU."""
    context = ber.tlv(Syntax.OCTETS, context_engine_id) + ber.tlv(Syntax.OCTETS, context_name)
    return ber.tlv(ber.SEQUENCE, context + pdu)


def decode_scoped(octets: bytes) -> ScopedPdu:
    """A decrypted scoped PDU. Octets after it are the cipher's padding."""
    return _read_scoped(octets, 0, len(octets))[0]


def encode_scoped(scoped: ScopedPdu) -> bytes:
    """A scoped PDU by itself, ready for encryption."""
    return encode_scoped_parts(scoped.context_engine_id, scoped.context_name, encode_pdu(scoped.pdu))


def encode_pdu(pdu: Pdu) -> bytes:
    """A PDU by itself."""
    numbers = integers(pdu.request_id, pdu.error_status, pdu.error_index)
    return ber.tlv(pdu.type, numbers + ber.tlv(ber.SEQUENCE, b"".join(map(encode_variable, pdu.varbinds))))


def authentication_span(datagram: bytes) -> slice:
    """The place of the digest in a v3 datagram. The digest is computed with zeros there (RFC 3414 section 6.3.1)."""
    at, end = ber.read_content(datagram, 0, len(datagram), ber.SEQUENCE)
    _, at = ber.read_integer(datagram, at, end)
    _, at = ber.read_content(datagram, at, end, ber.SEQUENCE)
    at, end = ber.read_content(datagram, at, end, Syntax.OCTETS)
    at, end = ber.read_content(datagram, at, end, ber.SEQUENCE)
    for tag in (Syntax.OCTETS, Syntax.INTEGER, Syntax.INTEGER, Syntax.OCTETS):
        _, at = ber.read_content(datagram, at, end, tag)
    return slice(*ber.read_content(datagram, at, end, Syntax.OCTETS))


def integers(*numbers: int) -> bytes:
    """Some INTEGERs, one after the other."""
    return b"".join(ber.tlv(Syntax.INTEGER, ber.integer_content(number)) for number in numbers)


def _v3_data(message: V3Message) -> bytes:
    match message.data:
        case ScopedPdu():
            return encode_scoped(message.data)
        case bytes():
            return ber.tlv(Syntax.OCTETS, message.data)


def _read_pdu(data: bytes, at: int, end: int) -> tuple[Pdu, int]:
    tag, at, stop = ber.read_header(data, at, end)
    try:
        kind = PduType(tag)
    except ValueError:
        raise DecodeError(f"tag {tag:#04x} is no PDU") from None
    request_id, at = ber.read_integer(data, at, stop)
    error_status, at = ber.read_integer(data, at, stop)
    error_index, at = ber.read_integer(data, at, stop)
    at, end = ber.read_content(data, at, stop, ber.SEQUENCE)
    return Pdu(kind, request_id, tuple(read_variables(data, at, end)), error_status, error_index), stop


def _read_v3(data: bytes, at: int, end: int) -> V3Message:
    start, stop = ber.read_content(data, at, end, ber.SEQUENCE)
    message_id, start = ber.read_integer(data, start, stop)
    max_size, start = ber.read_integer(data, start, stop)
    flags, start = ber.read_octets(data, start, stop)
    model, _ = ber.read_integer(data, start, stop)
    if model != USM or len(flags) != 1:
        raise DecodeError("the message is not of the user-based security model")
    start, at = ber.read_content(data, stop, end, Syntax.OCTETS)
    security = _read_usm(data, start, at)
    return V3Message(message_id, Flags(flags[0] & 7), security, _read_data(data, at, end), max_size)


def _read_usm(data: bytes, at: int, end: int) -> UsmParameters:
    at, end = ber.read_content(data, at, end, ber.SEQUENCE)
    engine_id, at = ber.read_octets(data, at, end)
    boots, at = ber.read_integer(data, at, end)
    time, at = ber.read_integer(data, at, end)
    if boots < 0 or time < 0:
        raise DecodeError("an engine's clock is below zero")
    user, at = ber.read_octets(data, at, end)
    authentication, at = ber.read_octets(data, at, end)
    privacy, at = ber.read_octets(data, at, end)
    return UsmParameters(engine_id, boots, time, user, authentication, privacy)


def _read_data(data: bytes, at: int, end: int) -> ScopedPdu | bytes:
    if data[at : at + 1] == b"\x04":
        return ber.read_octets(data, at, end)[0]
    return _read_scoped(data, at, end)[0]


def _read_scoped(data: bytes, at: int, end: int) -> tuple[ScopedPdu, int]:
    at, end = ber.read_content(data, at, end, ber.SEQUENCE)
    context_engine_id, at = ber.read_octets(data, at, end)
    context_name, at = ber.read_octets(data, at, end)
    pdu, at = _read_pdu(data, at, end)
    return ScopedPdu(context_engine_id, context_name, pdu), at
