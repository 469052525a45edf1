"""All that one device said, arranged for reading: by source, by row of ENTITY-MIB, by subtree of its other objects."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fingerprints.model.evidence import Evidence, Observation, Source, text_of
from fingerprints.model.memo import BoundedMemo

MAX_TEXT = 4096
"""Characters of one value that identity reads; a command's output has MAX_OUTPUT. RFC 3418 gives sysDescr 255."""

MAX_OUTPUT = 262_144

MAX_READINGS = 64
"""Results that an index remembers: one for each pair of a reading and the data it reads by."""

PRIVATE = "1.3.6.1.4.1."
"""iso.org.dod.internet.private.enterprises (RFC 1155)."""

_ENTITY_COLUMNS: Mapping[Source, str] = {
    Source.SNMP_ENTITY_DESCR: "descr",
    Source.SNMP_ENTITY_VENDOR_TYPE: "vendor_type",
    Source.SNMP_ENTITY_CONTAINED_IN: "contained_in",
    Source.SNMP_ENTITY_CLASS: "kind",
    Source.SNMP_ENTITY_NAME: "name",
    Source.SNMP_ENTITY_HARDWARE_REV: "hardware",
    Source.SNMP_ENTITY_FIRMWARE_REV: "firmware",
    Source.SNMP_ENTITY_SOFTWARE_REV: "software",
    Source.SNMP_ENTITY_SERIAL: "serial",
    Source.SNMP_ENTITY_MFG_NAME: "maker",
    Source.SNMP_ENTITY_MODEL: "model",
}


By = TypeVar("By", bound=Hashable)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of entPhysicalTable (RFC 6933), texts cleaned; `kind` is entPhysicalClass in decimal."""

    index: int
    descr: str = ""
    vendor_type: str = ""
    contained_in: str = ""
    kind: str = ""
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    serial: str = ""
    maker: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class ObservationIndex:
    """The observations of one device by source, each run in the order in which it was said.

    `oids` and `values` are its other objects (Source.SNMP_OBJECT) in text order of their OIDs, side by side;
    `entities` the rows of entPhysicalTable by index.
    """

    by_source: Mapping[Source, tuple[Observation, ...]]
    oids: tuple[str, ...]
    values: tuple[str, ...]
    entities: Mapping[int, Entity]
    _readings: BoundedMemo[tuple[Hashable, Hashable], Any] = field(
        default_factory=lambda: BoundedMemo(MAX_READINGS), init=False, repr=False, compare=False
    )

    def once(self, read: Callable[["ObservationIndex", By], Read], by: By) -> Read:
        """The result of `read(self, by)`, computed once however many callers need it."""
        if (read, by) not in self._readings:
            self._readings.keep((read, by), read(self, by))
        result: Read = self._readings[read, by]
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
        """The enterprise numbers under which the device has objects, ascending."""
        return self.once(_enterprises, PRIVATE)


def index_observations(gathered: Iterable[Evidence], only: frozenset[Source] | None = None) -> ObservationIndex:
    """What all the evidence of one device says, gathered into one; of `only` these sources, where they are named."""
    by_source: dict[Source, list[Observation]] = {}
    for evidence in gathered:
        source, run = None, list[Observation]()
        for observation in evidence.observations:
            if observation.source is not source:  # they come in runs of one source
                source = observation.source
                wanted = only is None or source in only
                run = by_source.setdefault(source, []) if wanted else []
            run.append(observation)
    oids, values = _in_text_order(by_source.pop(Source.SNMP_OBJECT, ()))
    frozen = {source: tuple(said) for source, said in by_source.items()}
    return ObservationIndex(frozen, oids, values, _entities(frozen))


def _enterprises(index: ObservationIndex, private: str) -> tuple[int, ...]:
    numbers: set[int] = set()
    place = bisect_left(index.oids, private)
    while place < len(index.oids) and index.oids[place].startswith(private):
        arc = index.oids[place].removeprefix(private).partition(".")[0]
        if arc.isdecimal() and len(arc) < 11:
            numbers.add(int(arc))
        place = bisect_left(index.oids, f"{private}{arc}/")  # "/" follows "." in ASCII: past all of this arc
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


def _entities(by_source: Mapping[Source, tuple[Observation, ...]]) -> dict[int, Entity]:
    rows: dict[int, dict[str, str]] = {}
    by_instance: dict[str, dict[str, str]] = {}
    for source, column in _ENTITY_COLUMNS.items():
        for observation in by_source.get(source, ()):
            instance = observation.at[observation.at.rfind(".") + 1 :]
            row = by_instance.get(instance)
            if row is None:
                is_index = instance.isdecimal() and len(instance) < 11
                row = by_instance[instance] = rows.setdefault(int(instance), {}) if is_index else {}
            row[column] = clean(observation.value)
    return {index: Entity(index, **row) for index, row in sorted(rows.items())}
