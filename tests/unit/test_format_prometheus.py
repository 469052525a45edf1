"""Counts for Prometheus: a file that a parser of the exposition format reads, without a device's name in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fingerprints.model.evidence import GapReason
from reports.document.document import Document, NotAssessed, Unidentified, build
from reports.document.force_wording import NOBODY_CHOSE
from reports.formats.as_prometheus import render
from reports.judgement.run_info import RunRecord
from tests.unit import documents

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9]+)")
UNESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], int]
"""Each value by the name of its metric and its labels."""


def parse(text: str) -> Samples:
    """Read the text exposition format 0.0.4. A metric's HELP and TYPE stand before its samples, once, and its samples
    stand together."""
    assert text.endswith("\n")
    found: Samples = {}
    declared: list[str] = []
    for line in text.splitlines():
        if line.startswith(("# HELP ", "# TYPE ")):
            name = line.split(" ")[2]
            declared.append(f"{line[2:6]} {name}")
            assert not line.startswith("# TYPE") or line == f"# TYPE {name} gauge"
        elif not line.startswith("#"):
            matched = SAMPLE.fullmatch(line)
            assert matched, line
            assert declared[-2:] == [f"HELP {matched[1]}", f"TYPE {matched[1]}"]
            key = (matched[1], tuple(labels(matched[2] or "")))
            assert key not in found
            found[key] = int(matched[matched.lastindex or 0])
    assert len(declared) == len(set(declared))
    return found


def labels(text: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(LABEL, text):
        yield name, re.sub(r"\\[\\\"n]", lambda escape: UNESCAPED[escape[0]], value)


def single(document: Document, name: str) -> int | None:
    return parse(render(document)).get((name, ()))


def test_devices_are_counted_by_place_and_verdict_and_every_pair_has_its_sample() -> None:
    counted = {
        labels: value
        for (name, labels), value in parse(render(documents.network())).items()
        if name == "kitscan_devices"
    }
    assert len(counted) == 15
    assert {tuple(value for _, value in labels): count for labels, count in counted.items() if count} == {
        ("core", "restricted"): 2,
        ("core", "review"): 1,
        ("core", "clear"): 2,
        ("non_core", "restricted"): 3,
        ("non_core", "conditional"): 1,
        ("non_core", "clear"): 3,
        ("unclassified", "review"): 1,
        ("unclassified", "not_assessed"): 1,
    }


def test_findings_are_counted_by_policy_without_those_that_a_waiver_covers() -> None:
    found = parse(render(build(documents.HEADER, (documents.olt(),), ())))
    counted = {labels: value for (name, labels), value in found.items() if name == "kitscan_findings" and value}
    assert counted == {(("policy", "gb-dvd-huawei-2022"), ("verdict", "conditional")): 1}
    assert found["kitscan_findings_waived", ()] == 1


def test_what_was_not_assessed_is_counted_by_its_cause() -> None:
    missing = (NotAssessed("a", GapReason.NO_ANSWER), NotAssessed("b", Unidentified.UNIDENTIFIED))
    found = parse(render(build(documents.HEADER, (), missing)))
    by_reason = {dict(labels)["reason"]: value for (name, labels), value in found.items() if "reason" in dict(labels)}
    assert {reason: count for reason, count in by_reason.items() if count} == {"no-answer": 1, "unidentified": 1}
    assert (found["kitscan_targets_not_assessed", ()], found["kitscan_run_complete", ()]) == (2, 0)


def test_no_device_target_or_part_is_named() -> None:
    written = render(documents.network())
    names = {word for judged in documents.network().devices for word in (judged.device.name, *judged.device.addresses)}
    assert [name for name in names | {"10.0.8.77", "core-9.example"} if name and name in written] == []


def test_dates_are_timestamps_and_what_is_not_known_has_no_sample() -> None:
    began, ended = datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 3, 52, tzinfo=UTC)
    record = RunRecord(14, "scan", "jo@scan1", began, ended, (), (), "normal", (), "0" * 64)
    header = replace(documents.HEADER, record=record, policies_known_until=date(2026, 9, 30), data_days=())
    known = build(header, (documents.under_two_laws(),), ())
    assert {
        name.removeprefix("kitscan_").removesuffix("_timestamp_seconds"): datetime.fromtimestamp(value, UTC)
        for (name, _), value in parse(render(known)).items()
        if name.endswith("_timestamp_seconds")
    } == {
        "run_started": began,
        "run_finished": ended,
        "as_of": datetime(2026, 11, 22, tzinfo=UTC),
        "policies_known_until": datetime(2026, 9, 30, tzinfo=UTC),
        "next_deadline": datetime(2026, 12, 19, tzinfo=UTC),
    }
    assert (single(known, "kitscan_devices_due"), single(known, "kitscan_devices_past_a_deadline")) == (1, 1)
    unknown = build(documents.HEADER, (), ())
    assert single(unknown, "kitscan_run_finished_timestamp_seconds") is None
    assert single(unknown, "kitscan_next_deadline_timestamp_seconds") is None


def test_where_nobody_chose_the_policies_a_comment_says_so_first() -> None:
    written = render(documents.few())
    assert written.splitlines()[0] == f"# {NOBODY_CHOSE}"
    assert single(documents.few(), "kitscan_policies_chosen") == 0
    assert render(documents.network()).startswith("# HELP kitscan_report_info ")


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", 'x"} 1\nkitscan_devices 7 #', documents.TERMINAL])
def test_a_label_says_what_it_means_whatever_characters_it_holds(text: str) -> None:
    header = replace(documents.HEADER, data_version=text)
    found = parse(render(build(header, (), ())))
    (information,) = [dict(labels) for name, labels in found if name == "kitscan_report_info"]
    expected = text.replace("\n", "␊").replace("\x1b", "␛").replace("\x07", "␇")
    assert information["data_version"] == expected


def test_each_set_of_fingerprint_data_has_its_day() -> None:
    found = parse(render(documents.few()))
    name = "kitscan_fingerprint_data_timestamp_seconds"
    days = {
        dict(labels)["set"]: datetime.fromtimestamp(value, UTC).date()
        for (of, labels), value in found.items()
        if of == name
    }
    assert days == {"mac-prefixes": date(2026, 11, 22), "enterprise-numbers": date(2024, 8, 17)}
