"""What can be asked of some subjects of a run, whichever process answers it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fingerprints.matching.grouping import MATCHING_SOURCES, DevicePlan, Keys, rows_together
from fingerprints.matching.subject_facts import SubjectFacts, facts_of
from fingerprints.model.evidence import Evidence, Source
from fingerprints.model.neighbour_table import NeighbourRow
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.examiner import Examined, examined
from scanner.store.errors import StoreError
from scanner.store.store import Store

TaskPiece_co = TypeVar("TaskPiece_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SubjectsOfRun:
    """The subjects of one run of a store, and what they are judged by: the evaluator is one of the options."""

    store: Store
    run: int
    options: AssessmentOptions
    evaluator: PolicyEvaluator

    def read(self, keys: Keys, sources: frozenset[Source] | None = None) -> Iterator[Evidence]:
        """The evidence of some subjects. Raises StoreError at the end if one of them was not there."""
        missing = set(keys)
        for part in self.store.evidence(self.run, sources, keys):
            missing.discard(part.subject.key)
            yield part
        if missing:
            problem = f"{self.store.place}: run {self.run} changed while it was judged"
            raise StoreError(problem, "judge it again when nothing prunes the store")


class SubjectTask(Protocol[TaskPiece_co]):
    """A task about some subjects. It is small when it is pickled."""

    def do(self, subjects: SubjectsOfRun) -> Sequence[TaskPiece_co]:
        """The answer, in the order of what is asked. Raises what reading raises."""
        ...


@dataclass(frozen=True, slots=True)
class DigestTask:
    """Work out the digest of the evidence of the whole run."""

    def do(self, subjects: SubjectsOfRun) -> Sequence[str]:
        """See `SubjectTask`."""
        return (subjects.store.sha256(subjects.run),)


@dataclass(frozen=True, slots=True)
class FactsTask:
    """Read the facts of some subjects."""

    keys: Keys

    def do(self, subjects: SubjectsOfRun) -> Sequence[SubjectFacts]:
        """See `SubjectTask`."""
        return [facts_of(part, subjects.options.database) for part in subjects.read(self.keys, MATCHING_SOURCES)]


@dataclass(frozen=True, slots=True)
class RowsTask:
    """Read the neighbours that devices of several subjects hear."""

    devices: tuple[Keys, ...]

    def do(self, subjects: SubjectsOfRun) -> Sequence[tuple[NeighbourRow, ...]]:
        """See `SubjectTask`."""
        return rows_together(self.devices, subjects.read(_keys_in(self.devices), MATCHING_SOURCES))


@dataclass(frozen=True, slots=True)
class ExamineTask:
    """Judge some devices by themselves."""

    plans: tuple[DevicePlan, ...]

    def do(self, subjects: SubjectsOfRun) -> Sequence[Examined]:
        """See `SubjectTask`."""
        evidence = subjects.read(_keys_in(plan.keys for plan in self.plans))
        by_keys = {plan.keys: one for plan, one in examined(self.plans, evidence, subjects.options, subjects.evaluator)}
        return [by_keys[plan.keys] for plan in self.plans]


def _keys_in(devices: Iterable[Keys]) -> Keys:
    return tuple(key for keys in devices for key in keys)
