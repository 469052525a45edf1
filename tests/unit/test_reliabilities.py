"""How reliable a kind of evidence is: counted by families, kept as counts, weighed as a posterior."""

import pytest

from benchmarks.fit.counts import KindOutcome, counted, with_weights
from fingerprints.database.weights import ClassModel, learned
from fingerprints.model.evidence import EvidenceGroup


def kind(weight: float, right: float = 0, wrong: float = 0) -> ClassModel:
    return ClassModel(group=EvidenceGroup.LAYER_2, weight=weight, right=right, wrong=wrong)


def test_a_family_counts_as_one_however_many_of_it_were_recorded() -> None:
    seen = [KindOutcome("wire-mac", "airos", True)] * 40 + [
        KindOutcome("wire-mac", "vrp", True),
        KindOutcome("wire-mac", "vrp", False),
    ]
    assert counted(seen) == {"wire-mac": (1.5, 0.5)}


def test_a_kind_that_nobody_saw_weighs_as_judged() -> None:
    assert learned(kind(2.5), 20) == 2.5


def test_failures_outweigh_a_judgement_in_the_end() -> None:
    weights = [learned(kind(2.5, right=50, wrong=wrong), 20) for wrong in (0, 10, 50)]
    assert weights == sorted(weights, reverse=True) and weights[-1] < 1


def test_no_run_of_successes_makes_a_kind_certain() -> None:
    assert learned(kind(3.0, right=100_000), 20) == pytest.approx(6.0)


def test_counts_replace_those_of_before_and_nothing_else() -> None:
    before = (
        "# why\nclasses:\n  a-b: {group: eeprom, weight: 1.5, right: 3, wrong: 1}\n  c: {group: eeprom, weight: 2}\n"
    )
    after = (
        "# why\nclasses:\n  a-b: {group: eeprom, weight: 1.5}\n  c: {group: eeprom, weight: 2, right: 4, wrong: 0.5}\n"
    )
    assert with_weights(before, {"c": (4.0, 0.5)}) == after
