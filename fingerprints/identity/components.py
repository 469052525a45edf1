"""The parts of a box, each with its own maker: stack members, cards, optics, power supplies, fans."""

import re
from collections.abc import Iterator
from dataclasses import replace

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.ownership import watched_entities
from fingerprints.database.rules import concerns, readable
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import Component, Party, Role, Watched, WatchLevel
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.parts import command_parts
from fingerprints.sources.entity_mib import CARD, CHASSIS, FAN, PORT, POWER, STACK, Entity, boxes_of, entity_rows
from fingerprints.sources.private_mib.part_tables import table_parts

MAX_COMPONENTS = 2000
"""Parts of one device that are kept; the largest chassis known lists some 1,500."""

COMPONENT_CONFIDENCE = 0.9
"""How sure the maker's name in a part's own EEPROM is: it is written at the factory, and seldom forged."""

STRUCTURE_CONFIDENCE = 0.6
"""How sure a part's serial number is where nothing names its maker: one sign alone, to be looked at by a person."""

_OPTIC = re.compile(r"(?i)\b(c?sfp|x?fp|qsfp|cfp|gbic|xenpak|transceiver|optic|dac cable|1000base-|10gbase-|100gbase-)")
_PLACES = frozenset(("5", "8", "12"))
"""entPhysicalClass container, sensor and cpu: a place, a reading and a chip, not parts to judge."""

_KINDS = {
    CHASSIS: "chassis",
    STACK: "stack-member",
    POWER: "power-supply",
    FAN: "fan",
    CARD: "card",
}


def components_of(said: ObservationIndex, database: FingerprintDatabase) -> tuple[Component, ...]:
    """All parts that name a maker, a model or a serial: from ENTITY-MIB, then by rules. A part told of twice is one; a
    watched maker that only one of the tellings names is never lost."""
    found = [*_entities(said, database), *_ruled(said, database), *_listed(said, database), *_rows(said, database)]
    unique: dict[tuple[str, str, str | None], Component] = {}
    for part in found:
        key = (part.kind, "", part.serial) if part.serial else (part.kind, part.position, part.model)
        known = unique.setdefault(key, part)
        if known.made_by is None and part.made_by is not None:
            unique[key] = replace(part, position=known.position)
        elif known.made_by != part.made_by and part.watched:
            unique[(*key[:1], part.position, str(part.made_by))] = part
    return tuple(unique.values())[:MAX_COMPONENTS]


def part_maker(name: str, database: FingerprintDatabase) -> Party | None:
    """Who made a part, by the name in it. `SELLER-MAKER`, as sellers of others' optics write it, is the second."""
    if not database.attribute_scores.says_something(name):
        return None
    party = database.named(name)
    seller, _, maker = name.partition("-")
    if party is None and maker and database.named(seller) is not None:
        return database.named(maker) or database.registered(maker)
    return party or database.named(name.split(maxsplit=1)[0])


def _entities(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    rows = entity_rows(said)
    boxes = boxes_of(rows)
    one_box = len(boxes) < 2
    for row in rows:
        telling = [
            text for text in (row.serial, row.model, row.maker) if database.attribute_scores.says_something(text)
        ]
        if not telling or (one_box and row in boxes):
            continue
        kind = _kind_of(row, row in boxes)
        if kind is not None:
            made_by = part_maker(row.maker, database)
            place = row.name or row.descr or str(row.index)
            yield _component(kind, place, made_by, row.model or None, row.serial or None, row.maker, database)


def _kind_of(row: Entity, is_box: bool) -> str | None:
    if is_box:
        return "stack-member"
    if row.kind in (PORT, CARD, "") and _OPTIC.search(f"{row.descr} {row.model} {row.name}"):
        return "optic"
    if row.kind == PORT:
        return "optic" if row.serial and row.model else None
    return None if row.kind in _PLACES else _KINDS.get(row.kind, "other")


def _ruled(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    """Parts by rules with a `component`: vendors' own tables, and what commands print."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for kind, instance, traits in (*_tables(said, database), *_printed(said, database)):
        row = rows.setdefault((kind, instance), {})
        for name, text in traits:
            row.setdefault(name, text)
    for (kind, instance), known in sorted(rows.items()):
        if any(database.attribute_scores.says_something(text) for text in known.values()):
            maker = known.get("maker", "")
            made_by = part_maker(maker, database)
            place = known.get("name", instance)
            yield _component(kind, place, made_by, known.get("model"), known.get("serial"), maker, database)


Cells = tuple[str, str, tuple[tuple[str, str], ...]]
"""What one match says of a part: its kind, the instance that joins it with other matches, and traits by name."""


def _tables(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Cells]:
    """Rows of vendors' own tables; their columns join by instance."""
    for rule in database.rules.of_objects(said.enterprises()):
        if rule.component is not None:
            for oid, value in said.under(rule.at):
                found = rule.read(readable(Source.SNMP_OBJECT, value))
                if found is not None:
                    yield rule.component, oid.removeprefix(rule.at).strip("."), found.traits


def _printed(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Cells]:
    """Parts in a command's output, one for each place where the rule matches."""
    for observation in said.of(Source.SSH_COMMAND):
        for rule in database.rules.of(Source.SSH_COMMAND):
            if rule.component is not None and concerns(rule, observation.at):
                for number, found in enumerate(rule.read_all(readable(Source.SSH_COMMAND, observation.value))):
                    yield rule.component, found.trait("name") or f"{rule.at} {number + 1}", found.traits


def _listed(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    """Parts that commands list."""
    for part in command_parts(said, database):
        made_by = part_maker(part.maker, database)
        yield _component(part.kind, part.name, made_by, part.model or None, part.serial, part.maker, database)


def _rows(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    """Rows of vendors' own tables that no rule reads."""
    for row in table_parts(said, database):
        made_by = part_maker(row.maker, database)
        model = row.model if database.attribute_scores.says_something(row.model) else None
        yield _component(row.kind, row.place, made_by, model, row.serial, row.maker, database)


def _component(
    kind: str,
    position: str,
    made_by: Party | None,
    model: str | None,
    serial: str | None,
    words: str,
    database: FingerprintDatabase,
) -> Component:
    because, level, confidence = (f"{kind} at {position} names {words}",), WatchLevel.CONFIRMED, COMPONENT_CONFIDENCE
    structure = read_serial(serial, database.serial_schemes) if serial and made_by is None else None
    if structure is not None:
        made_by = database.party(structure.company)
        because = (f"{kind} at {position} bears the serial number {serial}",)
        level, confidence = WatchLevel.POSSIBLE, STRUCTURE_CONFIDENCE
    entities = watched_entities(made_by.id, database) if made_by is not None else ()
    watched = tuple(Watched(entity, level, confidence, (Role.COMPONENT,), because) for entity in entities)
    return Component(kind, position, made_by, model, serial, watched)
