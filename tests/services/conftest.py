"""Chromium, and the report of the made-up network as a file that it opens."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.services.chromium import ARGUMENTS, CHROMIUM, Opener, open_report
from tests.unit import documents
from tests.unit.written import text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium without a window. Each module starts its own: the event loop of a browser that stays open would be in
    the way of other tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (kitscan[test])")
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed (Debian package chromium)")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the report of `documents.linked()`."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(text_of(documents.linked(), "html"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Opener]:
    """Opens addresses in pages that are closed when the test ends."""
    yield partial(open_report, browser)
    for context in browser.contexts:
        context.close()
