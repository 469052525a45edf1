"""Where the evidence suggests that a device stands: the sum of signs for and against the core, each with its reason.

Only the operator's zones file places a device. A proposal is for a person to read and correct. As a Placement it is
INFERRED, which counts as no placement at all, so it never makes a verdict milder.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fingerprints.model.device import Device
from reports.placement.carriers import carriers, is_end
from reports.placement.centrality import FEATURES, Centrality, centralities
from reports.placement.network_comparison import COMPARED, NetworkComparison, compare_with_network
from reports.placement.placement import Origin, Placement
from reports.placement.shape import MEASURES, Shape, shapes
from reports.placement.sign import (
    AloneBehindPort,
    BridgesOnly,
    FastPorts,
    GraphPosition,
    InventoryWord,
    NameWord,
    NetworkFunction,
    PowersPorts,
    ProductFamily,
    RoutingAdjacencies,
    Sign,
    SignReason,
    SingleHostPorts,
    SubscriberLines,
)
from reports.placement.sign_wording import NO_SIGNS, sign_text
from reports.placement.suggestion_weights import SuggestionWeights, read_suggestion_weights
from reports.placement.topology import LinkKind, Topology, adjacencies, topology_of
from reports.policy.vocabulary import Tier

PROTOCOLS = ("isis", "ospf", "ldp", "bgp")
COLUMNS = frozenset(("role", "group", "tier", "tag"))
"""Columns of an inventory in which people write what part of the network a device is."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the evidence suggests for one device, strongest signs first. `core` is None where the signs do not suffice,
    `tier` where they decide only core or not."""

    device: Device
    core: bool | None
    tier: Tier | None
    points: float
    signs: tuple[Sign, ...]

    @property
    def placement(self) -> Placement:
        """The proposal as a placement that nobody declared."""
        because = "; ".join(sign_text(sign.reason) for sign in self.signs) or NO_SIGNS
        return Placement(self.core, self.tier, because, Origin.NONE if self.core is None else Origin.INFERRED)


@dataclass(frozen=True, slots=True)
class _NetworkEvidence:
    """What the whole run says about each device, by its id; `words` are those of names that speak for a place."""

    central: Mapping[str, Centrality]
    shapes: Mapping[str, Shape]
    compared: Mapping[str, NetworkComparison]
    alone_behind: Mapping[str, AloneBehindPort]
    routers: int
    words: Mapping[str, tuple[int, float]]
    weights: SuggestionWeights


def suggest(
    devices: Sequence[Device], weights: SuggestionWeights | None = None, use_names: bool = True
) -> tuple[Proposal, ...]:
    """A proposal for each device, in their order. With `use_names`, a word of a name counts where the inventory shows
    what it stands for."""
    weights = weights or read_suggestion_weights()
    topology = topology_of(devices)
    graph = carriers(topology, weights)
    measured = shapes(graph) if any(_has_tables(device) for device in devices) else {}
    carrying = [device for device in devices if device.id in measured]
    network = _NetworkEvidence(
        centralities(graph),
        measured,
        compare_with_network(carrying, measured) if carrying else {},
        _alone_behind(topology),
        sum(1 for device in devices if adjacencies(device)),
        _words_with_meaning(devices, weights) if use_names else {},
        weights,
    )
    return tuple(_proposal(device, network) for device in devices)


def _has_tables(device: Device) -> bool:
    """Whether a device tells more than its links."""
    own = device.l2_l3_tables
    return bool(adjacencies(device) or own.learned_count or own.fastest_mbps)


def _alone_behind(topology: Topology) -> dict[str, AloneBehindPort]:
    """The bridge port of each device that is alone behind one and has no other link."""
    by_device: dict[str, set[str]] = defaultdict(set)
    port: dict[str, AloneBehindPort] = {}
    for link in topology.links:
        if link.kind is not LinkKind.ARP:
            by_device[link.reporter].add(link.reported)
            by_device[link.reported].add(link.reporter)
            if link.kind is LinkKind.BRIDGE:
                name = topology.nodes[link.reporter].name or link.reporter
                port[link.reported] = AloneBehindPort(link.port, name)
    return {key: where for key, where in port.items() if len(by_device[key]) == 1}


def _proposal(device: Device, network: _NetworkEvidence) -> Proposal:
    signs = sorted(_signs(device, network), key=lambda sign: -abs(sign.points))
    points = round(sum(sign.points for sign in signs), 2)
    core = True if points >= network.weights.core_from else False if points <= network.weights.other_to else None
    tier = Tier.CORE if core else _tier(device, network.weights) if core is False else None
    if tier is Tier.OVERSIGHT:
        core = True  # as zones.CORE_BY_DEFAULT has it
    return Proposal(device, core, tier, points, tuple(signs))


def _tier(device: Device, weights: SuggestionWeights) -> Tier | None:
    """The tier of a device that is not core: by the inventory, by its subscriber lines, by its product family."""
    declared = next((tier for _, tier in _inventory(device, weights) if tier is not Tier.CORE), None)
    if declared is not None:
        return declared
    if device.l2_l3_tables.subscriber_lines:
        return Tier.ACCESS
    kind = weights.kinds.get(device.identity.kind or "")
    return kind.tier if kind else None


def _signs(device: Device, network: _NetworkEvidence) -> Iterator[Sign]:
    yield from _family(device, network.weights)
    yield from _routing(device, network)
    yield from _ports(device, network)
    yield from _in_graph(device, network)
    yield from _function(device, network.weights)
    for word, tier in _inventory(device, network.weights):
        yield Sign(network.weights.inventory * (1 if tier is Tier.CORE else -1), word)
    yield from _by_name(device, network)


def _family(device: Device, weights: SuggestionWeights) -> Iterator[Sign]:
    kind = weights.kinds.get(device.identity.kind or "")
    if kind and (kind.points or kind.tier):
        yield Sign(kind.points, ProductFamily(device.identity.kind or ""))


def _routing(device: Device, network: _NetworkEvidence) -> Iterator[Sign]:
    counted, weights = adjacencies(device), network.weights
    if device.id in network.shapes and not _leads_out(device, network):
        return
    for routing in weights.routing:
        count = sum(counted.get(protocol, 0) for protocol in routing.protocols)
        if count:
            yield Sign(routing.more if count > 1 else routing.one, _routing_adjacencies(counted, routing.protocols))


def _routing_adjacencies(counted: Mapping[str, int], protocols: Iterable[str]) -> RoutingAdjacencies:
    return RoutingAdjacencies(tuple((name, counted[name]) for name in protocols if counted.get(name)))


def _ports(device: Device, network: _NetworkEvidence) -> Iterator[Sign]:
    """Signs of its ports: to single hosts, to subscribers, with power for telephones and cameras, or fast."""
    weights, own = network.weights, device.l2_l3_tables
    edge = len({learned.port for learned in own.learned if learned.on_port == 1})
    if edge >= weights.edge_ports.least:
        points = weights.edge_ports.more if edge >= weights.edge_ports.many else weights.edge_ports.points
        yield Sign(points, SingleHostPorts(edge))
    if own.learned_count and not adjacencies(device):
        points = weights.bridges_only.beside_routers if network.routers else weights.bridges_only.points
        yield Sign(points, BridgesOnly(own.learned_count, network.routers))
    if own.subscriber_lines:
        yield Sign(weights.subscriber_lines, SubscriberLines(own.subscriber_lines))
    if own.powers_ports:
        yield Sign(weights.powers_ports, PowersPorts())
    if own.fastest_mbps >= weights.fast.mbps:
        yield Sign(weights.fast.points, FastPorts(own.fastest_mbps))
    if device.id in network.alone_behind and not adjacencies(device):
        yield Sign(weights.alone_behind_port, network.alone_behind[device.id])


def _leads_out(device: Device, network: _NetworkEvidence) -> bool:
    """Whether a device has more routing neighbours by IS-IS, OSPF and LDP than links: it leads out of what was
    scanned."""
    counted, central = adjacencies(device), network.central.get(device.id)
    return central is not None and max(counted.get(name, 0) for name in ("isis", "ospf", "ldp")) > central.degree


def _in_graph(device: Device, network: _NetworkEvidence) -> Iterator[Sign]:
    """How central it is. A device that leads out of what was scanned: its few links do not speak against the core."""
    central, weights = network.central.get(device.id), network.weights
    if central is None:
        return
    shape, compared = network.shapes.get(device.id), network.compared.get(device.id)
    if shape is None or compared is None:
        logit, most = weights.graph.bias + _weighted(weights.graph, central, FEATURES), weights.graph.most
    else:
        logit = weights.shape.bias + _weighted(weights.shape, shape, MEASURES)
        logit, most = logit + _weighted(weights.shape, compared, COMPARED), weights.shape.most
    least = 0.0 if _leads_out(device, network) else -most
    position = GraphPosition(central.degree, central.rank, central.betweenness)
    yield Sign(round(max(least, min(most, logit)), 2), position)


def _weighted(weights: object, values: object, names: Iterable[str]) -> float:
    return float(sum(getattr(weights, name) * getattr(values, name) for name in names))


def _function(device: Device, weights: SuggestionWeights) -> Iterator[Sign]:
    """A function that the name of a host names. Only for the core: nobody becomes less by his own word."""
    if is_end(device, weights):
        named = _words_of(device)
        for word in (*weights.functions[Tier.CORE], *weights.functions[Tier.OVERSIGHT]):
            if named & {word, f"v{word}", f"c{word}"}:
                yield Sign(weights.function, NetworkFunction(word))
                return


def _inventory(device: Device, weights: SuggestionWeights) -> Iterator[tuple[InventoryWord, Tier]]:
    """What the operator's inventory says of its place, each word once."""
    columns = dict.fromkeys((name, value) for name, value in device.attributes if name.casefold() in COLUMNS)
    for name, value in columns:
        tier = weights.tier_of(value)
        if tier is not None:
            yield InventoryWord(name, value), tier


def _words_with_meaning(devices: Sequence[Device], weights: SuggestionWeights) -> dict[str, tuple[int, float]]:
    """Words in names that stand for the core or for the rest: how many devices have each, and which share is core."""
    counted: dict[str, Counter[bool]] = defaultdict(Counter)
    for device in devices:
        tiers = {tier for _, tier in _inventory(device, weights)}
        if len(tiers) == 1:
            for word in _words_of(device):
                counted[word][tiers == {Tier.CORE}] += 1
    shares = {word: (cores.total(), cores[True] / cores.total()) for word, cores in counted.items()}
    needed = weights.named_alike
    return {
        word: (total, share)
        for word, (total, share) in shares.items()
        if total >= needed.devices and not 1 - needed.share < share < needed.share
    }


def _words_of(device: Device) -> frozenset[str]:
    """The runs of letters in the first part of its name: `lon-cr01.example.net` has lon and cr."""
    return frozenset(re.findall(r"[a-z]+", device.name.partition(".")[0].casefold()))


def _by_name(device: Device, network: _NetworkEvidence) -> Iterator[Sign]:
    """The word of its name that most devices share, where the inventory says nothing of the device itself."""
    if any(True for _ in _inventory(device, network.weights)):
        return
    known = [(network.words[word], word) for word in sorted(_words_of(device)) if word in network.words]
    if known:
        (total, share), word = max(known)
        points = network.weights.named_alike.points * (1 if share > 0.5 else -1)
        yield Sign(points, NameWord(word, total, share > 0.5))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A device that the evidence puts in the core and the zones file does not, or the reverse.

    `strongest` is what speaks loudest for the proposed side: all routing neighbours where they speak for the core, else
    the sign with the most points.
    """

    device: Device
    declared: Placement
    proposed: Placement
    strongest: SignReason


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
    routing = _routing_adjacencies(counted, PROTOCOLS)
    strongest = max(proposal.signs, key=lambda sign: sign.points if proposal.core else -sign.points)
    return Contradiction(device, declared, proposal.placement, routing if routing.by_protocol else strongest.reason)
