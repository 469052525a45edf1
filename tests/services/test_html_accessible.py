"""The whole report is usable by everyone, as far as axe-core can tell: in both themes, on a phone and on a laptop."""

import pytest

from tests.services.chromium import LAPTOP, PHONE, THEMES, Opener, axe_violations

pytestmark = pytest.mark.services


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_the_page(
    open_page: Opener, report: str, theme: str, viewport: dict[str, int]
) -> None:
    page = open_page(report, color_scheme=theme, viewport=viewport).page
    assert axe_violations(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_an_open_device(open_page: Opener, report: str, theme: str) -> None:
    page = open_page(f"{report}#device=dev-01", color_scheme=theme, viewport=LAPTOP).page
    page.get_by_text("Huawei Versatile Routing Platform Software VRP 8.210").first.wait_for()
    assert axe_violations(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_with_the_page_without_script(open_page: Opener, report: str, theme: str) -> None:
    page = open_page(report, color_scheme=theme, viewport=LAPTOP).page
    page.evaluate("document.documentElement.classList.remove('script')")
    assert axe_violations(page) == []
