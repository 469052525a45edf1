"""Groups the evidence of a run by device. The evidence is read twice: first what identifies a box and what neighbours
report, as facts of each subject; then everything. So memory holds only the evidence of devices that are not yet
complete."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.matching.merge_addresses import MergedSubjects, merge_subjects
from fingerprints.matching.neighbour_reports import Reporter, neighbour_reports
from fingerprints.matching.subject_facts import SubjectFacts, row_observations, rows_of
from fingerprints.model.evidence import Evidence, Observation, Source, fleet_site_of
from fingerprints.model.merging import NOT_MERGED, Merging
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.sources.registry import MATCH_SOURCES, REPORT_SOURCES

EvidenceReader = Callable[[frozenset[Source] | None], Iterable[Evidence]]
"""Reads a run's evidence from the beginning, subject by subject: of the given sources, or of all (None)."""

Keys = tuple[str, ...]
"""The keys of the subjects of one device, in order."""

RowReader = Callable[[Sequence[Keys]], Sequence[tuple[NeighbourRow, ...]]]
"""The neighbours that devices of several subjects hear, each from all its subjects together, in the order asked."""

MATCHING_SOURCES = MATCH_SOURCES | REPORT_SOURCES
"""All that merging addresses and neighbour reports read, as the source modules declare it."""

NEIGHBOUR_SOURCES = frozenset((Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP))


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One device before its evidence is read: the keys of its subjects in order, what neighbours report of it, and why
    its subjects are one device."""

    keys: Keys
    reports: tuple[Observation, ...] = ()
    merging: Merging = NOT_MERGED


def plan_devices(
    subjects: Iterable[SubjectFacts], read_rows: RowReader, scores: AttributeScores
) -> tuple[DevicePlan, ...]:
    """The devices of a run, in the order in which the last subject of each is read. A subject without observations is a
    device of its own."""
    order: dict[str, int] = {}
    merged = tuple(merge_subjects(_noted(subjects, order), scores))
    live = [device for device in merged if device.parts[0].subject.address]
    reports = _reports_within_sites(_reporters(live, read_rows), scores)
    plans = [
        *(DevicePlan((device.parts[0].subject.key,)) for device in merged if not device.parts[0].subject.address),
        *(DevicePlan(_keys_of(device), reports.get(number, ()), device.merging) for number, device in enumerate(live)),
    ]
    return tuple(sorted(plans, key=lambda plan: max(order[key] for key in plan.keys)))


def gather_evidence(
    plans: Sequence[DevicePlan], evidence: Iterable[Evidence]
) -> Iterator[tuple[DevicePlan, tuple[Evidence, ...]]]:
    """All evidence about each device, as soon as its last part is read, the neighbours' reports with the first part. A
    subject without a plan is a device of its own: a run which still goes on has added it since."""
    waiting = {key: plan for plan in plans for key in plan.keys}
    parts: dict[str, Evidence] = {}
    for of_subject in evidence:
        key = of_subject.subject.key
        plan = waiting.pop(key, None) or DevicePlan((key,))
        parts[key] = of_subject
        if not any(other in waiting for other in plan.keys):
            yield plan, _with_reports(tuple(parts.pop(other) for other in plan.keys), plan.reports)


def rows_together(devices: Sequence[Keys], evidence: Iterable[Evidence]) -> Sequence[tuple[NeighbourRow, ...]]:
    """The neighbours that each device hears, from the evidence of all its subjects."""
    by_key = {part.subject.key: Evidence(part.subject, tuple(row_observations(part))) for part in evidence}
    return [rows_of(tuple(by_key[key] for key in keys)) for keys in devices]


def _noted(subjects: Iterable[SubjectFacts], order: dict[str, int]) -> Iterator[SubjectFacts]:
    """The same subjects, the place of each noted in `order`."""
    for place, facts in enumerate(subjects):
        order[facts.subject.key] = place
        yield facts


def _reporters(devices: Sequence[MergedSubjects], read_rows: RowReader) -> tuple[Reporter, ...]:
    several = [_keys_of(device) for device in devices if len(device.parts) > 1]
    joint = dict(zip(several, read_rows(several), strict=True)) if several else {}
    return tuple(
        Reporter(device.parts, joint[_keys_of(device)] if len(device.parts) > 1 else device.parts[0].rows)
        for device in devices
    )


def _reports_within_sites(
    reporters: Sequence[Reporter], scores: AttributeScores
) -> Mapping[int, tuple[Observation, ...]]:
    """What neighbours report of each device, by its number. Devices report those of their own site."""
    by_site: dict[str, list[int]] = {}
    for number, reporter in enumerate(reporters):
        by_site.setdefault(fleet_site_of(reporter.parts[0].subject), []).append(number)
    return {
        numbers[place]: observations
        for numbers in by_site.values()
        for place, observations in neighbour_reports([reporters[number] for number in numbers], scores).items()
    }


def _keys_of(device: MergedSubjects) -> Keys:
    return tuple(part.subject.key for part in device.parts)


def _with_reports(parts: tuple[Evidence, ...], reports: tuple[Observation, ...]) -> tuple[Evidence, ...]:
    first, *rest = parts
    return (replace(first, observations=(*first.observations, *reports)), *rest) if reports else parts


def _reports_of(group: tuple[Evidence, ...]) -> tuple[Observation, ...]:
    return tuple(observation for observation in group[0].observations if observation.source in NEIGHBOUR_SOURCES)


def each_with_reports(group: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The parts of a device's evidence, each with the neighbours' reports of the device: of which part they speak is
    not known."""
    reports = _reports_of(group)
    first, *rest = group
    return (first, *(replace(part, observations=(*part.observations, *reports)) for part in rest)) if reports else group
