"""What the whole network says about each device: its place in the graph, and how it compares with the others."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerprints.model.device import Device
from reports.placement.carriers import carriers, is_end, neighbours_in
from reports.placement.centrality import Centrality, centralities
from reports.placement.network_comparison import NetworkComparison, compare_with_network, product_of
from reports.placement.shape import Shape, shapes
from reports.placement.sign import AloneBehindPort, BesideCore, Sign
from reports.placement.suggestion_weights import SuggestionWeights
from reports.placement.topology import LinkKind, Topology, adjacencies, topology_of

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, slots=True)
class NetworkEvidence:
    """What a run says about each device beside its own words, by its id. `graph` joins the devices that carry traffic,
    `beside` names those that are next to each. `shapes` and `compared` are empty where devices tell only links."""

    graph: "networkx.Graph[str]"
    central: Mapping[str, Centrality]
    shapes: Mapping[str, Shape]
    compared: Mapping[str, NetworkComparison]
    alone_behind: Mapping[str, AloneBehindPort]
    beside: Mapping[str, tuple[Device, ...]]
    routers: int


def network_evidence(devices: Sequence[Device], weights: SuggestionWeights) -> NetworkEvidence:
    """The evidence of some devices about each other."""
    topology = topology_of(devices)
    graph = carriers(topology, weights)
    measured = shapes(graph) if any(_tells_more_than_links(device) for device in devices) else {}
    by_id = {device.id: device for device in devices}
    return NetworkEvidence(
        graph,
        centralities(graph),
        measured,
        compare_with_network([device for device in devices if device.id in measured], measured),
        _alone_behind(topology),
        {key: tuple(by_id[other] for other in others) for key, others in neighbours_in(topology).items()},
        sum(1 for device in devices if adjacencies(device)),
    )


def _tells_more_than_links(device: Device) -> bool:
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


def beside_core(
    devices: Sequence[Device], core: Collection[str], network: NetworkEvidence, weights: SuggestionWeights
) -> Mapping[str, Sign]:
    """The sign of each firewall or speaker of BGP that has core neighbours only, where few others are its product: a
    gateway, a route reflector, a way out. Many of a product are what the core serves. `core` are ids."""
    found = dict(_linked_with_core_only(devices, core, network, weights))
    alike = Counter(product_of(device) for device in devices if device.id in network.shapes and device.id not in core)
    most = weights.beside_core.per_core * sum(1 for node in network.graph if node in core)
    return {
        device.id: Sign(weights.beside_core.points, BesideCore(found[device.id]))
        for device in devices
        if device.id in found and alike[product_of(device)] <= most
    }


def _linked_with_core_only(
    devices: Sequence[Device], core: Collection[str], network: NetworkEvidence, weights: SuggestionWeights
) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = {device.id: device.name or device.id for device in devices}
    for device in devices:
        speaks = device.identity.kind in weights.beside_core.kinds or "bgp" in adjacencies(device)
        if speaks and device.id in network.shapes and device.id not in core and not is_end(device, weights):
            others = tuple(network.graph[device.id])
            if all(other in core for other in others):
                yield device.id, tuple(sorted(names[other] for other in others))
