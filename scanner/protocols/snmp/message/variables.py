"""Variable bindings of SNMP messages, encoded and decoded (RFC 3416 section 3). Walks need fast decoding."""

from itertools import repeat
from typing import NamedTuple

from scanner.protocols.snmp.message import ber
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax


class Varbind(NamedTuple):
    """One variable: its OID, its type, and its value as text (see `ber.value`). A tuple, because a big walk makes tens
    of thousands."""

    oid: Oid
    syntax: Syntax = Syntax.NULL
    value: str = ""

    @property
    def is_exception(self) -> bool:
        """True if it says that there is no such variable, or none after it (RFC 3416 section 4.2)."""
        return self.syntax in ber.EXCEPTIONS


def encode_variable(varbind: Varbind) -> bytes:
    """A variable with its value. Raises ValueError if the value does not fit its type."""
    name = ber.tlv(Syntax.OBJECT_ID, ber.oid_content(varbind.oid))
    return ber.tlv(ber.SEQUENCE, name + ber.tlv(varbind.syntax, ber.value_content(varbind.syntax, varbind.value)))


def read_variables(data: bytes, at: int, end: int) -> list[Varbind]:
    """The variables between two offsets: runs of common ones together, each other one by itself. A value that does not
    fit its type, as an IpAddress without octets, reads as NULL: one bad value must not cost the others."""
    varbinds: list[Varbind] = []
    text = data.decode("latin-1")
    while at < end:
        common: list[tuple[Oid, Syntax, str]] = []
        at = _read_common(data, text, at, end, common)
        varbinds += map(tuple.__new__, repeat(Varbind), common)
        if at < end:
            varbind, at = _read_variable(data, at, end)
            varbinds.append(varbind)
    return varbinds


def _read_common(data: bytes, text: str, at: int, end: int, common: list[tuple[Oid, Syntax, str]]) -> int:
    """Read variables whose lengths all have one octet, with cached heads, and return the offset of the first other one.
    `text` is all of `data` as text. Most of a walk's time is spent here, so each variable is read inline."""
    heads, readers, integers = _HEADS, ber.READERS, ber.ONE_OCTET_INTEGERS
    octets, integer, add = Syntax.OCTETS, Syntax.INTEGER, common.append
    try:
        while at < end:
            middle = at + 4 + data[at + 3]
            arcs, base, size = heads[data[at : middle - 1]]
            last, tag, start, stop = data[middle - 1], data[middle], middle + 2, at + size
            if start + data[middle + 1] != stop or stop > end or last > 0x7F:
                return at
            name = arcs + (base + last,)  # noqa: RUF005 - unpacking takes three times as long
            if tag == 0x04:
                add((name, octets, text[start:stop]))
            elif tag == 0x02 and stop - start == 1:
                add((name, integer, integers[data[start]]))
            else:
                syntax, read = readers[tag] or ber.raise_unknown_tag(tag)
                add((name, syntax, read(data[start:stop])))
            at = stop
    except (IndexError, DecodeError):
        pass  # the message ends inside a variable, or a value is bad: what reads it by itself decides
    return at


ColumnHead = tuple[Oid, int, int]
"""The start of a column's rows: the arcs before the last one, the number that the last one's octet is added to, and the
octets of the whole variable."""

_UNCOMMON: ColumnHead = (), 0, 0
"""The head of a variable that is too long for the fast path, or malformed."""

MAX_HEADS = 4_096
"""Cached heads, some 2 MB. If a hostile device fills the cache, it starts anew."""


class _HeadCache(dict[bytes, ColumnHead]):
    """Heads by the octets of a variable up to the last octet of its name. A dict, because each variable is looked
    up once, and a hit takes half as long as in `functools.lru_cache`."""

    def __missing__(self, octets: bytes) -> ColumnHead:
        if len(self) >= MAX_HEADS:
            self.clear()
        head = self[octets] = _head(octets)
        return head


_HEADS = _HeadCache()


def _head(octets: bytes) -> ColumnHead:
    if len(octets) < 5 or octets[0] != ber.SEQUENCE or octets[1] > 0x7F or octets[2] != 0x06:
        return _UNCOMMON
    if len(octets) != 3 + octets[3] or octets[4] > 0x7F:
        return _UNCOMMON
    arcs = ber.oid(octets[4:] + b"\0")
    return arcs[:-1], arcs[-1], 2 + octets[1]


def _read_variable(data: bytes, at: int, end: int) -> tuple[Varbind, int]:
    at, stop = ber.read_content(data, at, end, ber.SEQUENCE)
    start, at = ber.read_content(data, at, stop, Syntax.OBJECT_ID)
    name = ber.oid(data[start:at])
    tag, start, at = ber.read_header(data, at, stop)
    if at != stop:
        raise DecodeError("a variable has more than a name and a value")
    try:
        return Varbind(name, *ber.value(tag, data[start:at])), stop
    except DecodeError:
        return Varbind(name), stop
