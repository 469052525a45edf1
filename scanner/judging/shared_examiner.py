"""An Examiner that shares the subjects of a run out in tasks, and puts the answers together in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

from fingerprints.matching.grouping import DevicePlan, Keys
from fingerprints.matching.subject_facts import SubjectFacts
from fingerprints.model.neighbour_table import NeighbourRow
from reports.judgement.examiner import Examined
from scanner.judging.subject_tasks import ExamineTask, FactsTask, RowsTask, SubjectTask

TaskPiece = TypeVar("TaskPiece")


class TaskAnswerer(Protocol):
    """Answers tasks, wherever it does them."""

    def __call__(self, tasks: Sequence[SubjectTask[TaskPiece]]) -> Iterable[Sequence[TaskPiece]]:
        """The answer to each task, in order."""
        ...


@dataclass(frozen=True, slots=True)
class SharedExaminer:
    """Examines the subjects with these keys, which are all of a run that has ended, sorted. A task is about `in_task`
    subjects or devices at most."""

    keys: tuple[str, ...]
    answer: TaskAnswerer
    in_task: int

    def facts(self) -> Iterator[SubjectFacts]:
        """See `Examiner`."""
        return chain.from_iterable(self.answer([FactsTask(keys) for keys in self._parts(self.keys)]))

    def rows(self, devices: Sequence[Keys]) -> Sequence[tuple[NeighbourRow, ...]]:
        """See `Examiner`."""
        return tuple(chain.from_iterable(self.answer([RowsTask(part) for part in self._parts(tuple(devices))])))

    def examine(self, plans: Sequence[DevicePlan]) -> Iterator[Examined]:
        """See `Examiner`."""
        return chain.from_iterable(self.answer([ExamineTask(part) for part in self._parts(tuple(plans))]))

    def _parts(self, pieces: tuple[TaskPiece, ...]) -> list[tuple[TaskPiece, ...]]:
        return [pieces[start : start + self.in_task] for start in range(0, len(pieces), self.in_task)]
