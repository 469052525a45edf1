"""Where a node stands in the shape of its network: in the middle of long paths or at their ends, on a ring, on a hub.

Every measure compares a node with its own network, so that the best linked switch of a small office and a backbone
router score alike. Redundant nodes, such as two hubs of the same spokes, have the same measures.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.placement.centrality import MIN_NODES

if TYPE_CHECKING:
    import networkx

MAX_EXACT = 300
"""Up to so many nodes, distances are measured from each. Beyond, from evenly spaced ones, as many as keep the work
about the same, and at least MIN_SOURCES."""

MIN_SOURCES = 24
MAX_ENDS = 64
"""Ends between which paths are drawn."""

LONG = 0.75
"""Paths are long from this quantile of their lengths on."""

LEVEL = 0.02
"""Hops by which two mean distances may differ and still be level."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One node's place in its network.

    `of_best` is the logarithm of its links against the best linked node's. `inner` is the same of the links that remain
    once the nodes with one link have been taken away, again and again. `middle` is how often it lies in the middle of
    a shortest path between two ends of the network, against the node that does so most often; `far` counts long paths
    only. `depth` runs from 0 (nearest to all others) to 1 (farthest). `leaf_share` is the share of its links that lead
    to nodes with no other link. `is_summit` says that no neighbour is nearer to all others, `is_on_chain` that it is
    one of a row of nodes with two inner links, as on a ring of more than three, and `is_leaning` that each inner
    neighbour has more inner links than it, or that it has none.
    """

    of_best: float
    inner: float
    middle: float
    far: float
    depth: float
    leaf_share: float
    is_summit: bool
    is_on_chain: bool
    is_leaning: bool


MEASURES = ("of_best", "inner", "middle", "far", "depth", "leaf_share", "is_summit", "is_on_chain", "is_leaning")
"""Fields of Shape. suggest.yaml holds a weight for each; benchmarks/topology fits them."""


def shapes(graph: "networkx.Graph[str]") -> Mapping[str, Shape]:
    """The shape of each linked node, in the order of the graph; empty for a graph of fewer than MIN_NODES."""
    linked: networkx.Graph[str] = graph.subgraph([node for node in graph if graph.degree(node)]).copy()
    if len(linked) < MIN_NODES:
        return {}
    order = [node for node in graph if node in linked]
    inner = _peeled(linked)
    depth, ends = _depths(linked, order)
    middle, far = _middles(linked, ends)
    most, most_far = max(middle.values(), default=1), max(far.values(), default=1)
    best = max(degree for _, degree in linked.degree())
    best_inner = max((degree for _, degree in inner.degree()), default=0) or 1
    alone = {
        node: Shape(
            of_best=math.log1p(linked.degree(node)) / math.log1p(best),
            inner=math.log1p(inner.degree(node)) / math.log1p(best_inner) if node in inner else 0.0,
            middle=middle[node] / most,
            far=far[node] / most_far,
            depth=depth[node],
            leaf_share=sum(1 for other in linked[node] if linked.degree(other) == 1) / linked.degree(node),
            is_summit=node in ends.summits,
            is_on_chain=_is_on_chain(node, inner),
            is_leaning=_is_leaning(node, inner),
        )
        for node in order
    }
    return _alike_where_redundant(alone, inner)


def _peeled(graph: "networkx.Graph[str]") -> "networkx.Graph[str]":
    """What remains once nodes with one link are taken away until there is none, or, in a tree, only its centre."""
    inner = graph.copy()
    while True:
        outer = [node for node in inner if inner.degree(node) <= 1]
        if not outer or len(outer) == len(inner):
            return inner
        inner.remove_nodes_from(outer)


def _is_on_chain(node: str, inner: "networkx.Graph[str]") -> bool:
    if node not in inner or inner.degree(node) != 2:
        return False
    one, other = inner[node]
    return not inner.has_edge(one, other) and 2 in (inner.degree(one), inner.degree(other))


def _is_leaning(node: str, inner: "networkx.Graph[str]") -> bool:
    if node not in inner:
        return True
    return len(inner) > 1 and all(inner.degree(other) > inner.degree(node) for other in inner[node])


@dataclass(frozen=True, slots=True)
class _Ends:
    """Nodes that no neighbour is farther than, some of the network where there are many, and those that none is nearer
    than."""

    outer: tuple[str, ...]
    summits: frozenset[str]


def _depths(graph: "networkx.Graph[str]", order: Sequence[str]) -> tuple[Mapping[str, float], _Ends]:
    """The depth of each node within its connected part, and the ends of the network."""
    import networkx

    mean: dict[str, float] = {}
    depth: dict[str, float] = {}
    for part in networkx.connected_components(graph):
        members = [node for node in order if node in part]
        mean |= _mean_distances(graph, members)
        nearest, farthest = min(mean[node] for node in members), max(mean[node] for node in members)
        depth |= {node: (mean[node] - nearest) / ((farthest - nearest) or 1.0) for node in members}
    outer = [node for node in order if all(mean[other] <= mean[node] + LEVEL for other in graph[node])]
    summits = frozenset(node for node in order if all(mean[other] >= mean[node] - LEVEL for other in graph[node]))
    return depth, _Ends(_spread(outer, MAX_ENDS), summits)


def _mean_distances(graph: "networkx.Graph[str]", members: Sequence[str]) -> Mapping[str, float]:
    import networkx

    count = len(members)
    sources = members if count <= MAX_EXACT else _spread(members, max(MIN_SOURCES, MAX_EXACT**2 // count))
    total: Counter[str] = Counter()
    for source in sources:
        total.update(networkx.single_source_shortest_path_length(graph, source))
    chosen = frozenset(sources)
    return {node: total[node] / max(1, len(sources) - (node in chosen)) for node in members}


def _spread(items: Sequence[str], most: int) -> tuple[str, ...]:
    """At most so many of some items, evenly spaced."""
    if len(items) <= most:
        return tuple(items)
    return tuple(items[number * len(items) // most] for number in range(most))


def _middles(graph: "networkx.Graph[str]", ends: _Ends) -> tuple[Counter[str], Counter[str]]:
    """How often each node lies in the middle of a shortest path between two ends, and of a long one. Of two equally
    short paths each counts, so that redundant nodes lose nothing by each other."""
    import networkx

    distances = {end: networkx.single_source_shortest_path_length(graph, end) for end in ends.outer}
    pairs = [
        (one, other, distances[one][other])
        for number, one in enumerate(ends.outer)
        for other in ends.outer[number + 1 :]
        if distances[one].get(other, 0) > 1
    ]
    lengths = sorted(length for _, _, length in pairs)
    long = lengths[int(len(lengths) * LONG)] if lengths else 0
    rings = {end: _by_distance(found) for end, found in distances.items()}
    middle: Counter[str] = Counter()
    far: Counter[str] = Counter()
    for one, other, length in pairs:
        for hops in {length // 2, (length + 1) // 2}:
            on_path = [node for node in rings[one][hops] if distances[other][node] == length - hops]
            middle.update(on_path)
            if length >= long:
                far.update(on_path)
    return middle, far


def _by_distance(distances: Mapping[str, int]) -> Mapping[int, list[str]]:
    rings: dict[int, list[str]] = defaultdict(list)
    for node, hops in distances.items():
        rings[hops].append(node)
    return rings


def _alike_where_redundant(alone: Mapping[str, Shape], inner: "networkx.Graph[str]") -> Mapping[str, Shape]:
    """The same shape for nodes with the same inner neighbours, joined with each other or not: the better of each
    measure that speaks for the core."""
    found = dict(alone)
    for twins in _redundant(inner):
        members = [alone[node] for node in twins]
        joint = replace(
            members[0],
            of_best=max(member.of_best for member in members),
            middle=max(member.middle for member in members),
            far=max(member.far for member in members),
            depth=min(member.depth for member in members),
            leaf_share=min(member.leaf_share for member in members),
            is_summit=any(member.is_summit for member in members),
        )
        found |= dict.fromkeys(twins, joint)
    return found


def _redundant(inner: "networkx.Graph[str]") -> Iterable[tuple[str, ...]]:
    apart: dict[frozenset[str], list[str]] = defaultdict(list)
    joined: dict[frozenset[str], list[str]] = defaultdict(list)
    for node in inner:
        if inner.degree(node) > 1:
            apart[frozenset(inner[node])].append(node)
            joined[frozenset((*inner[node], node))].append(node)
    return (tuple(nodes) for nodes in (*apart.values(), *joined.values()) if len(nodes) > 1)
