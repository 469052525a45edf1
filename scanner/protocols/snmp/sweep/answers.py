"""What comes back to a sweep, read as deep as it must be: its id, and what an answer to one of the questions says."""

from fingerprints.model.evidence import Observation, Source, kept
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Syntax, dotted
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, PduType
from scanner.protocols.snmp.session import REFUSALS
from scanner.protocols.snmp.sweep.requests import ASKED, SweepRequest

_SYSTEM = tuple(zip((Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID), map(dotted, ASKED), strict=True))

_FOUR_OCTETS = bytes((Syntax.INTEGER, 4))
"""Tag and length of every id that a sweep sends."""


def identity_in(datagram: bytes) -> int | None:
    """The request id of a v1 or v2c message, the message id of a v3 one, where it has four octets as every id of ours;
    else None. Nothing is asked of the rest of the datagram, so that a flood of others costs little."""
    try:
        at, _ = _content(datagram, 0)
        version, at = datagram[at + 2], at + 3
        if version != codec.V3:
            start, length = _content(datagram, at)
            at = start + length  # the community
        at, _ = _content(datagram, at)
    except IndexError:
        return None
    if datagram[at : at + 2] != _FOUR_OCTETS or at + 6 > len(datagram):
        return None
    return int.from_bytes(datagram[at + 2 : at + 6], "big")


def said(question: SweepRequest, datagram: bytes) -> tuple[bool, tuple[Observation, ...]] | None:
    """Whether an answer lets the question's community in, and what it says; None for what is no answer to it."""
    try:
        return _engine_id(datagram) if question.community is None else _system(datagram)
    except DecodeError:
        return None


def _engine_id(datagram: bytes) -> tuple[bool, tuple[Observation, ...]] | None:
    told = engine_id_request.told_in(datagram)
    return None if told is None else (False, (Observation(Source.SNMP_ENGINE_ID, "", kept(told)),))


def _system(datagram: bytes) -> tuple[bool, tuple[Observation, ...]] | None:
    answer = codec.decode(datagram)
    if not isinstance(answer, Message) or answer.pdu.type is not PduType.RESPONSE:
        return None
    if answer.pdu.error_status != ErrorStatus.NO_ERROR:
        return answer.pdu.error_status not in REFUSALS, ()
    if tuple(varbind.oid for varbind in answer.pdu.varbinds) != ASKED:
        return None
    named = zip(_SYSTEM, answer.pdu.varbinds, strict=True)
    return True, tuple(Observation(source, at, one.value) for (source, at), one in named if not one.is_exception)


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content begins whose tag stands at `at`, and its length. Raises IndexError beyond the end."""
    length = data[at + 1]
    if length < 0x80:
        return at + 2, length
    start = at + 2 + (length & 0x7F)
    return start, int.from_bytes(data[at + 2 : start], "big")
