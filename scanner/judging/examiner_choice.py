"""Who examines a run: this process, or several."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from reports.judgement.assessment import AssessmentOptions
from reports.judgement.examiner import Examiner, InThisProcess, evaluator_of
from scanner.judging.shared_examiner import SharedExaminer, TaskPiece
from scanner.judging.subject_tasks import SubjectsOfRun, SubjectTask
from scanner.judging.worker_processes import WorkerProcesses
from scanner.store.opening import is_file
from scanner.store.store import Run, Store, open_store

IN_TASK = 100
"""Subjects or devices of a task. A process holds the evidence of so many, and of what it judged of them."""

MIN_SUBJECTS = 500
"""Subjects for each process: to start one takes as long as to judge as many."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(store: Store, run: Run, jobs: int, min_subjects: int = MIN_SUBJECTS) -> int:
    """How many processes judge a run if there may be `jobs`. One, which is this, where the run is small, still goes on,
    or lies where another process cannot read it: in memory, or in a pipe."""
    if run.finished is None or not _is_shared(store.place):
        return 1
    return max(1, min(jobs, store.subject_count(run.id) // min_subjects))


class ExaminerOfRun(Examiner, Protocol):
    """An Examiner of a whole run of a store."""

    def sha256(self) -> str:
        """The digest of the run's subjects and evidence."""
        ...


@dataclass(frozen=True, slots=True)
class _OneProcess(InThisProcess):
    sha256: Callable[[], str]


@contextmanager
def examiner_of(store: Store, run: Run, options: AssessmentOptions, processes: int) -> Iterator[ExaminerOfRun]:
    """The examiner of a run in so many processes, which end with the block."""
    if processes < 2:
        yield _OneProcess(partial(store.evidence, run.id), options, partial(store.sha256, run.id))
        return
    place = os.path.abspath(store.place) if is_file(store.place) else store.place  # noqa: PTH100 # resolves no link
    keys = tuple(sorted(frozenset[str]().union(*store.subjects(run.id))))
    here = SubjectsOfRun(store, run.id, options, evaluator_of(options))
    with WorkerProcesses(processes - 1, partial(_answering, place, run.id, options)) as workers:

        def answer(tasks: Sequence[SubjectTask[TaskPiece]]) -> Iterable[Sequence[TaskPiece]]:
            return workers.answers(tasks, lambda task: task.do(here))

        yield SharedExaminer(keys, answer, IN_TASK)


@contextmanager
def _answering(place: str, run: int, options: AssessmentOptions) -> Iterator[Callable[[SubjectTask[Any]], object]]:
    """What a process answers tasks with."""
    with open_store(place) as store:
        subjects = SubjectsOfRun(store, run, options, evaluator_of(options))
        yield lambda task: task.do(subjects)


def _is_shared(place: str) -> bool:
    return Path(place).is_file() if is_file(place) else place.startswith("postgresql")
