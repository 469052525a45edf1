"""The graph of a network: the devices that answered, the neighbours that they report, and the links between them.

Two nodes are adjacent by LLDP, CDP, a routing session, a small shared subnet, or a bridge port behind which a single
address was learned. ARP shows only that two nodes talked. A reported neighbour is the one device that has its chassis
address, its name or its address. Where there is no such device, the neighbour is a node of its own.
"""

import ipaddress
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, combinations
from typing import Any, NamedTuple

from fingerprints.model.device import Device
from fingerprints.model.evidence import namespaces_of
from fingerprints.model.neighbour import ANNOUNCING, LearnedMac, Neighbour

_OF_ADDRESS = re.compile(r"[0-9A-Fa-f:.]+(?:%|$)")

MAX_NAMES = 65_536
"""Names whose forms are remembered: each device is named by all its neighbours."""

HOST_BITS = 3
"""The most host bits of a subnet between routers (a /29). A larger subnet holds hosts, which are not all adjacent."""


class LinkKind(StrEnum):
    """How two nodes are known to be next to each other, the surest first."""

    __hash__ = str.__hash__  # Enum's own is written in Python, and a run has many links

    LLDP = "lldp"
    CDP = "cdp"
    EDP = "edp"
    FDP = "fdp"
    NDP = "ndp"
    MNDP = "mndp"
    OSPF = "ospf"
    ISIS = "isis"
    LDP = "ldp"
    BGP = "bgp"
    SUBNET = "subnet"
    BRIDGE = "bridge"
    ARP = "arp"


_KINDS = {kind.value: kind for kind in LinkKind}


@dataclass(frozen=True, slots=True)
class Node:
    """A device that answered, or one that others report (`device` is None). `key` is the id of the device, else what
    others know it by. `platform` is its own description as a neighbour repeats it; `chassis_id` its chassis ID if that
    is no MAC address, `port_mac` its port ID if that is one."""

    key: str
    device: Device | None = None
    name: str = ""
    mac: str = ""
    address: str = ""
    platform: str = ""
    chassis_id: str = ""
    port_mac: str = ""


class LinkReport(NamedTuple):
    """One node reports another (keys), which it sees behind its `port`."""

    reporter: str
    reported: str
    kind: LinkKind
    port: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """Nodes by key, in the order of the devices and then of the reports; links as each end reports them."""

    nodes: Mapping[str, Node]
    links: tuple[LinkReport, ...]


def topology_of(devices: Sequence[Device]) -> Topology:
    """The graph of some devices and of the neighbours that they report. Devices know those of their own site alone."""
    by_site: dict[str, list[Device]] = defaultdict(list)
    for device in devices:
        by_site[device.fleet_site].append(device)
    indexes = {site: _Index(own) for site, own in by_site.items()}
    nodes = {device.id: Node(device.id, device, device.name) for device in devices}
    links: dict[LinkReport, None] = {}
    for device in devices:
        for reported, kind, port in _reported_by(device, indexes[device.fleet_site]):
            key = reported if isinstance(reported, str) else _noted(nodes, reported)
            if key != device.id:
                links[LinkReport(device.id, key, kind, port)] = None
    links |= dict.fromkeys(_subnets(devices))
    return Topology(nodes, tuple(links))


class NeighbourPair(NamedTuple):
    """Two devices that are next to each other (`device` is the lesser id), and how that is known, the surest first."""

    device: str
    other: str
    kinds: tuple[LinkKind, ...]


def neighbour_pairs(topology: Topology) -> tuple[NeighbourPair, ...]:
    """The pairs of devices that answered and are neighbours, by their ids, whichever end reports the other."""
    others_of: dict[str, dict[str, frozenset[LinkKind]]] = defaultdict(dict)  # to sort one dict of all pairs takes long
    of_one = {kind: frozenset((kind,)) for kind in LinkKind}
    for reporter, reported, kind, _ in topology.links:
        if kind is not LinkKind.ARP and topology.nodes[reported].device is not None:
            device, other = (reporter, reported) if reporter < reported else (reported, reporter)
            others, how = others_of[device], of_one[kind]
            others[other] = others[other] | how if other in others else how
    known = frozenset(how for others in others_of.values() for how in others.values())
    surest_first = {how: tuple(kind for kind in LinkKind if kind in how) for how in known}
    return tuple(
        NeighbourPair(device, other, surest_first[others_of[device][other]])
        for device in sorted(others_of)
        for other in sorted(others_of[device])
    )


class _Index:
    """The names and addresses by which others know each device. What several devices have names none of them."""

    def __init__(self, devices: Iterable[Device]) -> None:
        listed = tuple(devices)
        self.names = _unique((device.id, _names(device.name)) for device in listed)
        self._addresses = _unique((device.id, _hosts(device)) for device in listed)
        self._with_macs = frozenset(device.id for device in listed if device.l2_l3_tables.macs)
        self._serials = _unique((device.id, ((device.identity.serial or "").casefold(),)) for device in listed)
        self.macs = _unique(
            chain(
                ((device.id, device.l2_l3_tables.macs) for device in listed),
                ((self.at(learned.address, device), (learned.mac,)) for device in listed for learned in _arp(device)),
            )
        )

    def at(self, address: str, reporter: Device) -> str:
        """The id of the device that has an address in the reporter's namespaces; empty where no device has it."""
        return self._addresses.get(_with_namespaces(address, reporter), "")

    def _at_addresses(self, addresses: Sequence[str], reporter: Device, has_mac: bool) -> str:
        """The id of the device that has a neighbour's management address. A device whose MAC addresses are known, and
        not the neighbour's, is another: many devices come with one address."""
        found = filter(None, (self.at(address, reporter) for address in addresses))
        return next((known for known in found if not (has_mac and known in self._with_macs)), "")

    def node(self, neighbour: Neighbour, reporter: Device) -> Node | str | None:
        """The node of a neighbour, the id alone of a device that answered; None where its protocol does not say who it
        is."""
        name = neighbour.name
        if neighbour.protocol not in ANNOUNCING:
            address = host_of(name)
            if not address:
                return None
            known = self.at(address, reporter)
            return known or Node(f"address {_with_namespaces(address, reporter)}", address=address)
        mac = neighbour.chassis_id if _is_mac(neighbour.chassis_id) else ""
        chassis_id = "" if mac else neighbour.chassis_id
        port_mac = neighbour.port if _is_mac(neighbour.port) else ""
        words = _names(name)
        known = (
            self.macs.get(mac)
            or self.macs.get(port_mac)
            or self._serials.get(chassis_id.casefold())
            or next(filter(None, map(self.names.get, words)), "")
            or self._at_addresses(neighbour.addresses, reporter, bool(mac))
        )
        if known:
            return known
        if not (mac or name or neighbour.chassis_id):
            return None
        own = f"mac {mac}" if mac else f"name {words[0] if words else neighbour.chassis_id.casefold()}"
        return Node(
            _at_site(own, reporter),
            name=name,
            mac=mac,
            platform=neighbour.platform,
            chassis_id=chassis_id,
            port_mac=port_mac,
        )


def _with_namespaces(address: str, device: Device) -> str:
    """An address with the namespaces of the device that knows it."""
    if device.attributes:
        address = " ".join((address, *namespaces_of(device.attributes)))
    return _at_site(address, device)


def _at_site(key: str, device: Device) -> str:
    """What the devices of one site know somebody by."""
    return f"{device.fleet_site} {key}" if device.fleet_site else key


def _hosts(device: Device) -> Iterator[str]:
    """The addresses of a device, with its namespaces."""
    hosts = map(host_of, (*device.addresses, *device.l2_l3_tables.addresses))
    return (_with_namespaces(host, device) for host in hosts if host)


def _arp(device: Device) -> Iterator[LearnedMac]:
    return (learned for learned in device.l2_l3_tables.learned if learned.address)


def host_of(text: str) -> str:
    """An address without port, prefix length or interface; empty for a text that is no address."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text.partition("/")[0]
    if host.count(":") == 1:
        host = host.partition(":")[0]
    if not _OF_ADDRESS.match(host):  # most texts are names, and an exception for each takes long
        return ""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return ""


def _unique(words_of: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """The holder of each word that only one holder has, from each holder with some of its words."""
    holders: dict[str, str] = {}
    of_several = {""}
    for holder, words in words_of:
        if holder:
            for word in words:
                if holders.setdefault(word, holder) != holder:
                    of_several.add(word)
    for word in of_several:
        holders.pop(word, None)
    return holders


@lru_cache(MAX_NAMES)
def _names(name: str) -> tuple[str, ...]:
    """The forms in which a name is compared: in full, and up to its first dot. Some systems announce a serial number in
    brackets behind the name in CDP."""
    full = name.partition("(")[0].strip().rstrip(".").casefold()
    short = full if host_of(full) else full.partition(".")[0]
    return tuple(dict.fromkeys(word for word in (full, short) if word))


def _is_mac(text: str) -> bool:
    return len(text) == 17 and text.count(":") == 5


def _noted(nodes: dict[str, Node], reported: Node) -> str:
    """The key of a node that is reported, which is among the nodes from now on."""
    known = nodes.setdefault(reported.key, reported)
    if known is not reported and known.device is None:
        nodes[reported.key] = _merged(known, reported)
    return reported.key


def _merged(known: Node, reported: Node) -> Node:
    """One node from two reports of it."""
    return Node(
        known.key,
        None,
        known.name or reported.name,
        known.mac or reported.mac,
        known.address or reported.address,
        known.platform or reported.platform,
        known.chassis_id or reported.chassis_id,
        known.port_mac or reported.port_mac,
    )


def _reported_by(device: Device, index: _Index) -> Iterator[tuple[Node | str, LinkKind, str]]:
    """Whom a device reports, by its id alone if it answered, how, and behind which port."""
    for neighbour in device.neighbours:
        node = index.node(neighbour, device)
        kind = _KINDS.get(str(neighbour.protocol))
        if node is not None and kind is not None:
            yield node, kind, neighbour.local_port
    for learned in device.l2_l3_tables.learned:
        known = index.macs.get(learned.mac) or (learned.address and index.at(learned.address, device))
        kind = LinkKind.ARP if learned.address or learned.on_port > 1 else LinkKind.BRIDGE
        mac = f"mac {learned.mac}"
        yield (
            known or Node(_at_site(mac, device), mac=learned.mac, address=learned.address),
            kind,
            learned.port,
        )


def _subnets(devices: Iterable[Device]) -> Iterator[LinkReport]:
    """Links between the devices of each small subnet."""
    members: dict[Any, dict[str, None]] = defaultdict(dict)
    for device in devices:
        for text in device.l2_l3_tables.addresses:
            if "/" in text:
                network = ipaddress.ip_interface(text).network
                if 0 < network.max_prefixlen - network.prefixlen <= HOST_BITS:
                    members[network, device.fleet_site, namespaces_of(device.attributes)][device.id] = None
    for ids in members.values():
        yield from (LinkReport(one, other, LinkKind.SUBNET) for one, other in combinations(ids, 2))


def adjacencies(device: Device) -> Mapping[str, int]:
    """The number of routing neighbours of a device, by protocol."""
    protocols = (neighbour.protocol for neighbour in device.neighbours)
    counted = Counter(protocol for protocol in protocols if protocol not in ANNOUNCING)
    return dict(sorted(counted.items()))
