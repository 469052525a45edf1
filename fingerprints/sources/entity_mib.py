"""What ENTITY-MIB proves of the box itself: the chassis's maker, model and serial, and whose scheme its serial follows.

Parts that can be pulled out (optics, power supplies, fans) never speak for the box; they are components.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from fingerprints.claims.claim import combined_observation, make_claim
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_rules, serial_claims
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import enterprise_of
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import Entity, ObservationIndex

CHASSIS, BACKPLANE, POWER, FAN, SENSOR, MODULE, PORT, STACK, CPU = "3", "4", "6", "7", "8", "9", "10", "11", "12"
"""entPhysicalClass (RFC 6933)."""

_OPENING_MODEL = re.compile(r"(?P<model>[A-Za-z][A-Za-z-]{2,20}\d[\w-]{0,20}) [vV]\d{1,3}\.\d")
"""A software revision that opens with the model: `FortiGate-60F v7.2.10,build1706`."""

_PRODUCT_NUMBER = re.compile(r"[A-Z]{1,2}\d{3,4}[A-Z]")
"""A number that a box is ordered by, such as QL727A, where the description tells its name."""

_COLUMN = "1.3.6.1.2.1.47.1.1.1.1"
_NAME = re.compile(r"[A-Z][A-Za-z&.,'-]{3,30}(?: [A-Za-z&.,'()-]{1,30}){0,5}")
"""A text that looks like the name of a company, also of one that nobody has told us of."""

_SPEAKING = frozenset((CHASSIS, STACK, MODULE, BACKPLANE, "1", "2", ""))


def entity_mib_items(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """All that the physical entities prove of the box."""
    rows = tuple(said.entities.values())
    boxes = boxes_of(rows)
    for place, row in enumerate(boxes[:8]):
        yield from _box_leads(row, place, "entity-chassis" if row.kind == CHASSIS else "entity-single", database)
    if boxes and not any(row.maker for row in boxes[:8]):
        yield from _part_makers(rows, database)
    yield from _software(rows, boxes, database)
    for observation in said.of(Source.SNMP_ENTITY_DESCR)[:40]:
        yield from items_of_rules(database, observation, "entity-rule", "entity-module")
    yield from _boards(rows, boxes, database)


def _boards(rows: Sequence[Entity], boxes: Sequence[Entity], database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The serial numbers of boards: the box's own where no box has one. They name its maker where that is so, or where
    most of them follow one scheme: a single foreign card does not."""
    boards = [row for row in rows if row.serial and row not in boxes and row.kind in _SPEAKING]
    bare = not any(row.serial for row in boxes)
    structured = [row for row in boards if read_serial(row.serial, database.serial_schemes) is not None]
    for row in structured if bare or len(structured) * 2 > len(boards) > 1 else ():
        yield from _structure(row, database)
    unnamed = not any(row.model or row.descr for row in boxes)
    for row in [row for row in rows if row.model and row.kind in _SPEAKING][:1] if unnamed else ():
        shown = combined_observation(Source.SNMP_ENTITY_MODEL, f"{_COLUMN}.13.{row.index}", row.model)
        yield from attribute_items(database, "model", row.model, "entity-module", shown)
    for place, row in enumerate(boards):
        shown = combined_observation(Source.SNMP_ENTITY_SERIAL, f"{_COLUMN}.11.{row.index}", row.serial)
        yield from attribute_items(database, "serial", row.serial, "entity-module", shown, -min(place, 4))


def boxes_of(rows: Sequence[Entity]) -> tuple[Entity, ...]:
    """The rows that stand for the box: chassis with a serial or model; else what is contained in nothing; else the
    first row that names a model or serial and could be a box."""
    telling = [row for row in rows if row.serial or row.model]
    chassis = [row for row in rows if row.kind == CHASSIS]
    found = [row for row in telling if row.kind == CHASSIS] or [
        row for row in telling if row.contained_in == "0" and row.kind in _SPEAKING
    ]
    return tuple(found or chassis or [row for row in telling if row.kind in _SPEAKING][:1])


def _box_leads(row: Entity, place: int, origin: str, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
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
            said = combined_observation(source, f"{_COLUMN}.{column}.{row.index}", text)
            yield from attribute_items(database, name, text, origin, said, extra)
    yield from _printed_names(row, origin, later, database)
    maker = database.named(row.maker)
    if maker is not None:
        yield make_claim(database, Role.MAKER, maker, "entity-maker", _maker_said(row))
    elif row.maker and database.attribute_scores.says_something(row.maker):
        first = database.named(row.maker.split()[0])
        heard = first or (database.registered(row.maker) if _NAME.fullmatch(row.maker) is not None else None)
        if heard is not None:
            yield make_claim(database, Role.MAKER, heard, "entity-part-makers", _maker_said(row))
    number_of = enterprise_of(row.vendor_type)
    held = database.holder(number_of) if number_of is not None else None
    if held is not None:
        at = f"{_COLUMN}.3.{row.index}"
        said = combined_observation(Source.SNMP_ENTITY_VENDOR_TYPE, at, row.vendor_type)
        yield make_claim(database, Role.PLATFORM, held[0], "entity-vendor-type", said)
    yield from _structure(row, database)


def _printed_names(row: Entity, origin: str, extra: int, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The model as people know it: what opens the software's text, and the name behind a product number."""
    opening = _OPENING_MODEL.match(row.software)
    if opening is not None:
        said = combined_observation(Source.SNMP_ENTITY_SOFTWARE_REV, f"{_COLUMN}.10.{row.index}", row.software)
        yield from attribute_items(database, "model", opening["model"], origin, said, extra + 1)
    if _PRODUCT_NUMBER.fullmatch(row.model) and row.descr and row.model not in row.descr:
        said = combined_observation(Source.SNMP_ENTITY_MODEL, f"{_COLUMN}.13.{row.index}", row.model)
        yield from attribute_items(database, "model", f"{row.model} {row.descr}", origin, said, extra + 7)


def _maker_said(row: Entity) -> Observation:
    return combined_observation(Source.SNMP_ENTITY_MFG_NAME, f"{_COLUMN}.12.{row.index}", row.maker)


def _structure(row: Entity, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    said = combined_observation(Source.SNMP_ENTITY_SERIAL, f"{_COLUMN}.11.{row.index}", row.serial)
    yield from serial_claims(database, row.serial, said)


def _part_makers(rows: Sequence[Entity], database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    makers: Counter[Party] = Counter()
    example: dict[Party, Entity] = {}
    for row in rows:
        party = database.named(row.maker) if row.kind in _SPEAKING else None
        if party is not None:
            makers[party] += 1
            example.setdefault(party, row)
    for party, count in makers.most_common(1):
        if count * 2 > sum(makers.values()):
            yield make_claim(database, Role.MAKER, party, "entity-part-makers", _maker_said(example[party]))


def _software(
    rows: Sequence[Entity], boxes: Sequence[Entity], database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The software of modules, where no box says its own: the release that most of them run."""
    if any(row.software for row in boxes):
        return
    releases = Counter(row.software for row in rows if row.software and row.kind in (MODULE, CPU, BACKPLANE, ""))
    for release, _ in releases.most_common(1):
        said = combined_observation(Source.SNMP_ENTITY_SOFTWARE_REV, f"{_COLUMN}.10", release)
        yield from attribute_items(database, "version", release, "entity-module", said)
