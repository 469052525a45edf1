"""What a run has cost stays with it, what was committed outlives a kill, and collecting waits for the store."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, Observation, Source, Subject
from scanner.cli.main import run
from scanner.collect import BATCH, Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.progress import Progress
from scanner.protocols.probe import Observed, Planned
from scanner.sink import RunOutcome
from scanner.store.errors import StoreError
from scanner.store.store import Store, open_store
from scanner.store.writer import Writer
from scanner.targets.spans import Targets
from scanner.targets.target import Target
from tests.unit.listed import listed

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
ONE = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "one")

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from fingerprints.model.evidence import Observation, Source, Subject
from scanner.store.store import open_store

then = datetime(2026, 3, 1, tzinfo=UTC)
with open_store(sys.argv[1], create=True).writing("scan", "1.0", then) as writer:
    for key in ("a", "b", "c"):
        writer.expect([Subject(key, key)])
    writer.add(Subject("a", "a"), "snmp", [Observation(Source.SNMP_SYS_DESCR, "", "one")], then)
    writer.done("a")
    writer.spend({"packets": 3})
    writer.commit()
    writer.add(Subject("b", "b"), "snmp", [Observation(Source.SNMP_SYS_DESCR, "", "lost")], then)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "s.sqlite"), create=True)


def test_refused_credentials_stay_with_their_run(store: Store) -> None:
    for _ in range(2):
        with store.writing("scan", "1.0", THEN) as writer:
            writer.refused("cli", "192.0.2.1")
            writer.refused("cli", "192.0.2.1")
    with store.resuming(2) as writer:
        writer.refused("ro", "192.0.2.1")
    assert store.refusals(1) == {("cli", "192.0.2.1")}
    assert store.refusals(2) == {("cli", "192.0.2.1"), ("ro", "192.0.2.1")}


def test_the_costs_of_all_parts_of_a_run_are_added_up(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.spend({"packets": 10, "seconds": 1.5})
    with store.resuming(1) as writer:
        writer.spend({"packets": 2, "seconds": 0.25})
    assert store.cost(1) == (("packets", 12.0), ("seconds", 1.75))


def test_after_a_kill_the_run_is_gone_on_with_from_its_last_commit(tmp_path: Path) -> None:
    place = str(tmp_path / "s.sqlite")
    ended = subprocess.run([sys.executable, "-c", KILLED, place], check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL
    store = open_store(place)
    run, done = store.interrupted()
    assert (run.outcome, done, store.cost(1)) == (None, frozenset(("a",)), (("packets", 3.0),))
    with store.resuming(run.id) as writer:
        for key in ("b", "c"):
            writer.add(Subject(key, key), "snmp", [ONE], THEN)
            writer.done(key)
        writer.finish(RunOutcome.COMPLETE, THEN)
    kept = [(one.subject.key, [observed.value for observed in one.observations], one.gaps) for one in store.evidence(1)]
    assert kept == [("a", ["one"], ()), ("b", ["one"], ()), ("c", ["one"], ())]


class Slow:
    """A writer that counts what it has taken, beside what probes have handed over."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.handed_over = self.taken = self.most_waiting = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._writer, name)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        observed = tuple(observed)
        self.most_waiting = max(self.most_waiting, self.handed_over - self.taken)
        self.taken += len(observed) if probe == "talks" else 0
        self._writer.add(subject, probe, observed, time)


@dataclass
class Talks:
    """A probe to which every device says ten thousand things, seven at a time."""

    slow: Slow
    name: str = "talks"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        return ()

    async def observe(self, target: Target) -> AsyncIterator[tuple[Observation | Gap, ...]]:
        for _ in range(10_000 // 7):
            self.slow.handed_over += 7
            yield (ONE,) * 7


@dataclass
class Everybody:
    name: str = "discovery"

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, Observed]]:
        for target in targets:
            yield target, (ONE,)


def nothing(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


async def test_what_devices_say_never_piles_up_before_the_store(store: Store) -> None:
    devices = 4
    with store.writing("scan", "1.0", THEN) as writer:
        slow = Slow(writer)
        plan = CollectionPlan((Everybody(),), nothing, (Talks(slow),), devices, lambda _: True)
        targets = listed(Target(f"192.0.2.{host}", prefix="192.0.2.0/24") for host in range(1, 1 + devices))
        await collect(CollectionRequest(targets), plan, Recorder(slow, lambda: THEN), Progress())  # type: ignore[arg-type]
    assert (slow.handed_over, slow.taken) == (devices * (10_000 // 7) * 7,) * 2
    assert BATCH <= slow.most_waiting <= devices * (BATCH + 7)


async def test_nothing_is_kept_of_an_address_of_a_range_that_stays_silent(store: Store, tmp_path: Path) -> None:
    @dataclass
    class Nobody(Everybody):
        async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, Observed]]:
            return
            yield

    sizes = []
    for last in (2, 250):
        with store.writing("scan", "1.0", THEN) as writer:
            targets = listed(Target(f"192.0.2.{host}", prefix="192.0.2.0/24") for host in range(1, last))
            plan = CollectionPlan((Nobody(),), nothing, (), 4, lambda _: True)
            await collect(CollectionRequest(targets), plan, Recorder(writer, lambda: THEN), Progress())
            writer.finish(RunOutcome.COMPLETE, THEN)
        sizes.append(
            (list(store.evidence(writer.run)), [(one.addresses, one.silent) for one in store.ranges(writer.run)])
        )
    assert sizes == [([], [(1, 1)]), ([], [(249, 249)])]


def test_a_run_whose_cost_cannot_be_kept_is_still_marked_as_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scanner.survey.collect", interrupted)
    monkeypatch.setattr(Writer, "spend", full)
    assert run(["scan", "127.0.0.1", "--probe", "snmp"]) == 128 + signal.SIGINT
    assert [one.outcome for one in open_store("kitscan.sqlite").runs()] == ["interrupted"]
