"""An Examiner that shares the subjects of a run out in tasks, and puts the answers together in order."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol, TypeVar

from fingerprints.matching.grouping import DevicePlan, Keys
from fingerprints.matching.subject_facts import SubjectFacts
from fingerprints.model.neighbour_table import NeighbourRow
from reports.judgement.examiner import Examined
from scanner.judging.subject_tasks import DigestTask, ExamineTask, FactsTask, RowsTask, SubjectTask

TaskPiece = TypeVar("TaskPiece")


class TaskAnswerer(Protocol):
    """Answers tasks, wherever it does them. Those of an earlier call are begun first."""

    def __call__(self, tasks: Sequence[SubjectTask[TaskPiece]]) -> Iterable[Sequence[TaskPiece]]:
        """The answer to each task, in order."""
        ...


class SharedExaminer:
    """Examines the subjects with these keys, which are all of a run that has ended, sorted. A task is about `in_task`
    subjects or devices at most."""

    def __init__(self, keys: tuple[str, ...], answer: TaskAnswerer, in_task: int) -> None:
        self._keys, self._answer, self._in_task = keys, answer, in_task
        self._digest: Iterable[Sequence[str]] | None = None

    def facts(self) -> Iterator[SubjectFacts]:
        """See `Examiner`."""
        return chain.from_iterable(self._answer([FactsTask(keys) for keys in self._parts(self._keys)]))

    def sha256(self) -> str:
        """See `ExaminerOfRun`."""
        self._digest = tuple(self._digest or self._answer([DigestTask()]))
        ((sha256,),) = self._digest
        return sha256

    def rows(self, devices: Sequence[Keys]) -> Sequence[tuple[NeighbourRow, ...]]:
        """See `Examiner`."""
        return tuple(chain.from_iterable(self._answer([RowsTask(part) for part in self._parts(tuple(devices))])))

    def examine(self, plans: Sequence[DevicePlan]) -> Iterator[Examined]:
        """See `Examiner`. The digest is asked for behind them: another process works it out while this one draws the
        graph of what was examined."""
        answers = self._answer([ExamineTask(part) for part in self._parts(tuple(plans))])
        self._digest = self._answer([DigestTask()])
        return chain.from_iterable(answers)

    def _parts(self, pieces: tuple[TaskPiece, ...]) -> list[tuple[TaskPiece, ...]]:
        return [pieces[start : start + self._in_task] for start in range(0, len(pieces), self._in_task)]
