"""The map of the network in Chromium: drawn late, read by eye, by keyboard and by screen reader."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.chromium import LAPTOP, PHONE, THEMES, Opener, axe_violations
from tests.unit import documents
from tests.unit.written import text_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.services


def open_map(open_page: Opener, report: str, **options: object) -> "Page":
    """The report at its map, once it is drawn."""
    page = open_page(f"{report}#map", **{"viewport": LAPTOP, **options}).page
    page.locator("#map-canvas.drawn").wait_for()
    return page


def view_of(page: "Page") -> tuple[float, ...]:
    """The part of the map that is shown: x, y, width and height."""
    return tuple(map(float, (page.locator("#map-canvas svg").get_attribute("viewBox") or "").split()))


def test_the_map_is_not_drawn_before_a_reader_comes_to_it(open_page: Opener, report: str) -> None:
    page = open_page(report, viewport=LAPTOP).page
    before = page.locator("#map-canvas svg").count()
    page.locator("#map").scroll_into_view_if_needed()
    page.locator("#map-canvas.drawn").wait_for()
    assert (before, page.locator("#map-canvas svg").count()) == (0, 1)


def test_every_device_is_a_node_with_a_name_that_is_read_aloud(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    labels = [node.get_attribute("aria-label") for node in page.locator("#map-canvas .node").all()]
    assert len(labels) == 14
    assert "lon-core-1: Huawei Technologies NE40E-X8A, restricted, core; 2 neighbours" in labels


def test_the_restricted_devices_differ_by_sign_and_keep_their_names(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    signs = {
        state: page.locator(f"#map-canvas .node.{state} .sign").first.get_attribute("d")
        for state in ("restricted", "review", "conditional", "not_assessed", "clear")
    }
    assert len(set(signs.values())) == 5
    assert page.locator("#map-canvas .node.restricted text.kept").count() == 5


def test_a_click_on_a_node_opens_its_device(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.locator("#map-canvas .node[href='#device=dev-07']").click()
    assert page.evaluate("location.hash") == "#device=dev-07"


def test_the_opened_device_is_marked(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.evaluate("location.hash = '#device=dev-07'")
    page.locator("#map-canvas .node.opened").wait_for()
    assert page.locator("#map-canvas .node.opened").get_attribute("href") == "#device=dev-07"


def test_arrow_keys_go_from_device_to_device_and_enter_opens_one(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.locator("#map-canvas .node[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    href = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    assert href != "#device=dev-01"
    assert page.evaluate("location.hash") == href


def test_one_tab_stop_leads_into_the_map_and_the_next_one_out_of_it(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.get_by_role("button", name="Whole map").focus()
    page.keyboard.press("Tab")
    inside = page.evaluate("Boolean(document.activeElement.closest('#map-canvas'))")
    page.keyboard.press("Tab")
    assert (inside, page.evaluate("Boolean(document.activeElement.closest('#map-canvas'))")) == (True, False)


def test_a_focused_device_is_named_and_its_neighbours_are_marked(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.locator("#map-canvas .node[href='#device=dev-01']").focus()
    assert page.locator("#map-named").inner_text().startswith("lon-core-1: ")
    assert page.locator("#map-canvas .node.beside").count() == 2


def test_a_device_under_the_pointer_is_named(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.locator("#map-canvas .node[href='#device=dev-06']").hover()
    assert page.locator("#map-named").inner_text().startswith("met-rtr-6: ")


def test_plus_and_minus_zoom_and_zero_shows_all(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    whole = view_of(page)
    page.locator("#map-canvas .node[tabindex='0']").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    near = view_of(page)
    page.keyboard.press("-")
    farther = view_of(page)
    page.keyboard.press("0")
    assert near[2] < farther[2] < whole[2]
    assert view_of(page) == whole


def test_shift_with_an_arrow_key_and_a_drag_move_the_map(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    page.locator("#map-canvas .node[tabindex='0']").focus()
    page.keyboard.press("Shift+ArrowRight")
    moved = view_of(page)
    page.keyboard.press("0")
    box = page.locator("#map-canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 130, box["y"] + 60, steps=4)
    page.mouse.up()
    assert moved[0] > 0
    assert view_of(page)[0] < 0


def test_a_drag_that_ends_on_a_device_opens_nothing(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    box = page.locator("#map-canvas .node[href='#device=dev-06'] .sign").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 5, steps=4)
    page.mouse.up()
    assert page.evaluate("location.hash") == "#map"


def test_the_wheel_scrolls_the_page_until_the_map_is_in_use(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    whole = view_of(page)
    page.locator("#map-canvas").hover()
    page.mouse.wheel(0, -100)
    page.evaluate("new Promise(requestAnimationFrame)")
    unused = view_of(page)
    page.locator("#map-canvas").scroll_into_view_if_needed()
    page.locator("#map-canvas .node[tabindex='0']").focus()
    page.locator("#map-canvas").hover()
    page.mouse.wheel(0, -100)
    page.wait_for_function(
        "(width) => +document.querySelector('#map-canvas svg').getAttribute('viewBox').split(' ')[2] < width",
        arg=whole[2],
    )
    assert unused == whole


def test_the_buttons_zoom(open_page: Opener, report: str) -> None:
    page = open_map(open_page, report)
    whole = view_of(page)
    page.get_by_role("button", name="Closer").click()
    near = view_of(page)
    page.get_by_role("button", name="Whole map").click()
    assert near[2] < whole[2] == view_of(page)[2]


def test_the_list_names_the_restricted_devices_and_their_neighbours_without_script(
    open_page: Opener, report: str
) -> None:
    page = open_page(report, java_script_enabled=False, viewport=LAPTOP).page
    page.get_by_text("The restricted devices and their neighbours as a list").click()
    row = page.locator("#map tbody tr").first
    assert re.sub(r"\s+", " ", row.inner_text()) == (
        "lon-core-1 ■Restricted core · core_ip · lon-1 lon-core-2 (clear) lon-core-3 (clear)"
    )
    assert not page.locator("#map-canvas").is_visible()


def test_hostile_names_draw_nothing_but_themselves_and_the_console_stays_quiet(
    open_page: Opener, tmp_path: Path
) -> None:
    named = [
        replace(judged, device=replace(judged.device, name=text))
        for judged, text in zip(documents.linked().devices, HOSTILE * 3, strict=False)
    ]
    path = tmp_path / "hostile.html"
    written = text_of(replace(documents.linked(), devices=tuple(named)), "html")
    path.write_text(str(written), encoding="utf-8")
    opened = open_page(f"{path.as_uri()}#map", viewport=LAPTOP)
    opened.page.locator("#map-canvas.drawn").wait_for()
    assert opened.heard == ([], [], [])
    assert opened.page.locator("#map-canvas img, #map-canvas script, #map-canvas b").count() == 0


HOSTILE = (
    "<script>alert(1)</script>",
    "</text><img src=x onerror=alert(1)>",
    "]]><b>",
    "\u202egnp.exe",
    "javascript:alert(1)",
    "x" * 5000,
)


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_the_map(
    open_page: Opener, report: str, theme: str, viewport: dict[str, int]
) -> None:
    page = open_map(open_page, report, color_scheme=theme, viewport=viewport)
    assert axe_violations(page, "#map") == []


@pytest.mark.parametrize("width", [390, 768, 1366])
def test_the_map_never_runs_over_the_edge(open_page: Opener, report: str, width: int) -> None:
    page = open_map(open_page, report, viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('#map details').forEach((list) => { list.open = true; })")
    assert page.evaluate("document.querySelector('#map').scrollWidth") <= width
