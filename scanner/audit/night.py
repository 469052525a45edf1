"""One night: finish what an earlier one left, collect, judge, compare with the run before, keep it, and tell it.

What asks the network, judges and tells comes in as functions, and so does the clock. After each step the store says how
far the night came. So a night that is killed anywhere is finished by the next: a run that was collected is judged, and
one that was judged is told. Telling comes before the mark that it was told: after a kill in between a notice may be
sent a second time, and then carries the id of the first.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial

from reports.changes.compare import compare
from reports.changes.lasting import assign_lasting
from reports.changes.state.event import Comparison
from reports.changes.state.of_document import run_state
from reports.changes.state.run_state import RunState
from reports.changes.state.state_json import of_json, to_json
from reports.document.document import Document
from reports.judgement.assessment import AssessmentOptions
from scanner.audit.decisions import Begin, ComparedWith, PastRun, Resume, begin_or_resume, compared_with, untold
from scanner.audit.window import end_of_night
from scanner.run_request import RunRequest
from scanner.store.kept_states import IMPORTED
from scanner.store.store import Run, Store

TOLD, TRIED = "audit", "audit-tried"
"""The channels of the notices that say that all was told of a run, and that not everybody could be told. They send
nothing."""


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What a user asks of a night: the scope, the time of day at which its window ends, and a baseline of his own."""

    scope: RunRequest
    until: time | None = None
    baseline: int | None = None


@dataclass(frozen=True, slots=True)
class CollectionOrder:
    """How tonight collects: a new run (of the kind AUDIT) or an older one, and the keys of whom to ask first."""

    decision: Begin | Resume
    first: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collected:
    """The run that was collected. `stopped` is True where a signal ended it: then it is neither judged nor told, and
    the next audit resumes it."""

    run: int
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class NightJudgement:
    """A run as it was judged, and by what."""

    document: Document
    options: AssessmentOptions


@dataclass(frozen=True, slots=True)
class Night:
    """A run that was judged and compared. `comparison` is None on the first night of a scope. `document` is None where
    an earlier process judged the run, and was killed before all was told, or could not tell everybody. `delivered` are
    the channels that got its notices by then. `baseline` is the last complete run before."""

    run: Run
    state: RunState
    before: RunState | None
    comparison: Comparison | None
    baseline: int | None
    document: Document | None
    delivered: frozenset[str] = frozenset()


Collect = Callable[[CollectionOrder], Collected]
Judge = Callable[[Run], NightJudgement]
Notify = Callable[[Night], bool]
"""Sends the notices of a night to those who were not `delivered` yet, and records each (`Store.keep_notice`) and the
reminders. True where all was told; False where a destination failed, which is an outcome and raises nothing."""

DELIVERED = "delivered"
"""The outcome of a notice that its destination took. Another outcome says why it did not."""

MAX_TRIES = 3
"""Nights on which a destination is tried that fails; then it is not told of that run any more."""


def run_audit(
    store: Store,
    request: AuditRequest,
    collect: Collect,
    judge: Judge,
    notify: Notify,
    now: Callable[[], datetime],
    ended: frozenset[int] = frozenset(),
) -> Night | None:
    """Do one night, and return it; None where a signal ended the collecting.

    Nights that were killed after they had collected are finished first, and told. `ended` are the numbers of runs that
    have ended although the store calls them interrupted: of a fleet, with parts that did not come. Raises StoreError,
    and what `collect` and `judge` raise.
    """
    end = partial(end_of_night, until=request.until)
    known = recent_runs(store, request.scope)
    of_tonight = begin_or_resume(known, request.scope, now(), end)
    for past in untold(known, request.scope, ended):
        if of_tonight != Resume(past.run.id):
            _finish(store, replace(request, baseline=None), past.run, judge, notify, now)
    decision = begin_or_resume(recent_runs(store, request.scope), request.scope, now(), end)
    unreached = decision.unreached if isinstance(decision, Begin) else None
    first = frozenset[str]() if unreached is None else store.unfinished_subjects(unreached)
    if request.baseline is not None:  # a wrong one is an error before anybody is asked
        _compared_with(store, request, sys.maxsize)
    collected = collect(CollectionOrder(decision, first))
    if collected.stopped:
        return None
    return _finish(store, request, store.run(collected.run), judge, notify, now)


def recent_runs(store: Store, scope: RunRequest) -> tuple[PastRun, ...]:
    """The runs since the last audit of this scope that was complete and told, and before which none is left to tell;
    oldest first. What is older decides nothing."""
    recent: list[PastRun] = []
    left = _still_tried(store)
    for past in _latest_first(store):
        recent.append(past)
        if (
            past.is_baseline
            and past.is_notified
            and past.is_audit_of(scope)
            and not any(run < past.run.id for run in left)
        ):
            break
    return tuple(reversed(recent))


def _still_tried(store: Store) -> frozenset[int]:
    """The runs of which somebody could not be told yet. A later night may have been told: nothing happened in it."""
    notices = store.notices()
    tried, told = (frozenset(one.run for one in notices if one.channel == channel) for channel in (TRIED, TOLD))
    return tried - told


def _latest_first(store: Store) -> Iterator[PastRun]:
    kept = frozenset(store.runs_with_states())
    notices = store.notices()
    told = frozenset(notice.run for notice in notices if notice.channel in (TOLD, IMPORTED))
    foreign = frozenset(notice.run for notice in notices if notice.channel == IMPORTED) - kept
    for run in reversed(store.runs()):
        request = RunRequest() if run.id in foreign else store.request(run.id)
        yield PastRun(run, request, run.id in kept, run.id in told)


def _finish(
    store: Store, request: AuditRequest, run: Run, judge: Judge, notify: Notify, now: Callable[[], datetime]
) -> Night:
    """Judge and compare a run, keep its states, tell it, and record that it was told."""
    chosen = _compared_with(store, request, run.id)
    before = None if chosen is None else _kept_state(store, chosen.run)
    state, document = _kept_state(store, run.id), None
    if state is None:
        judged = judge(run)
        document = judged.document
        state = assign_lasting(run_state(document, judged.options, run.complete), before)
        store.keep_states(run.id, *to_json(state))
    night = Night(
        run,
        state,
        before,
        None if before is None else compare(before, state),
        None if chosen is None else chosen.baseline,
        document,
        frozenset(notice.channel for notice in store.notices(run.id) if notice.outcome == DELIVERED),
    )
    if notify(night) or _tries(store, run) >= MAX_TRIES:
        store.keep_notice(run.id, TOLD, now(), "told")
    else:
        store.keep_notice(run.id, TRIED, now(), "not everybody was told")
    return night


def _tries(store: Store, run: Run) -> int:
    """How often somebody was not told of a run, with this time."""
    return 1 + sum(notice.channel == TRIED for notice in store.notices(run.id))


def _compared_with(store: Store, request: AuditRequest, before: int) -> ComparedWith | None:
    if request.baseline is not None:
        return compared_with(reversed([*_latest_first(store)]), request.scope, before, request.baseline)
    return compared_with(recent_runs(store, request.scope), request.scope, before)


def _kept_state(store: Store, run: int) -> RunState | None:
    kept = store.states(run)
    return None if kept is None else of_json(*kept)
