"""The HTML report in a real browser: quiet, harmless, and usable with and without its script."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.formats.registry import render
from tests.unit import documents

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed (Debian package chromium)"),
]

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (kitscan[test])")


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(documents.network(), "html"), encoding="utf-8")
    return path.as_uri()


def open_page(browser: "playwright.Browser", address: str, messages: list[str], **options: object) -> "playwright.Page":
    """A page of its own context; `messages` collects console messages, errors and every request but the first."""
    page = browser.new_context(**options).new_page()
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: messages.append(request.url) if request.url != address else None)
    page.goto(address)
    return page


def test_a_script_in_a_device_name_does_nothing_and_the_console_stays_quiet(
    browser: "playwright.Browser", report: str
) -> None:
    messages: list[str] = []
    page = open_page(browser, report, messages)
    assert (page.title(), messages) == ("Hardware provenance, 22 November 2026", [])


def test_the_content_policy_stops_a_script_that_is_not_ours(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [])
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title=1'}))")
    assert page.title() == "Hardware provenance, 22 November 2026"


def test_a_device_opens_without_script(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [], java_script_enabled=False)
    page.locator("summary").first.click()
    assert page.get_by_text("Huawei Versatile Routing Platform Software VRP 8.210").is_visible()
    assert not page.locator("#tools").is_visible()


def test_a_device_opens_by_keyboard(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [])
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#device-1").is_visible()


def test_a_restricted_device_in_a_column_leads_to_its_evidence(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [])
    page.get_by_role("link", name="lon-core-4").click()
    assert page.locator("#device-2").is_visible()


def test_finding_and_filtering_leave_what_fits(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [])
    page.get_by_label("Find").fill("hikvision")
    found = page.locator("#shown").inner_text()
    page.get_by_label("Find").fill("")
    page.get_by_label("Place").select_option("core")
    page.locator("select#verdict").select_option("clear")
    assert (found, page.locator("#shown").inner_text()) == ("2 of 14 shown", "2 of 14 shown")


def test_devices_sort_by_deadline(browser: "playwright.Browser", report: str) -> None:
    page = open_page(browser, report, [])
    page.get_by_label("Order").select_option("deadline")
    assert page.locator("summary .name b").first.inner_text() == "bri-olt-9"


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_runs_over_the_edge(browser: "playwright.Browser", report: str, width: int) -> None:
    page = open_page(browser, report, [], viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((device) => { device.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_the_evidence_of_what_is_not_clear_and_nothing_runs_over(
    browser: "playwright.Browser", report: str
) -> None:
    page = open_page(browser, report, [], viewport={"width": 688, "height": 980})
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('details > .body')].filter((body) => body.checkVisibility()).length"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert page.locator("#tools").is_hidden()
    assert shown == 9
