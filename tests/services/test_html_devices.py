"""The device table and the drawer of the HTML report in a real browser."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from fingerprints.model.device import ClaimRecord, Role
from reports.document.document import Document, build
from tests.services.chromium import LAPTOP, PHONE, THEMES, Opener, OpenReport, axe_violations
from tests.unit import documents
from tests.unit.written import text_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.services

STATUS = "#devices-status"
DRAWER = "#drawer"
ROWS = "#devices-grid tbody tr[data-place]"


@pytest.fixture(scope="module")
def report_of_many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report of 2,500 devices."""
    path = tmp_path_factory.mktemp("many") / "report.html"
    path.write_text(text_of(documents.many(2500), "html"), encoding="utf-8")
    return path.as_uri()


def opened(open_page: Opener, address: str, fragment: str = "", **options: object) -> OpenReport:
    """The report with its table drawn."""
    found = open_page(address + fragment, **{"viewport": LAPTOP, **options})
    found.page.wait_for_selector(ROWS)
    return found


def names(page: "Page") -> list[str]:
    return page.locator("#devices-grid tbody td.name").all_inner_texts()


def until(page: "Page", expected: str) -> str:
    """The status line once it says what is expected, which it must within the time limit."""
    page.wait_for_function(
        "([id, text]) => document.querySelector(id).textContent.includes(text)", arg=[STATUS, expected]
    )
    return page.locator(STATUS).inner_text()


def drawer_title(page: "Page", name: str) -> str:
    page.wait_for_function("(name) => document.querySelector('#drawer-title')?.textContent === name", arg=name)
    return page.locator("#drawer-title").inner_text()


def hash_of(page: "Page") -> str:
    return str(page.evaluate("location.hash"))


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_all_rows_stand_worst_first_and_the_page_is_quiet(open_page: Opener, report: str) -> None:
    found = opened(open_page, report)
    assert names(found.page)[:2] + names(found.page)[-2:] == ["lon-core-1", "lon-core-4", "10.0.8.77", "core-9.example"]
    assert found.page.locator(STATUS).inner_text() == "16 of 16 shown"
    assert found.heard == ([], [], [])


def test_a_target_not_assessed_is_a_row_with_its_cause_and_no_maker(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#cause=no-credential").page
    row = page.locator(ROWS).filter(has_text="10.0.8.77")
    assert row.locator("td.maker").inner_text() == "—"
    assert row.locator("td.why").inner_text().startswith("No credential covers it. Add a credential")


@pytest.mark.parametrize(
    ("typed", "count"),
    [("OMXD30000", 1), ("HA12345678", 1), ("us-889a", 8), ("lon-1 juniper", 1), ("10.0.0.3", 1), ("surveillance", 2)],
    ids=["part model", "part serial", "policy", "site and maker", "address", "segment"],
)
def test_a_search_finds_what_a_row_does_not_show(open_page: Opener, report: str, typed: str, count: int) -> None:
    page = opened(open_page, report).page
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.wait_for_function("(hash) => location.hash === hash", arg=f"#find={quote(typed)}")
    assert until(page, f"{count} of 16 shown") == f"{count} of 16 shown"


def test_what_a_search_finds_is_highlighted(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#find=juniper").page
    assert page.locator("#devices-grid mark").all_inner_texts() == ["Juniper"]


def test_the_words_seen_are_searched_only_when_asked(open_page: Opener, report: str) -> None:
    page = open_page(f"{report}#find=hops64", viewport=LAPTOP).page
    before = until(page, "0 of 16 shown")
    page.locator("#seen").check()
    assert (before, until(page, "1 of 16 shown")) == (
        "0 of 16 shown. No row fits: take a filter away.",
        "1 of 16 shown",
    )
    assert names(page) == ["lon-core-3"]


def open_labels(page: "Page") -> list[str]:
    """The texts of the facet that is open. The page fills it when it has opened, a moment after the click."""
    labels = page.locator("#facets details[open] label")
    labels.first.wait_for()
    return labels.all_inner_texts()


def test_a_facet_counts_filters_and_is_taken_away(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.locator("#facets summary", has_text="Verdict").click()
    labels = open_labels(page)
    page.locator("#facets details[open] label", has_text="Review").click()
    shown = until(page, "2 of 16 shown")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove filter Verdict: Review").click()
    assert [" ".join(label.split()) for label in labels] == [
        "Restricted 5",
        "Review 2",
        "Conditional 1",
        "Not assessed 3",
        "Clear 5",
    ]
    assert (shown, until(page, "16 of 16 shown"), hash_of(page)) == ("2 of 16 shown", "16 of 16 shown", "")


def test_a_facet_counts_what_the_other_filters_leave(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#verdict=restricted").page
    page.locator("#facets summary", has_text="Maker").click()
    labels = [" ".join(text.split()) for text in open_labels(page)]
    assert labels == ["Hikvision 2", "Cisco Systems 1", "Huawei Technologies 1", "ZTE Corporation 1"]


@pytest.mark.parametrize(
    ("fragment", "count"),
    [
        ("#verdict=restricted&place=core", 2),
        ("#verdict=restricted,review", 7),
        ("#part=optic", 3),
        ("#tier=transport", 4),
        ("#level=conflicting", 1),
        ("#due=2027-12-31", 1),
        ("#group=0", 1),
        ("#maker=Nothing%20of%20the%20sort", 0),
    ],
)
def test_a_fragment_is_a_view_that_can_be_sent(open_page: Opener, report: str, fragment: str, count: int) -> None:
    found = open_page(report + fragment, viewport=LAPTOP)
    assert until(found.page, f"{count} of 16 shown").startswith(f"{count} of 16 shown")


def test_a_link_of_the_page_filters_scrolls_and_moves_the_focus_each_time(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('a'), "
        "{href: '#verdict=review', textContent: 'two of them', id: 'sent'}))"
    )
    for _ in range(2):
        page.evaluate("scrollTo(0, 0)")
        page.locator("#sent").click()
        assert until(page, "2 of 16 shown") == "2 of 16 shown"
        assert focused(page) == "devices-status"
        assert page.evaluate("document.getElementById('devices').getBoundingClientRect().top < innerHeight / 2")


NUMBERED_LINKS = """[...document.querySelectorAll("a[href^='#'][href*='=']")]
  .filter((link) => /^[\\d,]+$/.test(link.textContent.trim()) && !link.closest("#devices, #drawer"))
  .map((link) => {
    kitscan.state.follow(link.getAttribute("href"));
    return [link.getAttribute("href"), link.textContent.trim(), document.getElementById("devices-status").textContent];
  })"""


@pytest.mark.parametrize(
    "document",
    [documents.network(), documents.few(), documents.speaking("\x1b]0;a,b&c=d #\u202e\ud800")],
    ids=["network", "few", "hostile"],
)
def test_every_number_of_the_page_that_is_a_link_shows_so_many_rows(
    open_page: Opener, tmp_path: Path, document: Document
) -> None:
    coverage = replace(document.header.coverage, not_assessed=0)
    counted = replace(document, header=replace(document.header, coverage=coverage))
    page = opened(open_page, written(tmp_path, counted)).page
    links = page.evaluate(NUMBERED_LINKS)
    assert links
    assert [link for link in links if not link[2].startswith(f"{link[1]} of ")] == []


def test_the_back_button_takes_a_filter_of_a_link_away(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.evaluate("location.hash = '#verdict=review'")
    until(page, "2 of 16 shown")
    page.go_back()
    assert until(page, "16 of 16 shown") == "16 of 16 shown"


def test_an_anchor_of_a_section_leaves_the_filters_as_they_are(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#verdict=review").page
    page.evaluate("location.hash = '#policies'")
    page.wait_for_timeout(50)
    assert page.locator(STATUS).inner_text() == "2 of 16 shown"


def test_a_heading_sorts_up_down_and_back_to_worst_first(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    heading = page.locator("#devices-grid th", has_text="Address")
    seen = []
    for _ in range(3):
        heading.get_by_role("button").click()
        seen.append((heading.get_attribute("aria-sort"), names(page)[0]))
    assert seen == [
        ("ascending", "lon-core-1"),
        ("descending", "<script>document.title='owned'</script>"),
        ("none", "lon-core-1"),
    ]


def test_numbers_in_names_sort_as_numbers(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#sort=name&find=cam-").page
    assert names(page) == ["cam-10", "cam-11"]
    page.evaluate("location.hash = '#sort=address'")
    until(page, "16 of 16")
    addresses = page.locator("#devices-grid td.address").all_inner_texts()
    assert addresses[:6] == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.4.6"]


def test_a_column_is_shown_and_kept_in_the_fragment(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.locator("#columns summary").click()
    page.locator("#columns label", has_text="Serial").click()
    assert page.locator("#devices-grid th").all_inner_texts()[-1] == "Serial"
    assert hash_of(page).endswith(",serial")


def test_what_is_shown_is_saved_as_csv_that_no_spreadsheet_runs(open_page: Opener, report: str) -> None:
    found = opened(open_page, report, "#verdict=review")
    with found.page.expect_download() as download:
        found.page.get_by_role("button", name="Save as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Device"], row["Model"]) for row in rows] == [
        ("lon-core-5", "C2960"),
        ("<script>document.title='owned'</script>", f"'{documents.FORMULA}"),
    ]
    assert text.startswith("\ufeff")
    assert (found.console, found.dialogs) == ([], [])


def test_the_keyboard_opens_walks_and_closes_and_the_focus_returns(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.locator("#devices-grid").focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    titles = [drawer_title(page, "lon-core-4")]
    inside = focused(page)
    page.keyboard.press("j")
    titles.append(drawer_title(page, "cam-10"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    titles.append(drawer_title(page, "lon-core-1"))
    address = hash_of(page)
    page.keyboard.press("Escape")
    assert titles == ["lon-core-4", "cam-10", "lon-core-1"]
    assert (inside, address) == ("drawer-title", "#device=dev-01")
    assert (page.locator(DRAWER).is_hidden(), focused(page), hash_of(page)) == (True, "devices-grid", "")


def test_a_screen_reader_is_told_which_row_is_open(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-05").page
    drawer_title(page, "lon-core-5")
    active = page.locator("#devices-grid").get_attribute("aria-activedescendant")
    assert page.locator("#drawer-news").inner_text() == "lon-core-5: Review"
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"


def test_a_click_opens_a_row_and_the_table_stays(open_page: Opener, report: str) -> None:
    page = opened(open_page, report).page
    page.locator(ROWS).nth(3).click()
    assert drawer_title(page, "cam-11") == "cam-11"
    assert page.locator(DRAWER).bounding_box()["width"] == 560  # type: ignore[index]
    assert page.locator("#devices-grid").is_visible()


def test_the_drawer_says_who_made_it_by_which_law_where_and_why(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-01").page
    drawer_title(page, "lon-core-1")
    headings = page.locator(f"{DRAWER} h3").all_inner_texts()
    assert headings[:6] == ["What to do", "Who made it", "By which law", "Where it stands", "Parts", "Words seen"]
    assert page.locator(f"{DRAWER} .band").inner_text().startswith("■")
    assert page.locator(f"{DRAWER} .kinds li").all_inner_texts()[0].startswith("●text agrees")
    assert page.locator(f"{DRAWER} .hop li").first.inner_text().startswith("✓")


def test_a_contradiction_is_seen_and_the_loser_has_no_percentage(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-05").page
    drawer_title(page, "lon-core-5")
    against = page.locator(f"{DRAWER} .kinds li.against b").all_inner_texts()
    assert against == ["part memory", "MAC address"]
    assert page.locator(DRAWER).inner_text().count("%") == 1


def test_a_part_of_another_maker_is_marked(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-04").page
    drawer_title(page, "lon-core-4")
    watched = page.locator(f"{DRAWER} tr.watched").inner_text()
    assert "optic" in watched
    assert "another maker than the box's" in watched


def test_a_neighbour_in_the_drawer_leads_to_its_own(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-01").page
    drawer_title(page, "lon-core-1")
    page.locator(f"{DRAWER} .hop a", has_text="lon-core-2").click()
    assert drawer_title(page, "lon-core-2") == "lon-core-2"


def test_all_words_seen_unfold_in_the_drawer(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-01").page
    drawer_title(page, "lon-core-1")
    first = page.locator(f"{DRAWER} .claims > li").count()
    page.get_by_text("All 4 words seen").click()
    page.wait_for_selector(f"{DRAWER} details[open] .claims")
    assert (first, page.locator(f"{DRAWER} .claims > li").count()) == (3, 4)


def test_a_copy_button_gives_place_words_and_source(open_page: Opener, report: str) -> None:
    found = opened(open_page, report, "#device=dev-01", permissions=["clipboard-read", "clipboard-write"])
    found.page.bring_to_front()  # the clipboard is that of the page in front
    drawer_title(found.page, "lon-core-1")
    found.page.get_by_role("button", name="Copy place, value and source").nth(1).click()
    found.page.wait_for_function("() => document.querySelector('#drawer-news').textContent === 'Copied'")
    copied = found.page.evaluate("navigator.clipboard.readText()")
    assert copied == "1.3.6.1.2.1.1.2.0\t1.3.6.1.4.1.2011.2.62.2.9\tsnmp.sys_object_id\n"


def test_the_drawer_of_a_target_has_the_command_that_asks_again(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, f"#device={quote('target 10.0.8.77')}").page
    drawer_title(page, "10.0.8.77")
    text = page.locator(DRAWER).inner_text()
    assert "It is not clear." in text
    assert "kitscan scan 10.0.8.77" in text
    assert "Who made it" not in text


def test_a_report_without_a_row_says_so(open_page: Opener, tmp_path: Path) -> None:
    found = open_page(written(tmp_path, build(documents.HEADER, (), ())), viewport=LAPTOP)
    assert until(found.page, "0 of 0 shown") == "0 of 0 shown. This report has no device."
    assert found.heard == ([], [], [])


def test_a_device_that_the_report_does_not_know_is_said_so(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=nobody").page
    assert until(page, "no such device") == "This report has no such device."


def test_hostile_words_are_text_in_table_and_drawer(open_page: Opener, report: str) -> None:
    found = opened(open_page, report, "#device=dev-14&find=script&seen=words")
    drawer_title(found.page, "<script>document.title='owned'</script>")
    for summary in found.page.locator(f"{DRAWER} details > summary").all():
        summary.click()
    assert found.page.title() != "owned"
    assert found.page.locator(f"{DRAWER} script, #devices-grid script").count() == 0
    assert found.heard == ([], [], [])


def test_rows_are_drawn_as_they_are_scrolled_to(open_page: Opener, report_of_many: str) -> None:
    page = opened(open_page, report_of_many).page
    drawn = page.locator(ROWS).count()
    page.locator("#devices-view").evaluate("(view) => { view.scrollTop = 500 * 30; }")
    page.wait_for_selector("#row-505")
    assert drawn < 80
    assert page.locator(ROWS).count() < 80
    assert page.locator("#row-505").get_attribute("aria-rowindex") == "507"
    assert page.locator("#devices-grid").get_attribute("aria-rowcount") == "2501"


def test_a_page_holds_a_thousand_rows_and_a_button_leads_on(open_page: Opener, report_of_many: str) -> None:
    page = opened(open_page, report_of_many).page
    page.get_by_role("button", name="Next page").click()
    page.wait_for_selector("#row-1000")
    assert page.locator("#devices-pages").inner_text().split("\n")[1] == "1,001–2,000 of 2,500"
    assert (hash_of(page), page.locator("#row-999").count()) == ("#page=2", 0)


def test_the_drawer_walks_over_the_end_of_a_page(open_page: Opener, report_of_many: str) -> None:
    page = opened(open_page, report_of_many).page
    page.locator("#devices-grid").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer-title")
    page.keyboard.press("j")
    page.wait_for_selector("#row-1000.active")
    assert page.locator(f"{DRAWER} .walk .soft").inner_text() == "1,001 of 2,500"


def test_on_a_phone_a_page_is_fifty_rows_and_the_drawer_is_as_wide(open_page: Opener, report_of_many: str) -> None:
    page = opened(open_page, report_of_many, viewport=PHONE).page
    count = page.locator(ROWS).count()
    page.locator(ROWS).first.click()
    page.wait_for_selector("#drawer-title")
    assert (count, page.locator(DRAWER).bounding_box()["width"]) == (50, 390)  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_search_of_the_words_seen_goes_through_every_chunk(open_page: Opener, tmp_path: Path) -> None:
    page = opened(open_page, written(tmp_path, many_with_words(700)), "#find=needle-699&seen=words").page
    assert until(page, "1 of 700 shown") == "1 of 700 shown"


def many_with_words(count: int) -> Document:
    """Devices that each say words of their own."""
    judged = documents.huawei_core()
    devices = []
    for number in range(count):
        said = ClaimRecord(Role.MAKER, "huawei", "snmp.sys_descr", f"needle-{number}", "r", 1.0, "1.3.6")
        identity = replace(judged.device.identity, claims=(said,))
        devices.append(replace(judged, device=replace(judged.device, id=f"dev-{number:04d}", identity=identity)))
    return build(documents.HEADER, devices, ())


def written(folder: Path, document: Document) -> str:
    path = folder / "report.html"
    path.write_text(text_of(document, "html"), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_the_table_its_filters_and_the_drawer(
    open_page: Opener, report: str, theme: str, viewport: dict[str, int]
) -> None:
    page = opened(open_page, report, "#device=dev-04&find=optic", viewport=viewport, color_scheme=theme).page
    drawer_title(page, "lon-core-4")
    in_drawer = axe_violations(page, DRAWER)
    page.keyboard.press("Escape")
    page.locator("#facets summary", has_text="Verdict").click()
    assert (in_drawer, axe_violations(page, "#devices")) == ([], [])


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_table_and_drawer_run_over_no_edge(open_page: Opener, report: str, viewport: dict[str, int]) -> None:
    page = opened(open_page, report, "#device=dev-14", viewport=viewport).page
    page.wait_for_selector("#drawer-title")
    widths = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('#drawer').scrollWidth]")
    assert widths[0] <= viewport["width"]
    assert widths[1] <= min(560, viewport["width"])


def test_paper_shows_neither_table_nor_drawer(open_page: Opener, report: str) -> None:
    page = opened(open_page, report, "#device=dev-01").page
    page.emulate_media(media="print")
    assert (page.locator("#devices").is_hidden(), page.locator(DRAWER).is_hidden()) == (True, True)
