"""Where the evidence suggests that a device stands: the sum of signs for and against the core, each with its reason.

Only the operator's zones file places a device. A proposal is for a person to read and correct. As a Placement it is
INFERRED, which counts as no placement at all, so it never makes a verdict milder.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fingerprints.model.device import Device
from reports.placement.carriers import is_end, is_host
from reports.placement.centrality import FEATURES
from reports.placement.network_comparison import (
    BGP_MEASURES,
    PRODUCT_MEASURES,
    SPEED_MEASURES,
    NetworkComparison,
)
from reports.placement.network_evidence import NetworkEvidence, beside_core, network_evidence
from reports.placement.placement import Origin, Placement
from reports.placement.shape import MEASURES
from reports.placement.sign import (
    BgpComparison,
    BridgesOnly,
    FastPorts,
    GraphPosition,
    InventoryWord,
    NameWord,
    NetworkFunction,
    PowersPorts,
    ProductFamily,
    RoutingAdjacencies,
    ShapePosition,
    SharedProduct,
    Sign,
    SignReason,
    SingleHostPorts,
    SlowerPorts,
    SubscriberLines,
    UntoldHost,
)
from reports.placement.sign_wording import NO_SIGNS, sign_text
from reports.placement.suggestion_weights import ShapeWeights, SuggestionWeights, read_suggestion_weights
from reports.placement.topology import adjacencies
from reports.policy.vocabulary import Tier

PROTOCOLS = ("isis", "ospf", "ldp", "bgp")
COUNTS_AS_CORE = frozenset((Tier.CORE, Tier.OVERSIGHT))
"""Tiers that count as core, as zones.CORE_BY_DEFAULT has it."""

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
class _Judge:
    """What every proposal of one run rests on. `words` are those of names whose meaning the inventory shows;
    `use_names` says whether a device's own name counts."""

    network: NetworkEvidence
    words: Mapping[str, tuple[int, float]]
    weights: SuggestionWeights
    use_names: bool


def suggest(
    devices: Sequence[Device],
    weights: SuggestionWeights | None = None,
    use_names: bool = True,
    network: NetworkEvidence | None = None,
) -> tuple[Proposal, ...]:
    """A proposal for each device, in their order. With `use_names`, a word of a name counts where the inventory shows
    what it stands for, and where it names a function of a mobile core. `network` is their evidence about each other,
    for a caller that has it."""
    weights = weights or read_suggestion_weights()
    network = network or network_evidence(devices, weights)
    judge = _Judge(network, _words_with_meaning(devices, weights) if use_names else {}, weights, use_names)
    alone = [_proposal(device, tuple(_signs(device, judge)), judge) for device in devices]
    core = frozenset(found.device.id for found in alone if found.core)
    beside = beside_core(devices, core, network, weights)
    return tuple(
        _proposal(found.device, (*found.signs, beside[found.device.id]), judge) if found.device.id in beside else found
        for found in alone
    )


def _proposal(device: Device, signs: Sequence[Sign], judge: _Judge) -> Proposal:
    weights = judge.weights
    points = round(sum(sign.points for sign in signs), 2)
    core = True if points >= weights.core_from else False if points <= weights.other_to else None
    tier = _core_tier(device, weights) if core else _tier(device, weights) if core is False else None
    return Proposal(device, core, tier, points, tuple(sorted(signs, key=lambda sign: -abs(sign.points))))


def _core_tier(device: Device, weights: SuggestionWeights) -> Tier:
    declared = {tier for _, tier in _inventory(device, weights)}
    return Tier.OVERSIGHT if Tier.OVERSIGHT in declared and Tier.CORE not in declared else Tier.CORE


def _tier(device: Device, weights: SuggestionWeights) -> Tier | None:
    """The tier of a device that is not core: by the inventory, by its subscriber lines, by its product family."""
    declared = next((tier for _, tier in _inventory(device, weights) if tier not in COUNTS_AS_CORE), None)
    if declared is not None:
        return declared
    if device.l2_l3_tables.subscriber_lines:
        return Tier.ACCESS
    kind = weights.kinds.get(device.identity.kind or "")
    return kind.tier if kind else None


def _signs(device: Device, judge: _Judge) -> Iterator[Sign]:
    declared = [
        Sign(judge.weights.inventory * (1 if tier in COUNTS_AS_CORE else -1), word)
        for word, tier in _inventory(device, judge.weights)
    ]
    yield from declared
    if not declared:
        yield from _by_name(device, judge)
    if judge.network.routers and is_host(device, judge.weights):
        if not declared:
            yield _of_host(device, judge)
        return
    evidence = (*_own_signs(device, judge), *_in_network(device, judge))
    yield from evidence
    if not declared:
        yield from _held_by_function(device, sum(sign.points for sign in evidence), judge)


def _of_host(device: Device, judge: _Judge) -> Sign:
    """What a computer runs decides, and not where it hangs: only a name says it, and only for the core."""
    function = _word_in(device, judge.weights.functions) if judge.use_names else ""
    if function:
        return Sign(judge.weights.function, NetworkFunction(function))
    service = _word_in(device, judge.weights.services) if judge.use_names else ""
    beside = judge.network.beside.get(device.id, ())
    return Sign(0.0, UntoldHost(service, tuple(other.name or other.id for other in beside)))


def _held_by_function(device: Device, points: float, judge: _Judge) -> Iterator[Sign]:
    """A device that carries traffic and names itself a function of a mobile core is never proposed as not core. Its
    name makes it no core either: `mme-sw1` may be the switch in front."""
    function = _word_in(device, judge.weights.functions) if judge.use_names else ""
    if function and points < 0 and not is_end(device, judge.weights):
        yield Sign(-points, NetworkFunction(function))


def _word_in(device: Device, words: Iterable[str]) -> str:
    """The first of some words that its name holds, alone or behind v (virtual) or c (container)."""
    first = device.name.partition(".")[0].casefold()
    named = _words_of(device) | {word.rstrip("0123456789") for word in re.findall("[a-z0-9]+", first)}
    return next((word for word in words if named & {word, f"v{word}", f"c{word}"}), "")


def _own_signs(device: Device, judge: _Judge) -> Iterator[Sign]:
    kind = judge.weights.kinds.get(device.identity.kind or "")
    if kind and (kind.points or kind.tier):
        yield Sign(kind.points, ProductFamily(device.identity.kind or ""))
    yield from _routing(device, judge)
    yield from _ports(device, judge)


def _routing(device: Device, judge: _Judge) -> Iterator[Sign]:
    counted, weights = adjacencies(device), judge.weights
    if device.id in judge.network.shapes and not _reaches_beyond(device, judge):
        return
    for routing in weights.routing:
        count = sum(counted.get(protocol, 0) for protocol in routing.protocols)
        if count:
            yield Sign(routing.more if count > 1 else routing.one, _routing_adjacencies(counted, routing.protocols))


def _routing_adjacencies(counted: Mapping[str, int], protocols: Iterable[str]) -> RoutingAdjacencies:
    return RoutingAdjacencies(tuple((name, counted[name]) for name in protocols if counted.get(name)))


def _ports(device: Device, judge: _Judge) -> Iterator[Sign]:
    """Signs of its ports: to single hosts, to subscribers, with power for telephones and cameras, or fast."""
    weights, own, routers = judge.weights, device.l2_l3_tables, judge.network.routers
    edge = len({learned.port for learned in own.learned if learned.on_port == 1})
    if edge >= weights.edge_ports.least:
        points = weights.edge_ports.more if edge >= weights.edge_ports.many else weights.edge_ports.points
        yield Sign(points, SingleHostPorts(edge))
    if own.learned_count and not adjacencies(device):
        points = weights.bridges_only.beside_routers if routers else weights.bridges_only.points
        yield Sign(points, BridgesOnly(own.learned_count, routers))
    if own.subscriber_lines:
        yield Sign(weights.subscriber_lines, SubscriberLines(own.subscriber_lines))
    if own.powers_ports:
        yield Sign(weights.powers_ports, PowersPorts())
    if own.fastest_mbps >= weights.fast.mbps:
        yield Sign(weights.fast.points, FastPorts(own.fastest_mbps))
    if device.id in judge.network.alone_behind and not adjacencies(device):
        yield Sign(weights.alone_behind_port, judge.network.alone_behind[device.id])


def _reaches_beyond(device: Device, judge: _Judge) -> bool:
    """Whether a device has more routing neighbours by IS-IS, OSPF and LDP than links: some are outside of what was
    scanned."""
    counted, central = adjacencies(device), judge.network.central.get(device.id)
    return central is not None and max(counted.get(name, 0) for name in ("isis", "ospf", "ldp")) > central.degree


def _in_network(device: Device, judge: _Judge) -> Iterator[Sign]:
    """Its place in the graph, and how it compares with the others. A device whose neighbours were not all scanned: its
    few links do not speak against the core."""
    central, weights = judge.network.central.get(device.id), judge.weights
    if central is None:
        return
    least = 0.0 if _reaches_beyond(device, judge) else -1.0
    shape, compared = judge.network.shapes.get(device.id), judge.network.compared.get(device.id)
    if shape is None or compared is None:
        points, most = weights.graph.bias + _weighted(weights.graph, central, FEATURES), weights.graph.most
        yield Sign(
            _within(points, least * most, most), GraphPosition(central.degree, central.rank, central.betweenness)
        )
        return
    points, most = weights.shape.bias + _weighted(weights.shape, shape, MEASURES), weights.shape.most
    yield Sign(_within(points, least * most, most), ShapePosition(central.degree, shape))
    yield from (sign for sign in _compared(compared, weights.shape) if sign.points > 0 or least)


def _compared(compared: NetworkComparison, weights: ShapeWeights) -> Iterator[Sign]:
    if compared.bgp_sessions:
        reason = BgpComparison(compared.bgp_sessions, compared.bgp_speakers, compared.carriers, compared.bgp_usual)
        yield Sign(round(_weighted(weights, compared, BGP_MEASURES), 2), reason)
    if compared.speed:
        slower = SlowerPorts(compared.mbps, compared.fastest_mbps)
        yield Sign(round(_weighted(weights, compared, SPEED_MEASURES), 2), slower)
    if compared.alike:
        shared = SharedProduct(compared.alike, compared.carriers, compared.is_central)
        yield Sign(round(_weighted(weights, compared, PRODUCT_MEASURES), 2), shared)


def _within(points: float, least: float, most: float) -> float:
    return round(max(least, min(most, points)), 2)


def _weighted(weights: object, values: object, names: Iterable[str]) -> float:
    return float(sum(getattr(weights, name) * getattr(values, name) for name in names))


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
                counted[word][tiers <= COUNTS_AS_CORE] += 1
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


def _by_name(device: Device, judge: _Judge) -> Iterator[Sign]:
    """The word of its name that most devices share whose place the inventory tells."""
    known = [(judge.words[word], word) for word in sorted(_words_of(device)) if word in judge.words]
    if known:
        (total, share), word = max(known)
        points = judge.weights.named_alike.points * (1 if share > 0.5 else -1)
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
