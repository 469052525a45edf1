"""`python -m benchmarks.reliability.clock_jumps`: the clock of the day jumps in mid-scan, by libfaketime.

Each time: the scan takes as long as without a jump, its document is the same, and its times are in order: it ends after
it began, by as much as it took.
"""

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.reliability import demo_devices, forked
from benchmarks.reliability.command import KITSCAN, REPORT, STORE
from benchmarks.reliability.demo_devices import DEVICES, Devices
from benchmarks.reliability.kill9 import comparable, differences

ROOT = Path(__file__).parents[2]
LIBRARY = "/usr/$LIB/faketime/libfaketimeMT.so.1"
JUMPS = ("+20y", "-10y", "+3600s", "-3600s", "+1s", "-90d")
MAX_SLOWER = 20.0
"""Seconds that a run may take longer than the one without a jump, on a machine with other work. A wait that counted
by the clock of the day would take an hour, or years."""


@dataclass(frozen=True, slots=True)
class Jumped:
    """One scan: by how much the clock jumped, seconds that it took, and what of the promise was broken."""

    jump: str
    seconds: float
    broken: tuple[str, ...]


def has_faketime() -> bool:
    """True if libfaketime is installed (Debian: faketime)."""
    return shutil.which("faketime") is not None


def measured(count: int, seed: int) -> Iterator[Jumped]:
    """`count` scans, each with one jump at a random time."""
    points = random.Random(seed)
    with tempfile.TemporaryDirectory() as parent, demo_devices.running(Path(parent) / "scan") as devices:
        words = ("scan", devices.list_of(*DEVICES), "--probe", "snmp", "--probe", "ssh", "--fail-on", "never")
        words = (*words, "--as-of", "2026-06-01", "--format", "json", "--out", REPORT)
        whole, seconds, _ = _scan(devices, words, "+0", 0.0)
        for number in range(count):
            jump = JUMPS[number % len(JUMPS)]
            document, taken, said = _scan(devices, words, jump, points.uniform(0.0, 0.5))
            broken = list(differences(whole, document, "")) if document else [f"no report: {said}"]
            yield Jumped(jump, taken, (*broken, *_broken(devices.folder / STORE, taken, seconds)))


def _scan(devices: Devices, words: tuple[str, ...], jump: str, after: float) -> tuple[dict[str, Any], float, str]:
    """Scan, and let the clock jump so many seconds after the run has begun."""
    folder = devices.folder
    for path in (*folder.glob(f"{STORE}*"), folder / REPORT):
        path.unlink(missing_ok=True)
    told = folder / "faketime.rc"
    told.write_text("+0\n")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LD_PRELOAD": LIBRARY,
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # nobody sets CLOCK_MONOTONIC (clock_gettime(2))
    }
    began = time.monotonic()
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen((*KITSCAN, *words), cwd=folder, env=environment, stdout=said, stderr=said)
        while process.poll() is None and not _has_begun(folder / STORE):
            time.sleep(0.02)
        time.sleep(after)
        told.write_text(f"{jump}\n")
        process.wait(300)
    document = forked.read_report(folder / REPORT) or {}
    return comparable(document) if document else {}, time.monotonic() - began, (folder / "said.txt").read_text()


def _has_begun(store: Path) -> bool:
    return store.exists() and bool(_runs(store))


def _runs(store: Path) -> list[tuple[str, str | None, str | None]]:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            return list(connection.execute("select started, finished, outcome from runs"))
        except sqlite3.OperationalError:
            return []


def _broken(store: Path, taken: float, usual: float) -> Iterator[str]:
    if taken > usual + MAX_SLOWER:
        yield f"took {taken:.1f} s, and {usual:.1f} s without a jump"
    for started, finished, outcome in _runs(store):
        if outcome != "complete" or finished is None:
            yield f"outcome {outcome}"
            return
        length = (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
        if not 0 <= length <= taken:
            yield f"the run lasted {length:.1f} s by its times, and the command {taken:.1f} s"


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.clock_jumps", description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not has_faketime():
        sys.exit("faketime is not installed\nNext: apt-get install faketime")
    jumps = tuple(measured(options.count, options.seed))
    for jump in jumps:
        if jump.broken:
            print(f"{jump.jump}: {'; '.join(jump.broken)}")
    broken = sum(bool(jump.broken) for jump in jumps)
    print(f"{len(jumps)} jumps, {broken} broken; slowest scan {max(jump.seconds for jump in jumps):.1f} s")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
