"""ENTITY-MIB (RFC 6933): the physical entities, and what they prove of the box: its maker, model, version and serial.

Parts that can be pulled out (optics, power supplies, fans) prove nothing about the box; they are components.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fingerprints.claims.attribute import Attribute, plausible
from fingerprints.claims.claim import Claim, combined_observation, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.description_text import guesses
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_rules, serial_claims
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import enterprise_of
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import AttributeName, Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import MibObject, SourceModule

DESCR = MibObject("1.3.6.1.2.1.47.1.1.1.1.2", Source.SNMP_ENTITY_DESCR)
VENDOR_TYPE = MibObject("1.3.6.1.2.1.47.1.1.1.1.3", Source.SNMP_ENTITY_VENDOR_TYPE)
CONTAINED_IN = MibObject("1.3.6.1.2.1.47.1.1.1.1.4", Source.SNMP_ENTITY_CONTAINED_IN)
CLASS = MibObject("1.3.6.1.2.1.47.1.1.1.1.5", Source.SNMP_ENTITY_CLASS)
NAME = MibObject("1.3.6.1.2.1.47.1.1.1.1.7", Source.SNMP_ENTITY_NAME)
HARDWARE_REV = MibObject("1.3.6.1.2.1.47.1.1.1.1.8", Source.SNMP_ENTITY_HARDWARE_REV)
FIRMWARE_REV = MibObject("1.3.6.1.2.1.47.1.1.1.1.9", Source.SNMP_ENTITY_FIRMWARE_REV)
SOFTWARE_REV = MibObject("1.3.6.1.2.1.47.1.1.1.1.10", Source.SNMP_ENTITY_SOFTWARE_REV)
SERIAL_NUM = MibObject("1.3.6.1.2.1.47.1.1.1.1.11", Source.SNMP_ENTITY_SERIAL)
MFG_NAME = MibObject("1.3.6.1.2.1.47.1.1.1.1.12", Source.SNMP_ENTITY_MFG_NAME)
MODEL_NAME = MibObject("1.3.6.1.2.1.47.1.1.1.1.13", Source.SNMP_ENTITY_MODEL)

_COLUMNS = (
    (DESCR, "descr"),
    (VENDOR_TYPE, "vendor_type"),
    (CONTAINED_IN, "contained_in"),
    (CLASS, "kind"),
    (NAME, "name"),
    (HARDWARE_REV, "hardware"),
    (FIRMWARE_REV, "firmware"),
    (SOFTWARE_REV, "software"),
    (SERIAL_NUM, "serial"),
    (MFG_NAME, "maker"),
    (MODEL_NAME, "model"),
)
"""The columns of entPhysicalTable that are read, each with its field of PhysicalEntity."""

MODULE = SourceModule(
    "entity_mib",
    tuple(column for column, _ in _COLUMNS),
    match_sources=frozenset(column.source for column in (CLASS, CONTAINED_IN, SERIAL_NUM, MODEL_NAME)),
)

CHASSIS, BACKPLANE, POWER, FAN, SENSOR, CARD, PORT, STACK, CPU = "3", "4", "6", "7", "8", "9", "10", "11", "12"
"""entPhysicalClass; CARD is its module(9)."""

MAX_BOXES = 8
MAX_DESCRIBING_ROWS = 8
MAX_RULED_DESCRIPTIONS = 40

_OPENING_MODEL = re.compile(r"(?P<model>[A-Za-z][A-Za-z-]{2,20}\d[\w-]{0,20}) [vV]\d{1,3}\.\d")
"""A software revision that opens with the model: `FortiGate-60F v7.2.10,build1706`."""

_PRODUCT_NUMBER = re.compile(r"[A-Z]{1,2}\d{3,4}[A-Z]")
"""A number that a box is ordered by, such as QL727A; the description then gives its name."""

_CHASSIS_WORD = re.compile(r"(?P<model>.{0,80}?[\w)])[ ,-]{1,3}[Cc]hassis")
"""The word after a model in a chassis' description: `4610-54T-O-AC-B Chassis`."""

_COMPANY_NAME = re.compile(r"[A-Z][A-Za-z&.,'-]{3,30}(?: [A-Za-z&.,'()-]{1,30}){0,5}")
"""A text that looks like the name of a company, known or not."""

_BOX_CLASSES = frozenset((CHASSIS, STACK, CARD, BACKPLANE, "1", "2", ""))
"""Classes of rows that can prove something about the box; 1 and 2 are other and unknown."""


@dataclass(frozen=True, slots=True)
class PhysicalEntity:
    """One row of entPhysicalTable, its texts cleaned; `kind` is entPhysicalClass in decimal."""

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


def entity_rows(index: ObservationIndex) -> tuple[PhysicalEntity, ...]:
    """The rows of entPhysicalTable, by index."""
    return index.once(_rows)


def _rows(index: ObservationIndex) -> tuple[PhysicalEntity, ...]:
    rows: dict[int, dict[str, str]] = {}
    by_instance: dict[str, dict[str, str]] = {}
    cleaned: dict[str, str] = {}  # one text stands in many rows
    for column, name in _COLUMNS:
        for observation in index.by_source.get(column.source, ()):
            instance = observation.at[observation.at.rfind(".") + 1 :]
            row = by_instance.get(instance)
            if row is None:
                is_index = instance.isdecimal() and len(instance) < 11
                row = by_instance[instance] = rows.setdefault(int(instance), {}) if is_index else {}
            if (text := cleaned.get(observation.value)) is None:
                text = cleaned[observation.value] = clean(observation.value)
            row[name] = text
    return tuple(PhysicalEntity(number, **row) for number, row in sorted(rows.items()))


def entity_mib_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """Claims and attributes of the box that the physical entities prove."""
    rows = entity_rows(index)
    boxes = boxes_of(rows)
    for place, row in enumerate(boxes[:MAX_BOXES]):
        yield from _box_items(row, place, "entity-chassis" if row.kind == CHASSIS else "entity-single", database)
    for row in rows[:1] if not boxes else ():
        yield from _described_makers(row, database)
    if boxes and not any(row.maker for row in boxes[:MAX_BOXES]):
        yield from _part_makers(rows, database)
    yield from _software(rows, boxes, database)
    for observation in index.of(Source.SNMP_ENTITY_DESCR)[:MAX_RULED_DESCRIPTIONS]:
        yield from items_of_rules(database, observation, "entity-rule", "entity-module")
    yield from _boards(rows, boxes, database)


def _boards(
    rows: Sequence[PhysicalEntity], boxes: Sequence[PhysicalEntity], database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The serial numbers of boards, as the box's own if no box has one.

    Their schemes name the box's maker if no box has a serial number, or if most of them follow one: a single foreign
    card does not.
    """
    boards = [row for row in rows if row.serial and row not in boxes and row.kind in _BOX_CLASSES]
    bare = not any(row.serial for row in boxes)
    structured = [row for row in boards if read_serial(row.serial, database.serial_schemes) is not None]
    for row in structured if bare or len(structured) * 2 > len(boards) > 1 else ():
        yield from _serial_scheme_claims(row, database)
    unnamed = not any(row.model or row.descr for row in boxes)
    for row in [row for row in rows if row.model and row.kind in _BOX_CLASSES][:1] if unnamed else ():
        shown = _cell(MODEL_NAME, row, row.model)
        yield from attribute_items(database, AttributeName.MODEL, row.model, "entity-module", shown)
    for place, row in enumerate(boards):
        shown = _cell(SERIAL_NUM, row, row.serial)
        yield from attribute_items(database, AttributeName.SERIAL, row.serial, "entity-module", shown, -min(place, 4))


def boxes_of(rows: Sequence[PhysicalEntity]) -> tuple[PhysicalEntity, ...]:
    """The rows that stand for the box: chassis with a serial or model; else rows that nothing contains; else the first
    row with a model or serial that could be a box."""
    named = [row for row in rows if row.serial or row.model]
    chassis = [row for row in rows if row.kind == CHASSIS]
    boxes = [row for row in named if row.kind == CHASSIS] or [
        row for row in named if row.contained_in == "0" and row.kind in _BOX_CLASSES
    ]
    return tuple(boxes or chassis or [row for row in named if row.kind in _BOX_CLASSES][:1])


def _box_items(row: PhysicalEntity, place: int, origin: str, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    later = -min(place, 3)
    cells = (
        (AttributeName.SERIAL, SERIAL_NUM, row.serial, 0),
        (AttributeName.MODEL, MODEL_NAME, row.model, 0),
        (AttributeName.VERSION, SOFTWARE_REV, row.software, 0),
        (AttributeName.VERSION, FIRMWARE_REV, row.firmware, 3),
        (AttributeName.MODEL, DESCR, _described_model(row, database), 3),
    )
    for name, column, text, less in cells:
        if text:
            yield from attribute_items(database, name, text, origin, _cell(column, row, text), later - less)
    yield from _product_names(row, origin, later, database)
    yield from _maker_claims(row, database)
    yield from _described_makers(row, database)
    enterprise = enterprise_of(row.vendor_type)
    holder = database.holder(enterprise) if enterprise is not None else None
    if holder is not None:
        shown = _cell(VENDOR_TYPE, row, row.vendor_type)
        yield make_claim(database, Role.PLATFORM, holder[0], "entity-vendor-type", shown)
    yield from _serial_scheme_claims(row, database)


def _described_model(row: PhysicalEntity, database: FingerprintDatabase) -> str:
    """The description of a row as its model. Of a chassis without the word, and the maker's name before the model."""
    named = _CHASSIS_WORD.fullmatch(row.descr) if row.kind == CHASSIS else None
    return without_maker(named["model"], database) if named is not None else row.descr


def _maker_claims(row: PhysicalEntity, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company in entPhysicalMfgName: a known name, else one that its first word or its looks give."""
    maker = database.named(row.maker)
    if maker is not None:
        yield make_claim(database, Role.MAKER, maker, "entity-maker", _cell(MFG_NAME, row, row.maker))
    elif row.maker and database.attribute_scores.says_something(row.maker):
        party = database.named(row.maker.split()[0])
        if party is None and _COMPANY_NAME.fullmatch(row.maker) is not None:
            party = database.registered(row.maker)
        if party is not None:
            yield make_claim(database, Role.MAKER, party, "entity-part-makers", _cell(MFG_NAME, row, row.maker))


def _described_makers(row: PhysicalEntity, database: FingerprintDatabase) -> Iterator[Claim]:
    """The companies that a box's description names anywhere, and those whose product lines its description and model
    belong to, where no field names the maker."""
    if row.maker:
        return
    shown = _cell(DESCR, row, row.descr)
    for party, words, _ in names_in(row.descr, database, of_factory=True):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.MAKER, party, "entity-part-makers", shown, text=words)
    for column, text in ((DESCR, row.descr), (MODEL_NAME, row.model)):
        for match in database.rules.match(Source.SNMP_SYS_DESCR, "", text) if text else ():
            brand = dict(match.rule.claims).get(Role.BRAND)
            if brand is not None and not database.companies.watched_behind(brand):
                party = database.party(brand)
                yield make_claim(
                    database, Role.MAKER, party, "entity-part-makers", _cell(column, row, text), match.rule.id
                )


def _product_names(
    row: PhysicalEntity, origin: str, extra: int, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The model as people know it: the words that open the software revision, and the name behind a product number."""
    opening = _OPENING_MODEL.match(row.software)
    if opening is not None:
        shown = _cell(SOFTWARE_REV, row, row.software)
        yield from attribute_items(database, AttributeName.MODEL, opening["model"], origin, shown, extra + 1)
    if _PRODUCT_NUMBER.fullmatch(row.model) and row.descr and row.model not in row.descr:
        shown = _cell(MODEL_NAME, row, row.model)
        yield from attribute_items(database, AttributeName.MODEL, f"{row.model} {row.descr}", origin, shown, extra + 7)


def _cell(column: MibObject, row: PhysicalEntity, text: str) -> Observation:
    """One cell of a row as an observation."""
    return combined_observation(column.source, f"{column.oid}.{row.index}", text)


def _serial_scheme_claims(row: PhysicalEntity, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    yield from serial_claims(database, row.serial, _cell(SERIAL_NUM, row, row.serial))


def _part_makers(rows: Sequence[PhysicalEntity], database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    makers: Counter[Party] = Counter()
    example: dict[Party, PhysicalEntity] = {}
    for row in rows:
        party = database.named(row.maker) if row.kind in _BOX_CLASSES else None
        if party is not None:
            makers[party] += 1
            example.setdefault(party, row)
    for party, count in makers.most_common(1):
        if count * 2 > sum(makers.values()):
            yield make_claim(
                database, Role.MAKER, party, "entity-part-makers", _cell(MFG_NAME, example[party], example[party].maker)
            )


def _software(
    rows: Sequence[PhysicalEntity], boxes: Sequence[PhysicalEntity], database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The release that most cards run, if no box has a software revision of its own."""
    if any(row.software for row in boxes):
        return
    releases = Counter(row.software for row in rows if row.software and row.kind in (CARD, CPU, BACKPLANE, ""))
    for release, _ in releases.most_common(1):
        shown = combined_observation(SOFTWARE_REV.source, SOFTWARE_REV.oid, release)
        yield from attribute_items(database, AttributeName.VERSION, release, "entity-module", shown)


def entity_description_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """Serial numbers in the descriptions of boxes and backplanes. If no row has a model, the first row's description is
    one."""
    rows = entity_rows(index)
    boxes = boxes_of(rows)
    for row in _describing_rows(rows, boxes):
        for guess in guesses(row.descr):
            if guess.name is AttributeName.SERIAL:
                yield from _description_attribute(AttributeName.SERIAL, guess.text, "entity-module", row, database)
    if rows and not any(row.model for row in rows):
        yield from _description_attribute(
            AttributeName.MODEL, _described_model(rows[0], database), "entity-first", rows[0], database
        )


def _describing_rows(rows: Sequence[PhysicalEntity], boxes: Sequence[PhysicalEntity]) -> Sequence[PhysicalEntity]:
    """The boxes, the backplanes, and the first rows if no row has a class."""
    classless = rows if not any(row.kind for row in rows) else ()
    backplanes = [row for row in rows if row.kind == BACKPLANE and row not in boxes]
    return (*boxes[:MAX_DESCRIBING_ROWS], *backplanes[:MAX_DESCRIBING_ROWS], *classless[:MAX_DESCRIBING_ROWS])


def _description_attribute(
    name: AttributeName, text: str, origin: str, row: PhysicalEntity, database: FingerprintDatabase
) -> Iterator[Attribute]:
    looks = plausible(name, text, database.attribute_scores)
    if looks is not None:
        points = database.attribute_scores.origins[origin] + looks
        yield Attribute(name, text, points, DESCR.source.value, f"{DESCR.oid}.{row.index}")


def chassis_descriptions(index: ObservationIndex) -> Iterator[Observation]:
    """Texts in which the device describes itself: the description of the first chassis that has one."""
    described = (row for row in entity_rows(index) if row.kind == CHASSIS and row.descr)
    yield from (_cell(DESCR, row, row.descr) for row in islice(described, 1))
