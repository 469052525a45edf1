"""The part of BER that SNMP uses (X.690, RFC 3417 section 8): lengths, integers, object identifiers and SMI values.

Every reader takes octets and bounds, never reads outside them, and raises DecodeError for what it does not accept:
indefinite lengths, lengths beyond four octets, arcs over 32 bits, more than 128 arcs (RFC 2578 section 3.5).
"""

from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import NoReturn

from fingerprints.model.errors import KitscanError

Oid = tuple[int, ...]
"""An object identifier. Tuples compare in the lexicographic order of a walk."""

SEQUENCE = 0x30

MAX_ARCS = 128
MAX_ARC = 0xFFFF_FFFF


class DecodeError(KitscanError):
    """Octets that are no SNMP message. The text never quotes the sender."""


class Syntax(IntEnum):
    """The tag of a value (RFC 2578 section 7.1, RFC 1155, RFC 3416 for the three exceptions)."""

    INTEGER = 0x02
    OCTETS = 0x04
    NULL = 0x05
    OBJECT_ID = 0x06
    IP_ADDRESS = 0x40
    COUNTER32 = 0x41
    GAUGE32 = 0x42
    TIME_TICKS = 0x43
    OPAQUE = 0x44
    NSAP = 0x45
    COUNTER64 = 0x46
    UINTEGER32 = 0x47
    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB_VIEW = 0x82


EXCEPTIONS = frozenset({Syntax.NO_SUCH_OBJECT, Syntax.NO_SUCH_INSTANCE, Syntax.END_OF_MIB_VIEW})

_OCTETS = frozenset({Syntax.OCTETS, Syntax.OPAQUE, Syntax.NSAP})
_EMPTY = frozenset({Syntax.NULL, *EXCEPTIONS})
_UNSIGNED32 = frozenset({Syntax.COUNTER32, Syntax.GAUGE32, Syntax.TIME_TICKS, Syntax.UINTEGER32})
_NUMBERS = frozenset({Syntax.INTEGER, Syntax.COUNTER64, *_UNSIGNED32})


def oid_of(text: str) -> Oid:
    """`1.3.6.1` as numbers. Raises ValueError for anything else."""
    return tuple(map(int, text.split(".")))


def dotted(oid: Oid) -> str:
    """An object identifier as `1.3.6.1`."""
    return ".".join(map(str, oid))


def read_header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """The tag at `at`, and where its content starts and stops."""
    if at + 2 > end:
        raise DecodeError("the message ends inside a header")
    tag, length = data[at], data[at + 1]
    at += 2
    if length > 0x7F:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > end:
            raise DecodeError("a length is indefinite or too long")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + length > end:
        raise DecodeError("a length reaches beyond what holds it")
    return tag, at, at + length


def read_content(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """As `read_header`, for an expected tag: start and stop of the content."""
    actual, start, stop = read_header(data, at, end)
    if actual != tag:
        raise DecodeError(f"tag {actual:#04x} stands where {tag:#04x} belongs")
    return start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """An INTEGER of 32 bits and where it stops."""
    start, stop = read_content(data, at, end, Syntax.INTEGER)
    number = integer(data[start:stop])
    if not -0x8000_0000 <= number <= 0x7FFF_FFFF:
        raise DecodeError("an integer of the message has more than 32 bits")
    return number, stop


def read_octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """An OCTET STRING and where it stops."""
    start, stop = read_content(data, at, end, Syntax.OCTETS)
    return data[start:stop], stop


def integer(content: bytes) -> int:
    """The number in the content of an INTEGER of at most 64 bits. Empty content is 0, as for other managers."""
    if len(content) > 9:
        raise DecodeError("a number has more than 64 bits")
    return int.from_bytes(content, "big", signed=True)


def oid(content: bytes) -> Oid:
    """The arcs in the content of an OBJECT IDENTIFIER. Empty content is 0.0, which some agents mean by it."""
    if not content:
        return (0, 0)
    arcs: Oid | list[int] = tuple(content) if content.isascii() else _long_arcs(content)
    if len(arcs) >= MAX_ARCS:
        raise DecodeError("an object identifier has more than 128 arcs")
    first = arcs[0]
    root = min(first // 40, 2)
    return (root, first - 40 * root, *arcs[1:])


def _long_arcs(content: bytes) -> list[int]:
    arcs: list[int] = []
    arc, fresh = 0, True
    for octet in content:
        if fresh and octet == 0x80:
            raise DecodeError("an arc is padded")
        arc = arc << 7 | octet & 0x7F
        fresh = octet < 0x80
        if fresh:
            arcs.append(arc)
            arc = 0
        elif arc > MAX_ARC:
            raise DecodeError("an arc has more than 32 bits")
    if not fresh or max(arcs[1:], default=0) > MAX_ARC:
        raise DecodeError("an arc is cut off or has more than 32 bits")
    return arcs


def value(tag: int, content: bytes) -> tuple[Syntax, str]:
    """A value as text: octets one character each, numbers in decimal, object identifiers and addresses dotted.

    An unsigned number in four octets with the top bit set is read as unsigned: agents often forget the leading zero,
    and negative counters do not exist.
    """
    syntax, read = READERS[tag] or raise_unknown_tag(tag)
    return syntax, read(content)


def raise_unknown_tag(tag: int) -> NoReturn:
    """Raise DecodeError: no value has this tag."""
    raise DecodeError(f"tag {tag:#04x} is no SMI type")


def _octets_text(content: bytes) -> str:
    return content.decode("latin-1")


def _integer_text(content: bytes) -> str:
    return str(integer(content))


def _unsigned32_text(content: bytes) -> str:
    number = _unsigned(content)
    if number > 0xFFFF_FFFF:
        raise DecodeError("a 32-bit number has more than 32 bits")
    return str(number)


def _unsigned64_text(content: bytes) -> str:
    return str(_unsigned(content))


def _unsigned(content: bytes) -> int:
    number = integer(content)
    return number if number >= 0 else number + (1 << 8 * len(content))


@lru_cache(1_024)
def _oid_text(content: bytes) -> str:
    return dotted(oid(content))


def _address_text(content: bytes) -> str:
    if len(content) != 4:
        raise DecodeError("an IpAddress has not four octets")
    return "%d.%d.%d.%d" % tuple(content)  # noqa: UP031 - twice as fast, and there are thousands in an ARP table


def _empty_text(content: bytes) -> str:
    if content:
        raise DecodeError("an empty value has content")
    return ""


_KNOWN = {
    int(syntax): (syntax, read)
    for read, syntaxes in (
        (_octets_text, _OCTETS),
        (_integer_text, (Syntax.INTEGER,)),
        (_unsigned32_text, _UNSIGNED32),
        (_unsigned64_text, (Syntax.COUNTER64,)),
        (_oid_text, (Syntax.OBJECT_ID,)),
        (_address_text, (Syntax.IP_ADDRESS,)),
        (_empty_text, _EMPTY),
    )
    for syntax in syntaxes
}

READERS: tuple[tuple[Syntax, Callable[[bytes], str]] | None, ...] = tuple(map(_KNOWN.get, range(256)))
"""For each tag its type and the reader of its content, or None if it is no SMI type."""

ONE_OCTET_INTEGERS = tuple(_integer_text(bytes((octet,))) for octet in range(256))
"""The texts of INTEGERs of one octet, the most common ones."""


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, shortest length, content."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def integer_content(number: int) -> bytes:
    """The shortest two's complement of a number."""
    magnitude = number if number >= 0 else ~number
    return number.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)


def oid_content(arcs: Oid) -> bytes:
    """The content of an OBJECT IDENTIFIER. Raises ValueError for what cannot be one."""
    if not 2 <= len(arcs) <= MAX_ARCS or arcs[0] > 2 or (arcs[0] < 2 and arcs[1] > 39):
        raise ValueError("no object identifier")
    folded = (arcs[0] * 40 + arcs[1], *arcs[2:])
    return bytes(folded) if max(folded) < 0x80 else b"".join(map(arc_content, folded))


def arc_content(arc: int) -> bytes:
    """One arc, seven bits an octet."""
    if arc < 0x80:
        return _ONE_OCTET[arc]
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(arc & 0x7F | 0x80)
    return bytes(reversed(octets))


_ONE_OCTET = tuple(bytes((arc,)) for arc in range(0x80))


def value_content(syntax: Syntax, text: str) -> bytes:
    """The content of a value given as text, the reverse of `value`. Raises ValueError if it does not fit its type."""
    if syntax in _OCTETS:
        return text.encode("latin-1")
    if syntax in _NUMBERS:
        return integer_content(int(text))
    if syntax is Syntax.OBJECT_ID:
        return oid_content(oid_of(text))
    return bytes(oid_of(text)) if syntax is Syntax.IP_ADDRESS else b""
