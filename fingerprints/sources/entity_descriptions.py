"""Model and serial that ENTITY-MIB tells in descriptions, where its own columns are empty."""

from collections.abc import Iterator, Sequence

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.description_text import guesses
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import Entity, ObservationIndex
from fingerprints.sources.entity_mib import BACKPLANE, boxes_of

_DESCR = "1.3.6.1.2.1.47.1.1.1.1.2"
"""entPhysicalDescr (RFC 6933)."""

MAX_ROWS = 8


def entity_description_attributes(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """Serial numbers in the description of what stands for the box, and what the first row calls the whole where no row
    has a model."""
    rows = tuple(said.entities.values())
    boxes = boxes_of(rows)
    for row in _describing(rows, boxes):
        for guess in guesses(row.descr):
            if guess.name == "serial":
                yield from _told("serial", guess.text, "entity-module", row, database)
    if rows and not any(row.model for row in rows):
        yield from _told("model", rows[0].descr, "entity-first", rows[0], database)


def _describing(rows: Sequence[Entity], boxes: Sequence[Entity]) -> Sequence[Entity]:
    """The boxes, the backplanes, and the first rows where no row says what it is."""
    classless = rows if not any(row.kind for row in rows) else ()
    backplanes = [row for row in rows if row.kind == BACKPLANE and row not in boxes]
    return (*boxes[:MAX_ROWS], *backplanes[:MAX_ROWS], *classless[:MAX_ROWS])


def _told(name: str, text: str, origin: str, row: Entity, database: FingerprintDatabase) -> Iterator[Attribute]:
    points = attribute_points(name, text, origin, database.attribute_scores)
    if points is not None:
        yield Attribute(AttributeName(name), text, points, Source.SNMP_ENTITY_DESCR.value, f"{_DESCR}.{row.index}")
