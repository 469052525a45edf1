"""The parts that command output lists: rows of inventories by ntc-templates, and sections below headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
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
from fingerprints.sources.cli.tables import box_row, rows_of
from fingerprints.sources.cli.templates import Record

MAX_PARTS = 1000

_MEMBER = re.compile(
    r"(?i)^(?:switch|unit|stack ?unit|member|fpc|chassis|slot)?[ _-]?0{0,2}\d{1,2}(?:[ _]main_?board| cpu \d)?:?$"
)
_OF_STACK = re.compile(r"(?i)^(?:switch|unit|stack|member)")
_MEMBER_NAME = re.compile(r"(?i)^(?:switch ?|unit ?|member ?)?\d{1,2}$")


@dataclass(frozen=True, slots=True)
class CommandPart:
    """A part in a command's output, not the device itself."""

    kind: ComponentKind
    name: str
    model: str
    serial: str
    maker: str = ""


def command_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[CommandPart]:
    """The parts in the output of commands that identify the device."""
    for output in index.of(Source.SSH_COMMAND):
        if is_identity_command(output.at):
            yield from _inventory_parts(rows_of(index, output, database), database)
            sections = sections_in(lines_of(output))
            box = box_of(sections, database)
            for section in sections[:MAX_PARTS]:
                yield from _section_parts(section, box, database)


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
        kind = kind_of(f"{name} {descr} {row.get('pid', '')}") or member
        yield CommandPart(kind, name or row.get("port", ""), row.get("pid", ""), serial)


def _section_parts(
    section: OutputSection, box: OutputSection | None, database: FingerprintDatabase
) -> Iterator[CommandPart]:
    """The part that a section is about, if it has a heading and a serial number of its own and is not the device."""
    serial = next(fields_of(section, AttributeName.SERIAL, database), "")
    if box is None or section is box or not section.title or not serial or NO_PART.search(section.title):
        return
    if (
        serial == next(fields_of(box, AttributeName.SERIAL, database), "")
        or plausible(AttributeName.SERIAL, serial, database.attribute_scores) is None
    ):
        return
    maker = next((text for label, text in section.fields if MAKER.match(label)), "")
    member = _is_stack_member(section, box)
    kind = kind_of(f"{section.title} {section.about}") or (ComponentKind.STACK_MEMBER if member else ComponentKind.CARD)
    yield CommandPart(kind, section.title, next(fields_of(section, AttributeName.MODEL, database), ""), serial, maker)


def _is_stack_member(section: OutputSection, box: OutputSection) -> bool:
    """True if a section is another member of the device's stack: its heading is a number too, its serial as long."""
    numbered = _MEMBER.match(box.title) if box.title else _OF_STACK.match(section.title)
    return bool(_MEMBER.match(section.title) and numbered) and len(_serial(section)) == len(_serial(box))


def _serial(section: OutputSection) -> str:
    return next((text for label, text in section.fields if attribute_of(label) is AttributeName.SERIAL), "")
