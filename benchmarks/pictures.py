"""`python -m benchmarks.pictures`: the pictures of README.md and docs/report.md, taken of the real pages.

It runs the demonstration and makes up a large network, opens their reports in Chromium, and writes docs/images/*.png.
The workbook is drawn by LibreOffice and all pages of paper by pdftoppm (Debian: libreoffice-calc, poppler-utils). A
picture whose program is missing stays as it is, and the command says so.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report.browsing import ARGUMENTS, CHROMIUM
from benchmarks.report.network import made_up
from reports.formats.html.render import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).parents[1] / "docs" / "images"

LARGE = 20_000
"""Devices of the made-up network."""

LAPTOP, PHONE, TALL = (1366, 768), (390, 844), (1366, 1000)
"""Sizes of a window, in CSS pixels; a picture has one pixel for each."""

MAX_BYTES = 150_000
"""The size that no picture may exceed: a clone holds every one that there ever was."""

COLOURS = 256
"""Colours of a picture. A page has few, and its letters need shades of each."""

PAPER_DPI = 75
SHEET_DPI = 120
"""Dots per inch of a page of paper, and of a worksheet, whose print is smaller."""

DRAWN_BOX = "man-agg-2"
"""The device of the drawer's picture: its label and its evidence contradict each other."""

DEADLINE = 600
"""Seconds after which a command that was started is given up."""


def main() -> None:
    """Take every picture."""
    options = _options().parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright, ExitStack() as opened:
        folder = Path(made)
        opened.enter_context(_demonstration(folder, options.snmp_port, options.ssh_port))
        _kitscan(folder, "scan", "--exclude", "127.0.1.7", "--exclude", "127.0.1.23", "--out", "second.json")
        _kitscan(folder, "assess", "1", "--out", "report.pdf", "--fail-on", "never")
        (folder / "large.html").write_bytes(render(made_up(LARGE)))
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        _screens(browser, folder)
        _compared(browser, folder)
        _paper(browser, folder)
        browser.close()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures")
    parser.add_argument("--snmp-port", type=int, default=31_961, help="where the simulated devices answer SNMP")
    parser.add_argument("--ssh-port", type=int, default=31_922, help="where they answer SSH")
    return parser


@contextmanager
def _demonstration(folder: Path, snmp_port: int, ssh_port: int) -> Iterator[None]:
    """The demonstration's devices, up and scanned once; its files stand in `folder`."""
    words = ("demo", "--keep", "--out", ".", "--snmp-port", str(snmp_port), "--ssh-port", str(ssh_port))
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli.main", *words],
        cwd=folder,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        if not any(line.startswith("Next:") for line in process.stderr):
            raise SystemExit("the demonstration ended before it had scanned; are its ports free?")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=DEADLINE)


def _kitscan(folder: Path, *words: str) -> None:
    """Runs a command in the folder of the demonstration, whose findings and silent device are no failure."""
    done = subprocess.run(
        [sys.executable, "-m", "scanner.cli.main", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"kitscan {' '.join(words)} ended with {done.returncode}: {done.stderr}")


def _screens(browser: "Browser", folder: Path) -> None:
    """What a reader sees of the report of the demonstration and of the large network."""
    demo, large = (folder / "report.html").as_uri(), (folder / "large.html").as_uri()
    with _opened(browser, demo, LAPTOP, "dark") as page:
        _shoot("report-dark", page)
    with _opened(browser, large, LAPTOP) as page:
        _shoot("report-large", page)
        _shoot("timeline", page, ".panel.dates")
    with _opened(browser, demo, PHONE) as page:
        _shoot("phone", page)
    with _opened(browser, demo, LAPTOP) as page:
        _shoot("report-light", page)
        page.evaluate("location.hash = '#map'")
        page.wait_for_selector("#map-canvas svg .node")
        _shoot("map", page, "figure.map")
    with _opened(browser, demo, TALL) as page:
        page.evaluate("location.hash = '#devices'")
        page.locator("#devices-grid td.name a", has_text=DRAWN_BOX).first.click()
        page.wait_for_function("document.getElementById('drawer').textContent.length > 200")
        page.mouse.move(0, 0)
        _shoot("drawer", page)


@contextmanager
def _opened(browser: "Browser", address: str, size: tuple[int, int], theme: str = "light") -> "Iterator[Page]":
    """A page whose device table is drawn."""
    options = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": theme}
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#devices-grid tbody tr[data-place]", state="attached")
    yield page
    context.close()


def _compared(browser: "Browser", folder: Path) -> None:
    """The comparison of the first run with the second, from `kitscan serve`."""
    words = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", "0"]
    server = subprocess.Popen(words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        context = browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        page = context.new_page()
        page.goto(address)
        page.goto(f"{address.partition('?')[0]}compare?before=1&after=2", timeout=DEADLINE * 1000)
        _shoot("serve", page)
        context.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=DEADLINE)


def _paper(browser: "Browser", folder: Path) -> None:
    """The first page of the printed report, of the PDF, and of the workbook."""
    if not shutil.which("pdftoppm"):
        print("print.png, pdf.png and xlsx.png stay as they are: pdftoppm is not installed (Debian: poppler-utils)")
        return
    with _opened(browser, (folder / "report.html").as_uri(), LAPTOP) as page:
        page.pdf(path=folder / "print.pdf", prefer_css_page_size=True)
    _draw("print", folder / "print.pdf", PAPER_DPI)
    _draw("pdf", folder / "report.pdf", PAPER_DPI)
    if not shutil.which("soffice"):
        print("xlsx.png stays as it is: LibreOffice is not installed (Debian: libreoffice-calc)")
        return
    sheets = folder / "sheets"
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    words = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(sheets), "report.xlsx"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=DEADLINE)
    _draw("xlsx", sheets / "report.pdf", SHEET_DPI)


def _draw(name: str, paper: Path, dpi: int) -> None:
    """Draws the first page of a PDF file."""
    drawn = paper.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-r", str(dpi), str(paper), str(drawn)], check=True, timeout=DEADLINE
    )
    _keep(name, drawn.with_suffix(".png").read_bytes())


def _shoot(name: str, page: "Page", of: str | None = None) -> None:
    """Takes a picture of what is seen, or of the first element of a selector."""
    page.wait_for_timeout(300)  # fonts and the map settle
    _keep(name, page.screenshot() if of is None else page.locator(of).first.screenshot())


def _keep(name: str, picture: bytes) -> None:
    """Writes a picture with few colours. Raises SystemExit for one that is too large."""
    from io import BytesIO

    from PIL import Image

    few = (
        Image.open(BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    packed = BytesIO()
    few.save(packed, "PNG", optimize=True)
    content = packed.getvalue()
    if len(content) > MAX_BYTES:
        raise SystemExit(f"{name}.png has {len(content):,} bytes; {MAX_BYTES:,} are allowed")
    (IMAGES / f"{name}.png").write_bytes(content)
    print(f"{name}.png: {len(content) / 1000:.0f} kB, {few.width} x {few.height}", flush=True)


if __name__ == "__main__":
    main()
