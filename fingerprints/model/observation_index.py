"""The observations of one device, indexed by source, and its other MIB objects by subtree."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fingerprints.model.evidence import Evidence, Observation, Source, text_of
from fingerprints.model.source_module import ENTERPRISES

MAX_TEXT = 4096
"""Characters of one value that identity reads; a command's output has MAX_OUTPUT. RFC 3418 gives sysDescr 255."""

MAX_OUTPUT = 262_144

PRIVATE = ENTERPRISES + "."

By = TypeVar("By", bound=Hashable)
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
    _worked_out: dict[tuple[Hashable, Hashable], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def once(self, read: Callable[["ObservationIndex", By], Read], by: By) -> Read:
        """What a reading of it by some data yields, where several ask for it: worked out when it is first asked for."""
        if (read, by) not in self._worked_out:
            self._worked_out[read, by] = read(self, by)
        found: Read = self._worked_out[read, by]
        return found

    def of(self, source: Source) -> tuple[Observation, ...]:
        """All observations of a source."""
        return self.by_source.get(source, ())

    def first(self, source: Source) -> Observation | None:
        """The first observation of a source that holds a text."""
        return next((said for said in self.of(source) if clean(said.value)), None)

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
        return self.once(_enterprises, PRIVATE)


def index_observations(gathered: Iterable[Evidence], only: frozenset[Source] | None = None) -> ObservationIndex:
    """What all the evidence of one device says, gathered into one; of `only` these sources, where they are named."""
    by_source: dict[Source, list[Observation]] = {}
    answered_from: list[str] = []
    for evidence in gathered:
        answered_from.append(evidence.subject.address)
        source, run = None, list[Observation]()
        for observation in evidence.observations:
            if observation.source is not source:  # they come in runs of one source
                source = observation.source
                wanted = only is None or source in only
                run = by_source.setdefault(source, []) if wanted else []
            run.append(observation)
    oids, values = _in_text_order(by_source.pop(Source.SNMP_OBJECT, ()))
    frozen = {source: tuple(said) for source, said in by_source.items()}
    return ObservationIndex(frozen, oids, values, tuple(answered_from))


def _enterprises(said: ObservationIndex, private: str) -> tuple[int, ...]:
    found: set[int] = set()
    place = bisect_left(said.oids, private)
    while place < len(said.oids) and said.oids[place].startswith(private):
        arc = said.oids[place].removeprefix(private).partition(".")[0]
        if arc.isdecimal() and len(arc) < 11:
            found.add(int(arc))
        place = bisect_left(said.oids, f"{private}{arc}/")  # "/" follows "." in ASCII: past all of this arc
    return tuple(sorted(found))


def _in_text_order(objects: Sequence[Observation]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Object ids and values side by side, in text order of the ids; of one id in that of its values."""
    by_oid = {said.at: said.value for said in objects}
    if len(by_oid) == len(objects):  # each said once: texts alone are sorted three times as fast as pairs
        oids = tuple(sorted(by_oid))
        return oids, tuple(map(by_oid.__getitem__, oids))
    pairs = sorted((said.at, said.value) for said in objects)
    return tuple(oid for oid, _ in pairs), tuple(value for _, value in pairs)


def clean(value: str, limit: int = MAX_TEXT) -> str:
    """A kept value as one line of text: decoded, capped, control characters and runs of white space made one space."""
    if not value:
        return value
    if value.isascii() and value.isprintable() and "  " not in value and len(value) <= limit:
        return value.strip()  # nearly all that devices say
    text = text_of(value[:limit])
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
