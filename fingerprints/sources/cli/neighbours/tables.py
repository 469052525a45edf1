"""Neighbours that a command prints one a row, below a heading: `show cdp neighbors`, `show lldp neighbors`, `display
lldp neighbor brief`, `show isdp neighbors` and others like them.

Columns are told by their headings and places. A heading may take two lines over a rule of dashes; bars may part the
columns; headings of columns may stand a single space apart. Names too long for their column push the others to the
right or onto a line of their own (IOS), or go on below (Comware)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fingerprints.sources.cli.neighbours.details import fields_in_line
from fingerprints.sources.cli.neighbours.labels import NeighbourField, field_of
from fingerprints.sources.cli.neighbours.records import NeighbourRecord

MAX_COLUMNS = 16
MAX_ROWS = 4000
MAX_HEADINGS = 1000
MAX_HEADING = 300
"""Columns of a table, rows of an output, lines of it that are tried as headings, and characters of such a line."""


_WORD = re.compile(r"\S+")
_CELL = re.compile(r"\S+(?: \S+)*")
_OF_PORT = re.compile(r"(?i)port|int|if|lo?cl|local")
_OF_DEVICE = re.compile(r"(?i)id|name|dev|chassis|neigh|host|sys|remote")
"""Words of which every heading has one of each."""

_DASHES = re.compile(r"[-=_]{2,}")
_BARS = str.maketrans("|+", "  ")
_RULED = frozenset("-=+|_ ")
_MAX_WORDS = 4
_APART = 2
"""Words of a heading, and blanks behind a text that is too long for its column."""

_PORT = re.compile(r"(?:[A-Za-z][\w.-]{0,40} )?[\w./:-]{0,40}\d[\w./:-]{0,40}|[A-Za-z][\w.-]{1,15}")
"""A port's name: with a number, behind a word of its own if need be (`Gig 1/0/1`), or a short word (`mgmt`)."""

_SAYING = re.compile(r"[:#>$](?:  |$)")
"""The end of a label or a prompt in a line, which is then no row."""

_QUALIFYING = frozenset(("remote", "local", "port"))
_NOT_READ = frozenset(("parent interface",))
_NAMING = frozenset((NeighbourField.DEVICE_ID, NeighbourField.NAME, NeighbourField.CHASSIS_ID))
_OF_NEIGHBOUR = _NAMING | {NeighbourField.PORT, NeighbourField.PLATFORM, NeighbourField.MAC}
_LOCAL = frozenset((NeighbourField.LOCAL_PORT, NeighbourField.LOCAL_PORT_ID))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: what it is about (None if unknown), where its heading begins and ends, or its dashes if `ruled`."""

    about: NeighbourField | None
    begin: int
    end: int
    ruled: bool = False


_Cells = list[str]


def table_records(lines: Sequence[str]) -> Iterator[NeighbourRecord]:
    """The neighbours of an output that prints one a row."""
    columns: Sequence[_Column] = ()
    barred = False
    rows: list[_Cells] = []
    count = tried = 0
    for number, raw in enumerate(lines):
        line = raw.expandtabs()
        heading: Sequence[_Column] = ()
        if tried < MAX_HEADINGS and len(line) <= MAX_HEADING and _OF_PORT.search(line) and _OF_DEVICE.search(line):
            tried += 1
            below = lines[number + 1].expandtabs() if number + 1 < len(lines) else ""
            heading = _heading(lines[number - 1].expandtabs() if number else "", line, below)
        if heading:
            yield from _records(columns, rows)
            columns, rows, barred = heading, [], "|" in line
        elif columns and line.strip() and not _RULED.issuperset(line) and count < MAX_ROWS:
            count += 1
            rows.append(_cells(columns, line.translate(_BARS) if barred else line))
    yield from _records(columns, rows)


def _heading(above: str, line: str, below: str) -> Sequence[_Column]:
    """The columns that a line heads; empty if it heads none. Groups of dashes below it say where they are."""
    dashes = [match.span() for match in _DASHES.finditer(below.translate(_BARS))] if _RULED.issuperset(below) else []
    if 2 < len(dashes) <= MAX_COLUMNS:
        alone = [_Column(field_of(line[begin:end].translate(_BARS)), begin, end, True) for begin, end in dashes]
        both = [_Column(_over_two_lines(above, line, begin, end), begin, end, True) for begin, end in dashes]
        tried = (_with_local(columns, line) for columns in (alone, both))
        return next((columns for columns in tried if _heads_neighbours(columns)), ())
    columns = _columns_by_words(line.translate(_BARS))
    if not _heads_neighbours(columns):
        columns = _with_words_above(columns, above, line)
    return columns if _heads_neighbours(columns) else ()


def _over_two_lines(above: str, line: str, begin: int, end: int) -> NeighbourField | None:
    """What the heading of a column is about that began on the line above."""
    words = f"{above[begin:end].strip()} {line[begin:end].strip()}".translate(_BARS)
    return field_of(words.strip())


def _with_words_above(columns: Sequence[_Column], above: str, line: str) -> list[_Column]:
    """The columns with what stands above them in their headings, where that has a meaning."""
    cells = [(match.group(), match.start(), match.end()) for match in _CELL.finditer(above.translate(_BARS))]
    joined = []
    for column in columns:
        words = next((cell for cell, begin, end in cells if begin < column.end and end > column.begin), "")
        about = field_of(f"{words} {line[column.begin : column.end]}") if words else None
        joined.append(_Column(about or column.about, column.begin, column.end))
    return joined


def _columns_by_words(line: str) -> list[_Column]:
    """The columns of a heading, each the longest run of words, one space apart, that has a meaning."""
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(line)]
    columns: list[_Column] = []
    place = 0
    while place < len(words) and len(columns) < MAX_COLUMNS:
        runs = [words[place : place + length] for length in range(_MAX_WORDS, 0, -1)]
        run, about = next(
            ((run, about) for run in runs if _is_run(run) and (about := _meaning(run)) is not None),
            (words[place : place + 1], None),
        )
        columns.append(_Column(about, run[0][1], run[-1][2]))
        place += len(run)
    return columns


def _meaning(run: Sequence[tuple[str, int, int]]) -> NeighbourField | None:
    """What a run of words is about. Several words that are not read are one heading only if none of them is another's:
    `Hold time` and `Port Vlans`, not `Exptime(s) Neighbor`."""
    words = [word for word, _, _ in run]
    about = field_of(" ".join(words))
    if about is NeighbourField.ADDRESS and len(words) > 1 and field_of(words[0]) is NeighbourField.LOCAL_PORT:
        return None  # `INTERFACE ADDRESS` (RouterOS)
    if about is not NeighbourField.OTHER or len(words) == 1 or " ".join(words).lower() in _NOT_READ:
        return about
    alone = [field_of(word) for word in words]
    qualified = words[0].lower() in _QUALIFYING and set(alone[1:]) == {NeighbourField.OTHER}
    return about if qualified or set(alone) == {NeighbourField.OTHER} else None


def _is_run(run: Sequence[tuple[str, int, int]]) -> bool:
    """True for words one space apart; the `#` over a row's number is none."""
    return run[0][0] != "#" and all(after[1] - before[2] == 1 for before, after in pairwise(run))


def _heads_neighbours(columns: Sequence[_Column]) -> bool:
    """True for a heading with a local port, what names a neighbour, and few columns that no such table has."""
    about = [column.about for column in columns]
    known = [field for field in about if field is not None]
    once = [field for field in known if field is not NeighbourField.OTHER]
    return (
        len(columns) > 2
        and bool(_LOCAL & set(known))
        and bool(_NAMING & set(known))
        and len(_OF_NEIGHBOUR & set(known)) > 1
        and len(set(once)) == len(once)
        and len(about) - len(known) <= 2
    )


def _with_local(columns: Sequence[_Column], line: str) -> Sequence[_Column]:
    """The columns, the first as the local port if it is headed `Name` and no other is one (SR Linux)."""
    first = columns[0] if columns else None
    if (
        first is None
        or line[first.begin : first.end].strip().lower() != "name"
        or _LOCAL & {one.about for one in columns}
    ):
        return columns
    return [_Column(NeighbourField.LOCAL_PORT, first.begin, first.end, first.ruled), *columns[1:]]


def _cells(columns: Sequence[_Column], line: str) -> _Cells:
    """The text in each column. As many texts as columns, none before its column, are one each; else a word is in the
    column in which it begins, or in the next one if it stands apart and below that one's heading."""
    texts = list(_CELL.finditer(line))
    if len(texts) == len(columns) and _in_order(columns, [text.span() for text in texts]):
        return [text.group() for text in texts]
    cells: list[list[str]] = [[] for _ in columns]
    before = 0
    for match in _WORD.finditer(line):
        place = max((number for number, column in enumerate(columns) if column.begin <= match.start()), default=0)
        follows = place + 1 < len(columns) and match.end() > columns[place + 1].begin
        if follows and cells[place] and match.start() - before > 1:
            place += 1
        cells[place].append(match.group())
        before = match.end()
    joined = [" ".join(words) for words in cells]
    return _parted(columns, joined, line)


def _in_order(columns: Sequence[_Column], spans: Sequence[tuple[int, int]]) -> bool:
    """True if each text is in its column, or right behind the one before it that is too long."""
    nexts = (*(column.begin for column in columns[1:]), MAX_HEADING)
    befores = (0, *(end for _, end in spans))
    return all(
        column.begin <= begin and (begin < following or begin <= before + _APART)
        for column, (begin, _), following, before in zip(columns, spans, nexts, befores, strict=False)
    )


def _parted(columns: Sequence[_Column], cells: _Cells, line: str) -> _Cells:
    """The cells, with a name that was cut where the local port begins parted from it: `a-name-of-20-lettersGi1/0/1`
    (IOS)."""
    local = next((number for number, column in enumerate(columns) if column.about in _LOCAL), 0)
    begin = columns[local].begin
    if (
        not local
        or cells[local]
        or not any(cells[local + 1 :])
        or line[begin - 1 : begin + 1].count(" ")
        or columns[local - 1].about not in _NAMING
    ):
        return cells
    port = line[begin:].split(" ", 1)[0]
    if not (_PORT.fullmatch(port) and any(mark.isdigit() for mark in port) and cells[local - 1].endswith(port)):
        return cells
    return [*cells[: local - 1], cells[local - 1].removesuffix(port), port, *cells[local + 1 :]]


def _records(columns: Sequence[_Column], rows: Sequence[_Cells]) -> Iterator[NeighbourRecord]:
    """The rows that are neighbours, those on two lines joined."""
    if not columns:
        return
    local = next(number for number, column in enumerate(columns) if column.about in _LOCAL)
    for cells in _joined(columns, [cells for cells in rows if not _SAYING.search("  ".join(cells))], local):
        if _PORT.fullmatch(cells[local]):
            yield {column.about: cell for column, cell in zip(columns, cells, strict=True) if column.about and cell}


def _joined(columns: Sequence[_Column], rows: Sequence[_Cells], local: int) -> Iterator[_Cells]:
    """Rows, with a name on a line of its own put where it belongs: in front of a row without one, else behind the
    name of the row above it if that fills its column. Over a rule of dashes, cells go on below (Cisco Business)."""
    ruled = all(column.ruled for column in columns)
    waiting: _Cells | None = None
    for number, cells in enumerate(rows):
        filled = [place for place, cell in enumerate(cells) if cell]
        below = rows[number + 1] if number + 1 < len(rows) else []
        if len(filled) == 1 and columns[filled[0]].about in _NAMING and not fields_in_line(cells[filled[0]]):
            place = filled[0]
            if below and not below[place] and below[local]:
                below[place] = cells[place]
            elif waiting is not None and _fills(columns, place, waiting[place]):
                waiting[place] += cells[place]
            continue
        if waiting is not None and ruled and not cells[local] and filled:
            waiting = [above + cell for above, cell in zip(waiting, cells, strict=True)]
            continue
        if waiting is not None:
            yield waiting
        waiting = cells
    if waiting is not None:
        yield waiting


def _fills(columns: Sequence[_Column], place: int, text: str) -> bool:
    """True if a text leaves no room for more in its column."""
    return place + 1 < len(columns) and len(text) >= columns[place + 1].begin - columns[place].begin - 1
