"""The benchmark of core nodes: its arithmetic, and that the page and the shipped weights say what it measures."""

from pathlib import Path

import pytest

from benchmarks.topology.__main__ import Hits, labelled, shipped, tables
from benchmarks.topology.fit import Row, fit, solved
from benchmarks.topology.invented.__main__ import FIT_SEEDS, fitted_shape, hits, invented
from reports.placement.suggestion_weights import read_suggestion_weights

ROOT = Path(__file__).parents[2]


def test_a_system_of_equations_is_solved_whatever_the_order_of_its_rows() -> None:
    assert solved([[0.0, 2.0], [4.0, 1.0]], [6.0, 7.0]) == pytest.approx([1.0, 3.0])


def test_what_one_feature_separates_is_separated() -> None:
    rows = [Row((float(place),), place > 4, 1.0) for place in range(8)]
    fitted = fit(rows)
    assert [fitted.value(row.features) >= fitted.threshold for row in rows] == [row.core for row in rows]


def test_precision_recall_and_f1_are_of_the_hits() -> None:
    hits = Hits(right=6, wrong=2, missed=3)
    assert (hits.precision, hits.recall, hits.f1) == pytest.approx((0.75, 2 / 3, 12 / 17))
    assert Hits(0, 0, 4).f1 == 0.0


def test_the_page_shows_what_is_measured() -> None:
    page = (ROOT / "docs" / "suggest.md").read_text(encoding="utf-8")
    assert [table for table in tables(labelled()) if table not in page] == []


def test_the_shipped_weights_are_those_fitted_on_all_networks() -> None:
    graph = read_suggestion_weights().graph.model_dump()
    assert {name: graph[name] for name in graph if name != "most"} == shipped(labelled())


def test_what_other_signs_add_is_not_learned_again() -> None:
    rows = [Row((float(place > 4),), place > 4, 1.0, 8.0 * (place > 4) - 4.0) for place in range(8)]
    alone = fit([Row(row.features, row.core, row.weight) for row in rows])
    assert fit(rows).weights[0] < alone.weights[0]


def test_the_shipped_weights_of_the_shape_are_those_fitted_on_invented_networks() -> None:
    weights = read_suggestion_weights()
    assert fitted_shape(invented(FIT_SEEDS, weights), weights) == weights.shape


def test_invented_networks_are_the_same_for_the_same_seed_and_their_core_is_found() -> None:
    weights = read_suggestion_weights()
    (campus, *_), (again, *_) = invented((400,), weights), invented((400,), weights)
    assert (campus.devices, campus.truth) == (again.devices, again.truth)
    assert hits(campus, weights).f1 == 1.0
