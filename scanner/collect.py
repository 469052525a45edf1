"""Observing a scope: who shows a sign of life, then every probe on those, everything written down as it is heard.

Nothing here knows what evidence means. A target that fails in a way nobody foresaw costs its own evidence and a gap.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason, Observation, Subject
from scanner.protocols.probe import Probe
from scanner.store.errors import StoreError
from scanner.store.writer import Range, Writer
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target, subject_of

BATCH = 256
"""Observations written together: one row of the store."""

COMMIT_SECONDS = 1.0
"""The longest that anything heard stays uncommitted."""

_log = logging.getLogger(__name__)

Observed = Iterable[Observation | Gap]
Heard = tuple[Observation | Gap, ...]


class Discovery(Protocol):
    """One way to find out who is there: yields each target that answered, with what it said.

    What was only heard, from a device that is no target, comes as a Subject: it is written down and never asked.
    """

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        ...

    def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Heard]]:
        """Ask these targets; the silent ones do not come back."""
        ...


@dataclass(slots=True)
class Progress:
    """What has been done so far: counts for a person to watch."""

    targets: int = 0
    alive: int = 0
    done: int = 0
    told: Callable[["Progress"], None] = field(default=lambda _: None, repr=False)


class Recorder:
    """Writes evidence with the time at which it was heard."""

    def __init__(self, writer: Writer, now: Callable[[], datetime]) -> None:
        self._writer, self._now = writer, now

    def expect(self, targets: Iterable[Target]) -> None:
        """Write down whom this run owes an answer."""
        self._writer.expect(map(subject_of, targets))

    def add(self, whom: Target | Subject, probe: str, said: Observed) -> None:
        """Write down what somebody said. Who is no target is asked nothing more."""
        subject = subject_of(whom) if isinstance(whom, Target) else whom
        self._writer.add(subject, probe, said, self._now())
        if isinstance(whom, Subject):
            self._writer.done(subject.key)

    def done(self, target: Target) -> None:
        """Mark that a target has been asked all there was to ask, so that a resumed run leaves it alone."""
        self._writer.done(target.key)

    def range(self, covered: Range) -> None:
        """Write down how much of a prefix was silent."""
        self._writer.range(covered)

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Put on disk once a second what was added, while the block runs."""
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(self._commit_each_second())
            yield
            ticking.cancel()

    async def _commit_each_second(self) -> None:
        while True:
            self._writer.commit()
            await asyncio.sleep(COMMIT_SECONDS)


def nobody(_target: Target) -> bool:
    """For a plan without jump hosts."""
    return False


def none_withheld(_address: str) -> tuple[Gap, ...]:
    """For a plan without credentials."""
    return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask with: the ways to discover, the probes, how many devices at once, and who may be asked at all.

    `overheard` tells what this host's kernel learned of targets meanwhile; `permits` is asked again right before a
    target is touched. `hidden` tells which targets no discovery can see, for they are reached through another host.
    `withheld` is asked when an address has been probed: which credentials could not be offered, and why.
    """

    discoveries: tuple[Discovery, ...]
    overheard: Callable[[Targets], Iterator[tuple[Target, Heard]]]
    probes: tuple[Probe, ...]
    devices_at_once: int
    permits: Callable[[str], bool]
    hidden: Callable[[Target], bool] = nobody
    withheld: Callable[[str], tuple[Gap, ...]] = none_withheld

    def may_ask(self, target: Target) -> bool:
        """Whether the scope permits to ask this target."""
        return self.permits(target.address)


@dataclass(frozen=True, slots=True)
class CollectionRequest:
    """Whom a run is to ask: targets of its scope, the keys of those an earlier part of it was done with, and the names
    that cannot be asked, each with why."""

    targets: Targets
    done: frozenset[str] = frozenset()
    unaskable: tuple[tuple[Subject, Gap], ...] = ()


async def collect(wanted: CollectionRequest, plan: Plan, recorder: Recorder, progress: Progress) -> None:
    """Discover, then probe what showed a sign of life; named targets that stayed silent get a gap, ranges a count.

    Who is to be asked is written down before anybody is, so that however this ends nobody vanishes. Of an address of a
    range that stays silent nothing is kept. Raises StoreError.
    """
    places = TargetNumbers(wanted.targets)
    done = tuple(target for key in sorted(wanted.done) if (target := places.with_key(key)) is not None)
    asked = wanted.targets.less(done)
    progress.targets = asked.count
    recorder.expect(asked.named())
    for subject, gap in wanted.unaskable:
        recorder.add(subject, gap.probe, [gap])
    _record_ranges(wanted, done, recorder)
    async with recorder.committing():
        alive = await _discovered(asked, plan, recorder, progress)
        for target, said in plan.overheard(asked):
            recorder.add(target, "link", said)
            alive.setdefault(target.key, target)
        alive |= {one.key: one for one in asked.named() if one.key not in alive and plan.hidden(one)}
        for target in asked.named():
            if target.key not in alive:
                silence = Gap("discovery", target.key, GapReason.NO_ANSWER, "no sign of life")
                recorder.add(target, "discovery", [silence])
        _record_ranges(wanted, (*done, *alive.values()), recorder)
        await _probe_all(filter(plan.may_ask, alive.values()), plan, recorder, progress)


async def _discovered(targets: Targets, plan: Plan, recorder: Recorder, progress: Progress) -> dict[str, Target]:
    alive: dict[str, Target] = {}

    async def listen(discovery: Discovery) -> None:
        async with aclosing(discovery.discover(targets)) as heard:  # type: ignore[type-var]
            async for whom, said in heard:
                recorder.add(whom, discovery.name, said)
                if isinstance(whom, Target):
                    alive.setdefault(whom.key, whom)
                progress.alive = len(alive)
                progress.told(progress)

    async def survive(discovery: Discovery) -> None:
        try:
            await listen(discovery)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  the edge of one way to discover: the others go on, and it is told
            _log.error("discovery by %s: %s", discovery.name, _told(error))
            gap = Gap(discovery.name, "discovery", GapReason.INTERNAL_ERROR, _told(error))
            recorder.add(Subject(f"discovery by {discovery.name}"), discovery.name, [gap])

    async with asyncio.TaskGroup() as group:
        for discovery in plan.discoveries:
            group.create_task(survive(discovery))
    return dict(sorted(alive.items()))


def _record_ranges(wanted: CollectionRequest, seen: Iterable[Target], recorder: Recorder) -> None:
    """How many were wanted of each prefix, and how many of them have not been seen: those that have are taken off."""
    addresses: Counter[str] = Counter()
    for span in wanted.targets.spans:
        addresses[span.prefix] += span.block.count
    if wanted.unaskable:
        addresses[""] += len(wanted.unaskable)
    silent = addresses - Counter(target.prefix for target in seen)
    for prefix, count in sorted(addresses.items()):
        recorder.range(Range(prefix, count, silent[prefix]))


async def _probe_all(targets: Iterable[Target], plan: Plan, recorder: Recorder, progress: Progress) -> None:
    limit = asyncio.Semaphore(plan.devices_at_once)
    async with asyncio.TaskGroup() as group:
        for target in targets:
            await limit.acquire()
            task = group.create_task(_probed(target, plan, recorder, progress))
            task.add_done_callback(lambda _: limit.release())


async def _probed(target: Target, plan: Plan, recorder: Recorder, progress: Progress) -> None:
    async with asyncio.TaskGroup() as group:
        for probe in plan.probes:
            group.create_task(_observed(target, probe, recorder))
    withheld = plan.withheld(target.address)
    if withheld:
        recorder.add(target, "credentials", withheld)
    recorder.done(target)
    progress.done += 1
    progress.told(progress)


async def _observed(target: Target, probe: Probe, recorder: Recorder) -> None:
    batch: list[Observation | Gap] = []
    try:
        async for said in probe.observe(target):
            batch += said
            if len(batch) >= BATCH:
                recorder.add(target, probe.name, batch)
                batch.clear()
    except StoreError:
        batch.clear()
        raise
    except Exception as error:  # noqa: BLE001  the per-target edge: one device must not end the run
        _log.error("%s on %s: %s", probe.name, target.key, _told(error))
        batch.append(Gap(probe.name, target.key, GapReason.INTERNAL_ERROR, _told(error)))
    finally:
        if batch:
            recorder.add(target, probe.name, batch)


def _told(error: Exception) -> str:
    """An error in words that hold no secret: our own and the system's as they are, of any other its kind."""
    match error:
        case KitscanError():
            return str(error).partition("\n")[0]
        case OSError(strerror=str(words)):
            return words
        case _:
            return type(error).__name__
