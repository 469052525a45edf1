"""The observations of one device, indexed by source, and its other MIB objects by subtree."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fingerprints.model.evidence import Evidence, Observation, Source, text_of
from fingerprints.model.memo import BoundedMemo
from fingerprints.model.source_module import ENTERPRISES
from fingerprints.model.transcript import inner_outputs

MAX_TEXT = 4096
"""Characters of one value that identity reads; a command's output has MAX_OUTPUT. RFC 3418 gives sysDescr 255."""

MAX_OUTPUT = 262_144

MAX_READINGS = 64
"""Results that an index remembers: one for each pair of a reading and the data it reads by."""

PRIVATE = ENTERPRISES + "."

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class ObservationIndex:
    """The observations of one device by source, each source's in the order in which they were made.

    `oids` and `values` are its other MIB objects (Source.SNMP_OBJECT) in text order of their OIDs, side by side;
    `answered_from` are the addresses that it answered from.
    """

    by_source: Mapping[Source, tuple[Observation, ...]]
    oids: tuple[str, ...]
    values: tuple[str, ...]
    answered_from: tuple[str, ...] = ()
    _readings: BoundedMemo[tuple[Hashable, ...], Any] = field(
        default_factory=lambda: BoundedMemo(MAX_READINGS), init=False, repr=False, compare=False
    )

    def once(self, read: Callable[..., Read], *by: Hashable) -> Read:
        """The result of `read(self, *by)`, computed once however many callers need it."""
        key = (read, *by)
        if key in self._readings:
            known: Read = self._readings[key]
            return known
        result = read(self, *by)
        self._readings.keep(key, result)
        return result

    def of(self, source: Source) -> tuple[Observation, ...]:
        """All observations of a source."""
        return self.by_source.get(source, ())

    def first(self, source: Source) -> Observation | None:
        """The first observation of a source that has a text."""
        return next((observation for observation in self.of(source) if clean(observation.value)), None)

    def under(self, prefix: str) -> Iterator[tuple[str, str]]:
        """(OID, value) of the other objects at or under an OID."""
        start = prefix + "."
        place = bisect_left(self.oids, prefix)
        if place < len(self.oids) and self.oids[place] == prefix:
            yield prefix, self.values[place]
        place = bisect_left(self.oids, start)
        while place < len(self.oids) and self.oids[place].startswith(start):
            yield self.oids[place], self.values[place]
            place += 1

    def holds(self, prefix: str) -> bool:
        """Whether any other object lies under an OID."""
        start = prefix + "."
        place = bisect_left(self.oids, start)
        return place < len(self.oids) and self.oids[place].startswith(start)

    def enterprises(self) -> tuple[int, ...]:
        """The enterprise numbers under which it has objects, ascending."""
        return self.once(_enterprises)


def index_observations(evidence: Iterable[Evidence], only: frozenset[Source] | None = None) -> ObservationIndex:
    """All observations of one device in one index; with `only`, those of these sources."""
    by_source: dict[Source, list[Observation]] = {}
    answered_from: list[str] = []
    for of_subject in evidence:
        answered_from.append(of_subject.subject.address)
        source, run = None, list[Observation]()
        for observation in of_subject.observations:
            if observation.source is not source:  # they come in runs of one source
                source = observation.source
                wanted = only is None or source in only
                run = by_source.setdefault(source, []) if wanted else []
            run += _commands_in(observation) if source is Source.SSH_COMMAND else (observation,)
    oids, values = _in_text_order(by_source.pop(Source.SNMP_OBJECT, ()))
    frozen = {source: tuple(run) for source, run in by_source.items()}
    return ObservationIndex(frozen, oids, values, tuple(answered_from))


def _commands_in(observation: Observation) -> tuple[Observation, ...]:
    """A command's output; of a command that runs others, the output of each."""
    outputs = inner_outputs(observation.at, observation.value)
    if len(outputs) < 2:
        return (observation,)
    return tuple(Observation(observation.source, output.command, output.text) for output in outputs)


def _enterprises(index: ObservationIndex) -> tuple[int, ...]:
    numbers: set[int] = set()
    place = bisect_left(index.oids, PRIVATE)
    while place < len(index.oids) and index.oids[place].startswith(PRIVATE):
        arc = index.oids[place].removeprefix(PRIVATE).partition(".")[0]
        if arc.isdecimal() and len(arc) < 11:
            numbers.add(int(arc))
        place = bisect_left(index.oids, f"{PRIVATE}{arc}/")  # "/" follows "." in ASCII: past all of this arc
    return tuple(sorted(numbers))


def _in_text_order(objects: Sequence[Observation]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """OIDs and values side by side, in text order of the OIDs; values of one OID in text order too."""
    by_oid = {observation.at: observation.value for observation in objects}
    if len(by_oid) == len(objects):  # no OID occurs twice: sorting texts is three times as fast as sorting pairs
        oids = tuple(sorted(by_oid))
        return oids, tuple(map(by_oid.__getitem__, oids))
    pairs = sorted((observation.at, observation.value) for observation in objects)
    return tuple(oid for oid, _ in pairs), tuple(value for _, value in pairs)


def clean(value: str, limit: int = MAX_TEXT) -> str:
    """A value as one line of text: decoded, cut at `limit` characters, each run of control characters and white space
    replaced by a space."""
    if not value:
        return value
    if value.isascii() and value.isprintable() and "  " not in value and len(value) <= limit:
        return value.strip()  # nearly all values
    text = text_of(value[:limit])
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
