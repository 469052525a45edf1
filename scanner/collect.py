"""Observing a scope: discover who shows a sign of life, then run every probe on those. All evidence goes to a sink.

This module does not know what evidence means. A target that fails unexpectedly costs its own evidence and a gap.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Container, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Gap, GapReason, Observation, Subject
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.progress import Progress
from scanner.protocols.probe import Discovery, Observed, RunProbe, WorkingLogin
from scanner.sink import EncodedRow, EvidenceSink, RangeCount, RunOutcome, SinkError
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import Targets
from scanner.targets.target import Target, subject_of

BATCH = 256
"""Observations that are recorded together, as one row of the store."""

COMMIT_SECONDS = 1.0
"""The longest time that evidence stays uncommitted."""

_log = logging.getLogger(__name__)


class Recorder:
    """Sends evidence to a sink, with the time at which it arrived."""

    def __init__(self, sink: EvidenceSink, now: Callable[[], datetime]) -> None:
        self._sink, self._now = sink, now
        self._refusals: deque[tuple[str, str]] = deque()
        self._refused_now = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def expect(self, targets: Iterable[Target]) -> None:
        """Record the targets that this run must account for."""
        self._sink.expect(map(subject_of, targets))

    def add(self, source: Target | Subject, probe: str, observed: Iterable[Observation | Gap]) -> None:
        """Record the evidence of a target or a subject. A subject is no target: it is finished at once."""
        subject = subject_of(source) if isinstance(source, Target) else source
        self._sink.add(subject, probe, observed, self._now())
        if isinstance(source, Subject):
            self._sink.done(subject.key)

    def add_encoded(self, target: Target, probe: str, row: EncodedRow) -> None:
        """Record a row of a target that another process took up."""
        self._sink.add_encoded(subject_of(target), probe, row, self._now())

    def done(self, target: Target) -> None:
        """Mark a target as finished, so that a resumed run does not ask it again."""
        self._sink.done(target.key)

    def range(self, count: RangeCount) -> None:
        """Record how much of a prefix was silent."""
        self._sink.range(count)

    def worked(self, target: Target, logins: Iterable[WorkingLogin]) -> None:
        """Record which credentials a target accepted."""
        for login in logins:
            self._sink.login_worked(target.key, login.protocol, login.credential, login.platform)

    def refused(self, credential: str, address: str) -> None:
        """Record a refusal of a credential, from any thread. It is durable at once: a killed run must not forget it."""
        self._refusals.append((credential, address))
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: `finish` hands it on
                self._loop.call_soon_threadsafe(self._refused_now.set)

    def spend(self, cost: Mapping[str, float]) -> None:
        """Add what a part of the run cost."""
        self._sink.spend(cost)

    def commit(self) -> None:
        """Make durable what was recorded so far."""
        self._sink.commit()

    def finish(self, outcome: RunOutcome) -> None:
        """Mark the run as ended now, and commit."""
        try:
            self._hand_on_refusals()
        finally:
            self._sink.finish(outcome, self._now())

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Commit once a second while the block runs, and at each refusal."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            ticking = group.create_task(self._commit_each_second())
            yield
            ticking.cancel()

    async def _commit_each_second(self) -> None:
        while True:
            self._refused_now.clear()
            self._hand_on_refusals()
            self._sink.commit()
            with suppress(TimeoutError):
                async with asyncio.timeout(COMMIT_SECONDS):
                    await self._refused_now.wait()

    def _hand_on_refusals(self) -> None:
        while self._refusals:
            self._sink.refused(*self._refusals[0])
            self._refusals.popleft()  # not before the sink has it: it may fail, and be asked again at the end


async def collect(request: CollectionRequest, plan: CollectionPlan, recorder: Recorder, progress: Progress) -> None:
    """Discover, then probe the targets that showed a sign of life.

    A named target that stays silent gets a gap. A silent address of a range is only counted. The named targets are
    recorded before the first packet, so that none is lost however the run ends. A target that answers while others are
    probed is probed after them. Raises SinkError.
    """
    numbers = TargetNumbers(request.targets)
    done = tuple(target for key in sorted(request.done) if (target := numbers.with_key(key)) is not None)
    remaining = request.targets.less(done)
    packets = plan.packets_if_silent(remaining)
    progress.begin_sweep(remaining.count, plan.discoveries if packets else (), packets)
    recorder.expect(remaining.named())
    for subject, gap in request.unaskable:
        recorder.add(subject, gap.probe, [gap])
    _record_ranges(request, done, recorder)
    async with recorder.committing():
        with plan.listening() as late_answers:
            alive = await _discover_all(remaining, plan, recorder, progress)
            for target, observed in plan.kernel_neighbours(remaining):
                recorder.add(target, "link", observed)
                alive.setdefault(target.key, target)
            for target in remaining.named():
                if target.key not in alive and plan.behind_jump_host(target):
                    alive[target.key] = target
            progress.begin_asking(len(alive))
            new = sorted(alive.values(), key=lambda target: target.key not in request.first)  # a stable order
            while new or (new := _take_late(await late_answers(), alive, recorder, progress)):
                _record_ranges(request, (*done, *alive.values()), recorder)
                async with plan.sharing(plan.probes, new) as probes:
                    await _probe_all(filter(plan.may_ask, new), replace(plan, probes=probes), recorder, progress)
                new = []
        _record_silent(remaining, alive, recorder)
        _record_ranges(request, (*done, *alive.values()), recorder)


def _record_silent(targets: Targets, alive: Container[str], recorder: Recorder) -> None:
    """Record the silence of each named target that is not in `alive`."""
    for target in targets.named():
        if target.key not in alive:
            recorder.add(target, "discovery", [Gap("discovery", target.key, GapReason.NO_ANSWER, "no sign of life")])


def _take_late(
    answers: Iterable[tuple[Target, Observed]], alive: dict[str, Target], recorder: Recorder, progress: Progress
) -> list[Target]:
    """Add to `alive` who answered when nobody waited for it any more. Returns those, sorted."""
    late = sorted(((target, observed) for target, observed in answers if target.key not in alive), key=_key_of)
    for target, observed in late:
        recorder.add(target, "snmp", observed)
        alive[target.key] = target
    progress.alive += len(late)
    progress.begin_asking(len(late))
    return [target for target, _ in late]


def _key_of(answer: tuple[Target, Observed]) -> str:
    return answer[0].key


async def _discover_all(
    targets: Targets, plan: CollectionPlan, recorder: Recorder, progress: Progress
) -> dict[str, Target]:
    """The targets that showed a sign of life, by key, sorted."""
    alive: dict[str, Target] = {}
    before = progress.alive

    async def run(discovery: Discovery) -> None:
        async with aclosing(discovery.discover(targets)) as answers:  # type: ignore[type-var]
            async for source, observed in answers:
                recorder.add(source, discovery.name, observed)
                if isinstance(source, Target):
                    alive.setdefault(source.key, source)
                progress.alive = before + len(alive)

    async def survive(discovery: Discovery) -> None:
        try:
            await run(discovery)
        except SinkError:
            raise
        except Exception as error:  # noqa: BLE001  the edge of one discovery: the others go on, and a gap records it
            _log.error("discovery by %s: %s", discovery.name, _describe_error(error))
            gap = Gap(discovery.name, "discovery", GapReason.INTERNAL_ERROR, _describe_error(error))
            recorder.add(Subject(f"discovery by {discovery.name}"), discovery.name, [gap])
        progress.end_discovery(discovery)

    async with asyncio.TaskGroup() as group:
        for discovery in plan.discoveries:
            group.create_task(survive(discovery))
    return dict(sorted(alive.items()))


def _record_ranges(request: CollectionRequest, seen: Iterable[Target], recorder: Recorder) -> None:
    """Record for each prefix how many addresses were requested, and how many of them are not in `seen`."""
    addresses: Counter[str] = Counter()
    for span in request.targets.spans:
        addresses[span.prefix] += span.block.count
    if request.unaskable:
        addresses[""] += len(request.unaskable)
    silent = addresses - Counter(target.prefix for target in seen)
    for prefix, count in sorted(addresses.items()):
        recorder.range(RangeCount(prefix, count, silent[prefix]))


async def _probe_all(targets: Iterable[Target], plan: CollectionPlan, recorder: Recorder, progress: Progress) -> None:
    limit = asyncio.Semaphore(plan.devices_at_once)
    async with asyncio.TaskGroup() as group:
        for target in targets:
            await limit.acquire()
            task = group.create_task(_probe_target(target, plan, recorder, progress))
            task.add_done_callback(lambda _: limit.release())


async def _probe_target(target: Target, plan: CollectionPlan, recorder: Recorder, progress: Progress) -> None:
    async with asyncio.TaskGroup() as group:
        for probe in plan.probes:
            group.create_task(_record_probe(target, probe, recorder))
    withheld = plan.withheld_credentials(target.address)
    if withheld:
        recorder.add(target, "credentials", withheld)
    recorder.worked(target, plan.working_logins(target))
    recorder.done(target)
    progress.done += 1


async def _record_probe(target: Target, probe: RunProbe, recorder: Recorder) -> None:
    await take_observed(
        target,
        probe,
        lambda batch: recorder.add(target, probe.name, batch),
        lambda row: recorder.add_encoded(target, probe.name, row),
    )


async def take_observed(
    target: Target,
    probe: RunProbe,
    take: Callable[[Sequence[Observation | Gap]], None],
    take_row: Callable[[EncodedRow], None],
) -> None:
    """Ask a target, and hand on what it says: BATCH observations and some at once, and what another process took up row
    by row. An error becomes a gap; only a SinkError of `take` is raised."""
    batch: list[Observation | Gap] = []
    try:
        async for observed in probe.observe(target):
            if isinstance(observed, EncodedRow):
                take_row(observed)
                continue
            batch += observed
            if len(batch) >= BATCH:
                take(batch)
                batch.clear()
    except SinkError:
        batch.clear()
        raise
    except Exception as error:  # noqa: BLE001  the per-target edge: one device must not end the run
        _log.error("%s on %s: %s", probe.name, target.key, _describe_error(error))
        batch.append(Gap(probe.name, target.key, GapReason.INTERNAL_ERROR, _describe_error(error)))
    finally:
        if batch:
            take(batch)


def _describe_error(error: Exception) -> str:
    """An error without any secret: kitscan's and the system's own words, and of any other error its class."""
    match error:
        case KitscanError():
            return error.summary
        case OSError(strerror=str(words)):
            return words
        case _:
            return type(error).__name__
