"""Junos: the tree of parts in `show chassis hardware`.

The columns are Item, Version, Part number, Serial number and Description (`models` and `clei-models` put the model in
its place), each as wide as the heading says. Items are indented below the one that they are in. A transceiver's place
is `FPC 1/PIC 0/Xcvr 0`, as in `show chassis pic fpc-slot 1 pic-slot 0`: a PIC's number is its own within the FPC,
whatever MIC holds it. A part number of BUILTIN is a part of the one above it, NON-JNPR that of a transceiver of another
maker.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fingerprints.model.component_kind import ComponentKind
from fingerprints.sources.cli.parts.command_part import CommandPart

_HEADING = re.compile(
    r"(?P<item>Item {2,60})(?P<version>Version {1,20})(?P<part>Part number {1,20})"
    r"(?P<serial>(?:Serial|CLEI) (?:number|code) {1,20})(?P<descr>(?:Description|FRU model number)\b)"
)
_CHASSIS = re.compile(r"(?P<name>[a-z]{1,8}\d{1,3}):$")
"""The heading of one chassis of a cluster or a Virtual Chassis: `node0:`, `fpc1:`."""

_ITEM = re.compile(r"(?P<noun>[A-Z][A-Za-z /-]{1,24}?) ?(?P<number>\d{1,3})?$")
_ADAPTERS = frozenset(("MIC", "ADC"))
"""Carriers of PICs that do not count in a PIC's place."""

_POWER = re.compile(r"^(?:P[ESDC]M|PSU|Power)\b")
_BACKPLANE = re.compile(r"(?:Mid|Back)plane|^PMP\b")
_STORAGE = re.compile(r"^(?:ad|da|ada|nvme|usb|sd|DIMM|Disk|SSD)\b|^(?:ad|da|ada|usb)\d")


@dataclass(frozen=True, slots=True)
class HardwareRow:
    """A row: the path of its place, and its texts."""

    path: tuple[str, ...]
    part_number: str
    serial: str
    description: str


def is_chassis_hardware(first: str, second: str) -> bool:
    """True if the first two headings of a table are those of `show chassis hardware`."""
    return first == "Item" and second == "Version"


def chassis_row(lines: Sequence[str]) -> HardwareRow | None:
    """The row of the chassis itself, the first of a cluster's."""
    return next((row for row in hardware_rows(lines) if row.path[-1] == "Chassis"), None)


def hardware_parts(lines: Sequence[str]) -> Iterator[CommandPart]:
    """The parts with a part number or a serial number of their own. Storage and memory are none."""
    for row in hardware_rows(lines):
        item = row.path[-1]
        numbers = {row.part_number, row.serial} - {"", "BUILTIN"}
        if item == "Chassis" or not numbers or _STORAGE.match(item):
            continue
        serial = "" if row.serial == "BUILTIN" else row.serial
        yield CommandPart(_kind(item), "/".join(row.path), row.description, serial)


def hardware_rows(lines: Sequence[str]) -> Iterator[HardwareRow]:
    """The rows below each heading."""
    begins: tuple[int, ...] = ()
    chassis: tuple[str, ...] = ()
    above: list[tuple[int, str]] = []
    for line in lines:
        heading = _HEADING.match(line)
        named = _CHASSIS.match(line)
        if heading is not None:
            begins, above = tuple(heading.start(group) for group in ("version", "part", "serial", "descr")), []
        elif named is not None:
            begins, chassis = (), (named["name"],)
        elif begins and line[:1] not in ("{", "") and not line.startswith("---"):
            texts = _cells(line, begins)
            indent = len(line) - len(line.lstrip())
            above = [(deep, item) for deep, item in above if deep < indent]
            match = _ITEM.match(texts[0])
            if match is not None:
                above.append((indent, texts[0]))
                path = tuple(item for _, item in above if item is texts[0] or item.split(" ")[0] not in _ADAPTERS)
                yield HardwareRow((*chassis, *path), texts[2], texts[3], texts[4])
            elif _STORAGE.match(texts[0]) is None:
                begins = ()


def _cells(line: str, begins: Sequence[int]) -> tuple[str, ...]:
    """The five texts of a row."""
    edges = (0, *begins, len(line))
    return tuple(line[begin:end].strip() for begin, end in pairwise(edges))


def _kind(item: str) -> ComponentKind:
    if item.startswith("Xcvr"):
        return ComponentKind.OPTIC
    if item.startswith("Fan"):
        return ComponentKind.FAN
    if _BACKPLANE.search(item):
        return ComponentKind.BACKPLANE
    return ComponentKind.POWER_SUPPLY if _POWER.match(item) else ComponentKind.CARD
