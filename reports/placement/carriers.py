"""Which devices carry others' traffic, which only use the network, and the graph of those that carry."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fingerprints.model.device import Device
from reports.placement.suggestion_weights import SuggestionWeights
from reports.placement.topology import LinkKind, Topology, adjacencies

if TYPE_CHECKING:
    import networkx

_NOT_ADJACENT = frozenset((LinkKind.ARP, LinkKind.BGP))
"""BGP sessions often pass many routers, and ARP shows only that two nodes talked."""


def carriers(topology: Topology, weights: SuggestionWeights) -> "networkx.Graph[str]":
    """The graph of the devices that carry traffic: without cameras and servers, and with a device that never answered
    only where it joins others."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(
        key for key, node in topology.nodes.items() if node.device and not is_end(node.device, weights)
    )
    unscanned = {key for key, node in topology.nodes.items() if node.device is None}
    allowed = unscanned.union(graph.nodes)
    for link in topology.links:
        is_adjacent = link.kind is not LinkKind.BRIDGE or link.reported not in unscanned
        if is_adjacent and link.kind not in _NOT_ADJACENT and {link.reporter, link.reported} <= allowed:
            graph.add_edge(link.reporter, link.reported)
    graph.remove_nodes_from([key for key in unscanned if key in graph and graph.degree(key) < 2])
    return graph


def is_end(device: Device, weights: SuggestionWeights) -> bool:
    """Whether a device uses the network and carries nobody else's traffic: by its product family, or because it runs a
    system of computers and neither routes nor bridges."""
    kind = weights.kinds.get(device.identity.kind or "")
    if kind is not None and kind.end:
        return True
    is_computer = device.identity.kind is None and device.identity.os in weights.host_systems
    return is_computer and not adjacencies(device) and not device.l2_l3_tables.learned_count


def is_host(device: Device, weights: SuggestionWeights) -> bool:
    """Whether a device is a computer, which may run anything: nothing of what carries traffic says what it does."""
    kind = weights.kinds.get(device.identity.kind or "")
    return kind.host if kind is not None else is_end(device, weights)


def neighbours_in(topology: Topology) -> Mapping[str, tuple[str, ...]]:
    """The devices that answered next to each node, by its key, in the order of the topology."""
    beside: dict[str, dict[str, None]] = defaultdict(dict)
    for link in topology.links:
        if link.kind not in _NOT_ADJACENT:
            beside[link.reporter][link.reported] = beside[link.reported][link.reporter] = None
    return {key: tuple(other for other in others if topology.nodes[other].device) for key, others in beside.items()}
