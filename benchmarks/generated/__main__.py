"""`python -m benchmarks.generated --devices 2000`: seconds until the devices answer, memory, seconds of a scan,
and what of the report is not as expected, by product and kind."""

import argparse
import json
import os
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.free_ports import free_ports
from benchmarks.generated.running import generated, scanned, served
from scanner.operators.checking import compare_with_report
from scanner.operators.reading import read_expected, read_project
from scanner.operators.shape import ShapeName


def main() -> None:
    """Generate, serve, scan and compare each shape that was named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generated")
    parser.add_argument("--devices", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shape", choices=[*ShapeName], action="append")
    parser.add_argument("--serve-only", action="store_true", help="do not scan")
    options = parser.parse_args()
    for shape in options.shape or [*ShapeName]:
        with tempfile.TemporaryDirectory(prefix="kitscan-generated-") as folder:
            _measure(Path(folder), shape, options.devices, options.seed, options.serve_only)


def _measure(folder: Path, shape: str, devices: int, seed: int, serve_only: bool) -> None:
    generated(folder, shape, devices, seed, free_ports("127.64.0.1"))
    with served(folder) as running:
        seconds = None if serve_only else scanned(folder)
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg()[:2])
        print(f"{shape}, {devices:,} devices, seed {seed} (load {load})")
        print(f"  answering after {running.seconds:.1f} s; the process had at most {running.megabytes():,} MB")
    if seconds is not None:
        print(f"  scanned and reported in {seconds:.0f} s, {devices / seconds:.0f} devices/s")
        _compare(folder)


def _compare(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    project, expected = read_project(folder), read_expected(folder)
    comparison = compare_with_report(project, expected, report)
    right = len(comparison.nodes.right)
    print(
        f"  right {right:,}, wrong {len(expected) - right:,}; cables seen {comparison.links.seen:,}, "
        f"not to be seen {comparison.links.unseeable:,}, differing {len(comparison.links.differences):,}"
    )
    devices = project.operator.devices
    kinds = Counter(
        (devices[one.node].product, devices[one.node].answers, one.what, one.expected, one.found)
        for one in comparison.nodes.differences
    )
    for (product, answers, what, wanted, found), count in sorted(kinds.items(), key=lambda kind: -kind[1]):
        print(f"  {count:>5}  {product} (answers {answers}): {what} {wanted} -> {found}")


if __name__ == "__main__":
    main()
