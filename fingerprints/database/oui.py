"""Finds the organisation behind a MAC address by its longest IEEE prefix (24, 28 or 36 bits), and the kind of the
address.

The organisation bought the block; that does not make it the maker of the device. Locally administered, gateway and
hypervisor addresses name nobody: call `kind_of` first.
"""

import gzip
import sys
from array import array
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

DATA = Path(__file__).parents[1] / "data" / "oui"
PREFIXES = "prefixes.gz"
SPECIAL = "special.tsv"
MAGIC: Final = b"kitscan-oui 1"
NOBODY: Final = frozenset({b"IEEE Registration Authority", b"Private"})
"""Names in IEEE's lists that are no organisation: a block split into smaller ones, and buyers who hide their name."""


class MacKind(StrEnum):
    """The kind of a MAC address. Only a UNIVERSAL one names an organisation."""

    UNIVERSAL = "universal"
    LOCAL = "local"
    """The second lowest bit of the first octet is set (IEEE 802 clause 8.2): chosen by software."""
    GROUP = "group"
    """The lowest bit of the first octet is set: multicast or broadcast, not the address of a station."""
    VIRTUAL_GATEWAY = "virtual-gateway"
    """VRRP, HSRP, GLBP, an anycast gateway: one address that several routers share."""
    HYPERVISOR = "hypervisor"
    """The card of a virtual machine."""
    PLACEHOLDER = "placeholder"
    """All zeros, all ones, or in a block in which only wrong or unset addresses occur."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation that registered a block: its name as IEEE spells it, and the block as 6, 7 or 9 hexadecimal
    digits."""

    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class OuiTables:
    """The prefixes of one snapshot: one table a width, from prefix to index of `names`, which are UTF-8."""

    of_24: dict[int, int]
    of_28: dict[int, int]
    of_36: dict[int, int]
    names: list[bytes]


class OuiRegistry:
    """The prefix table of one snapshot. Threads may share it: it only ever adds cached answers."""

    __slots__ = ("_lengths", "_nobody", "_parts", "_special", "_special_blocks", "_tables", "_whole")

    def __init__(self, tables: OuiTables, special: dict[str, MacKind]) -> None:
        self._tables = tables
        self._nobody = {number for number, name in enumerate(tables.names) if name in NOBODY}
        self._special = special
        self._special_blocks = {bytes.fromhex(digits[:6]) for digits in special}
        self._lengths = sorted({len(digits) for digits in special}, reverse=True)
        self._whole: dict[bytes, Organisation | None] = {}
        self._parts: dict[bytes, tuple[int, dict[int, Organisation | None]]] = {
            **{prefix.to_bytes(3, "big"): (20, {}) for prefix in {part >> 4 for part in tables.of_28}},
            **{prefix.to_bytes(3, "big"): (12, {}) for prefix in {part >> 12 for part in tables.of_36}},
        }

    def lookup(self, mac: bytes) -> Organisation | None:
        """The organisation with the longest prefix of a six-octet address. None for an unassigned or nameless block,
        and if `mac` is not six octets. `kind_of` says whether the organisation means anything."""
        if len(mac) != 6:
            return None
        head = mac[:3]
        if head in self._whole:  # a scan sees the same few blocks again and again
            return self._whole[head]
        if head in self._parts:
            shift, given = self._parts[head]
            part = int.from_bytes(mac, "big") >> shift
            return given[part] if part in given else self._longest(int.from_bytes(mac, "big"), part, given)
        key = int.from_bytes(head, "big")
        number = self._tables.of_24.get(key)
        if number is None:
            return None
        return self._whole.setdefault(head, self._organisation(number, f"{key:06X}"))

    def deciding(self, mac: bytes) -> bytes:
        """The part of a six-octet address that decides whom it names: the first three octets if that block is neither
        split nor special, else the whole address."""
        head = mac[:3]
        return mac if head in self._parts or head in self._special_blocks else head

    def kind_of(self, mac: bytes) -> MacKind:
        """The kind of an address. Anything but six octets is a placeholder."""
        if len(mac) != 6:
            return MacKind.PLACEHOLDER
        if mac[:3] in self._special_blocks:
            digits = mac.hex()
            for length in self._lengths:
                kind = self._special.get(digits[:length])
                if kind is not None:
                    return kind
        if mac[0] & 1:
            return MacKind.GROUP
        return MacKind.LOCAL if mac[0] & 2 else MacKind.UNIVERSAL

    def _longest(self, address: int, part: int, given: dict[int, Organisation | None]) -> Organisation | None:
        """For a split 24-bit block, the holder of the part, else of the whole. The answer is cached in `given` if the
        holder is that of `part`: the number of those is bounded."""
        for table, shift, digits in (
            (self._tables.of_36, 12, 9),
            (self._tables.of_28, 20, 7),
            (self._tables.of_24, 24, 6),
        ):
            number = table.get(address >> shift)
            if number is not None:
                organisation = self._organisation(number, f"{address >> shift:0{digits}X}")
                return given.setdefault(part, organisation) if address >> shift == part else organisation
        return None

    def _organisation(self, number: int, prefix: str) -> Organisation | None:
        return None if number in self._nobody else Organisation(self._tables.names[number].decode(), prefix)


def load_registry(folder: Path = DATA) -> OuiRegistry:
    """The prefixes in a folder, by default the shipped ones; its SOURCE.yaml holds their date. The special kinds of
    address always come from the shipped table."""
    return OuiRegistry(read_tables(folder), _special(DATA / SPECIAL))


def read_tables(folder: Path = DATA) -> OuiTables:
    """Only the prefix tables of a folder."""
    return unpacked(gzip.decompress((folder / PREFIXES).read_bytes()))


def packed(organisations: dict[str, str]) -> bytes:
    """The file of a table from upper-case prefixes of 6, 7 or 9 hexadecimal digits and their organisations. `unpacked`
    reads it: a heading, little-endian 64-bit prefixes and 32-bit name numbers by width, then the names, one a line."""
    names = sorted(set(organisations.values()))
    index = {name: number for number, name in enumerate(names)}
    parts: list[bytes] = []
    counts: list[int] = []
    for digits in (6, 7, 9):
        rows = sorted((int(prefix, 16), index[name]) for prefix, name in organisations.items() if len(prefix) == digits)
        counts.append(len(rows))
        parts.append(_little(array("Q", (prefix for prefix, _ in rows))).tobytes())
        parts.append(_little(array("I", (number for _, number in rows))).tobytes())
    heading = b" ".join([MAGIC, *(str(count).encode() for count in counts)]) + b"\n"
    return heading + b"".join(parts) + "\n".join(names).encode()


def unpacked(data: bytes) -> OuiTables:
    """The tables that `packed` wrote. Raises ValueError for anything else."""
    heading, _, body = data.partition(b"\n")
    if not heading.startswith(MAGIC):
        raise ValueError("not a table of MAC prefixes that this version reads")
    tables: list[dict[int, int]] = []
    place = 0
    for count in map(int, heading[len(MAGIC) :].split()):
        prefixes, numbers = array("Q"), array("I")
        prefixes.frombytes(body[place : place + 8 * count])
        numbers.frombytes(body[place + 8 * count : place + 12 * count])
        tables.append(dict(zip(_little(prefixes), _little(numbers), strict=True)))
        place += 12 * count
    of_24, of_28, of_36 = tables
    return OuiTables(of_24, of_28, of_36, body[place:].split(b"\n"))


def _little(values: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _special(path: Path) -> dict[str, MacKind]:
    """The special kinds by prefix, of at least 6 digits."""
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    return {prefix.lower(): MacKind(kind) for prefix, kind, _ in (row.split("\t") for row in rows)}
