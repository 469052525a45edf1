"""One run of a survey: collects into a store, to its end or until a signal, and records how it ended."""

import asyncio
import resource
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from fingerprints.model.evidence import Gap, GapReason, Subject
from scanner.collect import Recorder
from scanner.collection_plan import CollectionRequest
from scanner.crawl.announced import CRAWL_SOURCES
from scanner.progress import Progress
from scanner.rate_limit.traffic import Cost
from scanner.run_request import CollectionTerms
from scanner.scope import Scope
from scanner.sink import RunOutcome, SinkError
from scanner.stop_signals import AbandonedError, StopSignals
from scanner.survey import Survey
from scanner.version import VERSION

if TYPE_CHECKING:
    from scanner.store.store import Store


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The number of the run that a survey collected, what the whole of it cost, and whether a signal cut it short."""

    run: int
    cost: Cost
    complete: bool


def survey_into(
    store: "Store",
    survey: Survey,
    terms: CollectionTerms,
    now: Callable[[], datetime],
    progress: Progress,
    stop: StopSignals,
) -> SurveyResult:
    """Collect into a new run of the store, or into the interrupted one that `terms` names. A signal or the end of its
    time window ends the collecting and no more.

    The evidence collected so far is kept however this ends. Raises StoreError, and StoreBusyError.
    """
    with stop.held(), ExitStack() as stack:
        done: frozenset[str] = frozenset()
        survey.recall_logins(terms.logins)
        if terms.continues is not None:
            done = store.finished_subjects(terms.continues)
            survey.recall_refusals(store.refusals(terms.continues))
            survey.recall_announcements(partial(store.evidence, terms.continues, CRAWL_SOURCES), done)
            writer = stack.enter_context(store.resuming(terms.continues))
            if not store.request(terms.continues).by:  # killed before it was recorded
                writer.record(survey.run_request)
        else:
            writer = stack.enter_context(store.writing(terms.kind, VERSION, now()))
            writer.record(survey.run_request)
        _raise_descriptor_limit()
        request = CollectionRequest(survey.scope.targets, done, _unresolved(survey.scope), terms.first)
        recorder = Recorder(survey.redacting(writer), now)
        outcome = _run_to_its_end(survey, request, recorder, progress, stop, terms.seconds_left)
        return SurveyResult(writer.run, survey.cost(), outcome is RunOutcome.COMPLETE)


def _run_to_its_end(
    survey: Survey,
    request: CollectionRequest,
    recorder: Recorder,
    progress: Progress,
    stop: StopSignals,
    seconds_left: Callable[[], float] | None,
) -> RunOutcome:
    """Collect, and record how it ended and what it cost. Of tasks that failed together, raises the first error."""

    def interrupted() -> None:  # before anything is closed, which may hang
        with suppress(SinkError):
            recorder.finish(RunOutcome.INTERRUPTED)

    try:
        stop.run(survey.collect(request, recorder, progress), interrupted, seconds_left)
    except BaseException as error:
        interrupted()
        with suppress(SinkError):  # the disk may be full: the user sees the error that ended the run, not this one
            recorder.spend(asdict(survey.cost()))
            recorder.commit()
        first = _first_error(error)
        if stop.has_ended_work and isinstance(first, asyncio.CancelledError | AbandonedError):
            return RunOutcome.INTERRUPTED
        if first is error:
            raise
        raise first from error
    recorder.spend(asdict(survey.cost()))
    recorder.finish(RunOutcome.COMPLETE)
    return RunOutcome.COMPLETE


def _unresolved(scope: Scope) -> tuple[tuple[Subject, Gap], ...]:
    return tuple(
        (Subject(name.name, labels=(name.name,)), Gap("discovery", name.place, GapReason.UNRESOLVED, name.detail))
        for name in scope.targets.unresolved
    )


def _first_error(error: BaseException) -> BaseException:
    """The error itself, or the first of tasks that ran together."""
    first = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first


def _raise_descriptor_limit() -> None:
    """Allow as many open sockets as the system permits: each device that is walked needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
