"""The engine ID request of SNMPv3 discovery (RFC 3414 section 4), which needs no credential.

An engine ID holds its maker's enterprise number, and often a MAC address (RFC 3411, SnmpEngineID).
"""

from scanner.protocols.snmp.errors import MalformedAnswerError
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.request_channel import AnyMessage, RequestChannel, fresh_id

LENGTHS = range(5, 33)
"""Lengths that an SnmpEngineID may have, in octets (RFC 3411 section 5)."""


def encode_engine_id_request(message_id: int) -> bytes:
    """The datagram of the request: no user, an empty engine ID, an empty reportable GET."""
    empty = ScopedPdu(b"", b"", Pdu(PduType.GET, message_id))
    return codec.encode(V3Message(message_id, Flags.REPORTABLE, UsmParameters(), empty))


def engine_id_of(answer: AnyMessage) -> bytes | None:
    """The engine ID of a message, or None if it has none."""
    if isinstance(answer, Message) or len(answer.security.engine_id) not in LENGTHS:
        return None
    return answer.security.engine_id


def engine_id_in(datagram: bytes) -> bytes | None:
    """The engine ID in the datagram of a v3 message, or None. Reads no further than the engine ID. Raises
    DecodeError."""
    at, end = ber.read_content(datagram, 0, len(datagram), ber.SEQUENCE)
    version, at = ber.read_integer(datagram, at, end)
    if version != codec.V3:
        return None
    _, at = ber.read_content(datagram, at, end, ber.SEQUENCE)
    at, end = ber.read_content(datagram, at, end, Syntax.OCTETS)
    at, end = ber.read_content(datagram, at, end, ber.SEQUENCE)
    engine_id, _ = ber.read_octets(datagram, at, end)
    return engine_id if len(engine_id) in LENGTHS else None


def _has_engine_id(message: AnyMessage, _datagram: bytes) -> bool:
    return engine_id_of(message) is not None


async def discover(channel: RequestChannel) -> UsmParameters:
    """Ask one device for its engine ID and its clock, which is not authenticated.

    Raises a SessionError (mostly NoAnswerError) if it speaks no SNMPv3.
    """
    message_id = fresh_id()
    answer = await channel.request(message_id, encode_engine_id_request(message_id), _has_engine_id)
    if not isinstance(answer, V3Message):
        raise MalformedAnswerError("the device answered in another version")
    return answer.security
