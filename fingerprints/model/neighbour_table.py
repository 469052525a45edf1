"""Rows of neighbour tables: what a device repeats of the one at the other end of a link."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerprints.model.evidence import Observation
from fingerprints.model.mac_address import parse_mac
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol

MAX_COMPARED = 16
"""Rows of one port that a row is compared with, and MIN_CUT_NAME characters of a name that a table may have cut."""

MIN_CUT_NAME = 6
_MAC_LENGTH = 17
_PORT_NAME = re.compile(r"(?P<words>[a-z-]{0,40}) ?(?P<number>\d[^\n]{0,60})")


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """One row of an LLDP or CDP table: the port on which the reporting device received it, and what the neighbour
    announces of itself. `mac` is empty if its chassis ID is no MAC address; `addresses` are its management
    addresses."""

    protocol: NeighbourProtocol
    local_port: str
    name: str
    chassis_id: str = ""
    port: str = ""
    description: str = ""
    platform: str = ""
    mac: bytes = b""
    addresses: tuple[str, ...] = ()

    @property
    def port_mac(self) -> bytes:
        """The MAC address that the neighbour's port ID is; empty if it is none."""
        return mac_of_text(self.port)

    def to_neighbour(self) -> Neighbour:
        """The row as the report lists it: the platform, else the description."""
        described = self.platform or self.description
        return Neighbour(
            self.protocol, self.local_port, self.name, self.chassis_id, self.port, described, self.addresses
        )


def rows_by_instance(observations: Iterable[Observation], prefix: str) -> Mapping[str, dict[str, str]]:
    """The rows of a table by instance, each from column number to value; `prefix` is the entry's OID and a dot."""
    rows: dict[str, dict[str, str]] = {}
    for observation in observations:
        if observation.at.startswith(prefix):
            column, _, instance = observation.at.removeprefix(prefix).partition(".")
            rows.setdefault(instance, {})[column] = observation.value
    return rows


def mac_of_text(text: str) -> bytes:
    """The MAC address in a row's identifier, which holds it as `format_mac` writes it; empty if it is none."""
    return parse_mac(text) if len(text) == _MAC_LENGTH and text.count(":") == 5 else b""


def merged_rows(tables: Iterable[Sequence[NeighbourRow]]) -> tuple[NeighbourRow, ...]:
    """The rows of several tables of one device, a neighbour that several of them hold on one port once. Rows of one
    table are all kept: one device may be two neighbours of a port."""
    rows: list[NeighbourRow] = []
    by_port: dict[_LinkEnd, list[int]] = {}
    for table in tables:
        new: list[NeighbourRow] = []
        taken: set[int] = set()
        for row in table:
            known = next(
                (place for place in _places(by_port, row) if place not in taken and _is_same(rows[place], row)), None
            )
            if known is None:
                new.append(row)
            else:
                taken.add(known)
                rows[known] = _joined(rows[known], row)
        for row in new:
            for end in _ends(row):
                by_port.setdefault(end, []).append(len(rows))
            rows.append(row)
    return tuple(rows)


_LinkEnd = tuple[NeighbourProtocol, str, str]
"""One end of a link: its protocol, `local` or `remote`, and the port there."""


def _ends(row: NeighbourRow) -> tuple[_LinkEnd, ...]:
    """Both ends of a row's link. A device may call its own port by another name in each table (lldpLocPortDesc)."""
    ends = (row.protocol, "local", _port_key(row.local_port)), (row.protocol, "remote", _port_key(row.port))
    return tuple(end for end in ends if end[2])


def _places(by_port: Mapping[_LinkEnd, Sequence[int]], row: NeighbourRow) -> Iterator[int]:
    for end in _ends(row):
        yield from by_port.get(end, ())[:MAX_COMPARED]


def _port_key(name: str) -> str:
    """A port's name in a form that its short and its long name share: `Gi1/0/1`, `Gig 1/0/1`,
    `GigabitEthernet1/0/1`."""
    match = _PORT_NAME.fullmatch(name.lower())
    if match is None:
        return name.lower()
    return match["words"][:1].replace("x", "t") + match["number"]


def _is_same(known: NeighbourRow, row: NeighbourRow) -> bool:
    """True if two rows of one port can only be about the same neighbour: by MAC address, else name, else chassis ID,
    else the port at the other end."""
    if known.mac and row.mac:
        return known.mac == row.mac
    if known.name and row.name:
        one, other = sorted((_plain_name(known.name), _plain_name(row.name)), key=len)
        return one == other or (len(one) >= MIN_CUT_NAME and other.startswith(one))
    if known.chassis_id and row.chassis_id:
        return known.chassis_id == row.chassis_id
    ports = {(_port_key(one.local_port), _port_key(one.port)) for one in (known, row)}
    return len(ports) == 1 and bool(known.port)


def _plain_name(name: str) -> str:
    """A name without the serial number in brackets that some systems put behind it in CDP: `core-1(SAL1234ABCD)`."""
    return name.partition("(")[0].strip().lower() or name.lower()


def _joined(known: NeighbourRow, row: NeighbourRow) -> NeighbourRow:
    """One row of two about the same neighbour: what the first lacks, from the second."""
    name = row.name if len(row.name) > len(known.name) and row.name.startswith(known.name) else known.name
    return replace(
        known,
        name=name,
        chassis_id=known.chassis_id or row.chassis_id,
        port=known.port or row.port,
        description=known.description or row.description,
        platform=known.platform or row.platform,
        mac=known.mac or row.mac,
        addresses=tuple(dict.fromkeys((*known.addresses, *row.addresses))),
    )
