"""A lab's expectations: read from labels, and compared with what a scan found."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from reports.policy.verdict import Verdict
from scanner.lab.checking import expectations_of
from scanner.lab.comparison import (
    Compared,
    LabDifference,
    LinkComparison,
    NodeComparison,
    compare_links,
    compare_with_expectations,
)
from scanner.lab.engines import open_lab
from scanner.lab.errors import LabRefusedError
from scanner.lab.expectations import Expectation, ExpectedPart, read_expectations
from scanner.lab.scanned_nodes import ScannedLinks, ScannedNode, SilentNode, scanned_links, scanned_nodes

LAB = Path("lab.clab.yml")
makers = st.sampled_from(("huawei", "zte", "cisco"))
verdicts = st.sampled_from(Verdict)
found_nodes = st.builds(
    ScannedNode,
    makers,
    st.sampled_from(("core", "edge")),
    verdicts.map(str),
    st.dictionaries(makers, st.integers(1, 3)).map(lambda parts: tuple(sorted(parts.items()))),
)


def node(**changes: Any) -> ScannedNode:
    return ScannedNode(**{"maker": "huawei", "place": "core", "verdict": "restricted", "parts": (), **changes})


def differences(expectation: Expectation, found: ScannedNode | SilentNode) -> list[tuple[str, str, str]]:
    compared = compare_with_expectations({"a": expectation}, {"a": found})
    return [(item.what.value, item.expected, item.found) for item in compared.differences]


def test_labels_are_read() -> None:
    labels = {
        "kitscan-expect-maker": "huawei",
        "kitscan-expect-place": "the core",
        "kitscan-expect-verdict": "restricted",
        "kitscan-expect-parts": "zte:2 huawei",
        "role": "core",
    }
    assert read_expectations({"a": labels, "b": {"role": "edge"}}, LAB) == {
        "a": Expectation("huawei", "the core", Verdict.RESTRICTED, (ExpectedPart("zte", 2), ExpectedPart("huawei"))),
        "b": Expectation(),
    }


@pytest.mark.parametrize(
    ("label", "value", "message"),
    [
        ("kitscan-expect-makr", "huawei", "is no label of an expectation; expected kitscan-expect-maker"),
        ("kitscan-expected-maker", "huawei", "is no label of an expectation; expected kitscan-expect-maker"),
        ("Kitscan_Expect_Maker", "huawei", "is no label of an expectation; expected kitscan-expect-maker"),
        ("kitscan-expect-verdict", "bad", "is 'bad'; expected restricted or review or conditional or not_assessed or"),
        ("kitscan-expect-maker", "Huawei Ltd", "is 'Huawei Ltd'; expected a company id such as huawei, or unknown"),
        ("kitscan-expect-place", "", "is ''; expected the name of a zone, or none"),
        ("kitscan-expect-parts", "huawei:0", "is 'huawei:0'; expected makers with counts"),
        ("kitscan-expect-parts", "huawei huawei:2", "each maker once"),
    ],
)
def test_a_label_that_means_nothing_is_an_error_with_its_place(label: str, value: str, message: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read_expectations({"core1": {label: value}}, LAB)
    assert f"lab.clab.yml: topology.nodes.core1.labels.{label}: " in str(caught.value)
    assert message in str(caught.value)


def test_a_lab_that_expects_nothing_is_not_checked(tmp_path: Path) -> None:
    nodes = "{a: {kind: linux, mgmt-ipv4: 192.0.2.1, labels: {role: core}}}"
    (tmp_path / "x.clab.yml").write_text(f"name: x\ntopology: {{nodes: {nodes}}}\n")
    with pytest.raises(LabRefusedError, match="no node of lab x expects anything"):
        expectations_of(open_lab(str(tmp_path)))


def test_every_wrong_label_is_named_at_once() -> None:
    with pytest.raises(DataFileError) as caught:
        read_expectations({"a": {"kitscan-expect-x": ""}, "b": {"kitscan-expect-verdict": "no"}}, LAB)
    assert [flaw.place.split(".")[2] for flaw in caught.value.flaws] == ["a", "b"]


def test_what_is_as_expected_is_right() -> None:
    expectation = Expectation("huawei", "core", Verdict.RESTRICTED, ())
    assert compare_with_expectations({"a": expectation}, {"a": node()}) == NodeComparison(("a",), (), ())


def test_each_field_that_differs_is_named() -> None:
    expectation = Expectation("zte", "edge", Verdict.CLEAR, (ExpectedPart("huawei", 2),))
    assert differences(expectation, node()) == [
        ("maker", "zte", "huawei"),
        ("place", "edge", "core"),
        ("verdict", "clear", "restricted"),
        ("parts", "huawei:2", "none"),
    ]


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ((ExpectedPart("huawei"),), (("huawei", 3),), True),
        ((ExpectedPart("huawei", 2),), (("huawei", 3),), False),
        ((ExpectedPart("huawei"),), (("huawei", 1), ("zte", 1)), False),
        ((), (("zte", 1),), False),
    ],
)
def test_parts_are_all_parts_of_watched_makers(
    expected: tuple[ExpectedPart, ...], found: tuple[tuple[str, int], ...], same: bool
) -> None:
    assert (differences(Expectation(parts=expected), node(parts=found)) == []) is same


def test_a_node_that_did_not_answer_differs_even_if_nothing_is_expected_of_it() -> None:
    assert differences(Expectation(), SilentNode("no-answer")) == [("answer", "an answer", "no-answer")]
    assert differences(Expectation(maker="huawei"), SilentNode("")) == [("answer", "an answer", "not in the report")]


def test_a_node_that_the_scan_does_not_know_differs() -> None:
    compared = compare_with_expectations({"a": Expectation(verdict=Verdict.CLEAR)}, {})
    assert [item.what for item in compared.differences] == [Compared.ANSWER]


def test_a_node_that_the_report_does_not_name_is_not_right_because_it_is_to_be_silent() -> None:
    silent = Expectation(verdict=Verdict.NOT_ASSESSED)
    compared = compare_with_expectations({"a": silent, "b": silent}, {"b": SilentNode("")})
    assert [(item.node, item.what) for item in compared.differences] == [("a", Compared.ANSWER), ("b", Compared.ANSWER)]


def test_a_node_that_the_scan_takes_for_two_devices_differs_whichever_comes_last() -> None:
    document = {"devices": [device("a"), device("a", id="id-2", verdict="clear")], "not_assessed": []}
    compared = compare_with_expectations({"a": Expectation(verdict=Verdict.CLEAR)}, scanned_nodes(document, ("a",)))
    assert [(item.what, item.found) for item in compared.differences] == [(Compared.DEVICE, "2 devices")]


def test_a_node_that_is_to_be_silent_is_right_if_it_is() -> None:
    silent = Expectation("unknown", None, Verdict.NOT_ASSESSED, ())
    assert differences(silent, SilentNode("no-answer")) == []
    assert differences(silent, SilentNode("layer-2-only", "cisco")) == []
    assert differences(silent, node()) != []
    assert differences(Expectation("zte", None, Verdict.NOT_ASSESSED), SilentNode("layer-2-only", "cisco")) == [
        ("maker", "zte", "cisco")
    ]


def test_a_node_without_an_expectation_is_counted() -> None:
    assert compare_with_expectations({"a": Expectation()}, {"a": node()}) == NodeComparison((), ("a",), ())


def test_two_nodes_that_the_scan_takes_for_one_device_differ() -> None:
    assert differences(Expectation("huawei"), node(shared_with=("b",))) == [
        ("device", "a device of its own", "one device with b")
    ]


@given(st.dictionaries(st.sampled_from("abcdef"), found_nodes))
def test_expecting_what_was_found_finds_no_difference_and_every_node_is_counted_once(
    found: dict[str, ScannedNode],
) -> None:
    expectations = {
        name: Expectation(
            item.maker, item.place, Verdict(item.verdict), tuple(ExpectedPart(*part) for part in item.parts)
        )
        for name, item in found.items()
    }
    assert compare_with_expectations(expectations, found) == NodeComparison(tuple(sorted(found)), (), ())


@given(found_nodes, found_nodes)
def test_any_field_that_is_another_is_a_difference(one: ScannedNode, other: ScannedNode) -> None:
    parts = tuple(ExpectedPart(*part) for part in one.parts)
    expectation = Expectation(one.maker, one.place, Verdict(one.verdict), parts)
    fields = ("maker", "place", "verdict", "parts")
    differing = [name for name in fields if getattr(one, name) != getattr(other, name)]
    assert [what for what, _, _ in differences(expectation, other)] == differing


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), found_nodes)))
def test_no_node_is_right_that_did_not_answer(found: dict[str, ScannedNode | None]) -> None:
    answered = {name: item for name, item in found.items() if item is not None}
    compared = compare_with_expectations({name: Expectation("huawei") for name in found}, answered)
    differing = {item.node for item in compared.differences}
    assert set(compared.right) <= set(answered)
    assert len(compared.right) + len(differing) == len(found)


def device(label: str, **changes: Any) -> dict[str, Any]:
    huawei = {"id": "huawei", "name": "Huawei"}
    return {
        "id": f"id-{label}",
        "labels": [label, f"clab-x-{label}"],
        "identity": {"made_by": None, "vendor": huawei},
        "placement": {"zone": "core"},
        "verdict": "restricted",
        "components": [],
        "neighbours": [],
        **changes,
    }


def test_a_document_is_read_by_the_labels_of_its_devices() -> None:
    watched = [{"entity": "zte", "level": "certain"}]
    parts = [
        {"made_by": {"id": "zte", "name": "ZTE"}, "watched": watched},
        {"made_by": None, "watched": watched},
        {"made_by": {"id": "arista", "name": "Arista"}, "watched": []},
        {"made_by": {"id": "zte", "name": "ZTE"}, "watched": [{"entity": "zte", "level": "cleared"}]},
    ]
    rebadged = {"made_by": {"id": "zte", "name": "ZTE"}, "vendor": {"id": "cisco", "name": "Cisco"}}
    document = {
        "devices": [
            device("a", components=parts),
            device("b", identity=rebadged, placement={"zone": None}),
            device("d", identity={"made_by": None, "vendor": None}),
        ],
        "not_assessed": [
            {"target": "c", "reason": "no-answer"},
            {"target": "d", "reason": "layer-2-only"},
        ],
    }
    assert scanned_nodes(document, ("a", "b", "c", "d", "e")) == {
        "a": ScannedNode("huawei", "core", "restricted", (("zte", 2),)),
        "b": ScannedNode("zte", "none", "restricted"),
        "c": SilentNode("no-answer"),
        "d": SilentNode("layer-2-only"),
        "e": SilentNode(""),
    }


def test_links_are_those_that_lldp_names_between_nodes() -> None:
    lldp = [{"protocol": "lldp"}]
    document = {
        "devices": [device("a", neighbours=lldp), device("b"), device("z")],
        "links": [
            {"device": "id-a", "other": "id-b", "protocols": ["arp", "lldp"]},
            {"device": "id-a", "other": "id-z", "protocols": ["arp"]},
        ],
    }
    assert scanned_links(document, ("a", "b")) == ScannedLinks(frozenset({frozenset("ab")}), frozenset("a"))


def test_declared_links_are_compared_with_what_lldp_names() -> None:
    found = ScannedLinks(frozenset({frozenset("ab"), frozenset("ad")}), frozenset("ab"))
    compared = compare_links([("a", "b"), ("b", "a"), ("b", "c"), ("e", "f")], found)
    missing = LabDifference("b - c", Compared.LINK, "link", "no neighbour")
    extra = LabDifference("a - d", Compared.LINK, "no link", "neighbour by LLDP")
    assert compared == LinkComparison(1, 1, (extra, missing))


def test_a_link_of_a_node_that_does_not_speak_lldp_is_no_difference() -> None:
    found = ScannedLinks(frozenset(), frozenset("a"))
    assert compare_links([("a", "b")], found, frozenset("b")) == LinkComparison(0, 1, ())
