"""The columns of the accuracy benchmark: attributes against the truth and the capture, packets, and the table."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.accuracy.attributes import is_right, right_of_known, same_as
from benchmarks.accuracy.column import CAPTURES, WIRE, columns_of, percentile, shared
from benchmarks.accuracy.score import Answer, Naming, Ratio, answers_in
from benchmarks.accuracy.tables import attribute_mistakes, figures
from benchmarks.accuracy.truth import Truth, read_truth
from fingerprints.database.companies.companies import Companies
from fingerprints.database.companies.company import Company, CompanyData

NAMING = Naming(Companies(CompanyData((Company("acme", "Acme"),))))


def truth(recording: str, **attributes: str) -> Truth:
    return Truth(recording, ("Acme",), frozenset(), frozenset(), "-", tuple(attributes.items()))


def answer(device: str = "", **attributes: str) -> Answer:
    return Answer(("acme",), 1.0, attributes=attributes, device=device)


def answers(**by_recording: Answer) -> Mapping[str, Answer]:
    return by_recording


@pytest.mark.parametrize(
    ("name", "text", "wanted", "right"),
    [
        ("model", "S5720-28P-SI", "s5720 28p", True),
        ("model", "S57", "S5720-28P", True),
        ("model", "S5", "S5720-28P", False),
        ("model", "", "S5720-28P", False),
        ("version", "5", "V5.1", True),
        ("version", "V5.170", "5.170", True),
        ("version", "6", "V5.1", False),
        ("serial", "AB-12", "ab12", True),
        ("serial", "AB12", "AB123", False),
        ("serial", "--", "-", False),
    ],
)
def test_an_attribute_is_right_by_its_letters_and_digits(name: str, text: str, wanted: str, right: bool) -> None:
    assert is_right(name, text, wanted) is right


def test_attributes_are_counted_where_the_truth_or_the_capture_tells_them() -> None:
    truths = [truth("a", model="X1", serial="9"), truth("b", model="X2"), truth("c")]
    wire = answers(a=answer(model="X1"), c=answer(model="X3", version="2"))
    captures = answers(a=answer(model="X1", serial="9"), b=answer(), c=answer(version="2"))
    none = Ratio(0, 0)
    assert right_of_known(truths, wire) == {"model": Ratio(1, 2), "version": none, "serial": Ratio(0, 1)}
    assert same_as(captures, wire, truths) == {"model": Ratio(1, 1), "version": Ratio(1, 1), "serial": Ratio(0, 1)}


def test_a_document_gives_the_attributes_it_tells_and_the_device_they_are_of() -> None:
    identity = {"vendor": None, "confidence": 0.0, "model": "X1", "version": None, "serial": ""}
    document = {"devices": [{"id": "d1", "labels": ["a"], "identity": identity, "watched": []}]}
    assert answers_in(document) == {"a": Answer(attributes={"model": "X1"}, device="d1")}


def test_recordings_that_have_one_device_together_are_told() -> None:
    found = answers(a=answer("d1"), b=answer("d2"), c=answer("d1"))
    assert shared([truth("a"), truth("b"), truth("c"), truth("absent")], found) == (("a", "c"),)


@pytest.mark.parametrize(("share", "number"), [(0.5, 3), (0.95, 5), (1.0, 5)])
def test_a_percentile_is_one_of_the_numbers(share: float, number: int) -> None:
    assert percentile([5, 1, 3, 2, 4], share) == number


def test_the_table_has_a_column_for_each_way_and_no_figure_that_none_has() -> None:
    by_name = {CAPTURES: answers(a=answer(model="X1"), b=answer()), WIRE: answers(a=answer(model="X1"))}
    columns = columns_of([truth("a"), truth("b")], by_name, [40, 20, 30], NAMING)
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in figures(columns).splitlines()]
    assert rows[0] == ["figure", "captures", "wire"]
    assert rows[2:] == [
        ["accuracy", "100.0% (2/2)", "50.0% (1/2)"],
        ["coverage", "100.0% (2/2)", "50.0% (1/2)"],
        ["precision", "100.0% (2/2)", "100.0% (1/1)"],
        ["present", "100.0% (2/2)", "50.0% (1/2)"],
        ["model as in the capture", "-", "100.0% (1/1)"],
        ["calibration error", "0.0000", "0.0000"],
        ["packets a device: median, p95, largest", "-", "30, 40, 40"],
    ]


def test_the_wire_alone_is_compared_with_the_truth_alone() -> None:
    columns = columns_of([truth("a", model="X1")], {WIRE: answers(a=answer(model="X1"))}, [7], NAMING)
    assert columns[WIRE].right["model"] == Ratio(1, 1)
    assert columns[WIRE].same == {}


def test_attributes_that_are_not_as_expected_are_listed_by_recording() -> None:
    compared = [("b", "model", "", "X2"), ("a", "serial", "8", "9")]
    assert attribute_mistakes(compared).splitlines() == ["  serial     a: 8, is 9", "  model      b: nothing, is X2"]


def test_a_truth_table_tells_attributes_by_the_most_telling_column(tmp_path: Path) -> None:
    table = tmp_path / "truth.csv"
    head = "recording,vendor,restricted_entity,also_accept,hardware,model_best,version,serial\n"
    table.write_text(head + "a,Acme,,,X,X1,2,\nb,Acme,,,X,,-,9\n", encoding="utf-8")
    found = {each.recording: dict(each.attributes) for each in read_truth(table)}
    assert found == {"a": {"model": "X1", "version": "2"}, "b": {"model": "X", "serial": "9"}}
