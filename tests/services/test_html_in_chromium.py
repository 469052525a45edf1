"""The HTML report in a real browser: quiet, harmless, and usable with and without its script."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.chromium import LAPTOP, Opener
from tests.unit import documents
from tests.unit.written import text_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.services

TITLE = "Hardware provenance, 22 November 2026"


def ready(open_page: Opener, address: str, **options: object) -> "Page":
    """The report once its rows are shown."""
    page = open_page(address, **{"viewport": LAPTOP, **options}).page
    page.locator("#devices-grid tbody tr").first.wait_for()
    return page


def status_of(page: "Page", wanted: str) -> str:
    """The status line of the table, once it begins as wanted."""
    page.locator("#devices-status", has_text=wanted).wait_for()
    return page.locator("#devices-status").inner_text()


def test_a_script_in_a_device_name_does_nothing_and_the_page_asks_for_nothing(open_page: Opener, report: str) -> None:
    opened = open_page(report, viewport=LAPTOP)
    opened.page.locator("#devices-grid tbody tr").first.wait_for()
    opened.page.evaluate("location.hash = '#device=dev-14'")
    opened.page.locator("#drawer", has_text="ZXR10").wait_for()
    assert (opened.page.title(), opened.heard) == (TITLE, ([], [], []))


def test_the_content_policy_stops_a_script_that_is_not_ours(open_page: Opener, report: str) -> None:
    page = ready(open_page, report)
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title=1'}))")
    assert page.title() == TITLE


def test_the_findings_are_read_without_script_and_nothing_is_offered_that_needs_one(
    open_page: Opener, report: str
) -> None:
    page = open_page(report, java_script_enabled=False, viewport=LAPTOP).page
    listed = page.locator("#table").text_content() or ""
    assert [name in listed for name in ("lon-core-1", "lon-core-4", "cam-10", "met-rtr-7")] == [True] * 4
    assert "kitscan assess --format csv" in listed
    assert [page.locator(which).is_visible() for which in ("#devices-app", "#map-canvas", "#drawer")] == [False] * 3


def test_a_device_opens_by_keyboard_and_escape_leads_back(open_page: Opener, report: str) -> None:
    page = ready(open_page, report)
    page.locator("#devices-grid").focus()
    page.keyboard.press("Enter")
    page.locator("#drawer", has_text="Huawei Versatile Routing Platform Software VRP 8.210").wait_for()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "devices-grid"


def test_a_number_of_the_first_screen_leads_to_its_devices(open_page: Opener, report: str) -> None:
    page = ready(open_page, report)
    page.locator("main a[href='#verdict=restricted&place=core']").first.click()
    assert status_of(page, "2 of 16") == "2 of 16 shown"
    assert page.evaluate("document.activeElement.id") == "devices-status"


def test_the_first_screen_of_a_laptop_holds_answer_verdicts_deadlines_coverage_and_causes(
    open_page: Opener, report: str
) -> None:
    page = ready(open_page, report)
    for text in ("5 devices", "Verdict by place", "Deadlines", "Coverage", "Why"):
        box = page.locator("main").get_by_text(text, exact=False).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= LAPTOP["height"], text


def test_finding_and_filtering_leave_what_fits(open_page: Opener, report: str) -> None:
    page = ready(open_page, report)
    page.locator("#find").fill("hikvision")
    found = status_of(page, "2 of 16")
    page.locator("#find").fill("")
    status_of(page, "16 of 16")
    page.evaluate("location.hash = '#place=core&verdict=clear'")
    assert (found, status_of(page, "2 of 16")) == ("2 of 16 shown", "2 of 16 shown")


def test_a_link_with_filters_opens_the_same_view(open_page: Opener, report: str) -> None:
    page = ready(open_page, f"{report}#verdict=restricted&place=core")
    assert status_of(page, "2 of 16") == "2 of 16 shown"


def test_every_anchor_of_the_page_leads_to_something(open_page: Opener, report: str) -> None:
    page = ready(open_page, report)
    anchors = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.getAttribute('href'))")
    sections = {anchor for anchor in anchors if "=" not in anchor}
    assert sections
    assert [anchor for anchor in sections if page.locator(anchor).count() != 1] == []


def test_nothing_shown_has_a_hidden_character(open_page: Opener, report: str) -> None:
    page = ready(open_page, f"{report}#device=dev-14")
    page.locator("#drawer", has_text="ZXR10").wait_for()
    text = page.locator("body").inner_text()
    assert {character for character in text if not (character.isprintable() or character in "\n\t")} == set()


@pytest.mark.parametrize("width", [390, 768, 1280, 1366])
def test_nothing_runs_over_the_edge(open_page: Opener, report: str, width: int) -> None:
    page = ready(open_page, f"{report}#device=dev-14", viewport={"width": width, "height": 900})
    page.locator("#drawer", has_text="ZXR10").wait_for()
    page.evaluate("document.querySelectorAll('details:not(.facet)').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 768])
def test_no_list_of_choices_runs_over_the_edge(open_page: Opener, report: str, width: int) -> None:
    page = ready(open_page, report, viewport={"width": width, "height": 900})
    for facet in page.locator("#devices details.facet").all():
        facet.evaluate("(panel) => { panel.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, facet.inner_text()
        facet.evaluate("(panel) => { panel.open = false; }")


def test_paper_shows_every_finding_and_nothing_runs_over(open_page: Opener, report: str) -> None:
    page = ready(open_page, report, viewport={"width": 688, "height": 980})
    page.emulate_media(media="print")
    listed = page.locator("#table tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert [page.locator(which).is_visible() for which in ("#devices-app", "#map-canvas", "#drawer")] == [False] * 3
    assert [row.is_visible() for row in listed.all()] == [True] * listed.count()
    assert listed.count() >= 9


def test_an_empty_report_opens_and_is_quiet(open_page: Opener, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text(text_of(documents.build(documents.HEADER, (), ()), "html"), encoding="utf-8")
    opened = open_page(path.as_uri(), viewport=LAPTOP)
    opened.page.locator("#devices-app").wait_for()
    assert opened.heard == ([], [], [])
