"""What comes back to a sweep: the id in any datagram, and what an answer to one of its questions says."""

from fingerprints.evidence import Observation, Source, kept
from scanner.discovery.questions import ASKED, Question
from scanner.snmp import ber, codec, engine_id
from scanner.snmp.ber import DecodeError, Syntax
from scanner.snmp.codec import ErrorStatus, Message, PduType, V3Message
from scanner.snmp.observed import observed
from scanner.snmp.session import REFUSALS

Answer = Message | V3Message


def identity_in(datagram: bytes) -> int | None:
    """The request id of a v1 or v2c message, the message id of a v3 one; None where there is none. Nothing else of the
    datagram is read, so that a flood of others costs little."""
    try:
        at, end = ber.read_content(datagram, 0, len(datagram), codec.SEQUENCE)
        version, at = ber.read_integer(datagram, at, end)
        if version == codec.V3:
            at, end = ber.read_content(datagram, at, end, codec.SEQUENCE)
        else:
            _, at = ber.read_content(datagram, at, end, Syntax.OCTETS)
            _, at, end = ber.read_header(datagram, at, end)
        return ber.read_integer(datagram, at, end)[0]
    except DecodeError:
        return None


def said(question: Question, datagram: bytes) -> tuple[bool, list[Observation]] | None:
    """Whether an answer lets the question's community in, and what it says; None for what is no answer to it."""
    try:
        answer = codec.decode(datagram)
    except DecodeError:
        return None
    if question.community is None:
        told = engine_id.told_by(answer)
        return None if told is None else (False, [Observation(Source.SNMP_ENGINE_ID, "", kept(told))])
    if not isinstance(answer, Message) or answer.pdu.type is not PduType.RESPONSE:
        return None
    if answer.pdu.error_status != ErrorStatus.NO_ERROR:
        return answer.pdu.error_status not in REFUSALS, []
    if tuple(varbind.oid for varbind in answer.pdu.varbinds) != ASKED:
        return None
    return True, [observed(varbind) for varbind in answer.pdu.varbinds if not varbind.is_exception]
