"""Devices of watched companies that answered nobody, and that others tell of: by LLDP, CDP, a bridge table or ARP.

Hearsay: what a neighbour repeats of it is read as the device's own words would be, and is never more than probable; a
MAC address alone names who it was given to, and is only possible. The port with the fewest addresses tells first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.ownership import watched_entities
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, Identity, Level, Party, Watched, WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.mac_address import parse_mac
from reports.judgement.evaluate import PolicyEvaluator
from reports.placement.placement import UNCLASSIFIED
from reports.placement.topology import Link, LinkKind, Node, Topology, topology_of
from reports.policy.verdict import Reason, Verdict

MAX_SIGHTINGS = 8
"""Places at which one device was seen that are told, the nearest first."""

_SPOKEN = (LinkKind.LLDP, LinkKind.CDP)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Who tells of it (id and name), behind which port, by what; `others` more addresses were learned on that port."""

    device: str
    name: str
    port: str
    by: LinkKind
    others: int = 0


@dataclass(frozen=True, slots=True)
class UnscannedNeighbour:
    """A device that nobody asked and that points to a watched company. `description` is as a neighbour repeats it;
    `rules` are those that would speak of its maker somewhere (`policy/rule`), for nobody knows where it stands."""

    name: str
    mac: str
    address: str
    description: str
    made_by: Party | None
    watched: tuple[Watched, ...]
    sightings: tuple[Sighting, ...]
    rules: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The finding in a sentence."""
        who = " or ".join(tie.entity for tie in self.watched)
        known = ", ".join(word for word in (self.name, self.mac, self.address) if word)
        first = self.sightings[0]
        beside = f" with {first.others} others" if first.others else ""
        told = f"{known} ({who}) was not asked itself: it sits behind port {first.port} of {first.name}{beside}"
        policies = dict.fromkeys(rule.partition("/")[0] for rule in self.rules)
        return f"{told}; its maker is one that {', '.join(policies)} would speak of" if policies else told


def unscanned_neighbours(devices: Sequence[Device], database: FingerprintDatabase) -> tuple[UnscannedNeighbour, ...]:
    """Those of a run, by name and address. What is not known by name and sits on the port of one that is, of the same
    maker, is taken for the same box."""
    topology = topology_of(sorted(devices, key=lambda device: device.id))
    links: dict[str, list[Link]] = {}
    for link in topology.links:
        if topology.nodes[link.other].device is None:
            links.setdefault(link.other, []).append(link)
    found = list(_found(topology, links, database))
    spoken = {(seen.device, seen.port, one.made_by) for one in found for seen in one.sightings if seen.by in _SPOKEN}
    return tuple(
        sorted(
            (one for one in found if one.name or not _on_port_of(one, spoken)),
            key=lambda one: (one.name, one.mac, one.address),
        )
    )


def judged_neighbour(one: UnscannedNeighbour, bench: PolicyEvaluator) -> UnscannedNeighbour:
    """The same with the rules that would speak of a device of such a maker, wherever it stood; a rule that names nobody
    refers everything, and says nothing of this one."""
    box = Device("", (), (), one.name, (), Identity(Level.UNKNOWN, 0.0), one.watched)
    findings = bench.judge(box, UNCLASSIFIED)
    about = (found for found in findings if found.verdict is not Verdict.CLEAR and found.reason is not Reason.REFER)
    return replace(one, rules=tuple(dict.fromkeys(f"{found.policy}/{found.rule}" for found in about)))


def _found(
    topology: Topology, links: dict[str, list[Link]], database: FingerprintDatabase
) -> Iterator[UnscannedNeighbour]:
    for key, told in links.items():
        node = topology.nodes[key]
        watched, made_by = _who(node, database)
        if watched:
            where = sorted(_sightings(told, topology, node.mac), key=lambda seen: (seen.others, seen.by, seen.name))
            yield UnscannedNeighbour(
                node.name, node.mac, node.address, node.platform, made_by, watched, tuple(where[:MAX_SIGHTINGS])
            )


def _on_port_of(one: UnscannedNeighbour, spoken: set[tuple[str, str, Party | None]]) -> bool:
    return any((seen.device, seen.port, one.made_by) in spoken for seen in one.sightings)


def _sightings(told: Sequence[Link], topology: Topology, mac: str) -> Iterator[Sighting]:
    for link in told:
        device = topology.nodes[link.one].device
        if device is not None:
            ports = (one.on_port for one in device.l2_l3_tables.learned if one.port == link.port and not one.address)
            others = max(next(ports, 0) - 1, 0) if link.kind not in _SPOKEN else 0
            yield Sighting(device.id, device.name or device.id, link.port, _kind(link, device, mac), others)


def _kind(link: Link, device: Device, mac: str) -> LinkKind:
    """A bridge port with many addresses gives no adjacency, but the bridge table is still what tells."""
    bridged = any(one.mac == mac and one.port == link.port and not one.address for one in device.l2_l3_tables.learned)
    return LinkKind.BRIDGE if link.kind is LinkKind.ARP and bridged else link.kind


def _who(node: Node, database: FingerprintDatabase) -> tuple[tuple[Watched, ...], Party | None]:
    """The watched companies that a node points to, and whose MAC address it has or whom its description names."""
    owner = mac_owner(parse_mac(node.mac), database) if node.mac else None
    if not node.platform and (owner is None or not watched_entities(owner.id, database)):
        return (), owner
    said = [Observation(Source.LINK_LLDP, f"neighbour/{node.mac}/system_description", kept(node.platform))]
    device = identify((Evidence(Subject(node.key, labels=(node.key,)), tuple(said)),), database)
    most = WatchLevel.PROBABLE if node.platform else WatchLevel.POSSIBLE
    watched = tuple(_hearsay(tie, most) for tie in device.watched if tie.level is not WatchLevel.CLEARED)
    return watched, owner or device.identity.vendor


def _hearsay(tie: Watched, most: WatchLevel) -> Watched:
    """A tie as surely as it may be told by others."""
    order = tuple(WatchLevel)
    level = max(tie.level, most, key=order.index) if tie.level is not WatchLevel.CONFLICTING else tie.level
    return replace(tie, level=level)
