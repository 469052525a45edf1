"""Variables of SNMP messages as octets and back (RFC 3416 section 3). Walks are made of them, so reading is quick."""

from itertools import repeat
from typing import NamedTuple

from scanner.protocols.snmp.message import ber
from scanner.protocols.snmp.message.ber import DecodeError, Oid, Syntax


class Varbind(NamedTuple):
    """One variable: its OID, its type, and its value as it is kept (see `ber.value`). A tuple because a big walk makes
    tens of thousands."""

    oid: Oid
    syntax: Syntax = Syntax.NULL
    value: str = ""

    @property
    def is_exception(self) -> bool:
        """Whether it says that there is nothing here, or nothing further on (RFC 3416 section 4.2)."""
        return self.syntax in ber.EXCEPTIONS


def encode_variable(varbind: Varbind) -> bytes:
    """A variable with its value. Raises ValueError where the value does not fit its type."""
    name = ber.tlv(Syntax.OBJECT_ID, ber.oid_content(varbind.oid))
    return ber.tlv(ber.SEQUENCE, name + ber.tlv(varbind.syntax, ber.value_content(varbind.syntax, varbind.value)))


def read_variables(data: bytes, at: int, end: int) -> list[Varbind]:
    """The variables between two places: the common ones in one go, and each other one by itself."""
    varbinds: list[Varbind] = []
    said = data.decode("latin-1")
    while at < end:
        found: list[tuple[Oid, Syntax, str]] = []
        at = _read_common(data, said, at, end, found)
        varbinds += map(tuple.__new__, repeat(Varbind), found)
        if at < end:
            varbind, at = _read_variable(data, at, end)
            varbinds.append(varbind)
    return varbinds


def _read_common(data: bytes, said: str, at: int, end: int, found: list[tuple[Oid, Syntax, str]]) -> int:
    """Read variables whose lengths all have one octet, their heads by memory, until one is not so; where that begins.
    `said` is all of `data` as text. Most of a walk's time is spent here, so each is read in line."""
    heads, readers, integers = _HEADS, ber.READERS, ber.ONE_OCTET_INTEGERS
    octets, integer, add = Syntax.OCTETS, Syntax.INTEGER, found.append
    try:
        while at < end:
            middle = at + 4 + data[at + 3]
            arcs, base, size = heads[data[at : middle - 1]]
            last, tag, start, stop = data[middle - 1], data[middle], middle + 2, at + size
            if start + data[middle + 1] != stop or stop > end or last > 0x7F:
                return at
            name = arcs + (base + last,)  # noqa: RUF005 - unpacking takes three times as long
            if tag == 0x04:
                add((name, octets, said[start:stop]))
            elif tag == 0x02 and stop - start == 1:
                add((name, integer, integers[data[start]]))
            else:
                syntax, read = readers[tag] or ber.no_type(tag)
                add((name, syntax, read(data[start:stop])))
            at = stop
    except IndexError:
        pass  # it ends inside a variable, which says so when it is read by itself
    return at


Head = tuple[Oid, int, int]
"""What the rows of a column begin with: the arcs before the last one, what the octet of that one is to be added to, and
the octets of the whole variable."""

_UNCOMMON: Head = (), 0, 0
"""The head of a variable that is longer than others are, or none."""

MAX_HEADS = 4_096
"""Heads that are remembered: some 2 MB. A lying device can fill them, and then all are learned again."""


class _Heads(dict[bytes, Head]):
    """Heads by what a variable begins with, up to the last octet of its name."""

    def __missing__(self, octets: bytes) -> Head:
        if len(self) >= MAX_HEADS:
            self.clear()
        head = self[octets] = _head(octets)
        return head


_HEADS = _Heads()


def _head(octets: bytes) -> Head:
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
    return Varbind(name, *ber.value(tag, data[start:at])), stop
