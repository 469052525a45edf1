"""`kitscan serve` in Chromium: from the list of runs to a device, two runs compared, quiet and accessible."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Observation, Source, Subject
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import open_store
from tests.services.chromium import LAPTOP, PHONE, THEMES, Opener, OpenReport, axe_violations

pytest.importorskip("starlette", reason="starlette is not installed (kitscan[serve])")

pytestmark = pytest.mark.services

HERE = Path(__file__).parents[2]
THEN = datetime(2026, 3, 1, tzinfo=UTC)
HUAWEI = "Huawei Versatile Routing Platform Software VRP (R) V5.170 (S5720 V200R019)"
RUNS = (
    {"192.0.2.1": "Cisco IOS Software <b>bold</b>", "192.0.2.2": HUAWEI},
    {"192.0.2.1": HUAWEI, "192.0.2.3": "Juniper Networks, Inc. mx480"},
)
"""Of each run, what each address says of itself: one changes its maker, one goes, one is new."""


ROWS = "#devices-grid tbody tr[data-place]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that a server of a store of two runs prints."""
    folder = tmp_path_factory.mktemp("served")
    with open_store(str(folder / "kitscan.sqlite"), create=True) as store:
        for said in RUNS:
            with store.writing("scan", "1.0", THEN) as writer:
                writer.record(RunRequest("jo@scan1", ("192.0.2.0/30",)))
                for name, text in said.items():
                    seen = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", text)
                    writer.add(Subject(name, name, (f"<i>{name}</i>",)), "snmp", (seen,), THEN)
                    writer.done(name)
                writer.range(RangeCount("192.0.2.0/30", 3, 0))
                writer.finish(RunOutcome.COMPLETE, THEN)
    words = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    process = subprocess.Popen(words, cwd=folder, env=environment, text=True, stdout=-1, stderr=-1)
    assert process.stdout is not None
    printed = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", printed)
    yield printed
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


def foreign(opened: OpenReport, address: str) -> list[str]:
    """What a page asked of any other server."""
    own = address.partition("?")[0]
    return [url for url in opened.requests if not url.startswith((own, "data:", "blob:"))]


def test_the_way_from_the_runs_to_a_filtered_report_is_quiet(address: str, open_page: Opener) -> None:
    opened = open_page(address, viewport=LAPTOP)
    page = opened.page
    assert (page.title(), "token" in page.url) == ("Runs · kitscan", False)
    page.click("main table a:text-is('2')")
    page.wait_for_selector(ROWS)
    page.evaluate("location.hash = '#maker=Huawei'")
    page.wait_for_function("() => document.querySelector('#devices-status').textContent.startsWith('1 of 2')")
    assert page.inner_text(f"{ROWS} .name").strip() == "<i>192.0.2.1</i>"
    assert (opened.console, opened.dialogs, foreign(opened, address)) == ([], [], [])


def test_a_device_of_a_comparison_opens_its_drawer_in_the_report(address: str, open_page: Opener) -> None:
    opened = open_page(address, viewport=LAPTOP)
    page = opened.page
    page.click("main a:has-text('The last two that finished')")
    assert page.inner_text(".counts") == "1 new, 1 gone, 1 changed; 0 devices as they were."
    page.click("[aria-label='What happened'] a:has-text('192.0.2.1')")
    page.wait_for_selector("#drawer-title")
    assert page.inner_text("#drawer-title") == "<i>192.0.2.1</i>"
    assert (opened.console, opened.dialogs, foreign(opened, address)) == ([], [], [])


def test_two_runs_are_chosen_and_compared_by_the_keyboard_alone(address: str, open_page: Opener) -> None:
    page = open_page(address, viewport=LAPTOP).page
    page.focus("select[name=before]")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?*")
    assert page.inner_text("h1") == "Run 2, compared with run 1"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_every_page_is_accessible_and_as_wide_as_the_screen(
    address: str, open_page: Opener, theme: str, viewport: dict[str, int]
) -> None:
    opened = open_page(address, viewport=viewport, color_scheme=theme)
    page, found = opened.page, {}
    root = address.partition("?")[0]
    for path in ("", "compare?before=1&after=2", "compare?before=x&after=2", "runs/99", "nothing"):
        page.goto(f"{root}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[path] = (axe_violations(page), wide)
    assert found == dict.fromkeys(found, ([], False))
