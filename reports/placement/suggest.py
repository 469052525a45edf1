"""Where evidence suggests that a device stands: signs for and against the core, added up, each with its words.

Only the operator's zones file places; a proposal is a text to be read and corrected. As a Placement it is INFERRED,
which is judged as no placement at all, so it never makes a verdict milder.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerprints.model.device import Device
from reports.placement.centrality import FEATURES, Centrality, centralities
from reports.placement.placement import Origin, Placement
from reports.placement.suggestion_weights import Scale, read_scale
from reports.placement.topology import LinkKind, Topology, adjacencies, topology_of
from reports.policy.vocabulary import Tier

if TYPE_CHECKING:
    import networkx

PROTOCOLS = {"isis": "IS-IS", "ospf": "OSPF", "ldp": "LDP", "bgp": "BGP"}
COLUMNS = frozenset(("role", "group", "tier", "tag"))
"""Columns of an inventory in which people say what part of the network a device is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason: `points` are natural-log odds, positive for the core."""

    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one device, strongest reasons first. `core` is None where the signs do not suffice; `tier`
    is None where they say no more than core or not."""

    device: Device
    core: bool | None
    tier: Tier | None
    points: float
    signs: tuple[Sign, ...]

    @property
    def placement(self) -> Placement:
        """The proposal as a placement that nobody declared."""
        because = "; ".join(sign.text for sign in self.signs) or "nothing tells where it stands"
        return Placement(self.core, self.tier, because, Origin.NONE if self.core is None else Origin.INFERRED)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the whole run tells about each device, by its id."""

    central: Mapping[str, Centrality]
    alone_behind: Mapping[str, str]
    routers: int
    words: Mapping[str, tuple[int, float]]
    scale: Scale


def suggest(devices: Sequence[Device], scale: Scale | None = None, use_names: bool = True) -> tuple[Proposal, ...]:
    """A proposal for each device, in their order. `use_names` lets names speak that the inventory has explained."""
    scale = scale or read_scale()
    topology = topology_of(devices)
    seen = _Seen(
        centralities(carriers(topology, scale)),
        _alone_behind(topology),
        sum(1 for device in devices if adjacencies(device)),
        _telling_words(devices, scale) if use_names else {},
        scale,
    )
    return tuple(_proposal(device, seen) for device in devices)


def carriers(topology: Topology, scale: Scale) -> "networkx.Graph[str]":
    """The graph of what carries traffic: no cameras and servers, and of what never answered only what joins others."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(key for key, node in topology.nodes.items() if node.device and not _ends(node.device, scale))
    silent = {key for key, node in topology.nodes.items() if node.device is None}
    allowed = silent.union(graph.nodes)
    for link in topology.links:
        met = link.kind is not LinkKind.BRIDGE or link.other not in silent
        if met and link.kind is not LinkKind.ARP and {link.one, link.other} <= allowed:
            graph.add_edge(link.one, link.other)
    graph.remove_nodes_from([key for key in silent if key in graph and graph.degree(key) < 2])
    return graph


def _ends(device: Device, scale: Scale) -> bool:
    kind = scale.kinds.get(device.identity.kind or "")
    return kind is not None and kind.end


def _alone_behind(topology: Topology) -> dict[str, str]:
    """The port, and whose, of each device that one port sees alone and that nobody else is linked to."""
    by_device: dict[str, set[str]] = defaultdict(set)
    port: dict[str, str] = {}
    for link in topology.links:
        if link.kind is not LinkKind.ARP:
            by_device[link.one].add(link.other)
            by_device[link.other].add(link.one)
            if link.kind is LinkKind.BRIDGE:
                port[link.other] = f"port {link.port} of {topology.nodes[link.one].name or link.one}"
    return {key: where for key, where in port.items() if len(by_device[key]) == 1}


def _proposal(device: Device, seen: _Seen) -> Proposal:
    signs = sorted(_signs(device, seen), key=lambda sign: -abs(sign.points))
    points = round(sum(sign.points for sign in signs), 2)
    core = True if points >= seen.scale.core_from else False if points <= seen.scale.other_to else None
    tier = Tier.CORE if core else _tier(device, seen.scale) if core is False else None
    if tier is Tier.OVERSIGHT:
        core = True  # as zones.CORE_BY_DEFAULT has it
    return Proposal(device, core, tier, points, tuple(signs))


def _tier(device: Device, scale: Scale) -> Tier | None:
    """The tier of what is not core: as the inventory says, by its lines to subscribers, by its product family."""
    said = next((tier for _, tier in _inventory(device, scale) if tier is not Tier.CORE), None)
    if said is not None:
        return said
    if device.l2_l3_tables.subscriber_lines:
        return Tier.ACCESS
    kind = scale.kinds.get(device.identity.kind or "")
    return kind.tier if kind else None


def _signs(device: Device, seen: _Seen) -> Iterator[Sign]:
    yield from _family(device, seen.scale)
    yield from _routing(device, seen.scale)
    yield from _ports(device, seen)
    yield from _in_graph(device, seen.central.get(device.id), seen.scale)
    for word, tier in _inventory(device, seen.scale):
        yield Sign(seen.scale.inventory * (1 if tier is Tier.CORE else -1), f"the inventory says {word}")
    yield from _named(device, seen)


def _family(device: Device, scale: Scale) -> Iterator[Sign]:
    kind = scale.kinds.get(device.identity.kind or "")
    if kind and (kind.points or kind.tier):
        yield Sign(kind.points, f"product family {device.identity.kind}")


def _routing(device: Device, scale: Scale) -> Iterator[Sign]:
    counted = adjacencies(device)
    for weights in scale.routing:
        count = sum(counted.get(protocol, 0) for protocol in weights.protocols)
        if count:
            yield Sign(weights.more if count > 1 else weights.one, adjacencies_text(counted, weights.protocols))


def adjacencies_text(counted: Mapping[str, int], protocols: Iterable[str] = tuple(PROTOCOLS)) -> str:
    """`14 IS-IS and 2 BGP adjacencies`."""
    parts = [f"{counted[name]} {PROTOCOLS.get(name, name)}" for name in protocols if counted.get(name)]
    total = sum(counted.get(name, 0) for name in protocols)
    return f"{' and '.join(parts)} adjacenc{'y' if total == 1 else 'ies'}"


def _ports(device: Device, seen: _Seen) -> Iterator[Sign]:
    """What its ports are: of the edge, to subscribers, feeding telephones and cameras, or faster than any of those."""
    scale, own = seen.scale, device.l2_l3_tables
    edge = len({one.port for one in own.learned if one.on_port == 1})
    if edge >= scale.edge_ports.least:
        points = scale.edge_ports.more if edge >= scale.edge_ports.many else scale.edge_ports.points
        yield Sign(points, f"{edge} ports with one address behind them")
    if own.learned_count and not adjacencies(device):
        points = scale.bridges_only.beside_routers if seen.routers else scale.bridges_only.points
        others = f", as {seen.routers} others have" if seen.routers else ""
        yield Sign(points, f"bridges {own.learned_count} addresses and has no routing neighbour{others}")
    if own.subscriber_lines:
        yield Sign(scale.subscriber_lines, f"{own.subscriber_lines} lines to subscribers")
    if own.powers_ports:
        yield Sign(scale.powers_ports, "powers what is plugged into it (PoE)")
    if own.fastest_mbps >= scale.fast.mbps:
        yield Sign(scale.fast.points, f"ports of {own.fastest_mbps // 1000} Gbit/s")
    if device.id in seen.alone_behind and not adjacencies(device):
        yield Sign(scale.alone_behind_port, f"hangs alone behind {seen.alone_behind[device.id]}")


def _in_graph(device: Device, central: Centrality | None, scale: Scale) -> Iterator[Sign]:
    """How central it is. What has more routing neighbours than links in the graph leads out of what was seen: for that
    one, few links say nothing."""
    if central is None:
        return
    weights = scale.graph
    logit = weights.bias + sum(getattr(weights, name) * getattr(central, name) for name in FEATURES)
    links = f"{central.degree} link{'' if central.degree == 1 else 's'}"
    more = f", more than {central.rank:.0%} of the network" if central.rank else ""
    paths = f"on {central.betweenness:.0%}" if central.betweenness >= 0.005 else "on none"
    text = f"{links}{more}, and {paths} of the shortest paths between others"
    least = 0.0 if sum(adjacencies(device).values()) > central.degree else -weights.most
    yield Sign(round(max(least, min(weights.most, logit)), 2), text)


def _inventory(device: Device, scale: Scale) -> Iterator[tuple[str, Tier]]:
    """What the operator's own lists say of its place, each word once."""
    told = dict.fromkeys((name, value) for name, value in device.attributes if name.casefold() in COLUMNS)
    for name, value in told:
        tier = scale.tier_of(value)
        if tier is not None:
            yield f"{name} {value}", tier


def _telling_words(devices: Sequence[Device], scale: Scale) -> dict[str, tuple[int, float]]:
    """Words in names that stand for core or for anything else: of how many devices, and which share is core."""
    counted: dict[str, Counter[bool]] = defaultdict(Counter)
    for device in devices:
        tiers = {tier for _, tier in _inventory(device, scale)}
        if len(tiers) == 1:
            for word in _words_of(device):
                counted[word][tiers == {Tier.CORE}] += 1
    shares = {word: (found.total(), found[True] / found.total()) for word, found in counted.items()}
    needed = scale.named_alike
    return {
        word: (total, share)
        for word, (total, share) in shares.items()
        if total >= needed.devices and not 1 - needed.share < share < needed.share
    }


def _words_of(device: Device) -> frozenset[str]:
    """The runs of letters in the first part of its name: `lon-cr01.example.net` has lon and cr."""
    return frozenset(re.findall(r"[a-z]+", device.name.partition(".")[0].casefold()))


def _named(device: Device, seen: _Seen) -> Iterator[Sign]:
    """The most telling word of its name, where the inventory does not speak of the device itself."""
    if any(True for _ in _inventory(device, seen.scale)):
        return
    known = [(seen.words[word], word) for word in sorted(_words_of(device)) if word in seen.words]
    if known:
        (total, share), word = max(known)
        points = seen.scale.named_alike.points * (1 if share > 0.5 else -1)
        stands = "core" if share > 0.5 else "no core"
        yield Sign(points, f"{word} in its name, as in those of {total} devices that the inventory says are {stands}")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A device that the evidence puts in the core and the zones file does not, or the reverse.

    `adjacencies` are its routing neighbours by protocol where they speak for the core; `sign` is the strongest sign of
    the proposed side.
    """

    device: Device
    declared: Placement
    proposed: Placement
    adjacencies: tuple[tuple[str, int], ...]
    sign: str


def contradictions(
    placed: Iterable[tuple[Device, Placement]], proposals: Sequence[Proposal]
) -> tuple[Contradiction, ...]:
    """Every device of which the evidence says core and the zones file says not core, or the reverse."""
    by_id = {proposal.device.id: proposal for proposal in proposals}
    return tuple(
        _contradiction(device, placement, proposal)
        for device, placement in placed
        if placement.origin is Origin.DECLARED
        and placement.core is not None
        and (proposal := by_id.get(device.id)) is not None
        and proposal.core is not None
        and proposal.core != placement.core
    )


def _contradiction(device: Device, declared: Placement, proposal: Proposal) -> Contradiction:
    counted = adjacencies(device) if proposal.core else {}
    routing = tuple((protocol, counted[protocol]) for protocol in PROTOCOLS if counted.get(protocol))
    strongest = max(proposal.signs, key=lambda sign: sign.points if proposal.core else -sign.points)
    return Contradiction(device, declared, proposal.placement, routing, strongest.text)
