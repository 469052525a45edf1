"""The layout of command output as `label : text` below headings; aligned_tables.py reads tables.

This module only splits the output. labels.py knows what a label or a heading means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from fingerprints.database.rules import readable
from fingerprints.model.evidence import Observation, Source
from fingerprints.sources.cli.fields import fields_in, title_in, value_column
from fingerprints.sources.cli.spaced_fields import spaced_fields

MAX_LINES = 20_000
"""Lines of an output that are read: a chassis with 600 ports prints 10,000 about its transceivers. More are a gap
(unanswered.py)."""

MAX_LINE = 300
"""Characters of a line that is read. Longer lines are neither fields nor tables, and ntc-templates' patterns take too
long on them."""

MAX_CONTINUED = 6
MIN_INDENT = 12
"""Lines that continue the text of a field, and their blanks at least."""

_BRACKETED = re.compile(r"^ {0,4}\[(?P<title>[A-Za-z][^\]=\n]{0,60})\]$")
_OUTER = re.compile(r"(?i)^(?:slot|rack|chassis|frame|unit|member|shelf)[ _-]?\d")
_TITLED = re.compile(r"^[ \t]{0,6}(?P<title>[A-Za-z][\w /.()#,-]{1,50}?)[ \t]{0,3}:?$")
_NAMING = re.compile(
    r"(?i)^[ \t]{0,6}(?:sub)?(?:chassis|slot|card|fan|power|psu|unit|switch|module|member|rack|shelf|board|node)"
    r"(?:[ _-]?[\w/]{1,12}){0,3}[ \t]{0,3}:?$"
)
_INSIDE = frozenset(("board properties", "hardware data"))
"""Headings above the fields in Huawei VRP's electronic labels (`display elabel`) and in SR OS; the heading before one
names the part."""

_NUMBERED = re.compile(
    r"(?i)^(?:fan(?: ?tray| module)?|power ?supply|psu|pem|chassis(?:/wwn)?|line ?card|module|blower)[ \t]{1,4}"
    r"(?:unit|number|slot|id|no\.?|#)$"
)
"""Labels of a part's number, below which its fields stand: `POWER SUPPLY Unit: 1` (SLX, FOS), `Fan tray number : 1`
(SR OS)."""

_SENTENCE = re.compile(r"[A-Za-z][\w./-]{0,30}(?: [^\s]{1,40}){4,24}$")
"""A line of words without a mark or a column: it ends what a heading without fields is about."""

_RULED = frozenset("-=+|_ ")


@dataclass(frozen=True, slots=True)
class OutputSection:
    """The fields below one heading, in order; `title` is empty for fields below no heading. A record names what it is
    in its own first line, as the items of an inventory do (`NAME: "Chassis", DESCR: "..."`); `about` is its DESCR."""

    title: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    is_record: bool = False
    about: str = ""


def lines_of(output: Observation) -> list[str]:
    """The lines of a command's output, bounded in number and length."""
    text = readable(Source.SSH_COMMAND, output.value)
    return [line.rstrip() for line in islice(text.split("\n"), MAX_LINES) if len(line) <= MAX_LINE]


def sections_in(lines: Sequence[str]) -> list[OutputSection]:
    """All fields by heading, several of one line too; a text that goes on below itself is one. The title of a bracketed
    heading inside a slot or rack includes that: `Slot_1 Main_Board`."""
    sections = [OutputSection("")]
    below_headings = spaced_fields(lines)
    outer = ""
    for number, (line, below) in enumerate(zip(lines, (*lines[1:], ""), strict=False)):
        bracketed = _BRACKETED.match(line)
        if bracketed is not None:
            title = bracketed["title"]
            if title.lower() not in _INSIDE:
                outer = title if _OUTER.match(title) else outer
                sections.append(OutputSection(title if title == outer or not outer else f"{outer} {title}"))
            continue
        spaced = (below_headings[number],) if any(below_headings.get(number, ("", ""))[1:]) else ()
        fields = spaced or fields_in(line)
        if fields:
            title, about = title_in(line)
            if _NUMBERED.match(fields[0][0]) and fields[0][1].isdigit():
                sections.append(OutputSection(f"{fields[0][0]} {fields[0][1]}"))
            if title:
                sections.append(OutputSection(title, is_record=True, about=about))
            (label, text), *further = fields
            sections[-1].fields.extend(((label, text + _continuation(lines, number, line)), *further))
            continue
        titled = _TITLED.match(line)
        if titled is not None and (_is_heading(line, below) or number + 1 in below_headings):
            if titled["title"].strip().lower() not in _INSIDE and number not in below_headings:
                sections.append(OutputSection(titled["title"].strip()))
        elif sections[-1].title and not sections[-1].fields and _SENTENCE.match(line):
            sections.append(OutputSection(""))
    return [section for section in sections if section.fields]


def _continuation(lines: Sequence[str], number: int, line: str) -> str:
    """The text of the lines below a field that start at the column of its text or behind it, each behind two blanks."""
    more: list[str] = []
    for below in lines[number + 1 : number + 1 + MAX_CONTINUED]:
        indent = len(below) - len(below.lstrip())
        if indent < MIN_INDENT or indent < value_column(line):
            break
        more.append("  " + below.strip())
    return "".join(more)


def _is_heading(line: str, below: str) -> bool:
    """True if a line of words is a heading: it ends in a colon, names a part, or the line below is a rule or an
    indented field."""
    ruled = bool(below.strip()) and set(below) <= _RULED
    indented = len(below) - len(below.lstrip()) > len(line) - len(line.lstrip()) and bool(fields_in(below))
    return line.endswith(":") or ruled or indented or _NAMING.match(line) is not None
