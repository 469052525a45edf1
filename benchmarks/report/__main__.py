"""`python -m benchmarks.report`: writes the document of a made-up operator in every format, opens the HTML report in
Chromium, and prints what it took. Devices are all different, with full evidence (benchmarks/report/network.py)."""

import argparse
import gc
import tempfile
import time
from pathlib import Path

from benchmarks.report.browsing import CHROMIUM, Opened, Took, browse
from benchmarks.report.network import made_up
from benchmarks.report.writing import NotWritten, Written, memory, write
from reports.document.document import Document
from reports.document.overview import worst_first
from reports.formats.registry import FORMATS
from scanner.garbage import look_seldom

SIZES = (1_000, 10_000)
DRAWERS = 5


def main() -> None:
    """Write, open, and print."""
    options = _options().parse_args()
    look_seldom()
    for size in options.sizes:
        before, started = memory("VmRSS"), time.process_time()
        document = made_up(size)
        gc.freeze()
        held, taken = memory("VmRSS") - before, time.process_time() - started
        print(f"\n{size:,} devices; their document takes {_megabytes(held)} MB, made in {taken:.1f} s\n")
        with tempfile.TemporaryDirectory() as folder:
            _write_all(document, options.formats, Path(folder))
            if "html" in options.formats and not options.no_browser:
                _browse(document, Path(folder))


def _write_all(document: Document, formats: list[str], folder: Path) -> None:
    print("| format | s of processor | s by the clock | most memory, MB | file, MB |")
    print("|---|---|---|---|---|")
    for name in formats:
        match write(document, name, folder):
            case Written() as written:
                taken = f"{written.cpu_seconds:.1f} | {written.seconds:.1f}"
                print(f"| {name} | {taken} | {_megabytes(written.peak)} | {written.size / 1e6:.2f} |", flush=True)
            case NotWritten(reason):
                print(f"| {name} | not written: {reason} | | | |", flush=True)


def _browse(document: Document, folder: Path) -> None:
    path = folder / f"report{FORMATS['html'].suffix}"
    if not path.exists() or not CHROMIUM.exists():
        print("\nThe report was not opened: it was not written, or Chromium is not installed.")
        return
    ordered = worst_first(document)
    spread = range(0, len(ordered), max(len(ordered) // DRAWERS, 1))
    opened = browse(path, tuple(ordered[place].device.id for place in spread))
    print("\n| html in Chromium | s by the clock | s of processor, main thread |")
    print("|---|---|---|")
    print(f"| first paint | {opened.first_paint:.2f} | |")
    for what, took in _rows(opened):
        print(f"| {what} | {took.clock:.2f} | {took.processor:.2f} |")
    print(f"\nThe browser holds {_megabytes(opened.memory)} MB, with an empty page {_megabytes(opened.empty)} MB.")


def _rows(opened: Opened) -> tuple[tuple[str, Took], ...]:
    return (
        ("rows shown", opened.ready),
        ("filter, the slowest of three", opened.filtered),
        ("sort, the slower of two", opened.sorted),
        ("drawer, the slowest of five", opened.drawer),
        ("map drawn", opened.map),
    )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f}"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="How many devices.  [1000 10000]")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), help="Which formats.  [all]")
    parser.add_argument("--no-browser", action="store_true", help="Do not open the HTML report.")
    return parser


if __name__ == "__main__":
    main()
