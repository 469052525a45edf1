"""What a report notes of the operator's own files: waivers that match nothing, segments that no policy knows."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from fingerprints.model.evidence import Evidence, Subject
from reports.document.note_wording import note_text
from reports.judgement.assessment import AssessmentOptions, FunctionsNotKnown, Note
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.judgement.waivers import read_waivers
from reports.placement.zones import UnknownWord, read_zones
from reports.policy.policy_set import load_policies
from tests.unit.boxes import introduced, shipped

HUAWEI = introduced("Huawei Versatile Routing Platform Software VRP (R) V5.170", "1.3.6.1.4.1.2011.2.23.753")
WAIVER = (
    "  - {{id: {id}, scope: {{device: {device}, policy: '{policy}'}}, reason: r, owner: o, approved_by: a, "
    "expires: {expires}}}\n"
)


@cache
def options() -> AssessmentOptions:
    policies = load_policies(("gb-dvd-huawei-2022",))
    return AssessmentOptions(shipped(), None, policies, "chosen by a test", None, date(2028, 1, 1))


def notes(given: AssessmentOptions) -> tuple[Note, ...]:
    subject = Evidence(Subject("127.0.2.1", "127.0.2.1", ("t1",)), HUAWEI)
    return run_assessment(lambda _: (subject,), given, RunInfo("1", "0", 1, ())).notes


def waived(folder: Path, *entries: tuple[str, str, str, str]) -> AssessmentOptions:
    path = folder / "waivers.yaml"
    named = (dict(zip(("id", "device", "policy", "expires"), entry, strict=True)) for entry in entries)
    path.write_text("waivers:\n" + "".join(WAIVER.format(**words) for words in named), encoding="utf-8")
    return replace(options(), waivers=read_waivers(path))


def zoned(folder: Path, segment: str) -> AssessmentOptions:
    path = folder / "zones.yaml"
    path.write_text(f"zones:\n  - {{name: pop, match: {{prefix: 127.0.0.0/8}}, segment: {segment}, tier: core}}\n")
    return replace(options(), zones=read_zones(path))


def test_waivers_that_match_no_finding_are_named_and_those_that_match_one_are_not(tmp_path: Path) -> None:
    (note,) = notes(
        waived(
            tmp_path,
            ("W-1", "t1", "gb-*", "2029-01-01"),
            ("W-2", "t1", "gb-*", "2030-01-01"),
            ("W-3", "t1", "gb-*", "2020-01-01"),
            ("W-4", "t1", "us-889a", "2029-01-01"),
            ("W-5", "t2", "gb-*", "2029-01-01"),
        )
    )
    assert note_text(note) == (
        "2 of 5 waivers match no finding of this run: W-4 and W-5. Look for a misspelt device, policy or rule, or take "
        "out what is settled."
    )


@pytest.mark.parametrize(
    ("segment", "near"), [("core_ipp", " (did you mean core_ip?)"), ("Core-IPP", " (did you mean core_ip?)"), ("x", "")]
)
def test_a_segment_that_no_policy_knows_is_named_with_the_near_one(tmp_path: Path, segment: str, near: str) -> None:
    (note,) = notes(zoned(tmp_path, segment))
    assert note_text(note) == (
        f"No policy knows the segment {segment} of zone pop{near}; the devices are judged as if in any segment of the "
        "tier."
    )


def test_a_function_that_no_policy_knows_is_named_with_the_near_one() -> None:
    note = FunctionsNotKnown((UnknownWord("pop", "AMMF", "AMF"),))
    assert note_text(note) == (
        "No policy knows the function AMMF of zone pop (did you mean AMF?); it does not count, as if the zone named no "
        "function."
    )


def test_a_segment_that_a_policy_knows_is_no_matter_for_a_note(tmp_path: Path) -> None:
    assert notes(zoned(tmp_path, "core_ip")) == ()
