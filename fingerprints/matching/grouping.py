"""Groups the evidence of a run by device. It reads the evidence twice: first what identifies a box and what neighbours
report, then everything. So memory holds only the evidence of devices that are not yet complete."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.matching.neighbour_reports import with_neighbour_reports
from fingerprints.model.evidence import Evidence, Observation, Source
from fingerprints.model.merging import MergeDecisions
from fingerprints.sources.announced_neighbours import may_hold_rows
from fingerprints.sources.registry import MATCH_SOURCES, REPORT_SOURCES

EvidenceReader = Callable[[frozenset[Source] | None], Iterable[Evidence]]
"""Reads a run's evidence from the beginning, subject by subject: of the given sources, or of all (None)."""

MATCHING_SOURCES = MATCH_SOURCES | REPORT_SOURCES
"""All that merging addresses and neighbour reports read, as the source modules declare it."""

NEIGHBOUR_SOURCES = frozenset((Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP))


@dataclass(slots=True)
class _Device:
    """One device: the keys of its subjects in order, what neighbours report of it, and its evidence so far, by key."""

    keys: tuple[str, ...]
    reports: tuple[Observation, ...]
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def complete(self) -> tuple[Evidence, ...]:
        """All its evidence, the neighbours' reports with the first."""
        first, *rest = (self.evidence[key] for key in self.keys)
        return (replace(first, observations=(*first.observations, *self.reports)) if self.reports else first, *rest)


def group_evidence(
    read: EvidenceReader, database: FingerprintDatabase, decisions: MergeDecisions | None = None
) -> Iterator[tuple[Evidence, ...]]:
    """All evidence about each device, as soon as its last part is read. A subject without observations is a device of
    its own; so is one that a run which still goes on has added between the two readings. Why subjects are one device is
    in `decisions` before the first device is yielded."""
    merged = merge_addresses(map(_for_matching, read(MATCHING_SOURCES)), database, decisions)
    devices = {
        key: device for device in map(_device_of, with_neighbour_reports(merged, database)) for key in device.keys
    }
    for evidence in read(None):
        key = evidence.subject.key
        device = devices.pop(key, None) or _Device((key,), ())
        device.evidence[key] = evidence
        if len(device.evidence) == len(device.keys):
            yield device.complete()


def _for_matching(evidence: Evidence) -> Evidence:
    """Evidence without the outputs of commands that list no neighbours, which are most of what a session prints."""
    return replace(evidence, observations=tuple(filter(may_hold_rows, evidence.observations)))


def _device_of(group: tuple[Evidence, ...]) -> _Device:
    return _Device(tuple(evidence.subject.key for evidence in group), _reports_of(group))


def _reports_of(group: tuple[Evidence, ...]) -> tuple[Observation, ...]:
    return tuple(observation for observation in group[0].observations if observation.source in NEIGHBOUR_SOURCES)


def each_with_reports(group: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The parts of a device's evidence, each with the neighbours' reports of the device: of which part they speak is
    not known."""
    reports = _reports_of(group)
    first, *rest = group
    return (first, *(replace(part, observations=(*part.observations, *reports)) for part in rest)) if reports else group
