r"""The walked values of a device file: one line a value, `OID|TAG|VALUE`, as snmpsim's .snmprec files have them.

The tag is the number of the type (RFC 2578): 2 Integer32, 4 OCTET STRING, 6 OBJECT IDENTIFIER, 64 IpAddress, 65
Counter32, 66 Gauge32, 67 TimeTicks, 68 Opaque, 70 Counter64. An `x` behind it says that the value is in hexadecimal,
an `e` that `\n`, `\r`, `\t` and `\\` stand for the end of a line and so on.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from itertools import pairwise

from pydantic_core import PydanticCustomError

from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind

Walk = tuple[Varbind, ...]
"""Walked values in the order of their OIDs."""

MAX_ARC = 0xFFFFFFFF
"""The largest arc of an OID (RFC 2578 section 3.5)."""

MAX_ARCS = 128

_TAGS = {
    str(syntax.value): syntax
    for syntax in (
        Syntax.INTEGER,
        Syntax.OCTETS,
        Syntax.NULL,
        Syntax.OBJECT_ID,
        Syntax.IP_ADDRESS,
        Syntax.COUNTER32,
        Syntax.GAUGE32,
        Syntax.TIME_TICKS,
        Syntax.OPAQUE,
        Syntax.COUNTER64,
    )
}
_LIMITS = {
    Syntax.INTEGER: (-(1 << 31), (1 << 31) - 1),
    Syntax.COUNTER32: (0, MAX_ARC),
    Syntax.GAUGE32: (0, MAX_ARC),
    Syntax.TIME_TICKS: (0, MAX_ARC),
    Syntax.COUNTER64: (0, (1 << 64) - 1),
}
_HEXADECIMAL, _ESCAPED = "x", "e"
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MEANT = {escape: letter for letter, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:.|$)", re.DOTALL)
_TEXTS = frozenset({Syntax.OCTETS, Syntax.OPAQUE})


class _LineError(ValueError):
    """A line breaks the format; the text says how, and quotes no value."""


def parse_walk(text: object) -> Walk:
    """The values of a `walk` block, for pydantic. Raises PydanticCustomError, which names the line within the block."""
    if not isinstance(text, str):
        raise PydanticCustomError("hidden_value", "a block of lines such as 1.3.6.1.2.1.1.1.0|4|text")
    varbinds: list[Varbind] = []
    before: Oid = ()
    in_order = True
    for number, line in enumerate(text.split("\n"), 1):
        if line and line[0] != "#":
            try:
                varbind = _varbind(line)
            except _LineError as error:
                raise PydanticCustomError(
                    "hidden_value",
                    "OID|TAG|VALUE; line {number} of the block {problem}",
                    {"number": number, "problem": str(error)},
                ) from error
            varbinds.append(varbind)
            in_order = in_order and before < varbind.oid
            before = varbind.oid
    return tuple(varbinds) if in_order else _sorted(varbinds)


def _sorted(varbinds: list[Varbind]) -> Walk:
    varbinds.sort(key=lambda varbind: varbind.oid)
    for one, other in pairwise(varbinds):
        if one.oid == other.oid:
            oid = ".".join(map(str, one.oid))
            raise PydanticCustomError("hidden_value", "each object once; {oid} stands in the block twice", {"oid": oid})
    return tuple(varbinds)


def _varbind(line: str) -> Varbind:
    oid, bar, rest = line.partition("|")
    tag, second_bar, value = rest.partition("|")
    if not bar or not second_bar:
        raise _LineError("has no two bars")
    syntax = _TAGS.get(tag.rstrip(_HEXADECIMAL + _ESCAPED))
    if syntax is None:
        raise _LineError("has an unknown tag; expected one of " + ", ".join(_TAGS))
    if tag.endswith(_HEXADECIMAL):
        return Varbind(_oid(oid), syntax, _from_hexadecimal(syntax, value))
    if syntax in _TEXTS:
        value = _unescaped(value) if tag.endswith(_ESCAPED) else value
        return Varbind(_oid(oid), syntax, value if value.isascii() else value.encode().decode("latin-1"))
    _check(syntax, value)
    return Varbind(_oid(oid), syntax, value)


def _oid(text: str) -> Oid:
    try:
        oid = tuple(map(int, text.split(".")))
    except ValueError as error:
        raise _LineError("does not begin with an object identifier") from error
    lawful = 1 < len(oid) <= MAX_ARCS and oid[0] < 3 and (oid[0] == 2 or oid[1] < 40)
    if not lawful or min(oid) < 0 or max(oid) > MAX_ARC:
        raise _LineError("begins with no lawful object identifier")
    return oid


def _check(syntax: Syntax, value: str) -> None:
    limits = _LIMITS.get(syntax)
    try:
        if limits is not None:
            fits = limits[0] <= int(value) <= limits[1]
        elif syntax is Syntax.OBJECT_ID:
            fits = bool(_oid(value))
        else:
            fits = bool(IPv4Address(value)) if syntax is Syntax.IP_ADDRESS else not value
    except ValueError:
        fits = False
    if not fits:
        raise _LineError(f"has a value that is no {syntax.name.replace('_', ' ').lower()}")


def _from_hexadecimal(syntax: Syntax, value: str) -> str:
    try:
        octets = bytes.fromhex(value)
    except ValueError as error:
        raise _LineError("has a value that is not hexadecimal") from error
    if syntax is Syntax.IP_ADDRESS and len(octets) == 4:
        return str(IPv4Address(octets))
    if syntax not in _TEXTS:
        raise _LineError("has a number in hexadecimal; only texts and addresses are written so")
    return octets.decode("latin-1")


def _unescaped(value: str) -> str:
    try:
        return _ESCAPE.sub(lambda escape: _MEANT[escape.group()], value)
    except KeyError as error:
        raise _LineError("has an escape that is not one of " + " ".join(_MEANT)) from error


def walk_lines(varbinds: Iterable[Varbind]) -> Iterator[str]:
    """The lines that `parse_walk` reads as these values. What is no ASCII text is written in
    hexadecimal."""
    for varbind in varbinds:
        value, mark = varbind.value, ""
        if varbind.syntax in _TEXTS and not _is_plain(value):
            value, mark = _escaped(value)
        yield f"{'.'.join(map(str, varbind.oid))}|{varbind.syntax.value}{mark}|{value}"


def _escaped(value: str) -> tuple[str, str]:
    """A text in one line with what marks it: several lines with escapes, other octets in hexadecimal."""
    shown = "".join(_ESCAPES.get(letter, letter) for letter in value)
    if _is_plain(shown):
        return shown, _ESCAPED
    return value.encode("latin-1").hex(), _HEXADECIMAL


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
