"""Neighbour reports: an LLDP or CDP row of one device is evidence about the device that it names.

A row reports another device of the run if it names that device by a MAC address, by an address, or by a system name
that no other device has. The named device sent the row's texts, and the reporter repeats them. Such a report weighs
little, because a reporter can make it up; its observations name the reporter. No saved capture reports another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Evidence, Observation, Source, kept, namespaces_of
from fingerprints.model.inet_address import locates_device
from fingerprints.model.mac_address import format_mac, is_station_mac, parse_mac
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.model.observation_index import clean
from fingerprints.model.observation_place import place_in_report
from fingerprints.sources.announced_neighbours import ROW_SOURCES, announced_rows
from fingerprints.sources.ip_mib import own_address_of
from fingerprints.sources.lldp import LOC_CHASSIS_ID

MAX_REPORTS = 48
MAX_OF_REPORTER = 6
"""Observations about one device that are kept, in all and from one reporter: a flood must not hide other reports."""

_MACS = frozenset((Source.SNMP_IF_PHYS_ADDRESS, Source.SNMP_BRIDGE_ADDRESS, Source.LINK_MAC))
_NAMING = _MACS | {Source.SNMP_SYS_NAME, Source.SNMP_IP_ADDRESS, Source.SNMP_LLDP_LOCAL}


def with_neighbour_reports(
    devices: Iterable[tuple[Evidence, ...]], database: FingerprintDatabase
) -> Iterator[tuple[Evidence, ...]]:
    """The same devices, each with its neighbours' reports of it. Saved captures are yielded at once, as they are."""
    live: list[tuple[Evidence, ...]] = []
    for evidence in devices:
        if evidence[0].subject.address:
            live.append(evidence)
        else:
            yield evidence
    known = _known(live, database.attribute_scores)
    reports: dict[int, dict[Observation, None]] = {}
    for reporter, evidence in enumerate(live):
        for about, observations in _reports_by(reporter, evidence, known).items():
            of_device = reports.setdefault(about, {})
            if len(of_device) < MAX_REPORTS:
                of_device.update(observations)
    for number, (first, *rest) in enumerate(live):
        own = reports.get(number)
        yield (replace(first, observations=(*first.observations, *own)), *rest) if own else (first, *rest)


def _reports_by(reporter: int, evidence: Sequence[Evidence], known: "_Known") -> dict[int, dict[Observation, None]]:
    """One device's reports of others, by their numbers."""
    reports: dict[int, dict[Observation, None]] = {}
    space, name = _space(evidence), _name(evidence)
    for row in _rows(evidence):
        about = known.named_by(row, space)
        if about is not None and about != reporter:
            observations = reports.setdefault(about, {})
            if len(observations) < MAX_OF_REPORTER:
                observations.update(dict.fromkeys(_observations(row, name)))
    return reports


NamespacedAddress = tuple[str, ...]
"""An address and the namespaces that it lies in."""

NamingKey = TypeVar("NamingKey", bytes, str, NamespacedAddress)


@dataclass(slots=True)
class _Known:
    """Devices by MAC address, address and name, as numbers; None for what several devices have."""

    scores: AttributeScores
    by_mac: dict[bytes, int | None] = field(default_factory=dict)
    by_address: dict[NamespacedAddress, int | None] = field(default_factory=dict)
    by_name: dict[str, int | None] = field(default_factory=dict)

    def named_by(self, row: NeighbourRow, space: tuple[str, ...]) -> int | None:
        """The one device that a row names, `space` the reporter's namespaces. A known MAC address decides, even where
        several devices have it and no device is named."""
        for mac in (row.mac, row.port_mac):
            if mac in self.by_mac:
                return self.by_mac[mac]
        for address in row.addresses:
            if (address, *space) in self.by_address:
                return self.by_address[address, *space]
        return None if self.scores.is_default_name(row.name) else self.by_name.get(row.name.lower())


def _known(live: Sequence[tuple[Evidence, ...]], scores: AttributeScores) -> _Known:
    known = _Known(scores)
    for number, evidence in enumerate(live):
        space = _space(evidence)
        for of_subject in evidence:
            _note(known.by_address, (of_subject.subject.address, *space), number)
            for observation in of_subject.observations:
                if observation.source in _NAMING:
                    _note_name(known, observation, number, space)
    return known


def _space(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The namespaces that the operator's list puts a device in: an address is another in each of them."""
    return namespaces_of(evidence[0].subject.attributes)


def _note_name(known: _Known, observation: Observation, number: int, space: tuple[str, ...]) -> None:
    if observation.source in _MACS or observation.at == LOC_CHASSIS_ID.oid:
        mac = parse_mac(observation.value)
        if is_station_mac(mac):
            _note(known.by_mac, mac, number)
    elif observation.source is Source.SNMP_SYS_NAME:
        _note(known.by_name, clean(observation.value).lower(), number)
    elif (address := own_address_of(observation)) and locates_device(address):
        _note(known.by_address, (address, *space), number)


def _note(names: dict[NamingKey, int | None], key: NamingKey, number: int) -> None:
    if names.setdefault(key, number) != number:
        names[key] = None


def _rows(evidence: Sequence[Evidence]) -> tuple[NeighbourRow, ...]:
    observations = tuple(
        observation
        for of_subject in evidence
        for observation in of_subject.observations
        if observation.source in ROW_SOURCES
    )
    return announced_rows(observations) if observations else ()


def _name(evidence: Sequence[Evidence]) -> str:
    """A reporter's name, else the address that answered, without the slash that ends the name in `at`."""
    observations = (observation for of_subject in evidence for observation in of_subject.observations)
    names = (clean(entry.value) for entry in observations if entry.source is Source.SNMP_SYS_NAME)
    return (next(names, "") or evidence[0].subject.key).replace("/", "-")


def _observations(row: NeighbourRow, reporter: str) -> Iterator[Observation]:
    source = Source.NEIGHBOUR_LLDP if row.protocol is NeighbourProtocol.LLDP else Source.NEIGHBOUR_CDP
    if row.description:
        yield Observation(source, place_in_report(reporter, row.local_port, "system_description"), row.description)
    if row.platform:
        yield Observation(source, place_in_report(reporter, row.local_port, "platform"), row.platform)
    if row.mac:
        yield Observation(source, place_in_report(reporter, row.local_port, "chassis_id"), format_mac(row.mac))
    elif row.chassis_id:
        yield Observation(source, place_in_report(reporter, row.local_port, "chassis_id"), kept(row.chassis_id))
    if row.port_mac and not row.mac:
        yield Observation(source, place_in_report(reporter, row.local_port, "port_id"), row.port)
