"""Reads the datagrams that come back to a sweep: first only their id, then the answer to the request with that id."""

from typing import NamedTuple

from fingerprints.model.evidence import Observation, Source, kept
from scanner.credentials.credential import Community
from scanner.protocols.snmp import engine_id_request
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Syntax, dotted
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, PduType
from scanner.protocols.snmp.session import REFUSALS
from scanner.protocols.snmp.sweep.requests import SYSTEM_OIDS, SweepRequest, version_of

_SYSTEM_OBJECTS = tuple(zip((Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID), map(dotted, SYSTEM_OIDS), strict=True))

_FOUR_OCTETS = bytes((Syntax.INTEGER, 4))
"""Tag and length of every id that a sweep sends."""


class SweepAnswer(NamedTuple):
    """An answer to one request: whether the device accepted its community, and what it says."""

    accepted: bool
    observations: tuple[Observation, ...] = ()


def id_in(datagram: bytes) -> int | None:
    """The request id of a v1 or v2c message, or the message id of a v3 one, if it has four octets as every sweep id
    has; otherwise None. The rest of the datagram is not read, so that a flood of others costs little."""
    try:
        at, _ = _skip_header(datagram, 0)
        version, at = datagram[at + 2], at + 3
        if version != codec.V3:
            start, length = _skip_header(datagram, at)
            at = start + length  # the community
        at, _ = _skip_header(datagram, at)
    except IndexError:
        return None
    if datagram[at : at + 2] != _FOUR_OCTETS or at + 6 > len(datagram):
        return None
    return int.from_bytes(datagram[at + 2 : at + 6], "big")


def parse_answer(request: SweepRequest, datagram: bytes) -> SweepAnswer | None:
    """What a datagram answers to this request, or None if it is no answer to it."""
    try:
        return _parse_engine_id(datagram) if request.community is None else _parse_system(request.community, datagram)
    except DecodeError:
        return None


def _parse_engine_id(datagram: bytes) -> SweepAnswer | None:
    engine_id = engine_id_request.engine_id_in(datagram)
    return None if engine_id is None else SweepAnswer(False, (Observation(Source.SNMP_ENGINE_ID, "", kept(engine_id)),))


def _parse_system(asked: Community, datagram: bytes) -> SweepAnswer | None:
    """What answers a request under a community. An answer in another version or under another community is none."""
    answer = codec.decode(datagram)
    if not isinstance(answer, Message) or answer.pdu.type is not PduType.RESPONSE:
        return None
    if answer.version != version_of(asked) or answer.community != asked.community.reveal().encode():
        return None
    if answer.pdu.error_status != ErrorStatus.NO_ERROR:
        return SweepAnswer(answer.pdu.error_status not in REFUSALS)
    if tuple(varbind.oid for varbind in answer.pdu.varbinds) != SYSTEM_OIDS:
        return None
    objects = zip(_SYSTEM_OBJECTS, answer.pdu.varbinds, strict=True)
    return SweepAnswer(
        True,
        tuple(Observation(source, at, varbind.value) for (source, at), varbind in objects if not varbind.is_exception),
    )


def _skip_header(data: bytes, at: int) -> tuple[int, int]:
    """Start and length of the content whose tag is at `at`. Raises IndexError beyond the end."""
    length = data[at + 1]
    if length < 0x80:
        return at + 2, length
    start = at + 2 + (length & 0x7F)
    return start, int.from_bytes(data[at + 2 : start], "big")
