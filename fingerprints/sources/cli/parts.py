"""The parts that command output lists, by every reader of its layouts: transceivers below ports' headings, tables,
inventories, Junos' tree, sections below headings, and the rows of ntc-templates.

Each reader gives a group, in which two parts with one serial number are two parts (the ends of a cable). Several readers,
or several commands, may list one part: identity/components.py joins them.
"""

import re
from collections.abc import Iterator, Sequence

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.command_part import CommandPart, part_kind
from fingerprints.sources.cli.inventory_list import box_entity, entity_parts, inventory_entities, udi_entities
from fingerprints.sources.cli.junos import chassis_row, hardware_parts
from fingerprints.sources.cli.labels import (
    MAKER,
    NO_PART,
    attribute_of,
    box_of,
    fields_of,
    is_identity_command,
    kind_of,
)
from fingerprints.sources.cli.layout import OutputSection, lines_of, sections_in
from fingerprints.sources.cli.optics import optics_in
from fingerprints.sources.cli.part_commands import is_of_others, is_optics_command, lists_parts_only
from fingerprints.sources.cli.parts_in_tables import rows_in_tables
from fingerprints.sources.cli.tables import box_row, rows_of
from fingerprints.sources.cli.templates import Record

_MEMBER = re.compile(
    r"(?i)^(?:switch|unit|stack ?unit|member|fpc|chassis|slot)?[ _-]?0{0,2}\d{1,2}(?:[ _]main_?board| cpu \d)?:?$"
)
_OF_STACK = re.compile(r"(?i)^(?:switch|unit|stack|member)")
_MEMBER_NAME = re.compile(r"(?i)^(?:switch ?|unit ?|member ?)?\d{1,2}$")
_PLATFORM = re.compile(r"(?i)\b(?:platform|fex|udi|inventory)\b")


def command_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[tuple[CommandPart, ...]]:
    """The parts in the output of all commands: a group for each reader of each output."""
    for output in index.of(Source.SSH_COMMAND):
        if is_of_others(output.at):
            continue
        lines = lines_of(output)
        yield optics_in(output.at, lines, database.attribute_scores)
        if lists_parts(output.at):
            yield from _listed_parts(output, lines, index, database)
        if is_identity_command(output.at):
            sections = sections_in(lines)
            box = box_of(sections, database)
            yield tuple(
                part for section in sections if not section.about for part in _section_parts(section, box, database)
            )


def lists_parts(command: str) -> bool:
    """True if the tables in a command's output are about the box or its parts."""
    is_about = is_identity_command(command) or lists_parts_only(command) or _PLATFORM.search(command) is not None
    return (is_about or is_optics_command(command)) and not is_of_others(command)


def _listed_parts(
    output: Observation, lines: Sequence[str], index: ObservationIndex, database: FingerprintDatabase
) -> Iterator[tuple[CommandPart, ...]]:
    """The parts in tables and inventories, without those that have the serial number of the box."""
    scores = database.attribute_scores
    parts, boxes = rows_in_tables(output.at, lines, scores)
    own = {box.serial for box in boxes}
    chassis = chassis_row(lines)
    entities = (*inventory_entities(lines), *udi_entities(lines))
    box = box_entity(entities)
    own |= {known.serial for known in (chassis, box) if known is not None}
    own = {serial for serial in own if not scores.is_placeholder(serial)}
    rows = () if entities else rows_of(index, output, database)
    for group in (
        parts,
        hardware_parts(lines),
        entity_parts(entities, scores),
        _inventory_parts(rows, database),
    ):
        yield tuple(part for part in group if part.serial not in own)


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


def _section_parts(
    section: OutputSection, box: OutputSection | None, database: FingerprintDatabase
) -> Iterator[CommandPart]:
    """The part that a section is about, if it is not the device: its heading names a kind of part, and it has a serial
    number or a maker; or it has another heading than the device's section, and a serial number."""
    serial = next(fields_of(section, AttributeName.SERIAL, database), "")
    own = next(fields_of(box, AttributeName.SERIAL, database), "") if box is not None else ""
    kind = kind_of(section.title)
    if section is box or not section.title or NO_PART.search(section.title) or (box is None and kind is None):
        return
    maker = next((text for label, text in section.fields if MAKER.match(label)), "")
    if serial == own or plausible(AttributeName.SERIAL, serial, database.attribute_scores) is None:
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
