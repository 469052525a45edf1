"""Devices of watched companies that the scan did not reach and that others report: by LLDP, CDP, a bridge table or ARP.

What a neighbour repeats of such a device is read as the device's own words would be, and makes a company at most
probable: its description, or a chassis ID that is a serial number whose structure tells the maker. A MAC address alone
(the chassis' or that of the port at the other end) names only whom it was assigned to, and makes a company at most
possible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.serial_schemes import read_serial
from fingerprints.identity.identify import identify
from fingerprints.model.device import (
    Device,
    Party,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.mac_address import parse_mac
from fingerprints.model.neighbour import ANNOUNCING
from fingerprints.model.observation_place import FieldOfFrame
from reports.placement.sighting import Sighting, UnscannedNeighbour
from reports.placement.topology import LinkKind, LinkReport, Node, Topology

MAX_SIGHTINGS = 8
"""Sightings of one device that are kept, the nearest first."""

_ANNOUNCED = frozenset(LinkKind(protocol) for protocol in ANNOUNCING)


def unscanned_neighbours(topology: Topology, database: FingerprintDatabase) -> tuple[UnscannedNeighbour, ...]:
    """The unscanned neighbours of a network, by name and address.

    A nameless address in a bridge or ARP table, on the port of a neighbour of the same maker that announces itself, is
    taken for the same box.
    """
    links: dict[str, list[LinkReport]] = {}
    for link in topology.links:
        if topology.nodes[link.reported].device is None:
            links.setdefault(link.reported, []).append(link)
    neighbours = list(_watched_neighbours(topology, links, database))
    announced = {
        (sighting.device, sighting.port, neighbour.made_by)
        for neighbour in neighbours
        for sighting in neighbour.sightings
        if sighting.by in _ANNOUNCED
    }
    return tuple(
        sorted(
            (neighbour for neighbour in neighbours if _announces(neighbour) or not _shares_port(neighbour, announced)),
            key=lambda neighbour: (neighbour.name, neighbour.mac, neighbour.address),
        )
    )


def _watched_neighbours(
    topology: Topology, links: dict[str, list[LinkReport]], database: FingerprintDatabase
) -> Iterator[UnscannedNeighbour]:
    for key, reports in links.items():
        node = topology.nodes[key]
        watched, made_by = _companies_behind(node, database)
        if watched:
            sightings = sorted(
                _sightings(reports, topology, node.mac),
                key=lambda sighting: (sighting.others, sighting.by, sighting.name),
            )
            yield UnscannedNeighbour(
                node.name, node.mac, node.address, node.platform, made_by, watched, tuple(sightings[:MAX_SIGHTINGS])
            )


def _announces(neighbour: UnscannedNeighbour) -> bool:
    return bool(neighbour.name) or any(sighting.by in _ANNOUNCED for sighting in neighbour.sightings)


def _shares_port(neighbour: UnscannedNeighbour, announced: set[tuple[str, str, Party | None]]) -> bool:
    return any((seen.device, seen.port, neighbour.made_by) in announced for seen in neighbour.sightings)


def _sightings(reports: Sequence[LinkReport], topology: Topology, mac: str) -> Iterator[Sighting]:
    for link in reports:
        device = topology.nodes[link.reporter].device
        if device is not None:
            learned = device.l2_l3_tables.learned
            on_port = (entry.on_port for entry in learned if entry.port == link.port and not entry.address)
            others = max(next(on_port, 0) - 1, 0) if link.kind not in _ANNOUNCED else 0
            yield Sighting(device.id, device.name or device.id, link.port, _kind(link, device, mac), others)


def _kind(link: LinkReport, device: Device, mac: str) -> LinkKind:
    """How the device sees the neighbour. A bridge port with many addresses makes no adjacency in the topology, but its
    bridge table still reports the neighbour."""
    learned = device.l2_l3_tables.learned
    bridged = any(entry.mac == mac and entry.port == link.port and not entry.address for entry in learned)
    return LinkKind.BRIDGE if link.kind is LinkKind.ARP and bridged else link.kind


def _companies_behind(node: Node, database: FingerprintDatabase) -> tuple[tuple[Watched, ...], Party | None]:
    """The watched companies that a node points to, and its maker: the owner of its MAC address, else the company that
    its description names, or its chassis ID if that is a serial number of known structure."""
    macs = tuple(mac for mac in (node.mac, node.port_mac) if mac)
    owners = [owner for mac in macs if (owner := mac_owner(parse_mac(mac), database)) is not None]
    watched_owners = any(database.companies.watched_behind(owner.id) for owner in owners)
    is_serial = read_serial(node.chassis_id, database.serial_schemes) is not None
    if not node.platform and not watched_owners and not is_serial:
        return (), next(iter(owners), None)
    device = identify((Evidence(Subject(node.key, labels=(node.key,)), tuple(_repeated(node, macs))),), database)
    surest = WatchLevel.PROBABLE if node.platform or is_serial else WatchLevel.POSSIBLE
    watched = tuple(_at_most(surest, tie) for tie in device.watched if tie.level is not WatchLevel.CLEARED)
    return watched, next(iter(owners), None) or device.identity.vendor


def _repeated(node: Node, macs: Sequence[str]) -> Iterator[Observation]:
    """What others repeat of a node, as the fields of frames from each of its MAC addresses."""
    fields = (("system_description", node.platform), ("chassis_id", node.chassis_id))
    for sender in macs or ("",):
        for name, text in fields:
            if text or name == "system_description":
                yield Observation(Source.LINK_LLDP, FieldOfFrame("neighbour", sender, name).to_at(), kept(text))


def _at_most(surest: WatchLevel, tie: Watched) -> Watched:
    """A tie no surer than a report by others can make it."""
    order = tuple(WatchLevel)
    level = max(tie.level, surest, key=order.index) if tie.level is not WatchLevel.CONFLICTING else tie.level
    return replace(tie, level=level)
