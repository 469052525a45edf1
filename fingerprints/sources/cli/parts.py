"""The parts that commands list: rows of inventories by ntc-templates, and sections below headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.labels import MAKER, NO_PART, box_of, fields_of, kind_of, tells_identity, trait_of
from fingerprints.sources.cli.layout import Section, lines_of, sections_in
from fingerprints.sources.cli.tables import box_row, rows_of
from fingerprints.sources.cli.templates import Record

MAX_PARTS = 1000

_MEMBER = re.compile(
    r"(?i)^(?:switch|unit|stack ?unit|member|fpc|chassis|slot)?[ _-]?0{0,2}\d{1,2}(?:[ _]main_?board| cpu \d)?:?$"
)
_OF_STACK = re.compile(r"(?i)^(?:switch|unit|stack|member)")
_MEMBER_NAME = re.compile(r"(?i)^(?:switch ?|unit ?|member ?)?\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a command tells of: not the box itself."""

    kind: str
    name: str
    model: str
    serial: str
    maker: str = ""


def command_parts(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Part]:
    """The parts that commands list: rows of inventories, and sections below headings."""
    for output in said.of(Source.SSH_COMMAND):
        if tells_identity(output.at):
            yield from _rows(rows_of(said, output, database), database)
            sections = sections_in(lines_of(output))
            box = box_of(sections, database)
            for section in sections[:MAX_PARTS]:
                yield from _part(section, box, database)


def _rows(rows: Sequence[Record], database: FingerprintDatabase) -> Iterator[Part]:
    if not rows or not {"pid", "sn"} <= set(rows[0]):
        return
    box = box_row(rows)
    for row in rows:
        name, descr, serial = (row.get(column, "") for column in ("name", "descr", "sn"))
        if row is box or not database.attribute_scores.says_something(serial) or serial == box.get("sn"):
            continue
        kind = kind_of(f"{name} {descr} {row.get('pid', '')}")
        member = kind is None and _MEMBER_NAME.match(name)
        yield Part(
            "stack-member" if member else kind or "card", name or row.get("port", ""), row.get("pid", ""), serial
        )


def _part(section: Section, box: Section | None, database: FingerprintDatabase) -> Iterator[Part]:
    """A section that is a part: it has a heading, a serial number of its own, and is not the box."""
    serial = next(fields_of(section, "serial", database), "")
    if box is None or section is box or not section.title or not serial or NO_PART.search(section.title):
        return
    if (
        serial == next(fields_of(box, "serial", database), "")
        or plausible("serial", serial, database.attribute_scores) is None
    ):
        return
    maker = next((text for label, text in section.fields if MAKER.match(label)), "")
    kind = kind_of(section.title) or ("stack-member" if _alike(section, box) else "card")
    yield Part(kind, section.title, next(fields_of(section, "model", database), ""), serial, maker)


def _alike(section: Section, box: Section) -> bool:
    """Whether a section is another box of the same stack: headed by a number as the box is, its serial as long."""
    both = [next((text for label, text in one.fields if trait_of(label) == "serial"), "") for one in (section, box)]
    named = _MEMBER.match(box.title) if box.title else _OF_STACK.match(section.title)
    return bool(_MEMBER.match(section.title) and named) and len(both[0]) == len(both[1])
