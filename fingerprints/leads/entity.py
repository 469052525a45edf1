"""Model and serial that ENTITY-MIB tells in descriptions, where its own columns are empty."""

from collections.abc import Iterator, Sequence

from fingerprints.evidence import Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.description import guesses
from fingerprints.leads.hardware import BACKPLANE, boxes_of
from fingerprints.said import Entity, Said
from fingerprints.traits import Trait, plausible

_DESCR = "1.3.6.1.2.1.47.1.1.1.1.2"
"""entPhysicalDescr (RFC 6933)."""

MOST_ROWS = 8


def entity_traits(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """Serial numbers in the description of what stands for the box, and what the first row calls the whole where no row
    has a model."""
    rows = tuple(said.entities.values())
    boxes = boxes_of(rows)
    for row in _describing(rows, boxes):
        for guess in guesses(row.descr):
            if guess.name == "serial":
                yield from _told("serial", guess.text, "entity-module", row, knowledge)
    if rows and not any(row.model for row in rows):
        yield from _told("model", rows[0].descr, "entity-first", rows[0], knowledge)


def _describing(rows: Sequence[Entity], boxes: Sequence[Entity]) -> Sequence[Entity]:
    """The boxes, the backplanes, and the first rows where no row says what it is."""
    classless = rows if not any(row.kind for row in rows) else ()
    backplanes = [row for row in rows if row.kind == BACKPLANE and row not in boxes]
    return (*boxes[:MOST_ROWS], *backplanes[:MOST_ROWS], *classless[:MOST_ROWS])


def _told(name: str, text: str, origin: str, row: Entity, knowledge: Knowledge) -> Iterator[Trait]:
    looks = plausible(name, text, knowledge.symbols)
    if looks is not None:
        points = knowledge.symbols.origins[origin] + looks
        yield Trait(name, text, points, Source.SNMP_ENTITY_DESCR.value, f"{_DESCR}.{row.index}")
