"""What neighbours say of each other: an LLDP or CDP row of one device is evidence about the device that it names.

A row is a statement about another device of the run where it names that by a MAC address, by an address, or by a system
name that no other has. Its words were sent by the device named and are repeated by the one that tells, who is named
with them; they weigh little, for anybody can repeat what nobody said. Saved captures are devices of their own: nothing
that one of them says is about another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fingerprints.model.evidence import Evidence, Observation, Source, namespaces_of
from fingerprints.model.inet_address import locates_device
from fingerprints.model.mac_address import format_mac, is_station_mac, parse_mac
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.model.observation_index import clean
from fingerprints.sources.cdp import cdp_rows
from fingerprints.sources.ip_mib import own_address_of
from fingerprints.sources.lldp import LOC_CHASSIS_ID, lldp_rows

MAX_HEARD = 48
MAX_OF_ONE = 6
"""Statements about one device that are kept, and of one teller among them: a flood must not drown what others say."""

_MACS = frozenset((Source.SNMP_IF_PHYS_ADDRESS, Source.SNMP_BRIDGE_ADDRESS, Source.LINK_MAC))
_NAMING = _MACS | {Source.SNMP_SYS_NAME, Source.SNMP_IP_ADDRESS, Source.SNMP_LLDP_LOCAL}
_TOLD = frozenset((Source.SNMP_LLDP_REMOTE, Source.SNMP_LLDP_LOCAL, Source.SNMP_CDP_REMOTE, Source.SNMP_IF_NAME))


def with_neighbour_reports(devices: Iterable[tuple[Evidence, ...]]) -> Iterator[tuple[Evidence, ...]]:
    """The same devices, each with what its neighbours say of it; saved captures are handed on as they come."""
    live: list[tuple[Evidence, ...]] = []
    for gathered in devices:
        if gathered[0].subject.address:
            live.append(gathered)
        else:
            yield gathered
    known = _known(live)
    heard: dict[int, dict[Observation, None]] = {}
    for teller, gathered in enumerate(live):
        for about, words in _told_by(teller, gathered, known).items():
            so_far = heard.setdefault(about, {})
            if len(so_far) < MAX_HEARD:
                so_far.update(words)
    for number, (first, *rest) in enumerate(live):
        said = heard.get(number)
        yield (replace(first, observations=(*first.observations, *said)), *rest) if said else (first, *rest)


def _told_by(teller: int, gathered: Sequence[Evidence], known: "_Known") -> dict[int, dict[Observation, None]]:
    """What one device says of others, by their numbers."""
    told: dict[int, dict[Observation, None]] = {}
    space, name = _space(gathered), _name(gathered)
    for row in _rows(gathered):
        about = known.named_by(row, space)
        if about is not None and about != teller:
            words = told.setdefault(about, {})
            if len(words) < MAX_OF_ONE:
                words.update(dict.fromkeys(_words(row, name)))
    return told


Place = tuple[str, ...]
"""An address and the namespaces that it lies in."""

Key = TypeVar("Key", bytes, str, Place)


@dataclass(slots=True)
class _Known:
    """Who goes by which MAC address, address and name, by number; None for what several go by."""

    by_mac: dict[bytes, int | None] = field(default_factory=dict)
    by_address: dict[Place, int | None] = field(default_factory=dict)
    by_name: dict[str, int | None] = field(default_factory=dict)

    def named_by(self, row: NeighbourRow, space: tuple[str, ...]) -> int | None:
        """The one device that a row of a teller in this namespace is about. A MAC address that is known settles it,
        even where several bear it."""
        if row.mac in self.by_mac:
            return self.by_mac[row.mac]
        for address in row.addresses:
            if (address, *space) in self.by_address:
                return self.by_address[address, *space]
        return self.by_name.get(row.name.lower()) if _telling(row.name) else None


def _known(live: Sequence[tuple[Evidence, ...]]) -> _Known:
    known = _Known()
    for number, gathered in enumerate(live):
        for evidence in gathered:
            space = _space(gathered)
            _note(known.by_address, (evidence.subject.address, *space), number)
            for said in evidence.observations:
                if said.source in _NAMING:
                    _note_said(known, said, number, space)
    return known


def _space(gathered: Sequence[Evidence]) -> tuple[str, ...]:
    """The namespaces that the operator's list puts a device in: an address is one thing in each."""
    return namespaces_of(gathered[0].subject.attributes)


def _note_said(known: _Known, said: Observation, number: int, space: tuple[str, ...]) -> None:
    if said.source in _MACS or said.at == LOC_CHASSIS_ID.oid:
        mac = parse_mac(said.value)
        if is_station_mac(mac):
            _note(known.by_mac, mac, number)
    elif said.source is Source.SNMP_SYS_NAME:
        _note(known.by_name, clean(said.value).lower(), number)
    elif (address := own_address_of(said)) and locates_device(address):
        _note(known.by_address, (address, *space), number)


def _note(names: dict[Key, int | None], key: Key, number: int) -> None:
    if names.setdefault(key, number) != number:
        names[key] = None


def _telling(name: str) -> bool:
    """Whether a system name can be one device's own: a bare word (Switch, HUAWEI) is what many come with."""
    return len(name) > 2 and not name.isalpha()


def _rows(gathered: Sequence[Evidence]) -> Iterator[NeighbourRow]:
    told = tuple(said for evidence in gathered for said in evidence.observations if said.source in _TOLD)
    if told:
        yield from lldp_rows(told)
        yield from cdp_rows(told)


def _name(gathered: Sequence[Evidence]) -> str:
    """Who tells: its name, else where it answered, without the slash that ends it in `at`."""
    names = (said for evidence in gathered for said in evidence.observations if said.source is Source.SNMP_SYS_NAME)
    named = next((clean(said.value) for said in names), "")
    return (named or gathered[0].subject.key).replace("/", "-")


def _words(row: NeighbourRow, teller: str) -> Iterator[Observation]:
    source = Source.NEIGHBOUR_LLDP if row.protocol == "lldp" else Source.NEIGHBOUR_CDP
    at = f"{teller}/{row.local_port}/"
    for name, text in (("system_description", row.description), ("platform", row.platform)):
        if text:
            yield Observation(source, at + name, text)
    if row.mac:
        yield Observation(source, at + "chassis_id", format_mac(row.mac))
