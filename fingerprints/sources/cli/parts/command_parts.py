"""The parts that command output lists, by every reader of its layouts: transceivers below ports' headings, tables,
inventories, Junos' tree, sections below headings, and the rows of ntc-templates.

Each reader gives a group, in which two parts with one serial number are two parts (the ends of a cable). Several
readers, or several commands, may list one part: identity/components.py joins them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.labels import (
    MAKER,
    NO_PART,
    attribute_of,
    fields_of,
    is_identity_command,
    kind_of,
    own_section,
)
from fingerprints.sources.cli.layout import OutputSection, lines_of, sections_in
from fingerprints.sources.cli.part_commands import is_of_others, is_optics_command, lists_parts_only
from fingerprints.sources.cli.parts.command_part import CommandPart, part_kind
from fingerprints.sources.cli.parts.fru_list import fru_parts
from fingerprints.sources.cli.parts.inventory_list import box_entity, entity_parts, inventory_entities, udi_entities
from fingerprints.sources.cli.parts.junos import chassis_row, hardware_parts
from fingerprints.sources.cli.parts.optics import optics_in
from fingerprints.sources.cli.parts.parts_in_tables import rows_in_tables
from fingerprints.sources.cli.tables import box_row, rows_of
from fingerprints.sources.cli.templates import Record

_MEMBER = re.compile(
    r"(?i)^(?:switch|unit|stack ?unit|member|fpc|chassis|slot)?[ _-]?0{0,2}\d{1,2}(?:[ _]main_?board| cpu \d)?:?$"
)
_OF_STACK = re.compile(r"(?i)^(?:switch|unit|stack|member)")
_MEMBER_NAME = re.compile(r"(?i)^(?:switch ?|unit ?|member ?)?\d{1,2}$")
_PLATFORM = re.compile(r"(?i)\b(?:platform|fex|udi|inventory)\b")


def command_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[tuple[CommandPart, ...]]:
    """The parts in the output of all commands: a group for each reader of each output. Rows and sections with the
    serial number of the box are none, whichever command names it."""
    outputs = [_read(output, index, database) for output in index.of(Source.SSH_COMMAND) if not is_of_others(output.at)]
    scores = database.attribute_scores
    own = {serial for _, _, serials in outputs for serial in serials if serial and not scores.is_placeholder(serial)}
    for optics, groups, _ in outputs:
        yield optics
        for group in groups:
            yield tuple(part for part in group if part.serial not in own)


def lists_parts(command: str) -> bool:
    """True if the tables in a command's output are about the box or its parts."""
    is_about = is_identity_command(command) or lists_parts_only(command) or _PLATFORM.search(command) is not None
    return (is_about or is_optics_command(command)) and not is_of_others(command)


_PartsInOutput = tuple[tuple[CommandPart, ...], list[tuple[CommandPart, ...]], set[str]]
"""The transceivers of an output, the groups of its other parts, and the serial numbers that it gives the box."""


def _read(output: Observation, index: ObservationIndex, database: FingerprintDatabase) -> _PartsInOutput:
    lines = lines_of(output)
    scores = database.attribute_scores
    groups: list[tuple[CommandPart, ...]] = []
    own: set[str] = set()
    if lists_parts(output.at):
        parts, boxes = rows_in_tables(output.at, lines, scores)
        entities = (*inventory_entities(lines), *udi_entities(lines))
        records = () if entities or parts else rows_of(index, output, database)
        listed = entity_parts(entities, scores), _inventory_parts(records, database)
        groups += [parts, tuple(hardware_parts(lines)), *map(tuple, listed)]
        chassis, entity = chassis_row(lines), box_entity(entities)
        own |= {row.serial for row in boxes[:1]}
        own |= {chassis.serial} if chassis is not None else set()
        own |= {entity.serial} if entity is not None else set()
    is_about_cards = lists_parts_only(output.at) and not is_optics_command(output.at)
    if is_identity_command(output.at) or is_about_cards:
        sections = sections_in(lines)
        box = own_section(output.at, sections, database)
        kind = ComponentKind.CARD if lists_parts_only(output.at) else None
        if kind is not None:
            sections = [_titled(section, output.at) for section in sections]
        own_sections = (section for section in sections if not section.about)
        groups.append(tuple(part for section in own_sections for part in _section_parts(section, box, database, kind)))
        if box is not None and not lists_parts_only(output.at):
            own.add(next(fields_of(box, AttributeName.SERIAL, database), ""))
    groups.append(tuple(fru_parts(lines, scores)))
    return optics_in(output.at, lines, scores), groups, own


def _inventory_parts(rows: Sequence[Record], database: FingerprintDatabase) -> Iterator[CommandPart]:
    if not rows or not {"pid", "sn"} <= set(rows[0]):
        return
    box = box_row(rows)
    for row in rows:
        name, descr, serial = (row.get(column, "") for column in ("name", "descr", "sn"))
        scores = database.attribute_scores
        is_of_box = serial == box.get("sn") and not scores.is_placeholder(serial)
        if row is box or is_of_box or not scores.says_something(serial):
            continue
        member = ComponentKind.STACK_MEMBER if _MEMBER_NAME.match(name) else ComponentKind.CARD
        kind = part_kind(name, descr, row.get("pid", "")) or member
        yield CommandPart(kind, name or row.get("port", ""), row.get("pid", ""), serial)


def _titled(section: OutputSection, command: str) -> OutputSection:
    """The section with what its command is about as its heading, if it has none and names a maker beside a serial
    number: the electronic label below `show power_supply general`."""
    names_maker = any(MAKER.match(label) for label, _ in section.fields)
    is_bare = not section.title and names_maker and bool(_serial(section))
    return replace(section, title=command.partition(" ")[2] or command) if is_bare else section


def _section_parts(
    section: OutputSection,
    box: OutputSection | None,
    database: FingerprintDatabase,
    listed: ComponentKind | None = None,
) -> Iterator[CommandPart]:
    """The part that a section is about, if it is not the device: its heading names a kind of part, and it has a serial
    number or a maker; or it has another heading than the device's section, and a serial number. `listed` is the kind
    that a command lists which is about parts alone."""
    serial = next(fields_of(section, AttributeName.SERIAL, database), "")
    own = next(fields_of(box, AttributeName.SERIAL, database), "") if box is not None else ""
    kind = kind_of(section.title)
    if section is box or not section.title or NO_PART.search(section.title) or (box is None and kind is listed is None):
        return
    maker = next((text for label, text in section.fields if MAKER.match(label)), "")
    is_number = serial[:1].isalnum() and plausible(AttributeName.SERIAL, serial, database.attribute_scores) is not None
    if serial == own or not is_number:
        serial = ""
    if not serial and (kind is None or not database.attribute_scores.says_something(maker)):
        return
    if kind is None:
        member = box is not None and _is_stack_member(section, box)
        kind = ComponentKind.STACK_MEMBER if member else ComponentKind.CARD
    yield CommandPart(kind, section.title, next(fields_of(section, AttributeName.MODEL, database), ""), serial, maker)


def _is_stack_member(section: OutputSection, box: OutputSection) -> bool:
    """True if a section is another member of the device's stack: its heading is a number too, its serial as long."""
    numbered = _MEMBER.match(box.title) if box.title else _OF_STACK.match(section.title)
    return bool(_MEMBER.match(section.title) and numbered) and len(_serial(section)) == len(_serial(box))


def _serial(section: OutputSection) -> str:
    return next((text for label, text in section.fields if attribute_of(label) is AttributeName.SERIAL), "")
