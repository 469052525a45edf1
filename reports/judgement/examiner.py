"""Reads the subjects of a run and judges its devices one by one: all that can be done of one device without the others.

`run_assessment` asks an Examiner. `InThisProcess` is the plain one; another may share the devices out to processes, and
must answer the same in the same order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from fingerprints.matching.grouping import (
    MATCHING_SOURCES,
    DevicePlan,
    EvidenceReader,
    Keys,
    gather_evidence,
    rows_together,
)
from fingerprints.matching.subject_facts import SubjectFacts, facts_of
from fingerprints.model.evidence import Evidence, fleet_site_of
from fingerprints.model.neighbour_table import NeighbourRow
from reports.judgement.assessment import AssessmentOptions, JudgedDevice, SilentTarget
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.incomplete import VOLUNTEERED
from reports.judgement.merged import judge_group


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """A device that was judged by itself, and how many of its addresses answered."""

    judged: JudgedDevice
    answered: int


Examined = tuple[JudgedPart | SilentTarget, ...]
"""What the subjects that were planned as one device are: that device, the devices that they must be taken for, or
targets of which nothing was observed."""


class Examiner(Protocol):
    """Examines the subjects of one run. Every answer is in the order of what was asked."""

    def facts(self) -> Iterable[SubjectFacts]:
        """What matching reads of each subject, in the order of the run's evidence."""
        ...

    def rows(self, devices: Sequence[Keys]) -> Sequence[tuple[NeighbourRow, ...]]:
        """The neighbours that devices of several subjects hear."""
        ...

    def examine(self, plans: Sequence[DevicePlan]) -> Iterable[Examined]:
        """What each device is and how it is judged by itself. Subjects that have no plan follow where they are read."""
        ...


@dataclass(frozen=True, slots=True)
class InThisProcess:
    """Examines in this process what `read` reads."""

    read: EvidenceReader
    options: AssessmentOptions

    def facts(self) -> Iterator[SubjectFacts]:
        """See `Examiner`."""
        return (facts_of(evidence, self.options.database) for evidence in self.read(MATCHING_SOURCES))

    def rows(self, devices: Sequence[Keys]) -> Sequence[tuple[NeighbourRow, ...]]:
        """See `Examiner`."""
        wanted = frozenset(key for keys in devices for key in keys)
        return rows_together(devices, (part for part in self.read(MATCHING_SOURCES) if part.subject.key in wanted))

    def examine(self, plans: Sequence[DevicePlan]) -> Iterator[Examined]:
        """See `Examiner`."""
        return (one for _, one in examined(plans, self.read(None), self.options, evaluator_of(self.options)))


def evaluator_of(options: AssessmentOptions) -> PolicyEvaluator:
    """What judges by the policies of some options. It remembers what it worked out: one of them judges many devices."""
    return PolicyEvaluator(options.policies, options.as_of, options.database.companies)


def examined(
    plans: Sequence[DevicePlan], evidence: Iterable[Evidence], options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Iterator[tuple[DevicePlan, Examined]]:
    """Judge each device as soon as all its evidence is read. The evaluator is one of these options."""
    for plan, group in gather_evidence(plans, evidence):
        if any(part.observations for part in group):
            devices = judge_group(group, plan.merging, options, evaluator)
            yield plan, tuple(JudgedPart(device, sum(map(_is_answering, parts))) for parts, device in devices)
        else:
            yield plan, tuple(map(_silent_target, group))


def _silent_target(evidence: Evidence) -> SilentTarget:
    subject = evidence.subject
    target = subject.labels[0] if subject.labels else subject.key
    return SilentTarget(target, evidence.gaps, subject.address or "", fleet_site_of(subject))


def _is_answering(evidence: Evidence) -> bool:
    """Whether an address answered a request. One that only announced itself did not, and need not be in scope."""
    return any(observation.source not in VOLUNTEERED for observation in evidence.observations)
