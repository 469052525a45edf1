"""`python -m benchmarks.topology`: core nodes of thirteen labelled networks told from their graph alone, one left out
at a time. Needs topohub (`pip install topohub==1.5.1`, MIT), which carries the Topology Zoo's graphs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx

from benchmarks.topology.fit import Fit, Row, fit
from fingerprints.database.yaml_file import read_tree
from reports.placement.centrality import FEATURES, Centrality, centralities

LABELS = Path(__file__).with_name("labels.yaml")
WAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("degree alone: number of links", ("degree",)),
    ("degree alone: against the best linked", ("of_best",)),
    ("degree alone: share of nodes with fewer links", ("rank",)),
    ("betweenness alone", ("betweenness",)),
    ("kitscan", FEATURES),
    ("kitscan, without betweenness", ("rank", "of_best", "over_neighbours")),
)


@dataclass(frozen=True, slots=True)
class Network:
    """A labelled network: the centrality of each node, and which nodes are core."""

    name: str
    central: Mapping[str, Centrality]
    core: frozenset[str]

    def rows(self, features: tuple[str, ...]) -> list[Row]:
        """Its nodes. A large network weighs more than a small one, and less than all its nodes: they are not drawn
        one by one."""
        weight = len(self.central) ** -0.5
        return [Row(_of(one, features), node in self.core, weight) for node, one in self.central.items()]


@dataclass(frozen=True, slots=True)
class Hits:
    """Nodes called core that are, that are not, and core nodes missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of those called core, the share that is."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Of the core nodes, the share called so."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


def main() -> int:
    """Print the tables. 2 where topohub is missing."""
    try:
        networks = labelled()
    except ModuleNotFoundError:
        print("topohub is missing: pip install topohub==1.5.1", file=sys.stderr)
        return 2
    print("\n\n".join(tables(networks)))
    print(f"\nfitted on all, for `graph` in suggest.yaml: {shipped(networks)}")
    return 0


def tables(networks: Sequence[Network]) -> tuple[str, str]:
    """The ways side by side, and kitscan's network by network, in Markdown."""
    results = {name: left_out(networks, features) for name, features in WAYS}
    ways = ["| judged by | precision | recall | F1 | mean F1 of a network |", "|---|---|---|---|---|"]
    for name, found in results.items():
        total = _total(found)
        mean = sum(one.f1 for one in found.values()) / len(found)
        ways.append(f"| {name} | {total.precision:.2f} | {total.recall:.2f} | {total.f1:.2f} | {mean:.2f} |")
    each = ["| network | nodes | core | right | wrong | missed | F1 |", "|---|---|---|---|---|---|---|"]
    for network in networks:
        one = results["kitscan"][network.name]
        sizes = f"{len(network.central)} | {len(network.core)}"
        each.append(f"| {network.name} | {sizes} | {one.right} | {one.wrong} | {one.missed} | {one.f1:.2f} |")
    return "\n".join(ways), "\n".join(each)


def shipped(networks: Sequence[Network]) -> dict[str, float]:
    """The weights from all networks, the threshold taken into the bias, so that 0 is where core begins."""
    fitted = fit([row for network in networks for row in network.rows(FEATURES)])
    weights = dict(zip(FEATURES, fitted.weights[:-1], strict=True)) | {"bias": fitted.weights[-1] - fitted.threshold}
    return {name: round(weight, 2) for name, weight in weights.items()}


def left_out(networks: Sequence[Network], features: tuple[str, ...]) -> dict[str, Hits]:
    """What is found in each network by weights and a threshold from the others."""
    found = {}
    for network in networks:
        others = [row for other in networks if other is not network for row in other.rows(features)]
        found[network.name] = _hits(network, features, fit(others))
    return found


def _hits(network: Network, features: tuple[str, ...], fitted: Fit) -> Hits:
    called = {node for node, one in network.central.items() if fitted.value(_of(one, features)) >= fitted.threshold}
    return Hits(len(called & network.core), len(called - network.core), len(network.core - called))


def _of(central: Centrality, features: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(float(getattr(central, name)) for name in features)


def _total(found: Mapping[str, Hits]) -> Hits:
    every = found.values()
    return Hits(sum(one.right for one in every), sum(one.wrong for one in every), sum(one.missed for one in every))


def labelled() -> list[Network]:
    """The networks of labels.yaml. Raises ModuleNotFoundError without topohub."""
    import topohub

    labels, _ = read_tree(LABELS)
    networks = []
    for name, label in sorted(labels.items()):
        topology = topohub.get(f"topozoo/{name}")
        graph: networkx.Graph[str] = networkx.Graph()
        graph.add_nodes_from(str(node["id"]) for node in topology["nodes"])
        graph.add_edges_from((str(edge["source"]), str(edge["target"])) for edge in topology["edges"])
        networks.append(Network(name, centralities(graph), frozenset(str(number) for number in label["core"])))
    return networks


if __name__ == "__main__":
    sys.exit(main())
