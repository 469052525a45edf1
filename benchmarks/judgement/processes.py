"""How long a run of made-up devices takes to judge in one process and in several, and how much memory that needs."""

import gc
import hashlib
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.identification.devices import OBSERVATIONS, devices
from fingerprints.database.fingerprint_database import load_database
from reports.document.document import Document
from reports.formats.as_json import device_of, render, to_json
from reports.judgement.assessment import AssessmentOptions
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.cli.assessment.reporting import document_of
from scanner.garbage import SELDOM
from scanner.sink import RunOutcome
from scanner.store.store import open_store

NOW = datetime(2026, 11, 28, tzinfo=UTC)

LOOKED_EACH = 3.0
"""Seconds between two looks at the memory. A look at a gigabyte takes a tenth of a second of a core."""


def measure(count: int, workers: Sequence[str]) -> None:
    """Judge so many devices with each number of processes, each time in a fresh process, and print. `1+1` judges them
    twice at once, in one process each: what the cores of this machine give to programs that have nothing in common."""
    with tempfile.TemporaryDirectory(prefix="kitscan-judgement-") as folder:
        place = str(Path(folder) / "store.sqlite")
        fill(place, count)
        first: float | None = None
        for words in workers:
            at_once = [int(word) for word in words.split("+")]
            seconds, own, of_workers, peak, sha256 = _slowest(place, at_once)
            first = first or seconds
            print(
                f"{count:,} devices of {OBSERVATIONS} observations, {words} processes: "
                f"{seconds:.1f} s by the clock (ratio {len(at_once) * first / seconds:.2f}), "
                f"{own:.1f} + {of_workers:.1f} s of processor, {peak / 1024:,.0f} MB at most, sha256 {sha256}",
                flush=True,
            )


def _slowest(place: str, at_once: Sequence[int]) -> tuple[float, float, float, int, str]:
    """The figures of the slowest of some judgements at once, each with its number of processes."""
    spawning = multiprocessing.get_context("spawn")
    judging = []
    for processes in at_once:
        ours, theirs = spawning.Pipe()
        process = spawning.Process(target=_judge, args=(place, processes, theirs))
        process.start()
        judging.append((process, ours))
    figures = [ours.recv() for _, ours in judging]
    for process, _ in judging:
        process.join()
    return max(figures)


def fill(place: str, count: int) -> None:
    """Make a store with a run of so many made-up devices."""
    with open_store(place, create=True) as store, store.writing("scan", "0", NOW) as writer:
        for evidence in devices(count):
            writer.add(evidence.subject, "snmp", evidence.observations, NOW)
            writer.done(evidence.subject.key)
        writer.finish(RunOutcome.COMPLETE, NOW)


def _judge(place: str, processes: int, answer: Connection) -> None:
    gc.set_threshold(*SELDOM)
    options = AssessmentOptions(load_database(), None, load_policies(DEFAULT_SET), "the benchmark", None, NOW.date())
    with open_store(place) as store, _most_memory() as peak:
        started = time.perf_counter()
        document = document_of(store, store.run(None), options, processes)
        seconds = time.perf_counter() - started
    times = os.times()
    own, of_workers = times.user + times.system, times.children_user + times.children_system
    answer.send((seconds, own, of_workers, peak[0], _digest(document)))


def _digest(document: Document) -> str:
    """The digest of the JSON document, value by value: at this size the whole text takes more memory than judging."""
    digest = hashlib.sha256()
    for judged in document.devices:
        digest.update(to_json(device_of(judged, document.header.as_of)).encode())
    rest = replace(document, devices=())
    digest.update(render(rest).encode())
    return digest.hexdigest()


@contextmanager
def _most_memory() -> Iterator[list[int]]:
    """The most memory that this process and its children take inside the block, in KiB: pages that several share are
    divided among them (PSS, proc(5))."""
    peak, ended = [0], threading.Event()

    def look() -> None:
        while not ended.wait(LOOKED_EACH):
            peak[0] = max(peak[0], sum(map(_pss, _family())))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def _family() -> list[int]:
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    return [own, *map(int, children)]


def _pss(pid: int) -> int:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)
