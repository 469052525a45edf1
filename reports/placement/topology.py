"""The graph of a network: devices that answered, neighbours they tell of, and what joins them.

Evidence of adjacency is LLDP, CDP, routing sessions, a small shared subnet, and a bridge port behind which one address
alone was learned. ARP says only that two spoke. A neighbour is the device that its chassis address, its name or its
address names, where that is one; else it is a node of its own, seen by others only.
"""

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

from fingerprints.model.device import Device, LearnedMac, Neighbour
from fingerprints.model.evidence import namespaces_of

HOST_BITS = 3
"""Host bits of a subnet between routers, at most (a /29): in a larger one stand hosts, which are not all adjacent."""


class LinkKind(StrEnum):
    """By what two nodes are known to be next to each other, the surest first."""

    LLDP = "lldp"
    CDP = "cdp"
    OSPF = "ospf"
    ISIS = "isis"
    LDP = "ldp"
    BGP = "bgp"
    SUBNET = "subnet"
    BRIDGE = "bridge"
    ARP = "arp"


@dataclass(frozen=True, slots=True)
class Node:
    """A device that answered, or one that others tell of (`device` is None). `key` is the device's id, else by what it
    is known; `platform` what a neighbour repeats of its own description."""

    key: str
    device: Device | None = None
    name: str = ""
    mac: str = ""
    address: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """`one` tells of `other` (node keys), which it sees behind its `port`."""

    one: str
    other: str
    kind: LinkKind
    port: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """Nodes by key, in the order of the devices and then of the telling; links as each end told them."""

    nodes: Mapping[str, Node]
    links: tuple[Link, ...]


def topology_of(devices: Sequence[Device]) -> Topology:
    """The graph that the evidence of some devices makes."""
    index = _Index(devices)
    nodes = {device.id: Node(device.id, device, device.name) for device in devices}
    links: dict[Link, None] = {}
    for device in devices:
        for node, kind, port in _seen_by(device, index):
            if node.key != device.id:
                known = nodes.setdefault(node.key, node)
                nodes[node.key] = known if known.device else _richer(known, node)
                links[Link(device.id, node.key, kind, port)] = None
    links |= dict.fromkeys(_subnets(devices))
    return Topology(nodes, tuple(links))


class _Index:
    """By what each device can be known to others; what several bear is no sign of any."""

    def __init__(self, devices: Iterable[Device]) -> None:
        listed = tuple(devices)
        self.names = _unique((word, one.id) for one in listed for word in _names(one.name))
        self._addresses = _unique(
            (_placed(host_of(text), one), one.id)
            for one in listed
            for text in (*one.addresses, *one.l2_l3_tables.addresses)
            if host_of(text)
        )
        self.macs = _unique(
            (
                *((mac, one.id) for one in listed for mac in one.l2_l3_tables.macs),
                *((learned.mac, self.at(learned.address, one)) for one in listed for learned in _arp(one)),
            )
        )

    def at(self, address: str, teller: Device) -> str:
        """The device of an address as another one knows it, in its own namespace; empty where none is known."""
        return self._addresses.get(_placed(address, teller), "")

    def node(self, neighbour: Neighbour, teller: Device) -> Node | None:
        """The node of a neighbour; None for one whose protocol does not say who it is."""
        name = neighbour.name
        if neighbour.protocol not in ("lldp", "cdp"):
            address = host_of(name)
            if not address:
                return None
            return Node(self.at(address, teller) or f"address {_placed(address, teller)}", address=address)
        mac = neighbour.chassis_id if _is_mac(neighbour.chassis_id) else ""
        words = _names(name)
        known = self.macs.get(mac) or next((self.names[word] for word in words if word in self.names), "")
        if not (known or mac or name or neighbour.chassis_id):
            return None
        key = known or (f"mac {mac}" if mac else f"name {words[0] if words else neighbour.chassis_id.casefold()}")
        return Node(key, name=name, mac=mac, platform=neighbour.platform)


def _placed(address: str, device: Device) -> str:
    """An address together with the namespaces that it is one of."""
    return " ".join((address, *namespaces_of(device.attributes)))


def _arp(device: Device) -> Iterator[LearnedMac]:
    return (learned for learned in device.l2_l3_tables.learned if learned.address)


def host_of(text: str) -> str:
    """An address in its plain form, without port, prefix length or interface; empty for what is none."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text.partition("/")[0]
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return ""


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    holders: dict[str, set[str]] = defaultdict(set)
    for word, holder in pairs:
        if word and holder:
            holders[word].add(holder)
    return {word: next(iter(found)) for word, found in holders.items() if len(found) == 1}


def _names(name: str) -> tuple[str, ...]:
    """A name as it is compared: in full and up to its first dot. CDP of some systems puts a serial number in brackets
    behind it."""
    full = name.partition("(")[0].strip().rstrip(".").casefold()
    short = full if host_of(full) else full.partition(".")[0]
    return tuple(dict.fromkeys(word for word in (full, short) if word))


def _is_mac(text: str) -> bool:
    return len(text) == 17 and text.count(":") == 5


def _richer(known: Node, told: Node) -> Node:
    """What two tell of one node."""
    return Node(
        known.key,
        None,
        known.name or told.name,
        known.mac or told.mac,
        known.address or told.address,
        known.platform or told.platform,
    )


def _seen_by(device: Device, index: _Index) -> Iterator[tuple[Node, LinkKind, str]]:
    for neighbour in device.neighbours:
        node = index.node(neighbour, device)
        if node is not None and str(neighbour.protocol) in tuple(LinkKind):
            yield node, LinkKind(neighbour.protocol), neighbour.local_port
    for learned in device.l2_l3_tables.learned:
        known = index.macs.get(learned.mac) or (learned.address and index.at(learned.address, device))
        kind = LinkKind.ARP if learned.address or learned.on_port > 1 else LinkKind.BRIDGE
        yield Node(known or f"mac {learned.mac}", mac=learned.mac, address=learned.address), kind, learned.port


def _subnets(devices: Iterable[Device]) -> Iterator[Link]:
    """Links between the devices of each small subnet."""
    members: dict[Any, dict[str, None]] = defaultdict(dict)
    for device in devices:
        for text in device.l2_l3_tables.addresses:
            if "/" in text:
                network = ipaddress.ip_interface(text).network
                if 0 < network.max_prefixlen - network.prefixlen <= HOST_BITS:
                    members[network, namespaces_of(device.attributes)][device.id] = None
    for found in members.values():
        yield from (Link(one, other, LinkKind.SUBNET) for one, other in combinations(found, 2))


def adjacencies(device: Device) -> Mapping[str, int]:
    """How many routing neighbours a device has, by protocol."""
    counted = Counter(one.protocol for one in device.neighbours if one.protocol not in ("lldp", "cdp"))
    return dict(sorted(counted.items()))
