"""`python -m benchmarks.reliability.signals`: SIGINT, SIGTERM and SIGHUP at random points of a scan by SNMP and SSH.

Each time: the process ends within 5 s with 128 and the signal's number, nothing is sent after the first second, the run
is marked as interrupted with every target in it, and the report of what was had is written and calls nothing clear that
the whole scan does not. A second signal, every fifth time, ends the process at once.
"""

import argparse
import random
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

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
MAX_SECONDS, MAX_SECONDS_SECOND, SILENT_AFTER = 5.0, 1.0, 1.0


@dataclass(frozen=True, slots=True)
class Whole:
    """The scan that nothing interrupts: how long it takes, and the devices that it calls clear."""

    seconds: float
    clear: frozenset[str]


@dataclass(frozen=True, slots=True)
class Point:
    """One signal: when it came, how the process ended, and what of the promise was broken."""

    signal: signal.Signals
    after: float
    ended: forked.Ended
    reported: bool
    broken: tuple[str, ...]


def measured(count: int, seed: int) -> Iterator[Point]:
    """Signals at `count` random points."""
    points = random.Random(seed)
    with tempfile.TemporaryDirectory() as parent, demo_devices.running(Path(parent) / "scan") as devices:
        forked.preload()
        words = ("scan", devices.list_of(*DEVICES), "--probe", "snmp", "--probe", "ssh", "--fail-on", "never")
        words = (*words, "--format", "json", "--out", REPORT)
        whole = _whole(devices, words)
        for number in range(count):
            yield _signalled(devices, words, whole, SIGNALS[number % 3], points, second=number % 5 == 4)


def _whole(devices: Devices, words: tuple[str, ...]) -> Whole:
    ended = forked.start(devices.folder, *words).wait()
    document = forked.read_report(devices.folder / REPORT)
    if document is None:
        sys.exit(f"the scan did not work:\n{ended.said}")
    return Whole(ended.seconds, frozenset(_clear(document)))


def _accounted(document: dict[str, Any]) -> Iterator[str]:
    """Everybody whom a document names, by label: devices, and who was not assessed."""
    for device in document["devices"]:
        yield from device["labels"]
    for missing in document["not_assessed"]:
        yield missing["target"]


def _clear(document: dict[str, Any]) -> Iterator[str]:
    for device in document["devices"]:
        if device["verdict"] == "clear":
            yield from device["labels"]


def _signalled(
    devices: Devices, words: tuple[str, ...], whole: Whole, number: signal.Signals, points: random.Random, second: bool
) -> Point:
    for path in (*devices.folder.glob(f"{STORE}*"), devices.folder / REPORT):
        path.unlink(missing_ok=True)
    after = points.uniform(0.1, whole.seconds)
    running = forked.start(devices.folder, *words)
    time.sleep(after)
    running.send(number)
    if second:
        time.sleep(points.uniform(0.01, 0.3))
        running.send(number)
        ended = running.wait()
        return Point(number, after, ended, False, tuple(_broken_at_second(ended, number)))
    time.sleep(SILENT_AFTER)
    asked = devices.asked()
    ended = running.wait()
    late = devices.asked() - asked
    document = forked.read_report(devices.folder / REPORT)
    broken = [*_broken(ended, number, late), *_broken_in(devices.folder / STORE, document, whole, ended)]
    return Point(number, after, ended, document is not None, tuple(broken))


def _is_over(ended: forked.Ended) -> bool:
    """True if the scan was over before the signal came."""
    return ended.code in (0, 3)


def _broken(ended: forked.Ended, number: signal.Signals, late: int) -> Iterator[str]:
    if not _is_over(ended) and ended.code != 128 + number:
        yield f"exit code {ended.code}"
    if ended.hung or ended.seconds > MAX_SECONDS:
        yield f"ended after {ended.seconds:.1f} s"
    if late:
        yield f"{late} packets after {SILENT_AFTER:g} s"


def _broken_at_second(ended: forked.Ended, number: signal.Signals) -> Iterator[str]:
    if not _is_over(ended) and ended.code != 128 + number:
        yield f"exit code {ended.code} at the second signal"
    limit = MAX_SECONDS if number is signal.SIGHUP else MAX_SECONDS_SECOND  # a terminal sends SIGHUP twice
    if ended.hung or ended.seconds > limit:
        yield f"ended {ended.seconds:.1f} s after the second signal"


def _broken_in(store: Path, document: dict[str, Any] | None, whole: Whole, ended: forked.Ended) -> Iterator[str]:
    outcomes = _outcomes(store)
    if not outcomes:
        return  # it had not begun: there is nothing to report
    if outcomes not in (["interrupted"], ["complete"]):
        yield f"outcome {outcomes}"
    if document is None:
        if "was not done in time" not in ended.said:
            yield "no report, and no word of it"
        return
    if missing := set(DEVICES) - set(_accounted(document)):
        yield f"not in the report: {', '.join(sorted(missing))}"
    if lies := set(_clear(document)) - whole.clear:
        yield f"wrongly clear: {', '.join(sorted(lies))}"
    if outcomes == ["interrupted"] and document["coverage"]["complete"]:
        yield "the report of an interrupted run says that it is complete"


def _outcomes(store: Path) -> list[str | None]:
    if not store.exists():
        return []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            return [outcome for (outcome,) in connection.execute("select outcome from runs")]
        except sqlite3.OperationalError:  # the tables were not made yet
            return []


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.signals", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    points = tuple(measured(options.count, options.seed))
    for point in points:
        if point.broken:
            print(f"{point.signal.name} after {point.after:.2f} s: {'; '.join(point.broken)}\n{point.ended.said}")
    broken = sum(bool(point.broken) for point in points)
    slowest = max(point.ended.seconds for point in points)
    reported = sum(point.reported for point in points)
    print(f"{len(points)} signals, {broken} broken; slowest end {slowest:.1f} s; {reported} reports")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
