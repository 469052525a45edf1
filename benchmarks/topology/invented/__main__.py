"""`python -m benchmarks.topology.invented`: how well core is told in invented networks.

Each shape is judged by weights that were fitted without it. Prints the table of docs/suggest.md and the weights for
`shape` in suggest.yaml, and takes some two minutes.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.topology.__main__ import Hits
from benchmarks.topology.fit import Fit, Row, fit
from benchmarks.topology.invented.plan import Plan
from benchmarks.topology.invented.shapes import SHAPES
from fingerprints.model.device import Device
from reports.placement.network_comparison import COMPARED
from reports.placement.network_evidence import NetworkEvidence, network_evidence
from reports.placement.shape import MEASURES
from reports.placement.suggest import suggest
from reports.placement.suggestion_weights import ShapeWeights, SuggestionWeights, read_suggestion_weights

FIT_SEEDS = range(6)
"""Networks of these seeds set the weights."""

FRESH_SEEDS = range(210, 216)
"""Networks of these seeds are judged. Nobody looked at them before the weights were set."""

NAMES = (*MEASURES, *COMPARED)


@dataclass(frozen=True, slots=True)
class Invented:
    """One network: its shape, what a scan finds, which nodes are core (None: either), and the evidence."""

    shape: str
    devices: tuple[Device, ...]
    truth: Mapping[str, bool | None]
    evidence: NetworkEvidence
    others: Mapping[str, float]
    """Points of every sign but those of the shape and the comparison, by node."""

    def rows(self) -> list[Row]:
        """The carriers with a truth. A large network weighs more than a small one, and less than all its nodes."""
        shapes, compared = self.evidence.shapes, self.evidence.compared
        judged = [node for node in shapes if node in compared and self.truth[node] is not None]
        return [
            Row(
                tuple(float(getattr(shapes[node], name)) for name in MEASURES)
                + tuple(float(getattr(compared[node], name)) for name in COMPARED),
                bool(self.truth[node]),
                len(judged) ** -0.5,
                self.others[node],
            )
            for node in judged
        ]


def invented(seeds: Iterable[int], weights: SuggestionWeights) -> list[Invented]:
    """The networks of some seeds, of every shape."""
    return [_invented(shape.__name__, shape(seed), weights) for shape in SHAPES for seed in seeds]


def _invented(shape: str, plan: Plan, weights: SuggestionWeights) -> Invented:
    devices = plan.devices()
    evidence = network_evidence(devices, weights)
    others = suggest(devices, without_shape(weights), use_names=False, network=evidence)
    return Invented(shape, devices, plan.truth(), evidence, {found.device.id: found.points for found in others})


def without_shape(weights: SuggestionWeights) -> SuggestionWeights:
    """The same weights, with none for the shape, the comparison, and what follows from who is core."""
    nothing = weights.shape.model_copy(update=dict.fromkeys(ShapeWeights.model_fields, 0.0))
    beside = weights.beside_core.model_copy(update={"points": 0.0})
    return weights.model_copy(update={"shape": nothing, "beside_core": beside})


def fitted_shape(networks: Sequence[Invented], weights: SuggestionWeights) -> ShapeWeights:
    """Weights from some networks. The threshold with the best F1 becomes the points from which kitscan says core."""
    found: Fit = fit([row for network in networks for row in network.rows()])
    bias = found.weights[-1] - found.threshold + weights.core_from
    values = dict(zip(NAMES, found.weights[:-1], strict=True)) | {"bias": bias}
    return weights.shape.model_copy(update={name: round(value, 2) for name, value in values.items()})


def hits(network: Invented, weights: SuggestionWeights) -> Hits:
    """What kitscan says of a network, names and all, against the truth."""
    called = {found.device.id for found in suggest(network.devices, weights, network=network.evidence) if found.core}
    return _against(called, network.truth)


def _against(called: set[str], truth: Mapping[str, bool | None]) -> Hits:
    core = {node for node, is_core in truth.items() if is_core}
    other = {node for node, is_core in truth.items() if is_core is False}
    return Hits(len(called & core), len(called & other), len(core - called))


def best_degree(networks: Sequence[Invented]) -> float:
    """The share of the best linked node's links (logarithms) from which degree alone says core with the best F1."""
    rows = [
        Row((central.of_best,), bool(network.truth[node]), 1.0)
        for network in networks
        for node, central in network.evidence.central.items()
        if network.truth.get(node) is not None
    ]
    found = fit(rows)
    return (found.threshold - found.weights[-1]) / found.weights[0]


def degree_hits(network: Invented, least: float) -> Hits:
    """What degree alone says of a network."""
    called = {node for node, central in network.evidence.central.items() if central.of_best >= least}
    return _against(called, network.truth)


def table(old: Sequence[Invented], fresh: Sequence[Invented], weights: SuggestionWeights) -> str:
    """A row for each shape, in Markdown: degree alone, weights fitted without the shape, and the shipped weights."""
    lines = [
        "| shape | core of nodes | degree alone | fitted without the shape | as shipped | worst network |",
        "|---|---|---|---|---|---|",
    ]
    columns: dict[str, list[Hits]] = {"degree": [], "without": [], "shipped": []}
    for shape in dict.fromkeys(network.shape for network in fresh):
        others = [network for network in old if network.shape != shape]
        judged = [network for network in fresh if network.shape == shape]
        least = best_degree(others)
        held = weights.model_copy(update={"shape": fitted_shape(others, weights)})
        found = {
            "degree": [degree_hits(network, least) for network in judged],
            "without": [hits(network, held) for network in judged],
            "shipped": [hits(network, weights) for network in judged],
        }
        for name, some in found.items():
            columns[name] += some
        nodes = [is_core for network in judged for is_core in network.truth.values()]
        means = " | ".join(f"{_mean(some):.2f}" for some in found.values())
        worst = min(one.f1 for one in found["without"])
        lines.append(f"| {shape} | {nodes.count(True)} of {len(nodes)} | {means} | {worst:.2f} |")
    means = " | ".join(f"{_mean(some):.2f}" for some in columns.values())
    lines.append(f"| all | | {means} | {min(one.f1 for one in columns['without']):.2f} |")
    return "\n".join(lines)


def _mean(found: Sequence[Hits]) -> float:
    return sum(one.f1 for one in found) / len(found)


def main() -> int:
    """Print the table and the weights."""
    weights = read_suggestion_weights()
    old, fresh = invented(FIT_SEEDS, weights), invented(FRESH_SEEDS, weights)
    print(table(old, fresh, weights))
    print(f"\nfitted on all, for `shape` in suggest.yaml: {fitted_shape(old, weights).model_dump()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
