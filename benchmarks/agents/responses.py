"""What an agent that serves a recording answers to one datagram: SNMPv1 (RFC 1157) and SNMPv2c (RFC 3416), GET,
GETNEXT and GETBULK. Pure: octets in, octets out. A SET is recognised and never answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from benchmarks.agents.ber import (
    INTEGER,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    Arcs,
    arcs_of,
    decode,
    encode,
    integer,
    object_identifier,
)
from benchmarks.agents.recording import COUNTER64, Recording, Variable

MAX_OCTETS = 1_400
"""Octets of an answer, so that it fits one frame of Ethernet. One variable is always answered, however large."""

MAX_REPETITIONS = 200
"""Rows of a GETBULK that are answered; RFC 3416 lets an agent answer fewer than were asked for."""

HEADER = 60
"""Octets that an answer takes besides its variables and the community."""

RESPONSE = 0xA2
NO_SUCH_OBJECT, END_OF_MIB_VIEW = 0x80, 0x82
TOO_BIG, NO_SUCH_NAME = 1, 2
V1, V2C = 0, 1


class Kind(StrEnum):
    """What a datagram asked for."""

    GET = "get"
    GETNEXT = "getnext"
    GETBULK = "getbulk"
    SET = "set"
    OTHER_PDU = "other PDU"
    OTHER_COMMUNITY = "other community"
    OTHER_VERSION = "other version"
    MALFORMED = "malformed"


PDUS = {0xA0: Kind.GET, 0xA1: Kind.GETNEXT, 0xA3: Kind.SET, 0xA5: Kind.GETBULK}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `first` and `second` are the fields behind the request's number: non-repeaters and
    max-repetitions of a GETBULK."""

    kind: Kind
    version: int
    number: bytes
    first: int
    second: int
    names: tuple[Arcs, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    varbinds: tuple[bytes, ...]
    error: int = 0
    place: int = 0


def respond(recording: Recording, datagram: bytes, community: bytes) -> tuple[Kind, bytes | None]:
    """What the datagram asked for, and the answer, None where there is none."""
    try:
        request = _request_in(datagram, community)
    except ValueError:
        return Kind.MALFORMED, None
    if not isinstance(request, Request):
        return request, None
    room = MAX_OCTETS - HEADER - len(community)
    match request.kind:
        case Kind.GET:
            answer = _whole(request, _get(recording, request), room)
        case Kind.GETNEXT:
            answer = _whole(request, _get_next(recording, request), room)
        case Kind.GETBULK if request.version == V2C:
            answer = _Answer(tuple(_fitting(_get_bulk(recording, request), room)))
        case _:
            return request.kind, None
    return request.kind, _message(request, community, answer)


def _request_in(datagram: bytes, community: bytes) -> Request | Kind:
    ((_, message),) = decode(datagram)
    (_, version), (_, offered), (tag, body), *_ = (*decode(message), (0, b""), (0, b""), (0, b""))
    if int.from_bytes(version, "big") not in (V1, V2C):
        return Kind.OTHER_VERSION
    if offered != community:
        return Kind.OTHER_COMMUNITY
    if tag not in PDUS:
        return Kind.OTHER_PDU
    (_, number), (_, first), (_, second), (_, varbinds) = decode(body)
    names = tuple(arcs_of(next(decode(varbind))[1]) for _, varbind in decode(varbinds))
    once, most = (int.from_bytes(field, "big", signed=True) for field in (first, second))
    return Request(PDUS[tag], int.from_bytes(version, "big"), number, once, most, names)


def _get(recording: Recording, request: Request) -> Iterator[bytes | None]:
    for name in request.names:
        variable = recording.get(name)
        if variable and _is_visible(variable, request.version):
            yield _varbind(variable)
        else:
            yield None if request.version == V1 else _without_value(object_identifier(name), NO_SUCH_OBJECT)


def _get_next(recording: Recording, request: Request) -> Iterator[bytes | None]:
    for name in request.names:
        variable = next((each for each in recording.after(name) if _is_visible(each, request.version)), None)
        if variable:
            yield _varbind(variable)
        else:
            yield None if request.version == V1 else _without_value(object_identifier(name), END_OF_MIB_VIEW)


def _get_bulk(recording: Recording, request: Request) -> Iterator[bytes]:
    once = max(request.first, 0)
    columns = [_column(recording, name) for name in request.names]
    for column in columns[:once]:
        yield next(column)[0]
    for _ in range(min(request.second, MAX_REPETITIONS) if columns[once:] else 0):
        row = [next(column) for column in columns[once:]]
        yield from (varbind for varbind, _ in row)
        if not any(is_value for _, is_value in row):
            return


def _column(recording: Recording, name: Arcs) -> Iterator[tuple[bytes, bool]]:
    """The varbinds that follow a name, and whether each holds a value: behind the last, none does."""
    last = object_identifier(name)
    for variable in recording.after(name):
        yield _varbind(variable), True
        last = variable.name
    while True:
        yield _without_value(last, END_OF_MIB_VIEW), False


def _whole(request: Request, varbinds: Iterable[bytes | None], room: int) -> _Answer:
    """An answer to all names or, as both RFCs have it, an error with the names as they were asked."""
    found = tuple(varbinds)
    asked = tuple(_without_value(object_identifier(name), NULL) for name in request.names)
    if None in found:
        return _Answer(asked, NO_SUCH_NAME, found.index(None) + 1)
    values = tuple(filter(None, found))
    if len(values) > 1 and sum(map(len, values)) > room:
        return _Answer(() if request.version == V2C else asked, TOO_BIG)
    return _Answer(values)


def _fitting(varbinds: Iterator[bytes], room: int) -> Iterator[bytes]:
    """As many as fit, at least one."""
    for first in islice(varbinds, 1):
        room -= len(first)
        yield first
    for varbind in varbinds:
        room -= len(varbind)
        if room < 0:
            return
        yield varbind


def _is_visible(variable: Variable, version: int) -> bool:
    """SNMPv1 has no Counter64; an agent leaves such variables out (RFC 3584, section 4.2.2.1)."""
    return version != V1 or variable.tag != COUNTER64


def _varbind(variable: Variable) -> bytes:
    return encode(SEQUENCE, encode(OBJECT_IDENTIFIER, variable.name) + encode(variable.tag, variable.body))


def _without_value(name: bytes, tag: int) -> bytes:
    return encode(SEQUENCE, encode(OBJECT_IDENTIFIER, name) + encode(tag, b""))


def _message(request: Request, community: bytes, answer: _Answer) -> bytes:
    fields: Sequence[bytes] = (request.number, integer(answer.error), integer(answer.place))
    varbinds = encode(SEQUENCE, b"".join(answer.varbinds))
    pdu = encode(RESPONSE, b"".join(encode(INTEGER, field) for field in fields) + varbinds)
    return encode(SEQUENCE, encode(INTEGER, integer(request.version)) + encode(OCTET_STRING, community) + pdu)
