"""Observing a scope: who shows a sign of life, then every probe on those, everything written down as it is heard.

Nothing here knows what evidence means. A target that fails in a way nobody foresaw costs its own evidence and a gap.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from fingerprints.evidence import Gap, GapReason, Observation, Subject
from scanner.probes.base import Probe
from scanner.store import Range, Writer
from scanner.targets.target import Target, subject_of

BATCH = 256
"""Observations written together: one row of the store."""

COMMIT_SECONDS = 1.0
"""The longest that anything heard stays uncommitted while more is being heard."""

_log = logging.getLogger(__name__)

Said = Iterable[Observation | Gap]
Heard = tuple[Observation | Gap, ...]


class Discovery(Protocol):
    """One way to find out who is there: yields each target that answered, with what it said.

    What was only heard, from a device that is no target, comes as a Subject: it is written down and never asked.
    """

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        ...

    def heard(self, targets: tuple[Target, ...]) -> AsyncIterator[tuple[Target | Subject, Heard]]:
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
    """Writes evidence with the time at which it was heard, and commits at least once a second."""

    def __init__(self, writer: Writer, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._writer, self._now, self._monotonic = writer, now, monotonic
        self._committed = monotonic()

    def add(self, whom: Target | Subject, probe: str, said: Said) -> None:
        """Write down what somebody said."""
        subject = subject_of(whom) if isinstance(whom, Target) else whom
        self._writer.add(subject, probe, said, self._now())
        if self._monotonic() - self._committed >= COMMIT_SECONDS:
            self._commit()

    def done(self, target: Target) -> None:
        """Mark that a target has been asked all there was to ask, so that a resumed run leaves it alone."""
        self._writer.done(target.key)

    def range(self, covered: Range) -> None:
        """Write down how much of a prefix was silent."""
        self._writer.range(covered)

    def _commit(self) -> None:
        self._writer.commit()
        self._committed = self._monotonic()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask with: the ways to discover, the probes, how many devices at once, and who may be asked at all.

    `overheard` tells what this host's kernel learned of targets meanwhile; `permits` is asked again right before a
    target is touched.
    """

    discoveries: tuple[Discovery, ...]
    overheard: Callable[[Iterable[Target]], Iterator[tuple[Target, Heard]]]
    probes: tuple[Probe, ...]
    devices_at_once: int
    permits: Callable[[str], bool]


async def collect(targets: Iterable[Target], plan: Plan, recorder: Recorder, progress: Progress) -> None:
    """Discover, then probe what showed a sign of life; named targets that stayed silent get a gap, ranges a count."""
    asked = tuple(target for target in targets if plan.permits(target.address))
    progress.targets = len(asked)
    alive = await _discovered(asked, plan, recorder, progress)
    for target, said in plan.overheard(asked):
        recorder.add(target, "link", said)
        alive.setdefault(target.key, target)
    _record_silence(asked, alive, recorder)
    limit = asyncio.Semaphore(plan.devices_at_once)
    async with asyncio.TaskGroup() as group:
        for target in alive.values():
            await limit.acquire()
            task = group.create_task(_probed(target, plan, recorder, progress))
            task.add_done_callback(lambda _: limit.release())


async def _discovered(
    targets: tuple[Target, ...], plan: Plan, recorder: Recorder, progress: Progress
) -> dict[str, Target]:
    alive: dict[str, Target] = {}

    async def listen(discovery: Discovery) -> None:
        async with aclosing(discovery.heard(targets)) as heard:  # type: ignore[type-var]
            async for whom, said in heard:
                recorder.add(whom, discovery.name, said)
                if isinstance(whom, Target) and plan.permits(whom.address):
                    alive.setdefault(whom.key, whom)
                progress.alive = len(alive)
                progress.told(progress)

    async with asyncio.TaskGroup() as group:
        for discovery in plan.discoveries:
            group.create_task(listen(discovery))
    return dict(sorted(alive.items()))


def _record_silence(targets: tuple[Target, ...], alive: dict[str, Target], recorder: Recorder) -> None:
    counts: dict[str, list[int]] = {}
    for target in targets:
        silent = target.key not in alive
        count = counts.setdefault(target.prefix, [0, 0])
        count[0] += 1
        count[1] += silent
        if silent and not target.prefix:
            recorder.add(target, "discovery", [Gap("discovery", target.key, GapReason.NO_ANSWER, "no sign of life")])
    for prefix, (addresses, quiet) in sorted(counts.items()):
        recorder.range(Range(prefix, addresses, quiet))


async def _probed(target: Target, plan: Plan, recorder: Recorder, progress: Progress) -> None:
    async with asyncio.TaskGroup() as group:
        for probe in plan.probes:
            group.create_task(_observed(target, probe, recorder))
    recorder.done(target)
    progress.done += 1
    progress.told(progress)


async def _observed(target: Target, probe: Probe, recorder: Recorder) -> None:
    batch: list[Observation | Gap] = []
    try:
        async for said in probe.observe(target):
            batch.append(said)
            if len(batch) >= BATCH:
                recorder.add(target, probe.name, batch)
                batch.clear()
    except Exception as error:  # noqa: BLE001  the per-target edge: one device must not end the run
        _log.error("%s on %s: %s", probe.name, target.key, type(error).__name__)
        batch.append(Gap(probe.name, target.key, GapReason.INTERNAL_ERROR, type(error).__name__))
    finally:
        if batch:
            recorder.add(target, probe.name, batch)
