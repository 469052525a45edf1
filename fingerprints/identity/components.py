"""The parts of a box, each with its own maker: stack members, cards, optics, power supplies, fans."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.modem_families import modem_company
from fingerprints.database.rules import concerns, readable
from fingerprints.database.serial_schemes import read_serial
from fingerprints.identity.joined_parts import join_parts
from fingerprints.identity.part_maker import part_maker
from fingerprints.identity.part_suspicion import is_watched, with_vendor_number, with_watched_names
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    Component,
    ModelOfPart,
    NamedOnPart,
    Party,
    Role,
    SerialOfPart,
    TieReason,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Gap, GapReason, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.parts.command_part import CommandPart
from fingerprints.sources.cli.parts.command_parts import command_parts
from fingerprints.sources.cli.parts.modems import modem_parts
from fingerprints.sources.entity_mib import (
    BACKPLANE,
    CARD,
    CHASSIS,
    FAN,
    PORT,
    POWER,
    STACK,
    PhysicalEntity,
    boxes_of,
    entity_rows,
)
from fingerprints.sources.private_mib.eeprom_names import eeprom_parts
from fingerprints.sources.private_mib.part_tables import table_parts

MAX_COMPONENTS = 2000
"""Parts of one device that are kept. The largest known chassis lists some 1,500."""

ENTITY_MIB = "1.3.6.1.2.1.47"
"""ENTITY-MIB (RFC 6933), the place of the gap that parts left out are, whatever listed them."""

COMPONENT_CONFIDENCE = 0.9
"""How sure the maker's name in a part's own EEPROM is: the factory writes it, and few forge it."""

STRUCTURE_CONFIDENCE = 0.6
"""How sure a part's serial number is where nothing names its maker: one sign alone, which a person must check."""

FAMILY_CONFIDENCE = 0.8
"""How sure a modem's model is where nothing names its maker: makers keep to their families' names."""

_OPTIC = re.compile(r"(?i)\b(c?sfp|x?fp|qsfp|cfp|gbic|xenpak|transceiver|optic|dac cable|1000base-|10gbase-|100gbase-)")
_MODEM = re.compile(
    r"(?i)\b(?:(?:lte|wwan|cellular|[345]g)\b.{0,20}\b(?:modem|module|card|nim|pim)"
    r"|(?:wireless|mobile|internal) modem)\b"
)
_NO_PARTS = frozenset(("5", "8", "12"))
"""entPhysicalClass container, sensor and cpu (RFC 6933): a place, a reading and a chip, not parts to judge."""

_KINDS = {
    CHASSIS: ComponentKind.CHASSIS,
    STACK: ComponentKind.STACK_MEMBER,
    POWER: ComponentKind.POWER_SUPPLY,
    FAN: ComponentKind.FAN,
    BACKPLANE: ComponentKind.BACKPLANE,
    CARD: ComponentKind.CARD,
}


@dataclass(frozen=True, slots=True)
class PartsList:
    """The parts of a device: those that are `kept`, at most MAX_COMPONENTS, and how many were `left_out`."""

    kept: tuple[Component, ...]
    left_out: int

    def gaps(self) -> tuple[Gap, ...]:
        """The gap that parts left out are: nobody looked at their makers."""
        detail = f"{self.left_out:,} parts beyond the {MAX_COMPONENTS:,} that are kept"
        return (Gap("snmp", ENTITY_MIB, GapReason.BUDGET_SPENT, detail),) if self.left_out else ()


def list_parts(index: ObservationIndex, database: FingerprintDatabase) -> PartsList:
    """All parts that name a maker, a model or a serial number: from ENTITY-MIB, then from rules, command output and
    vendors' own tables. A part that several of them list is one."""
    groups = (
        _from_entity_mib(index, database),
        _from_rules(index, database),
        *(_from_command(parts, database) for parts in command_parts(index, database)),
        _from_command(tuple(modem_parts(index, database)), database),
        _from_tables(index, database),
    )
    boxes = boxes_of(entity_rows(index))
    own = frozenset(row.serial for row in boxes if row.serial) if len(boxes) == 1 else frozenset()
    parts = tuple(part for part in join_parts(groups, database.attribute_scores) if not _is_the_box(part, own))
    parts = (*parts, *_built_in_modems(index, parts, database))
    return PartsList(parts[:MAX_COMPONENTS], max(len(parts) - MAX_COMPONENTS, 0))


def _from_entity_mib(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    scores = database.attribute_scores
    rows = entity_rows(index)
    boxes = boxes_of(rows)
    one_box = len(boxes) < 2
    own = {part_maker(row.maker, database) for row in boxes}
    for row in rows:
        has_text = any(scores.says_something(text) for text in (row.serial, row.model, row.maker, row.descr))
        if not has_text or (one_box and row in boxes):
            continue
        kind = _kind_of(row, row in boxes)
        made_by = part_maker(row.maker, database)
        if kind is None and made_by not in own and is_watched(made_by, database):
            kind = ComponentKind.OPTIC if row.kind == PORT else ComponentKind.OTHER
        if kind is not None:
            place = row.name or row.descr or str(row.index)
            part = _component(kind, place, made_by, row.model or None, row.serial or None, row.maker, database)
            named = with_watched_names(part, (row.descr, row.model), database)
            if named.watched or any(scores.says_something(text) for text in (row.serial, row.model, row.maker)):
                yield named


def _is_the_box(part: Component, own_serials: frozenset[str]) -> bool:
    """True for a chassis or a backplane whose number is the box's own, as `display elabel` lists it, if nothing else
    makes it suspect: what the number says of its maker, it says of the box."""
    return (
        part.kind in (ComponentKind.CHASSIS, ComponentKind.BACKPLANE)
        and part.serial in own_serials
        and all(isinstance(reason, SerialOfPart) for watched in part.watched for reason in watched.because)
    )


def _kind_of(row: PhysicalEntity, is_box: bool) -> ComponentKind | None:
    if is_box:
        return ComponentKind.STACK_MEMBER
    if row.kind in (PORT, CARD, "") and _MODEM.search(f"{row.descr} {row.name}"):
        return ComponentKind.MODEM
    if row.kind in (PORT, CARD, "") and _OPTIC.search(f"{row.descr} {row.model} {row.name}"):
        return ComponentKind.OPTIC
    if row.kind == PORT:
        return ComponentKind.OPTIC if row.serial and row.model else None
    return None if row.kind in _NO_PARTS else _KINDS.get(row.kind, ComponentKind.OTHER)


def _from_rules(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    """Parts that rules with a `component` read from vendors' own tables and from command output."""
    rows: dict[tuple[ComponentKind, str], dict[str, str]] = {}
    for kind, instance, attributes in (*_table_cells(index, database), *_command_cells(index, database)):
        row = rows.setdefault((kind, instance), {})
        for name, text in attributes:
            row.setdefault(name, text)
    for (kind, instance), known in sorted(rows.items()):
        if any(database.attribute_scores.says_something(text) for text in known.values()):
            maker = known.get("maker", "")
            made_by = part_maker(maker, database)
            place = known.get("name", instance)
            model, serial = known.get("model"), known.get("serial")
            yield _component(kind, place, made_by, model, serial, maker, database)


Cells = tuple[ComponentKind, str, tuple[tuple[str, str], ...]]
"""What one match reads of a part: its kind, the instance that joins it with other matches, and texts by name."""


def _table_cells(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Cells]:
    """Cells of vendors' own tables. The cells of one row have one instance."""
    for rule in database.rules.of_objects(index.enterprises()):
        if rule.component is not None:
            for oid, value in index.under(rule.at):
                match = rule.read(readable(Source.SNMP_OBJECT, value))
                if match is not None:
                    yield rule.component, oid.removeprefix(rule.at).strip("."), match.attributes


def _command_cells(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Cells]:
    """Parts in a command's output, one for each match of a rule."""
    for observation in index.of(Source.SSH_COMMAND):
        for rule in database.rules.of(Source.SSH_COMMAND):
            if rule.component is not None and concerns(rule, observation.at):
                for number, match in enumerate(rule.read_all(readable(Source.SSH_COMMAND, observation.value))):
                    yield rule.component, f"{rule.at} {number + 1}", match.attributes


def _from_command(parts: tuple[CommandPart, ...], database: FingerprintDatabase) -> Iterator[Component]:
    """Parts in command output that no rule reads."""
    for part in parts:
        made_by = part_maker(part.maker, database)
        model, serial = part.model or None, part.serial or None
        listed = _component(part.kind, part.name, made_by, model, serial, part.maker, database)
        yield with_vendor_number(
            with_watched_names(listed, (part.description, part.model), database), part.oui, database
        )


def _from_tables(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Component]:
    """Rows of vendors' own tables that no rule reads."""
    for row in (*table_parts(index, database), *eeprom_parts(index, database)):
        made_by = part_maker(row.maker, database)
        model = row.model if database.attribute_scores.says_something(row.model) else None
        yield _component(row.kind, row.place, made_by, model, row.serial or None, row.maker, database)


def _built_in_modems(
    index: ObservationIndex, parts: Sequence[Component], database: FingerprintDatabase
) -> list[Component]:
    """The modems that rules read behind the model of the box (RouterOS: `D53G-5HacD2HnD&FG621-EA`), if no other part is
    that modem."""
    known = {(part.model or "").casefold() for part in parts if part.kind is ComponentKind.MODEM}
    found: list[Component] = []
    for source in (Source.SNMP_SYS_DESCR, Source.SSH_COMMAND):
        for observation in index.of(source):
            for match in database.rules.match(source, observation.at, readable(source, observation.value)):
                model = match.attribute("modem")
                if model is not None and model.casefold() not in known:
                    known.add(model.casefold())
                    found.append(_component(ComponentKind.MODEM, "built in", None, model, None, "", database))
    return found


def _company_of_modem(model: str, database: FingerprintDatabase) -> Party | None:
    """The maker of a modem by its model: a family's, or the company whose name the model begins with, if it makes
    modems. Modules by Quectel can answer `QUECTEL Mobile Broadband Module`, with the chip's maker as theirs."""
    family = modem_company(model, database.modem_families)
    if family is not None:
        return database.party(family)
    named = database.named(model.split(maxsplit=1)[0])
    makers = {family.company for family in database.modem_families}
    return named if named is not None and named.id in makers else None


def _component(
    kind: ComponentKind,
    position: str,
    made_by: Party | None,
    model: str | None,
    serial: str | None,
    maker_text: str,
    database: FingerprintDatabase,
) -> Component:
    because: TieReason = NamedOnPart(kind, position, maker_text)
    level, confidence = WatchLevel.CONFIRMED, COMPONENT_CONFIDENCE
    family = _company_of_modem(model, database) if model and kind is ComponentKind.MODEM else None
    if made_by is None and model and family is not None:
        made_by = family
        because = ModelOfPart(kind, position, model)
        level, confidence = WatchLevel.PROBABLE, FAMILY_CONFIDENCE
    scheme = read_serial(serial, database.serial_schemes) if serial and made_by is None else None
    if serial and scheme is not None:
        made_by = database.party(scheme.company)
        because = SerialOfPart(kind, position, serial)
        level, confidence = WatchLevel.POSSIBLE, STRUCTURE_CONFIDENCE
    entities = database.companies.watched_behind(made_by.id) if made_by is not None else ()
    watched = tuple(Watched(entity, level, confidence, (Role.COMPONENT,), (because,)) for entity in entities)
    return Component(kind, position, made_by, model, serial, watched)
