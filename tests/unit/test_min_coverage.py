"""Below the coverage that was asked for, no report says that nothing is restricted."""

from dataclasses import replace
from datetime import date

import pytest

from reports.document.document import Coverage, Document, Header
from reports.document.overview import overview
from reports.formats.registry import FORMATS, render
from reports.policy.verdict import Verdict
from tests.unit.documents import camera


def seen(wanted: float | None) -> Document:
    coverage = Coverage(100, 60, 60, 0, (), wanted)
    header = Header("0", "0", "1", date(2026, 11, 22), (), "chosen by a test", coverage)
    return Document(header, (replace(camera(1), findings=(), verdict=Verdict.CLEAR),), ())


@pytest.mark.parametrize(("wanted", "enough"), [(None, True), (60.0, True), (60.5, False)])
def test_enough_is_what_was_asked_for(wanted: float | None, enough: bool) -> None:
    assert seen(wanted).header.coverage.enough is enough


def test_below_it_the_headline_says_so_and_above_it_what_was_found() -> None:
    assert overview(seen(95.0)).headline == (
        "Too little was seen to say that nothing is restricted: 60 of 100 in scope identified."
    )
    assert overview(seen(60.0)).headline == "None of 1 device assessed was found to be restricted where it stands."


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("json", "jsonl", "csv")])
def test_what_people_read_says_by_how_much_it_is_missed(form: str) -> None:
    told = render(seen(95.0), form)
    assert "Too little was seen" in told
    assert "less than the 95 percent asked for" in told
    assert "was found to be restricted where it stands" not in told
