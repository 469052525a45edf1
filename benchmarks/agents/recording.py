"""A recording as an agent serves it: its variables in the order of their object identifiers, read when asked for.

The largest public recordings hold millions of values. So a recording is put in order once, on disk, by sort(1), and
found in by bisection over the octets of the file, which are read from the disk beforehand: an agent that waits for a
disk looks silent to a scan.
"""

import mmap
import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address
from pathlib import Path

from benchmarks.agents.ber import (
    INTEGER,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    Arcs,
    integer,
    object_identifier,
    object_identifier_of,
)

READABLE = r"s/^\.?([0-9]+(\.[0-9]+)+\|)/\1/p"
"""The lines that hold a variable, without a leading dot; comments and junk are left out."""

MAX_IN_MEMORY = 1 << 18
"""Octets of a recording that is read whole, which saves a file descriptor."""

MAX_OCTETS = 60_000
"""Octets of the largest value that is served: a datagram holds 65,507."""

IP_ADDRESS, COUNTER32, GAUGE32, TIME_TICKS, OPAQUE, COUNTER64 = 64, 65, 66, 67, 68, 70
"""The application tags of SNMP (RFC 2578), which .snmprec files write as decimal numbers."""

BITS = {COUNTER32: 32, GAUGE32: 32, TIME_TICKS: 32, COUNTER64: 64}
"""The unsigned types, and how wide they are."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable in BER: the contents of its name, and the tag and contents of its value."""

    name: bytes
    tag: int
    body: bytes


def put_in_order(recordings: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Copies of .snmprec files below a new folder, by label: in the order of their object identifiers, the first of
    equal ones alone. Raises CalledProcessError."""
    ordered = {label: folder / f"{label}.snmprec" for label in recordings}
    for path in ordered.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(_order, recordings.values(), ordered.values()):
            pass
    return ordered


class Recording:
    """The variables of one file that put_in_order wrote."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size <= MAX_IN_MEMORY:
            self._data: bytes | mmap.mmap = path.read_bytes()
        else:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED | mmap.MAP_POPULATE, mmap.PROT_READ)

    def get(self, arcs: Arcs) -> Variable | None:
        """The variable with this object identifier."""
        variable = next(self._from(self._bisect(arcs, after=False)), None)
        return variable if variable and variable.name == object_identifier(arcs) else None

    def after(self, arcs: Arcs) -> Iterator[Variable]:
        """The variables that follow an object identifier, in order."""
        return self._from(self._bisect(arcs, after=True))

    def _from(self, start: int) -> Iterator[Variable]:
        while start < len(self._data):
            end = self._end(start)
            variable = variable_in(self._data[start:end])
            if variable:
                yield variable
            start = end + 1

    def _bisect(self, arcs: Arcs, after: bool) -> int:
        """Where the first line begins whose object identifier is `arcs` or follows it; with `after`, follows it."""
        low, high = 0, len(self._data)
        while low < high:
            start = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._end(start)
            here = _arcs(self._data[start : self._data.find(b"|", start, end)])
            if here < arcs or (after and here == arcs):
                low = end + 1
            else:
                high = start
        return low

    def _end(self, start: int) -> int:
        end = self._data.find(b"\n", start)
        return len(self._data) if end < 0 else end


def variable_in(line: bytes) -> Variable | None:
    """The variable of one line, `OID|tag|value`; None where its value is none of its type. What `kitscan import` reads
    there is what an agent serves: a text that a module of snmpsim would vary (`4:writecache`) is served as written. A
    number that one would vary (`2:numeric`) has no value of its own, and is served as 0."""
    oid, tag, value = (*line.rstrip(b"\r").split(b"|", 2), b"", b"")[:3]
    try:
        form = _form(tag)
        body = _body(form, _octets(form, value))
        return Variable(object_identifier_of(oid), form.tag, body) if len(body) <= MAX_OCTETS else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Form:
    """How a value is written: its tag, whether in hexadecimal or with escapes, and whether a module varies it."""

    tag: int
    letter: bytes
    is_varied: bool


@lru_cache
def _form(tag: bytes) -> _Form:
    kind, varied, _ = tag.strip().partition(b":")
    number = kind.rstrip(b"xe")
    return _Form(int(number), kind[len(number) :], bool(varied))


def _body(form: _Form, octets: bytes) -> bytes:
    """The contents of a value. Raises ValueError."""
    tag = form.tag
    if tag in (OCTET_STRING, OPAQUE):
        return octets
    if tag == NULL:
        return b""
    if tag == OBJECT_IDENTIFIER:
        return object_identifier_of(octets.strip().strip(b"."))
    if tag == IP_ADDRESS:
        return octets if form.letter else IPv4Address(octets.decode("ascii").strip()).packed
    number = 0 if form.is_varied else int(octets)
    if tag == INTEGER:
        return integer(number)
    if tag in BITS:
        return integer(number & (1 << BITS[tag]) - 1)
    raise ValueError("no tag of SNMP")


def _octets(form: _Form, value: bytes) -> bytes:
    if form.letter == b"x":
        return bytes.fromhex(value.decode("ascii").strip().removeprefix("0x"))
    if form.letter == b"e":
        return value.decode("unicode_escape").encode("latin-1")
    return value


def _arcs(text: bytes) -> Arcs:
    return tuple(map(int, text.split(b".")))


def _order(recording: Path, ordered: Path) -> None:
    lines = ("sed", "-nE", READABLE, str(recording))
    order = ("sort", "-s", "-u", "-V", "-t|", "-k1,1", "-S", "256M", "--parallel=1", "-T", str(ordered.parent))
    environment = {**os.environ, "LC_ALL": "C"}
    with ordered.open("wb") as out, subprocess.Popen(lines, env=environment, stdout=subprocess.PIPE) as readable:
        subprocess.run(order, stdin=readable.stdout, stdout=out, env=environment, check=True)
    if readable.returncode:
        raise subprocess.CalledProcessError(readable.returncode, lines)
