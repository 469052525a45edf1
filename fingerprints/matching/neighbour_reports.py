"""Neighbour reports: an LLDP or CDP row of one device is evidence about the device that it names.

A row reports another device of the run if it names that device by a MAC address, by an address, or by a system name
that no other device has. The named device sent the row's texts, and the reporter repeats them. Such a report weighs
little, because a reporter can make it up; its observations name the reporter. No saved capture reports another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.matching.subject_facts import SubjectFacts
from fingerprints.model.evidence import Observation, Source, kept, namespaces_of
from fingerprints.model.mac_address import format_mac
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.model.observation_place import place_in_report

MAX_REPORTS = 48
MAX_OF_REPORTER = 6
"""Observations about one device that are kept, in all and from one reporter: a flood must not hide other reports."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """A device that others may report and that may report others: the facts of its subjects, the first of them first,
    and the neighbours that it hears."""

    parts: tuple[SubjectFacts, ...]
    rows: tuple[NeighbourRow, ...]


def neighbour_reports(devices: Sequence[Reporter], scores: AttributeScores) -> Mapping[int, tuple[Observation, ...]]:
    """What neighbours report of each device, by its number; devices of which nobody speaks are left out."""
    known = _known(devices, scores)
    reports: dict[int, dict[Observation, None]] = {}
    for number, reporter in enumerate(devices):
        for about, observations in _reports_by(number, reporter, known).items():
            of_device = reports.setdefault(about, {})
            if len(of_device) < MAX_REPORTS:
                of_device.update(observations)
    return {number: tuple(observations) for number, observations in reports.items() if observations}


def _reports_by(number: int, reporter: Reporter, known: "_Known") -> dict[int, dict[Observation, None]]:
    """One device's reports of others, by their numbers."""
    reports: dict[int, dict[Observation, None]] = {}
    space, name = _space(reporter), _name(reporter)
    for row in reporter.rows:
        about = known.named_by(row, space)
        if about is not None and about != number:
            observations = reports.setdefault(about, {})
            if len(observations) < MAX_OF_REPORTER:
                observations.update(dict.fromkeys(_observations(row, name)))
    return reports


NamespacedAddress = tuple[str, ...]
"""An address and the namespaces that it lies in."""

NamingKey = TypeVar("NamingKey", bytes, str, NamespacedAddress)


@dataclass(slots=True)
class _Known:
    """Devices by MAC address, address and name, as numbers; None for what several devices have, and for a name that
    devices come with."""

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
        return self.by_name.get(row.name.lower())


def _known(devices: Sequence[Reporter], scores: AttributeScores) -> _Known:
    known = _Known()
    for number, device in enumerate(devices):
        space = _space(device)
        for part in device.parts:
            _note(known.by_address, (part.subject.address, *space), number)
            for mac in part.known_by.macs:
                _note(known.by_mac, mac, number)
            for name in part.known_by.names:
                _note(known.by_name, name, number)
            for address in part.known_by.addresses:
                _note(known.by_address, (address, *space), number)
    for name in filter(scores.is_default_name, known.by_name):
        known.by_name[name] = None
    return known


def _space(device: Reporter) -> tuple[str, ...]:
    """The namespaces that the operator's list puts a device in: an address is another in each of them."""
    return namespaces_of(device.parts[0].subject.attributes)


def _note(names: dict[NamingKey, int | None], key: NamingKey, number: int) -> None:
    if names.setdefault(key, number) != number:
        names[key] = None


def _name(reporter: Reporter) -> str:
    """A reporter's name, else the address that answered, without the slash that ends the name in `at`."""
    names = (part.known_by.first_name for part in reporter.parts if part.known_by.first_name)
    return next(names, reporter.parts[0].subject.key).replace("/", "-")


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
