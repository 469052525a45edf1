"""How long the HTML report takes in Chromium: until it paints, until its rows are there, and for each thing a reader
does; and what the browser holds in memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

READY = "document.addEventListener('kitscan-ready', () => { globalThis.readyAt = performance.now(); })"

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

UNTIL_DRAWN = """async ([fragment, selector]) => {
  const watched = document.querySelector(selector);
  const changed = new Promise((done) => new MutationObserver(done).observe(watched,
    {childList: true, subtree: true, attributes: true, characterData: true}));
  const began = performance.now();
  location.hash = fragment;
  await changed;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
"""Milliseconds from a change of the fragment until what a selector chooses has changed and a frame was drawn."""

UNTIL_OPEN = """async (id) => {
  const drawer = document.getElementById("drawer");
  const began = performance.now();
  location.hash = `#device=${id}`;
  while (drawer.hidden || drawer.textContent.length < 200) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""

UNTIL_MAP = """async () => {
  const canvas = document.getElementById("map-canvas");
  const began = performance.now();
  location.hash = "#map";
  while (!canvas.classList.contains("drawn")) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
"""Milliseconds from the jump to the map until it is drawn, which it is when a reader first comes near it."""

AT_REST = 3000
"""Milliseconds until a browser that does nothing has given back what it can, and its own windows have loaded."""

FILTERS = ("verdict=restricted&place=core", "find=lon", "find=core%20huawei")
SORTS = ("sort=maker", "sort=-name")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and seconds of processor of the page's main thread."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Opened:
    """Until the first paint (seconds by the clock) and until the rows are shown; the slowest of the filters, of the
    sorts and of the drawers; until the map is drawn. `memory` is what all processes of the browser hold after all this
    (PSS, in bytes, garbage collected), `empty` what they hold with an empty page."""

    first_paint: float
    ready: Took
    filtered: Took
    sorted: Took
    drawer: Took
    map: Took
    memory: int
    empty: int


class Watch:
    """Measures what happens in a page."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def processor(self) -> float:
        """Seconds of processor that the main thread of the page has used."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    def run(self, script: str, argument: object) -> Took:
        """Run a script that returns the milliseconds it took."""
        before = self.processor()
        milliseconds = self._page.evaluate(script, argument)
        return Took(milliseconds / 1000, self.processor() - before)

    def memory(self) -> int:
        """What the browser holds once its garbage is collected and it has come to rest, in bytes."""
        self._session.send("HeapProfiler.collectGarbage")
        self._page.wait_for_timeout(AT_REST)
        return browser_memory()


def browse(path: Path, devices: tuple[str, ...]) -> Opened:
    """Open a report, use it, and open the drawers of some devices."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(120_000)
        page.add_init_script(READY)
        watch = Watch(page)
        empty = watch.memory()
        page.goto(path.as_uri())
        page.wait_for_function("globalThis.readyAt && document.querySelector('#devices-grid tbody tr')")
        painted = page.evaluate(PAINTED) / 1000
        ready = Took(page.evaluate("globalThis.readyAt") / 1000, watch.processor())
        map_drawn = watch.run(UNTIL_MAP, None)
        opened = Opened(
            painted,
            ready,
            _slowest([_drawn(watch, fragment) for fragment in FILTERS]),
            _slowest([_drawn(watch, fragment) for fragment in SORTS]),
            _slowest([watch.run(UNTIL_OPEN, device) for device in devices]),
            map_drawn,
            watch.memory(),
            empty,
        )
        browser.close()
    return opened


def _drawn(watch: Watch, fragment: str) -> Took:
    took = watch.run(UNTIL_DRAWN, [f"#{fragment}", "#devices"])
    watch.run(UNTIL_DRAWN, ["#page=1", "#devices"])
    return took


def _slowest(times: list[Took]) -> Took:
    return max(times, key=lambda took: took.clock)


def browser_memory() -> int:
    """The memory of all browsers that this process has started: their proportional share of every page, in bytes."""
    rollups = (Path(f"/proc/{process}/smaps_rollup") for process in _descendants(os.getpid()) if _is_browser(process))
    lines = (line for rollup in rollups for line in _lines(rollup) if line.startswith("Pss:"))
    return sum(int(line.split()[1]) * 1024 for line in lines)


def _descendants(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in " ".join(_lines(task / "children")).split():
            yield int(child)
            yield from _descendants(int(child))


def _is_browser(process: int) -> bool:
    return any("chrom" in word for word in _lines(Path(f"/proc/{process}/comm")))


def _lines(path: Path) -> list[str]:
    """The lines of a file of /proc; none if the process is gone."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
