"""Below --min-coverage, no report says that nothing is restricted."""

from dataclasses import replace
from datetime import date

import pytest

from reports.document.document import Coverage, Document, Header
from reports.document.overview import overview
from reports.policy.verdict import Verdict
from tests.unit.documents import HEADER, REPORTS, camera
from tests.unit.written import text_of


def seen(wanted: float | None) -> Document:
    coverage = Coverage(100, 60, 60, 0, (), wanted)
    header = Header("0", "0", "1", date(2026, 11, 22), HEADER.policies, "chosen by a test", coverage)
    return Document(header, (replace(camera(1), findings=(), verdict=Verdict.CLEAR),), ())


@pytest.mark.parametrize(("wanted", "enough"), [(None, True), (60.0, True), (60.5, False)])
def test_coverage_is_enough_from_the_share_that_was_asked_for_on(wanted: float | None, enough: bool) -> None:
    assert seen(wanted).header.coverage.enough is enough


def test_below_it_the_headline_says_so_and_above_it_what_was_found() -> None:
    assert overview(seen(95.0)).headline == (
        "Coverage is too low to say that nothing breaks a rule: 60 of 100 targets identified."
    )
    assert overview(seen(60.0)).headline == "None of 1 assessed devices was found to break a rule."


@pytest.mark.parametrize("form", [form for form in REPORTS if form not in ("json", "jsonl", "csv")])
def test_what_people_read_says_by_how_much_it_is_missed(form: str) -> None:
    report = text_of(seen(95.0), form)
    assert "Coverage is too low" in report
    assert "asks for 95 %" in report
    assert "was found to break a rule" not in report
