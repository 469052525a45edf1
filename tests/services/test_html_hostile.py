"""Hostile texts in every field of every device, in a real browser: nothing runs, nothing runs over, nothing hangs."""

import pytest

from tests.services.chromium import LAPTOP, PHONE, Opener
from tests.unit.hostile_texts import TEXTS, full_of
from tests.unit.written import text_of

pytestmark = pytest.mark.services
QUIET: tuple[list[str], list[str], list[str]] = ([], [], [])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    path.write_text(text_of(full_of(tuple(TEXTS.values())), "html"), encoding="utf-8")
    return path.as_uri()


def test_the_drawer_of_every_device_opens_in_seconds_and_nothing_of_it_runs(open_page: Opener, hostile: str) -> None:
    opened = open_page(hostile, viewport=LAPTOP)
    page = opened.page
    for number in range(len(TEXTS)):
        page.evaluate(f"location.hash = 'device=dev-{number:02d}'")
        page.wait_for_function(
            "id => document.querySelector('#drawer h2') && location.hash.endsWith(id)",
            arg=f"dev-{number:02d}",
            timeout=10_000,
        )
    assert opened.heard == QUIET


def test_a_long_text_unfolds_whole(open_page: Opener, hostile: str) -> None:
    page = open_page(f"{hostile}#device=dev-62", viewport=LAPTOP).page
    page.locator("#drawer .long-text button").first.click()
    assert len(page.locator("#drawer .long-text textarea").first.input_value()) > 30_000


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_table_search_and_map_stay_quiet_and_within_the_edge(
    open_page: Opener, hostile: str, size: dict[str, int]
) -> None:
    opened = open_page(f"{hostile}#find=script", viewport=size)
    page = opened.page
    page.locator("#devices-status").wait_for(state="attached")
    page.evaluate("document.getElementById('map').scrollIntoView()")
    page.wait_for_timeout(500)
    assert (opened.heard, page.evaluate("document.documentElement.scrollWidth") <= size["width"]) == (QUIET, True)


def test_a_tower_of_marks_draws_over_no_other_row(open_page: Opener, hostile: str) -> None:
    page = open_page(f"{hostile}#devices", viewport=LAPTOP).page
    page.locator("#devices-grid tbody tr").first.wait_for()
    rows = "[...document.querySelectorAll('#devices-grid tbody tr')]"
    heights = page.evaluate(f"{rows}.map((row) => row.offsetHeight).filter((height) => height > 0 && height < 200)")
    assert max(heights) <= 31
