"""The engine ID of an SNMPv3 agent, which it tells anybody who asks (RFC 3414 section 4): no credential is needed.

It holds its maker's enterprise number, and often a MAC address (RFC 3411, SnmpEngineID).
"""

from scanner.protocols.snmp.errors import MalformedAnswerError
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.request_channel import Answer, RequestChannel, fresh_id

LENGTHS = range(5, 33)
"""Octets that an SnmpEngineID may have (RFC 3411 section 5)."""


def question(message_id: int) -> bytes:
    """The datagram that asks: no user, an empty engine ID, an empty GET, and a report wanted."""
    empty = ScopedPdu(b"", b"", Pdu(PduType.GET, message_id))
    return codec.encode(V3Message(message_id, Flags.REPORTABLE, UsmParameters(), empty))


def told_by(answer: Answer) -> bytes | None:
    """The engine ID in an answer, or None where it tells none."""
    if isinstance(answer, Message) or len(answer.security.engine_id) not in LENGTHS:
        return None
    return answer.security.engine_id


def told_in(datagram: bytes) -> bytes | None:
    """The engine ID in a v3 message, of which no more is read than lies before it; None where there is none. Raises
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


async def discover(exchange: RequestChannel) -> UsmParameters:
    """Ask one device for its engine ID, and the clock that it says, which nobody signs for.

    Raises NoAnswerError and its kin where it speaks no SNMPv3.
    """
    message_id = fresh_id()
    answer = await exchange.ask(message_id, question(message_id), lambda said, _: told_by(said) is not None)
    if not isinstance(answer, V3Message):
        raise MalformedAnswerError("the device answered in another version")
    return answer.security
