"""What ENTITY-MIB proves of the box itself: the chassis's maker, model and serial, and whose scheme its serial follows.

Parts that can be pulled out (optics, power supplies, fans) never speak for the box; they are components.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from fingerprints.device import Party, Role
from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.lead import Lead, rule_leads, serial_votes, trait
from fingerprints.products import enterprise_of
from fingerprints.said import Entity, Said
from fingerprints.serials import read_serial
from fingerprints.votes import told, vote

CHASSIS, BACKPLANE, POWER, FAN, SENSOR, MODULE, PORT, STACK, CPU = "3", "4", "6", "7", "8", "9", "10", "11", "12"
"""entPhysicalClass (RFC 6933)."""

_COLUMN = "1.3.6.1.2.1.47.1.1.1.1"
_NAME = re.compile(r"[A-Z][A-Za-z&.,'-]{3,30}(?: [A-Za-z&.,'()-]{1,30}){0,5}")
"""A text that looks like the name of a company, also of one that nobody has told us of."""

_SPEAKING = frozenset((CHASSIS, STACK, MODULE, BACKPLANE, "1", "2", ""))


def hardware_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that the physical entities prove of the box."""
    rows = tuple(said.entities.values())
    boxes = boxes_of(rows)
    for place, row in enumerate(boxes[:8]):
        yield from _box_leads(row, place, "entity-chassis" if row.kind == CHASSIS else "entity-single", knowledge)
    if boxes and not any(row.maker for row in boxes[:8]):
        yield from _part_makers(rows, knowledge)
    yield from _software(rows, boxes, knowledge)
    for observation in said.of(Source.SNMP_ENTITY_DESCR)[:40]:
        yield from rule_leads(knowledge, observation, "entity-rule", "entity-module")
    yield from _boards(rows, boxes, knowledge)


def _boards(rows: Sequence[Entity], boxes: Sequence[Entity], knowledge: Knowledge) -> Iterator[Lead]:
    """The serial numbers of boards: the box's own where no box has one. They name its maker where that is so, or where
    most of them follow one scheme: a single foreign card does not."""
    boards = [row for row in rows if row.serial and row not in boxes and row.kind in _SPEAKING]
    bare = not any(row.serial for row in boxes)
    structured = [row for row in boards if read_serial(row.serial, knowledge.structures) is not None]
    for row in structured if bare or len(structured) * 2 > len(boards) > 1 else ():
        yield from _structure(row, knowledge)
    unnamed = not any(row.model or row.descr for row in boxes)
    for row in [row for row in rows if row.model and row.kind in _SPEAKING][:1] if unnamed else ():
        shown = told(Source.SNMP_ENTITY_MODEL, f"{_COLUMN}.13.{row.index}", row.model)
        yield from trait(knowledge, "model", row.model, "entity-module", shown)
    for place, row in enumerate(boards):
        shown = told(Source.SNMP_ENTITY_SERIAL, f"{_COLUMN}.11.{row.index}", row.serial)
        yield from trait(knowledge, "serial", row.serial, "entity-module", shown, -min(place, 4))


def boxes_of(rows: Sequence[Entity]) -> tuple[Entity, ...]:
    """The rows that stand for the box: chassis with a serial or model; else what is contained in nothing; else the
    first row that names a model or serial and could be a box."""
    telling = [row for row in rows if row.serial or row.model]
    chassis = [row for row in rows if row.kind == CHASSIS]
    found = [row for row in telling if row.kind == CHASSIS] or [
        row for row in telling if row.contained_in == "0" and row.kind in _SPEAKING
    ]
    return tuple(found or chassis or [row for row in telling if row.kind in _SPEAKING][:1])


def _box_leads(row: Entity, place: int, origin: str, knowledge: Knowledge) -> Iterator[Lead]:
    later = -min(place, 3)
    texts = (
        ("serial", Source.SNMP_ENTITY_SERIAL, 11, row.serial),
        ("model", Source.SNMP_ENTITY_MODEL, 13, row.model),
        ("version", Source.SNMP_ENTITY_SOFTWARE_REV, 10, row.software),
        ("version", Source.SNMP_ENTITY_FIRMWARE_REV, 9, row.firmware),
        ("model", Source.SNMP_ENTITY_DESCR, 2, row.descr),
    )
    for number, (name, source, column, text) in enumerate(texts):
        extra = later - (3 if number > 2 else 0)
        if text:
            said = told(source, f"{_COLUMN}.{column}.{row.index}", text)
            yield from trait(knowledge, name, text, origin, said, extra)
    maker = knowledge.named(row.maker)
    if maker is not None:
        yield vote(knowledge, Role.MAKER, maker, "entity-maker", _maker_said(row))
    elif row.maker and knowledge.symbols.says_something(row.maker):
        first = knowledge.named(row.maker.split()[0])
        heard = first or (knowledge.registered(row.maker) if _NAME.fullmatch(row.maker) is not None else None)
        if heard is not None:
            yield vote(knowledge, Role.MAKER, heard, "entity-part-makers", _maker_said(row))
    number_of = enterprise_of(row.vendor_type)
    held = knowledge.holder(number_of) if number_of is not None else None
    if held is not None:
        at = f"{_COLUMN}.3.{row.index}"
        said = told(Source.SNMP_ENTITY_VENDOR_TYPE, at, row.vendor_type)
        yield vote(knowledge, Role.PLATFORM, held[0], "entity-vendor-type", said)
    yield from _structure(row, knowledge)


def _maker_said(row: Entity) -> Observation:
    return told(Source.SNMP_ENTITY_MFG_NAME, f"{_COLUMN}.12.{row.index}", row.maker)


def _structure(row: Entity, knowledge: Knowledge) -> Iterator[Lead]:
    said = told(Source.SNMP_ENTITY_SERIAL, f"{_COLUMN}.11.{row.index}", row.serial)
    yield from serial_votes(knowledge, row.serial, said)


def _part_makers(rows: Sequence[Entity], knowledge: Knowledge) -> Iterator[Lead]:
    makers: Counter[Party] = Counter()
    example: dict[Party, Entity] = {}
    for row in rows:
        party = knowledge.named(row.maker) if row.kind in _SPEAKING else None
        if party is not None:
            makers[party] += 1
            example.setdefault(party, row)
    for party, count in makers.most_common(1):
        if count * 2 > sum(makers.values()):
            yield vote(knowledge, Role.MAKER, party, "entity-part-makers", _maker_said(example[party]))


def _software(rows: Sequence[Entity], boxes: Sequence[Entity], knowledge: Knowledge) -> Iterator[Lead]:
    """The software of modules, where no box says its own: the release that most of them run."""
    if any(row.software for row in boxes):
        return
    releases = Counter(row.software for row in rows if row.software and row.kind in (MODULE, CPU, BACKPLANE, ""))
    for release, _ in releases.most_common(1):
        said = told(Source.SNMP_ENTITY_SOFTWARE_REV, f"{_COLUMN}.10", release)
        yield from trait(knowledge, "version", release, "entity-module", said)
