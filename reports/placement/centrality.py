"""How central a node of the network's graph is: by its links, those of its neighbours, and the paths through it."""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

MIN_NODES = 4
"""In a network of fewer linked nodes, centrality means nothing."""

MAX_EXACT = 1000
"""Up to so many nodes, betweenness is exact. Beyond, it is estimated from pivots: as many as keep the work about the
same, and at least MIN_PIVOTS."""

MIN_PIVOTS = 10
_WORK = 100 * MAX_EXACT


@dataclass(frozen=True, slots=True)
class Centrality:
    """One node in one graph: `degree` is its links, `rank` the share of nodes with fewer, `of_best` the logarithm of
    its links against the best linked node's, `over_neighbours` the logarithm against its neighbours' average, and
    `betweenness` the share of the shortest paths that pass it."""

    degree: int
    rank: float
    of_best: float
    over_neighbours: float
    betweenness: float


FEATURES = ("rank", "of_best", "over_neighbours", "betweenness")
"""Fields that speak for the core. suggest.yaml holds a weight for each; benchmarks/topology fits them."""


def centralities(graph: "networkx.Graph[str]") -> Mapping[str, Centrality]:
    """The centrality of each linked node, in the order of the graph; empty for a graph of fewer than MIN_NODES."""
    import networkx

    linked: networkx.Graph[str] = graph.subgraph([node for node in graph if graph.degree(node)]).copy()
    if len(linked) < MIN_NODES:
        return {}
    pivots = max(MIN_PIVOTS, _WORK // len(linked)) if len(linked) > MAX_EXACT else None
    between = networkx.betweenness_centrality(linked, k=pivots, seed=0)
    degrees = {node: linked.degree(node) for node in graph if node in linked}
    ordered = sorted(degrees.values())
    best = math.log1p(ordered[-1])
    return {
        node: Centrality(
            degree=degree,
            rank=bisect_left(ordered, degree) / len(ordered),
            of_best=math.log1p(degree) / best,
            over_neighbours=math.log((degree + 1) / (sum(degrees[other] for other in linked[node]) / degree + 1)),
            betweenness=between[node],
        )
        for node, degree in degrees.items()
    }
