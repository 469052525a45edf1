"""A plan of an invented network, and the devices that a scan of it would find.

The truth of a node is True for what carries or steers everybody's traffic or holds subscribers' state, False for the
rest, and None where both answers are right; None is left out of every score.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.neighbour import InterfaceAddress, L2L3Tables, LearnedMac, Neighbour, NeighbourProtocol

MAX_BITS = 8
"""Bits of an octet."""


@dataclass(frozen=True, slots=True)
class Make:
    """What identification says of a product: its family where that is known, its system, and whether it ends paths."""

    kind: str | None
    os: str
    is_host: bool = False


MAKES: dict[str, tuple[Make, ...]] = {
    "backbone": (Make("router", "SR OS"), Make(None, "Junos"), Make(None, "VRP"), Make("router", "IOS XR")),
    "aggregation": (Make(None, "VRP"), Make(None, "IOS XE"), Make("router", "SR OS"), Make(None, "Junos")),
    "router": (Make(None, "IOS XE"), Make(None, "IOS"), Make("router", "RouterOS"), Make(None, "VRP")),
    "switch": (Make(None, "IOS"), Make("switch", "EOS"), Make("switch", "ArubaOS"), Make(None, "VRP")),
    "fabric": (Make("switch", "EOS"), Make("switch", "NX-OS"), Make(None, "Junos")),
    "olt": (Make("olt", ""),),
    "firewall": (Make("firewall", ""), Make("firewall", "PAN-OS")),
    "host": (Make(None, "Linux", True), Make(None, "Linux", True), Make("server", "Linux", True)),
    "camera": (Make("camera", "", True),),
}


@dataclass(slots=True)
class PlannedNode:
    """One node: its product, the truth, and its ends of links as (other, routed, Mbit/s, own address, other's)."""

    name: str
    make: Make
    core: bool | None
    number: int
    announces: bool = True
    ports: list[tuple[str, bool, int, str, str]] = field(default_factory=list)

    @property
    def loopback(self) -> str:
        """Its own address, which no link has."""
        return f"10.255.{self.number // 250}.{self.number % 250 + 1}"

    def mac(self, port: int) -> str:
        """The MAC address of one port; 0 is the chassis."""
        return f"02:00:{self.number >> MAX_BITS:02x}:{self.number & 255:02x}:{port >> MAX_BITS:02x}:{port & 255:02x}"


class Plan:
    """A network to be: nodes, links and BGP sessions. Every choice comes from `random`, so a seed gives one network."""

    def __init__(self, shape: str, seed: int) -> None:
        self.name = f"{shape} {seed}"
        self.random = random.Random(f"{shape} {seed}")
        self.nodes: dict[str, PlannedNode] = {}
        self.bgp: set[tuple[str, str]] = set()
        self.igp = self.random.choice((NeighbourProtocol.OSPF, NeighbourProtocol.OSPF, NeighbourProtocol.ISIS))
        self.has_ldp = False
        self._speeds = self.random.choice(("known", "known", "alike", "unknown"))
        self._is_mixed = self.random.random() < 0.3
        self._makes: dict[str, Make] = {}
        self._links = 0

    def add(self, name: str, part: str, core: bool | None, announces: bool = True) -> str:
        """A node of a part of MAKES; returns its name. A network buys each part of one maker, a mixed one each kind of
        name."""
        bought = f"{part} {name.rstrip('0123456789')[-2:]}" if self._is_mixed else part
        make = self._makes.setdefault(bought, self.random.choice(MAKES[part]))
        self.nodes[name] = PlannedNode(name, make, core, len(self.nodes) + 1, announces)
        return name

    def add_many(self, pattern: str, count: int, part: str, core: bool | None) -> list[str]:
        """Nodes named by a pattern with one number."""
        return [self.add(pattern.format(number), part, core) for number in range(1, count + 1)]

    def link(self, one: str, other: str, mbps: int = 10000, routed: bool = True) -> None:
        """Join two nodes, by a /30 of their own where the link is routed."""
        base = self._links * 4
        self._links += 1
        prefix = f"10.{64 + base // 65536}.{base // 256 % 256}"
        ends = (f"{prefix}.{base % 256 + 1}", f"{prefix}.{base % 256 + 2}") if routed else ("", "")
        self.nodes[one].ports.append((other, routed, mbps, ends[0], ends[1]))
        self.nodes[other].ports.append((one, routed, mbps, ends[1], ends[0]))

    def link_all(self, ones: Iterable[str], others: Iterable[str], mbps: int = 10000, routed: bool = True) -> None:
        """Join each of some nodes with each of others."""
        listed = tuple(others)
        for one in ones:
            for other in listed:
                self.link(one, other, mbps, routed)

    def chain(self, names: Iterable[str], mbps: int = 10000, routed: bool = True) -> None:
        """Join each node with the next."""
        for one, other in pairwise(names):
            self.link(one, other, mbps, routed)

    def mesh(self, names: Iterable[str], mbps: int = 10000) -> None:
        """Join each pair."""
        listed = list(names)
        for number, one in enumerate(listed):
            for other in listed[number + 1 :]:
                self.link(one, other, mbps)

    def peer(self, ones: Iterable[str], others: Iterable[str]) -> None:
        """A BGP session between each of some nodes and each of others."""
        listed = tuple(others)
        self.bgp.update((one, other) for one in ones for other in listed if one != other)

    def devices(self) -> tuple[Device, ...]:
        """What a scan finds: LLDP both ways, routing neighbours, addresses and bridge tables of every node."""
        peers: dict[str, set[str]] = defaultdict(set)
        for one, other in self.bgp:
            peers[one].add(other)
            peers[other].add(one)
        return tuple(self._device(node, peers[node.name]) for node in self.nodes.values())

    def truth(self) -> dict[str, bool | None]:
        """Which nodes are core, by name, which is the id of the device too."""
        return {name: node.core for name, node in self.nodes.items()}

    def _device(self, node: PlannedNode, peers: Iterable[str]) -> Device:
        sessions = tuple(
            Neighbour(NeighbourProtocol.BGP, "", self.nodes[other].loopback)
            for other in sorted(peers, key=lambda name: self.nodes[name].number)
        )
        identity = Identity(Level.UNKNOWN, 0.0, kind=node.make.kind, os=node.make.os or None)
        return Device(
            id=node.name,
            labels=(node.name,),
            addresses=(),
            name=node.name,
            attributes=(),
            identity=identity,
            neighbours=(*self._announced(node), *self._routed(node), *sessions),
            l2_l3_tables=self._tables(node),
        )

    def _announced(self, node: PlannedNode) -> tuple[Neighbour, ...]:
        return tuple(
            Neighbour(NeighbourProtocol.LLDP, f"p{port}", other, self.nodes[other].mac(0))
            for port, (other, *_) in enumerate(node.ports, 1)
            if node.announces and self.nodes[other].announces
        )

    def _routed(self, node: PlannedNode) -> tuple[Neighbour, ...]:
        if node.make.is_host:
            return ()
        protocols = (self.igp, NeighbourProtocol.LDP) if self.has_ldp else (self.igp,)
        return tuple(
            Neighbour(protocol, "", address)
            for other, routed, _, _, address in node.ports
            for protocol in protocols
            if routed and not self.nodes[other].make.is_host
        )

    def _tables(self, node: PlannedNode) -> L2L3Tables:
        addresses = [f"{node.loopback}/32", *(f"{own}/30" for _, routed, _, own, _ in node.ports if routed)]
        learned = tuple(
            LearnedMac(self._mac_of_end(other, node.name), f"p{port}", "", 1)
            for port, (other, routed, *_) in enumerate(node.ports, 1)
            if not routed and not node.make.is_host
        )
        return L2L3Tables(
            addresses=tuple(addresses),
            interface_addresses=tuple(InterfaceAddress(address) for address in addresses),
            macs=tuple(node.mac(port) for port in range(len(node.ports) + 1)),
            learned=learned,
            learned_count=len(learned),
            subscriber_lines=32 if node.make.kind == "olt" and self.random.random() < 0.5 else 0,
            fastest_mbps=self._speed(node),
        )

    def _speed(self, node: PlannedNode) -> int:
        match self._speeds:
            case "unknown":
                return 0
            case "alike":
                return 0 if node.make.is_host else 10000
            case _:
                return max((mbps for _, _, mbps, *_ in node.ports), default=0)

    def _mac_of_end(self, name: str, towards: str) -> str:
        ports = self.nodes[name].ports
        return self.nodes[name].mac(next(port for port, (other, *_) in enumerate(ports, 1) if other == towards))
