"""`python -m benchmarks.reliability.kill9`: SIGKILL at random points of a scan by SNMP and SSH, then `--resume`.

Each time the resumed run ends in time, and its document equals that of the scan that nothing killed, but for the run's
number and date (`run`) and what the scan cost (`coverage.cost`). Every fourth time the resumed scan is killed too. What
was durable before the kill is still there after it, and the store is sound.
"""

import argparse
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reliability import demo_devices, forked
from benchmarks.reliability.command import REPORT, STORE
from benchmarks.reliability.demo_devices import DEVICES, Devices

MAX_SECONDS = 60.0
"""A resumed scan that takes longer hangs: the whole one takes some seconds."""

NOTHING_BEGAN = ("the latest run is not an interrupted scan", "no such store")


@dataclass(frozen=True, slots=True)
class Killed:
    """One run: the points of its kills, the end of its last part, and what of the promise was broken."""

    after: tuple[float, ...]
    ended: forked.Ended
    resumed: bool
    broken: tuple[str, ...]


def measured(count: int, seed: int, keep: Path | None = None) -> Iterator[Killed]:
    """`count` runs that are killed and resumed. The folder of one that breaks the promise is copied into `keep`."""
    points = random.Random(seed)
    with tempfile.TemporaryDirectory() as parent, demo_devices.running(Path(parent) / "scan") as devices:
        forked.preload()
        words = ("scan", devices.list_of(*DEVICES), "--probe", "snmp", "--probe", "ssh", "--fail-on", "never")
        words = (*words, "--format", "json", "--out", REPORT)
        whole, seconds = _whole(devices, words)
        for number in range(count):
            after = tuple(points.uniform(0, seconds) for _ in range(2 if number % 4 == 3 else 1))
            killed = _killed(devices, words, whole, after)
            if killed.broken and keep is not None:
                shutil.copytree(devices.folder, keep / f"{seed}-{number}")
            yield killed


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """What a resumed scan must repeat: everything but its own name, time and cost."""
    coverage = {key: value for key, value in document["coverage"].items() if key != "cost"}
    return {**document, "run": None, "report": None, "coverage": coverage}


def _whole(devices: Devices, words: tuple[str, ...]) -> tuple[dict[str, Any], float]:
    ended = forked.start(devices.folder, *words).wait()
    document = forked.read_report(devices.folder / REPORT)
    if document is None:
        sys.exit(f"the scan did not work:\n{ended.said}")
    return comparable(document), document["coverage"]["cost"]["seconds"]


def _killed(devices: Devices, words: tuple[str, ...], whole: dict[str, Any], after: tuple[float, ...]) -> Killed:
    folder = devices.folder
    for path in (*folder.glob(f"{STORE}*"), folder / REPORT):
        path.unlink(missing_ok=True)
    broken: list[str] = []
    for part, seconds in enumerate(after):
        running = forked.start(folder, *words, *(("--resume",) if part else ()))
        _await_run(folder / STORE)
        time.sleep(seconds)
        before = _rows(folder / STORE)
        running.send(signal.SIGKILL)
        running.wait()
        broken += _broken_store(folder / STORE, before)
    (folder / REPORT).unlink(missing_ok=True)
    ended, resumed = forked.start(folder, *words, "--resume").wait(MAX_SECONDS), True
    if ended.code == 2 and any(words_ in ended.said for words_ in NOTHING_BEGAN):
        ended, resumed = forked.start(folder, *words).wait(MAX_SECONDS), False
    document = forked.read_report(folder / REPORT)
    broken += _broken(ended, document, whole)
    return Killed(after, ended, resumed, tuple(broken))


def _await_run(store: Path) -> None:
    """Wait until the store holds a run, that is until the scan begins."""
    until = time.monotonic() + MAX_SECONDS
    while time.monotonic() < until:
        time.sleep(0.01)
        if store.exists() and _counted(store, "runs"):
            return


def _rows(store: Path) -> int:
    """The committed rows of evidence, or more: rows of a run that has ended count by their octets."""
    return _counted(store, "evidence") + _counted(store, "run_subjects", "sum(length(times))") if store.exists() else 0


def _counted(store: Path, table: str, counted: str = "count(*)") -> int:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=0.1)) as connection:
        try:
            return int(connection.execute(f"select {counted} from {table}").fetchone()[0] or 0)
        except sqlite3.OperationalError:
            return 0


def _broken_store(store: Path, before: int) -> Iterator[str]:
    if not store.exists():
        return
    if (after := _rows(store)) < before:
        yield f"{before} rows were durable, {after} are left"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        if (sound := connection.execute("pragma integrity_check").fetchone()[0]) != "ok":
            yield f"the store is damaged: {sound}"


def _broken(ended: forked.Ended, document: dict[str, Any] | None, whole: dict[str, Any]) -> Iterator[str]:
    if ended.hung:
        yield f"not done after {MAX_SECONDS:g} s"
    elif ended.code not in (0, 3):
        yield f"exit code {ended.code}"
    if document is None:
        yield "no report"
    else:
        yield from differences(whole, comparable(document), "")


def differences(expected: Any, found: Any, place: str) -> Iterator[str]:
    """Where two documents differ, in words."""
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for key in expected:
            yield from differences(expected[key], found[key], f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif expected != found:
        yield f"{place}: {str(expected)[:200]} became {str(found)[:200]}"


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.kill9", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Copy the folder of each run that breaks the promise into this one.")
    options = parser.parse_args()
    broken = resumed = 0
    slowest = 0.0
    for killed in measured(options.count, options.seed, options.keep):
        if killed.broken:
            points = ", ".join(f"{seconds:.2f}" for seconds in killed.after)
            print(f"killed after {points} s: {'; '.join(killed.broken)}\n{killed.ended.said}", flush=True)
        broken, resumed = broken + bool(killed.broken), resumed + killed.resumed
        slowest = max(slowest, killed.ended.seconds)
    print(f"{options.count} runs killed, {resumed} resumed, {broken} not as the whole scan; slowest {slowest:.1f} s")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
