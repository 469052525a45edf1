"""The scorer of the accuracy benchmark, on hand-made answers and documents."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks.accuracy.baselines import Seen, by_macs, seen_in
from benchmarks.accuracy.plot import picture
from benchmarks.accuracy.score import (
    Answer,
    Bin,
    Judged,
    Naming,
    Ratio,
    answers_in,
    bins,
    calibration_error,
    curve,
    only,
    score,
)
from benchmarks.accuracy.tables import mistakes, placed
from benchmarks.accuracy.truth import Truth, TruthError, read_truth
from fingerprints.database.companies.companies import Companies
from fingerprints.database.companies.company import Company, CompanyData
from fingerprints.database.oui import OuiRegistry, OuiTables

COMPANIES = Companies(
    CompanyData(
        (
            Company("acme", "Acme", aliases=("Ajax Works",), watched=True),
            Company("bolt", "Bolt Networks", aliases=("Bolt",)),
        )
    )
)
NAMING = Naming(COMPANIES)
HEAD = "recording,vendor,restricted_entity,also_accept,scored\n"


def truth(recording: str, *accepted: str, watched: Iterable[str] = (), maybe: Iterable[str] = ()) -> Truth:
    return Truth(recording, accepted, frozenset(watched), frozenset(maybe), "-")


def judged(confidence: float, right: bool) -> Judged:
    return Judged(truth("x", "Acme"), Answer(("acme",), confidence), right)


def device(
    label: str, vendor: dict[str, str] | None, confidence: float, watched: list[dict[str, str]]
) -> dict[str, object]:
    return {"labels": [label], "identity": {"vendor": vendor, "confidence": confidence}, "watched": watched}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("acme", "ACME Corp."),
        ("Ajax Works Ltd", "Acme"),
        ("Unlisted Power Co., Ltd.", "unlisted power"),
        ("Unlisted Power Systems", "Unlisted Power"),
    ],
)
def test_a_name_is_right_by_company_by_folded_words_or_by_its_leading_words(answer: str, wanted: str) -> None:
    assert NAMING.same(answer, wanted)


@pytest.mark.parametrize(
    ("answer", "wanted"), [("bolt", "Acme"), ("New Acme", "Acme"), ("Acmeta", "Acme"), ("", "Acme")]
)
def test_a_name_that_only_holds_the_wanted_one_is_wrong(answer: str, wanted: str) -> None:
    assert not NAMING.same(answer, wanted)


def test_a_slash_in_the_truth_parts_names_that_are_both_right() -> None:
    assert NAMING.accepts(truth("x", "Other/Bolt"), Answer(("bolt",), 1.0))


def test_figures_count_right_named_unknowable_and_watched() -> None:
    truths = [
        truth("right", "Acme", watched=["acme"]),
        truth("wrong", "Bolt"),
        truth("silent", "Bolt", watched=["acme"]),
        truth("unknowable"),
        truth("maybe", "Bolt", maybe=["acme"]),
    ]
    acme = frozenset({"acme"})
    answers = {
        "right": Answer(("acme", "Acme"), 0.9, acme),
        "wrong": Answer(("acme", "Acme"), 0.8, acme),
        "unknowable": Answer(("bolt",), 0.5),
        "maybe": Answer(("bolt",), 0.9, acme),
    }
    found = score(truths, answers, NAMING)
    assert (found.accuracy, found.coverage, found.precision) == (Ratio(2, 4), Ratio(3, 4), Ratio(2, 3))
    assert found.unknowable == Ratio(1, 1)
    assert (found.watched_recall, found.watched_precision) == (Ratio(1, 2), Ratio(2, 3))


def test_a_claim_of_a_watched_company_that_the_table_does_not_know_can_be_left_out() -> None:
    answers = {"x": Answer(("bolt",), 0.9, frozenset({"acme", "other"}))}
    assert only(frozenset({"acme"}), answers) == {"x": Answer(("bolt",), 0.9, frozenset({"acme"}))}


def test_bins_hold_equal_mass_and_tell_the_share_that_was_right() -> None:
    found = bins([judged(1.0, True), judged(0.25, False), judged(0.5, True), judged(0.25, True)], 2)
    assert found == (Bin(2, 0.25, 0.25, 0.25, 0.5), Bin(2, 0.5, 1.0, 0.75, 1.0))


def test_equal_confidences_share_their_outcome_whatever_their_order() -> None:
    answers = [judged(0.9, True), judged(0.9, False), judged(0.9, True), judged(0.9, False)]
    assert [each.right for each in bins(answers, 4)] == [0.5, 0.5, 0.5, 0.5]


def test_the_calibration_error_weighs_each_bin_by_its_count() -> None:
    assert calibration_error((Bin(3, 0, 1, 0.9, 1.0), Bin(1, 0, 1, 0.5, 0.0))) == pytest.approx(0.2)


def test_nothing_named_has_no_calibration_error() -> None:
    assert calibration_error(bins([Judged(truth("x", "Acme"), Answer(), False)])) is None


def test_the_curve_takes_the_surest_answers_first_and_counts_the_silent_as_not_covered() -> None:
    silent = Judged(truth("y", "Acme"), Answer(), False)
    points = curve([judged(0.5, False), silent, judged(0.9, True), judged(0.9, True)])
    assert points == ((0.9, 0.5, 1.0), (0.5, 0.75, 2 / 3))


def test_a_document_gives_an_answer_for_every_label_and_cleared_is_no_claim() -> None:
    claims = [{"entity": "acme", "level": "cleared"}, {"entity": "bolt", "level": "possible"}]
    document = {"devices": [device("a", {"id": "bolt", "name": "Bolt"}, 0.7, claims), device("b", None, 0.0, [])]}
    assert answers_in(document) == {"a": Answer(("bolt", "Bolt"), 0.7, frozenset({"bolt"})), "b": Answer()}


def test_a_truth_table_is_read_with_its_optional_columns(tmp_path: Path) -> None:
    table = tmp_path / "truth.csv"
    table.write_text(HEAD + "a/b,Acme,acme|bolt?,Ajax|Works,yes\nc,,,ignored,yes\nd,Bolt,,,no\n", encoding="utf-8")
    assert read_truth(table) == (
        Truth("a/b", ("Acme", "Ajax", "Works"), frozenset({"acme"}), frozenset({"bolt"}), "a"),
        Truth("c", (), frozenset(), frozenset(), "-"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recording,vendor\n", "line 1: no column also_accept, restricted_entity"),
        (HEAD + "a,Acme,,,yes\na,Acme,,,yes\n", "line 3: expected one full row for each recording"),
        (HEAD + "a,Acme\n", "line 2: expected one full row for each recording"),
    ],
)
def test_a_broken_truth_table_is_told_by_line(tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "truth.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(TruthError, match=message):
        read_truth(table)


def test_the_shipped_truth_table_has_one_row_for_each_of_the_116_recordings() -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "accuracy" / "truth.csv"
    assert len(read_truth(path)) == 116


def test_a_simpler_method_sees_object_id_and_interface_addresses_only(tmp_path: Path) -> None:
    recording = tmp_path / "a.snmprec"
    lines = [
        "1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.9.1.1",
        "1.3.6.1.2.1.2.2.1.6.1|4x|001122334455",
        "1.3.6.1.2.1.2.2.1.6.2|4|",
        "1.3.6.1.2.1.2.2.1.60.2|4x|001122334455",
    ]
    recording.write_text("\r\n".join(lines), encoding="utf-8")
    assert seen_in(recording) == Seen("1.3.6.1.4.1.9.1.1", (bytes.fromhex("001122334455"),))


def test_the_organisation_of_most_addresses_wins_and_chosen_addresses_do_not_vote() -> None:
    registry = OuiRegistry(OuiTables({0x001122: 0, 0x304455: 1}, {}, {}, [b"Acme Ltd", b"Bolt"]), {})
    macs = tuple(map(bytes.fromhex, ("001122000001", "001122000002", "304455000001", "020000000001")))
    assert by_macs(Seen("", macs), registry, COMPANIES) == Answer(("Acme Ltd",), 2 / 3, frozenset({"acme"}))


def test_mistakes_are_listed_by_family_with_what_was_said_and_what_is_right() -> None:
    truths = [truth("a", "Acme", watched=["acme"]), truth("b", "Bolt")]
    found = score(truths, {"a": Answer(("bolt",), 0.9, frozenset({"bolt"}))}, NAMING)
    assert mistakes(found.judged).splitlines() == [
        "-: 2 recordings",
        "  wrong      a: bolt (0.9000), is Acme",
        "  unwatched  a: acme is not claimed",
        "  alarm      a: bolt is claimed",
        "  missing    b: nothing (0.0000), is Bolt",
    ]


def test_tables_go_between_their_marks_and_nowhere_else() -> None:
    page = "x\n<!-- accuracy:figures -->\nold\n<!-- /accuracy:figures -->\ny\n"
    wanted = "x\n<!-- accuracy:figures -->\n| \\1 |\n<!-- /accuracy:figures -->\ny\n"
    assert placed(page, {"figures": "| \\1 |", "other": "z"}) == wanted


def test_the_picture_is_well_formed_and_names_every_method() -> None:
    from xml.etree import ElementTree

    found = score([truth("a", "Acme")], {"a": Answer(("acme",), 0.9)}, NAMING)
    drawn = ElementTree.fromstring(picture({"own": found, "a < b": found}, "own", bins(found.judged)))
    assert {"own", "a < b"} <= set(drawn.itertext())
