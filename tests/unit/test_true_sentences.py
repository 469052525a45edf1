"""Sentences that must not say more than was seen: about waivers, devices without a verdict, parts of others."""

from dataclasses import replace
from datetime import date

import pytest

from fingerprints.model.device import Identity, Level
from reports.document.answers.finding_rows import found_findings, name_maker, name_model
from reports.document.answers.main_sentence import main_sentence
from reports.document.document import Coverage, Document, ReportedDevice, build
from reports.document.due import every_date
from reports.document.overview import overview
from reports.document.wording import ALL_ASSESSED, say_listed
from reports.explanation.short_answer import NO_RULE, NOT_JUDGED, answer_device
from reports.formats.registry import render
from reports.policy.verdict import Verdict
from tests.unit import documents
from tests.unit.written import text_of

WAIVED = replace(documents.US_TELECOM, waiver="W-1: replaced in March")
SEEN_WHOLE = replace(documents.HEADER, coverage=Coverage(1, 1, 1, 0), notes=())


def waived() -> ReportedDevice:
    """A device that would be restricted, but for a waiver."""
    return replace(documents.huawei_core(), findings=(WAIVED,), verdict=Verdict.CLEAR)


def doubtful() -> Document:
    """A network of one device whose maker is only possible, and which no list of targets names."""
    judged = documents.unknown()
    identity = replace(judged.device.identity, level=Level.POSSIBLE)
    device = replace(judged.device, identity=identity, gaps=())
    return build(SEEN_WHOLE, (replace(judged, device=device),), ())


def test_a_device_that_is_clear_by_waiver_alone_is_counted_apart() -> None:
    limits = overview(build(SEEN_WHOLE, (waived(),), ())).limits
    assert (
        limits[0]
        == "1 finding on 1 device is waived and counts in no verdict, and 1 device of these is clear by waiver alone."
    )


@pytest.mark.parametrize("format_name", ["text", "markdown", "html", "pdf", "xlsx"])
def test_a_format_for_people_says_that_findings_are_waived(format_name: str) -> None:
    from tests.unit.fact_readers import READERS

    written = render(build(SEEN_WHOLE, (waived(),), ()), format_name)
    assert READERS[format_name](written.encode() if isinstance(written, str) else written)["waived"] == 1


def test_a_device_without_a_verdict_that_no_list_names_is_not_seen() -> None:
    assert overview(doubtful()).unseen == ("1 device answered, but what is known of it gives no verdict.",)


@pytest.mark.parametrize("format_name", ["html", "markdown", "text"])
def test_no_format_says_that_all_was_assessed_where_a_device_was_not(format_name: str) -> None:
    written = text_of(doubtful(), format_name)
    assert ALL_ASSESSED not in written


def test_a_run_that_saw_nothing_says_so() -> None:
    nothing = build(replace(SEEN_WHOLE, coverage=Coverage(0, 0, 0, 0)), (), ())
    assert overview(nothing).unseen == ("Nothing was in scope that answered, so nothing was seen.",)
    assert overview(nothing).headline == "No device was assessed."


def test_all_was_assessed_only_where_no_device_lacks_a_verdict() -> None:
    assert say_listed(0) == ALL_ASSESSED
    assert say_listed(1) == "What was not assessed is no listed target but a device."


def test_explain_does_not_say_that_no_rule_restricts_a_waived_device() -> None:
    said = answer_device(waived(), SEEN_WHOLE)
    assert NO_RULE not in said
    assert "rules     1 waived\n" in said


def test_explain_says_of_a_device_without_a_verdict_that_no_rule_can_say() -> None:
    said = answer_device(replace(documents.unknown(), findings=()), SEEN_WHOLE)
    assert NOT_JUDGED in said
    assert NO_RULE not in said


def test_a_finding_on_a_part_stands_under_the_maker_of_the_part() -> None:
    ((judged, finding),) = found_findings(build(SEEN_WHOLE, (documents.cisco_with_foreign_optic(),), ()))
    assert (name_maker(judged, finding), name_model(judged, finding)) == ("Huawei Technologies", "optic TenGigE0/0/0/3")


def test_a_deadline_of_policies_that_nobody_chose_would_have_passed() -> None:
    made = documents.few()
    said = main_sentence(overview(made), every_date(made), date(2030, 1, 1), False)
    assert said.endswith("deadlines would have passed.")


def test_an_identity_that_nothing_names_is_not_clear() -> None:
    judged = documents.unknown()
    unknown = replace(judged, device=replace(judged.device, identity=Identity(Level.UNKNOWN, 0.0)))
    assert "1 not assessed" in overview(build(SEEN_WHOLE, (unknown,), ())).headline
