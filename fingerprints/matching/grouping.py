"""The evidence of a run, put together device by device in two readings: first only what tells boxes apart and what they
say of each other, then all of it. So no more is held at once than what belongs to devices not yet complete."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.matching.neighbour_reports import with_neighbour_reports
from fingerprints.model.evidence import Evidence, Observation, Source
from fingerprints.sources.registry import MATCH_SOURCES, REPORT_SOURCES

Reading = Callable[[frozenset[Source] | None], Iterable[Evidence]]
"""Reads a run's evidence from its beginning, a subject at a time: only these sources, or all."""

MATCHING_SOURCES = MATCH_SOURCES | REPORT_SOURCES
"""All that merging addresses and neighbour reports read, as the source modules declare it."""

NEIGHBOUR_SOURCES = frozenset((Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP))


@dataclass(slots=True)
class _Device:
    """Who belongs to one device, in their order, what others say of it, and the evidence that has come."""

    keys: tuple[str, ...]
    words: tuple[Observation, ...]
    come: dict[str, Evidence] = field(default_factory=dict)

    def complete(self) -> tuple[Evidence, ...]:
        """All its evidence, the words of others with the first."""
        first, *rest = (self.come[key] for key in self.keys)
        return (replace(first, observations=(*first.observations, *self.words)) if self.words else first, *rest)


def group_evidence(read: Reading) -> Iterator[tuple[Evidence, ...]]:
    """All evidence about each device, once the last of it has been read. A subject that said nothing stands alone, and
    so does one that a run which still goes on heard of between the readings."""
    devices = {
        key: device
        for device in map(_told_apart, with_neighbour_reports(merge_addresses(read(MATCHING_SOURCES))))
        for key in device.keys
    }
    for one in read(None):
        device = devices.pop(one.subject.key, None) or _Device((one.subject.key,), ())
        device.come[one.subject.key] = one
        if len(device.come) == len(device.keys):
            yield device.complete()


def _told_apart(group: tuple[Evidence, ...]) -> _Device:
    words = tuple(said for said in group[0].observations if said.source in NEIGHBOUR_SOURCES)
    return _Device(tuple(one.subject.key for one in group), words)
