"""The shapes in which command lines print what a box is: `label : text` below headings, and tables.

Pure reading: what a label or a heading means is for the callers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from fingerprints.database.rules import readable
from fingerprints.model.evidence import Observation, Source

MAX_LINES = 4000
LONGEST_LINE = 300
"""Characters of a line; longer ones are no tables and no labels, and dear to templates that are not ours."""

MAX_FIELDS = 4000
MAX_TABLE_ROWS = 200

_FIELD = re.compile(
    r"^[ \t|*/$#]{0,24}(?P<label>[A-Za-z][\w ./#()&-]{0,64}?)"
    r"(?:[ \t]{0,40}[:=]|[ \t]?\.{3,60}:?|[ \t]{0,40}[:=]\.{1,9})[ \t]{0,60}(?P<text>\S[^\n]{0,160})$"
)
_BRACKETED = re.compile(r"^ {0,4}\[(?P<title>[A-Za-z][^\]=\n]{0,60})\]$")
_OUTER = re.compile(r"(?i)^(?:slot|rack|chassis|frame|unit|member|shelf)[ _-]?\d")
_TITLED = re.compile(r"^[ \t]{0,6}(?P<title>[A-Za-z][\w /.()#,-]{1,50}?)[ \t]{0,3}:?$")
_NAMING = re.compile(
    r"(?i)^[ \t]{0,6}(?:sub)?(?:chassis|slot|card|fan|power|psu|unit|switch|module|member|rack|shelf|board|node)"
    r"(?:[ _-]?[\w/]{1,12}){0,3}[ \t]{0,3}:?$"
)
_INSIDE = "board properties"
"""The heading below which VRP's electronic labels hold their fields; the one above it names the part."""

_CELL = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
_RULED = frozenset("-=+|_ ")


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand below one heading, in order; `title` is empty for what stands below none."""

    title: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    """One word of a table: the heading it stands below, and which row of its table it is in."""

    heading: str
    text: str
    row: int


def lines_of(output: Observation) -> list[str]:
    """A command's output line by line, bounded in number and length."""
    text = readable(Source.SSH_COMMAND, output.value)
    return [line.rstrip() for line in islice(text.split("\n"), MAX_LINES) if len(line) <= LONGEST_LINE]


def sections_in(lines: Sequence[str]) -> list[Section]:
    """All fields by heading. A heading in brackets inside a slot or rack is told with it: `Slot_1 Main_Board`."""
    sections = [Section("")]
    outer = ""
    count = 0
    for line, below in zip(lines, (*lines[1:], ""), strict=False):
        bracketed = _BRACKETED.match(line)
        if bracketed is not None:
            title = bracketed["title"]
            if title.lower() != _INSIDE:
                outer = title if _OUTER.match(title) else outer
                sections.append(Section(title if title == outer or not outer else f"{outer} {title}"))
            continue
        found = _FIELD.match(line)
        if found is not None and count < MAX_FIELDS:
            count += 1
            sections[-1].fields.append((found["label"].strip(" .\t"), found["text"].strip(" \t\"'")))
            continue
        titled = _TITLED.match(line)
        if titled is not None and _heads(line, below):
            sections.append(Section(titled["title"].strip()))
    return [section for section in sections if section.fields]


def _heads(line: str, below: str) -> bool:
    """Whether a line of words is a heading: by its colon, by what it names, or by how the line below it stands."""
    ruled = bool(below.strip()) and set(below) <= _RULED
    indented = len(below) - len(below.lstrip()) > len(line) - len(line.lstrip()) and _FIELD.match(below) is not None
    return line.endswith(":") or ruled or indented or _NAMING.match(line) is not None


def tables_in(lines: Sequence[str], headed: re.Pattern[str], wanted: re.Pattern[str]) -> Iterator[list[list[Cell]]]:
    """Tables whose heading has a column that `headed` fits, row by row; of them the cells below headings that fit
    `wanted` or `headed`."""
    columns: list[tuple[str, int, int]] = []
    rows: list[list[Cell]] = []
    for line in (*lines, ""):
        cells = [(match.group(), match.start(), match.end()) for match in _CELL.finditer(line)]
        named = [cell for cell in cells if headed.match(cell[0]) or wanted.match(cell[0])]
        if len(cells) > 1 and any(headed.match(cell[0]) for cell in named):
            if rows:
                yield rows
            columns, rows = named, []
        elif not line.strip():
            if rows:
                yield rows
                columns, rows = [], []
        elif columns and not set(line) <= _RULED and len(rows) < MAX_TABLE_ROWS:
            rows.append([*_below(columns, line, len(rows))])


def _below(columns: Sequence[tuple[str, int, int]], line: str, row: int) -> Iterator[Cell]:
    """The word below each heading: the first that shares a column of characters with it."""
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(line)]
    for heading, begin, end in columns:
        text = next((word for word, start, stop in words if start < end and stop > begin), None)
        if text is not None:
            yield Cell(heading, text, row)
