"""Tables in command output: columns below a heading of one to three lines, with or without rules around it.

Three layouts are read. A rule of pieces (`--- ------ ----` or `---+------+----`) gives the columns by itself; below a
solid rule, or without one, the words of the heading do. A table goes on behind an empty line or a line with a group's
name as long as rows stand in its columns. This module only splits; table_parts.py knows what headings mean.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

MAX_HEADING_LINES = 3
MAX_COLUMNS = 24

_CELL = re.compile(r"\S++(?: \S++)*")
_WORD = re.compile(r"\S++")
_GROUP = re.compile(r"[ \t]{0,8}[A-Za-z][A-Za-z /-]{2,40}:?[ \t]{0,40}$")
"""A line with the name of a group of rows: `Power Supplies`."""

_HINTS = (
    *("serial", "s/n", "sn", "bar code", "barcode", "vendor", "manufac", "mfg", "mfr", "maker"),
    *("model", "product", "pid", "part", "p/n", "type", "name"),
    *("version", "release", "active"),
)
"""Words without which no line is a heading that matters: most lines need no closer look."""

_PIECE = re.compile(r"[-=_]++")
_RULED = frozenset("-=+_| \t")
_FIELD_LIKE = re.compile(r"[ \t]{0,24}[A-Za-z][\w ./()#&-]{0,60}[:=](?:[ \t]|$)")
_OUTER = re.compile(
    r"(?i)[ \t]{0,4}(?P<title>(?:switch|chassis|rack|frame|shelf|fpc|unit|node|member)(?:[ _-]?(?:slot|number|id))?"
    r"[ _:#-]{0,3}\d{1,4})\b[^\n]{0,40}$"
)
"""A heading above several tables: the member of a stack or the frame that they are about."""

_PORT_CARD = re.compile(r"FPC slot (?P<fpc>\d{1,3}), PIC slot (?P<pic>\d{1,3}) information")
"""The heading of Junos (`show chassis pic`) above the ports of a PIC."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its heading, all lines of it joined, and the characters that heading and rule take."""

    heading: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's texts by the number of their column; `group` is the last line with a group's name above it."""

    cells: dict[int, str]
    indent: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class AlignedTable:
    """A table; `title` is the line above it, `outer` the last heading of a stack member or frame before it. `is_ruled`
    says that a rule of pieces gives the columns; `groups` are the names of groups among its rows so far."""

    title: str
    outer: str
    columns: tuple[TableColumn, ...]
    is_ruled: bool
    rows: list[TableRow] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def aligned_tables(lines: Sequence[str], is_known: Callable[[str], bool]) -> Iterator[AlignedTable]:
    """The tables of an output, in order. `is_known` says which words head a column; a heading without a rule must have
    two of them, a heading with one must have one."""
    shown = [_without_bars(line) for line in _dense(lines)]
    outer = ""
    table: AlignedTable | None = None
    behind = 0
    for number, line in enumerate(shown):
        outer = _outer_of(line) or outer
        if number < behind:
            continue
        found = _heading_at(shown, number, is_known)
        is_over = table is not None and found is None and not _goes_on_with(table, shown, number)
        if table is not None and table.rows and (found is not None or is_over):
            yield table
        if found is not None:
            columns, behind, is_ruled = found
            table = AlignedTable(_title_above(shown, number), outer, columns, is_ruled)
        elif is_over:
            table = None
    if table is not None and table.rows:
        yield table


def _goes_on_with(table: AlignedTable, lines: Sequence[str], number: int) -> bool:
    """True if a table goes on with a line: with a row or a group's name, which it takes, or with an empty line or a
    rule."""
    line = lines[number]
    if not line.strip() or set(line) <= _RULED:
        return True
    if _heads_another(_line(lines, number + 1), table):
        return False
    row = _row(line, table)
    if row is not None and _stands_in_columns(row, line, table.columns, lines[number - 1]):
        table.rows.append(row)
        return True
    if len(_CELL.findall(line)) == 1 and _FIELD_LIKE.match(line) is None:
        if _GROUP.match(line):
            table.groups.append(line.strip(" \t:"))
        return True
    return False


def _dense(lines: Sequence[str]) -> Sequence[str]:
    """The lines without the empty one between each two that some logs have (line ends of CR CR LF)."""
    is_double = all(not line.strip() or not below.strip() for line, below in pairwise(lines))
    return [line for line in lines if line.strip()] if is_double else lines


def _heads_another(rule: str, table: AlignedTable) -> bool:
    """True if a line below one is a rule of pieces that are not the table's own: that one heads another table."""
    pieces = _pieces(rule) if set(rule) <= _RULED else ()
    return len(pieces) > 1 and pieces != tuple((column.begin, column.end) for column in table.columns)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _outer_of(line: str) -> str:
    """The heading of several tables that a line is; empty if it is none."""
    port_card = _PORT_CARD.match(line)
    if port_card is not None:
        return f"FPC {port_card['fpc']}/PIC {port_card['pic']}"
    match = _OUTER.match(line)
    return match["title"] if match is not None and len(_CELL.findall(line)) == 1 else ""


def _without_bars(line: str) -> str:
    """A line without the bars between its cells; a rule keeps its pieces."""
    if "|" not in line:
        return line
    return line.replace("|", " ")


def _heading_at(
    lines: Sequence[str], number: int, is_known: Callable[[str], bool]
) -> tuple[tuple[TableColumn, ...], int, bool] | None:
    """The columns of a heading that begins at a line, the first line behind it, and whether a rule gives them."""
    block: list[str] = []
    for line in lines[number : number + MAX_HEADING_LINES]:
        if not line.strip() or set(line) <= _RULED or _FIELD_LIKE.match(line):
            break
        block.append(line)
    words = " ".join(block).lower()
    if not any(hint in words for hint in _HINTS):
        return None
    for length in range(len(block), 0, -1):
        behind = number + length
        rule = lines[behind] if behind < len(lines) else ""
        is_ruled = len(rule.strip()) > 2 and set(rule) <= _RULED and ("-" in rule or "=" in rule)
        if not is_ruled and length > 1 and not _goes_on(block[:length]):
            continue
        pieces = _pieces(rule) if is_ruled else ()
        columns = _columns(block[:length], pieces)
        if length == 1 and len(pieces) > 2 and "  " not in block[0].strip() and not _is_aligned(block[0], columns):
            columns = _squeezed_columns(block[0].split(), pieces, is_known)
        known = sum(is_known(column.heading) for column in columns)
        below = _columns(block[1:length], pieces) if length > 1 else ()
        if known <= sum(is_known(column.heading) for column in below):
            continue  # the first line is a title or a row above the heading
        if 1 < len(columns) <= MAX_COLUMNS and known >= (1 if is_ruled else 2):
            return columns, behind + is_ruled, len(pieces) > 1
    return None


def _columns(block: Sequence[str], pieces: Sequence[tuple[int, int]]) -> tuple[TableColumn, ...]:
    return _ruled_columns(pieces, block) if len(pieces) > 1 else _worded_columns(block)


def _goes_on(block: Sequence[str]) -> bool:
    """True if lines without a rule below them are one heading: each but the last is indented, or the last is."""
    indents = [len(line) - len(line.lstrip()) for line in block]
    return all(indent > indents[-1] for indent in indents[:-1]) or indents[-1] > max(indents[:-1]) + 4


def _pieces(rule: str) -> tuple[tuple[int, int], ...]:
    return tuple((match.start(), match.end()) for match in _PIECE.finditer(rule))


def _ruled_columns(pieces: Sequence[tuple[int, int]], block: Sequence[str]) -> tuple[TableColumn, ...]:
    """The columns of a rule of pieces; a heading's word belongs to the piece that it begins in or stands nearest to."""
    texts: list[list[str]] = [[] for _ in pieces]
    begins = [begin for begin, _ in pieces]
    for line in block:
        for match in _WORD.finditer(line):
            texts[_place(match.start(), match.end(), pieces)].append(match.group())
    return tuple(
        TableColumn(" ".join(words), begin, end) for words, begin, (_, end) in zip(texts, begins, pieces, strict=True)
    )


def _place(begin: int, end: int, spans: Sequence[tuple[int, int]]) -> int:
    """The number of the span that overlaps most, else of the last that begins before."""
    overlaps = [min(end, stop) - max(begin, start) for start, stop in spans]
    best = max(range(len(spans)), key=lambda number: overlaps[number])
    if overlaps[best] > 0:
        return best
    return max((number for number, (start, _) in enumerate(spans) if start <= begin), default=0)


def _worded_columns(block: Sequence[str]) -> tuple[TableColumn, ...]:
    """The columns that the words of a heading give: texts of several lines that overlap are one heading."""
    columns: list[TableColumn] = []
    if any(len(_CELL.findall(line)) > MAX_COLUMNS for line in block):
        return ()
    for line in block:
        for match in _CELL.finditer(line):
            over = [column for column in columns if match.start() < column.end and match.end() > column.begin]
            if len(over) == 1:
                first = over[0]
                joined = TableColumn(
                    f"{first.heading} {match.group()}", min(first.begin, match.start()), max(first.end, match.end())
                )
                columns[columns.index(first)] = joined
            elif not over:
                columns.append(TableColumn(match.group(), match.start(), match.end()))
    return tuple(sorted(columns, key=lambda column: column.begin))


def _row(line: str, table: AlignedTable) -> TableRow | None:
    """The texts of a line by column: by characters below a rule of pieces, else by the heading that each text stands
    under or nearest to."""
    columns, group = table.columns, table.groups[-1] if table.groups else ""
    spans = [(column.begin, column.end) for column in columns]
    words = line.split()
    if (
        table.is_ruled
        and "  " not in line.strip()
        and len(words) >= len(columns) > 2
        and not _is_aligned(line, columns)
    ):
        return _squeezed(words, len(columns), group)
    ends = [*(column.begin for column in columns[1:]), 10_000]
    cells: dict[int, list[str]] = {}
    for match in _CELL.finditer(line):
        over = [at for at, (begin, end) in enumerate(spans) if match.start() < end and match.end() > begin]
        if len(over) == 1 and not table.is_ruled:
            cells.setdefault(over[0], []).append(match.group())
            continue
        for word in _WORD.finditer(match.group()):
            begin = match.start() + word.start()
            place = next((at for at, end in enumerate(ends) if begin < end), 0)
            if begin + len(word.group()) <= spans[place][0] and place not in over:
                place = max(place - 1, 0)
            cells.setdefault(place, []).append(word.group())
    if not cells:
        return None
    indent = len(line) - len(line.lstrip())
    return TableRow({at: " ".join(words) for at, words in cells.items()}, indent, group)


def _squeezed_columns(
    words: Sequence[str], pieces: Sequence[tuple[int, int]], is_known: Callable[[str], bool]
) -> tuple[TableColumn, ...]:
    """The columns of a heading whose runs of blanks a log has lost: of the ways to give every piece of the rule one to
    three words, the one with most known headings. Empty if there is none."""
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    for _ in pieces[: len(words)]:
        following: dict[int, tuple[int, tuple[str, ...]]] = {}
        for begin, (known, headings) in best.items():
            for end in range(begin + 1, min(begin + 4, len(words) + 1)):
                heading = " ".join(words[begin:end])
                score = known + (end - begin if is_known(heading) else 0)
                if end not in following or score > following[end][0]:
                    following[end] = (score, (*headings, heading))
        best = following
    _, headings = best.get(len(words), (0, ()))
    spans = pieces if len(headings) == len(pieces) else ()
    return tuple(TableColumn(heading, begin, end) for heading, (begin, end) in zip(headings, spans, strict=False))


def _is_aligned(line: str, columns: Sequence[TableColumn]) -> bool:
    """True if a word of a line begins where each column does, the first excepted."""
    begins = {match.start() for match in _WORD.finditer(line)}
    return all(column.begin in begins for column in columns[1:])


def _squeezed(words: Sequence[str], count: int, group: str) -> TableRow:
    """A row whose runs of blanks a log has lost: the second column takes the words that are too many."""
    surplus = len(words) - count
    texts = (words[0], " ".join(words[1 : 2 + surplus]), *words[2 + surplus :])
    return TableRow(dict(enumerate(texts)), 0, group)


def _stands_in_columns(row: TableRow, line: str, columns: Sequence[TableColumn], above: str) -> bool:
    """True if a line is a row: it has two texts, is no field, and behind an empty line two of its texts begin where
    their columns do."""
    if len(row.cells) < 2 or (_FIELD_LIKE.match(line) is not None and len(row.cells) < 3):
        return False
    if above.strip():
        return True
    begins = {column.begin for column in columns}
    return sum(match.start() in begins for match in _CELL.finditer(line)) >= 2


def _title_above(lines: Sequence[str], number: int) -> str:
    """The nearest line above a heading that is no rule, if it has one text only."""
    for line in reversed(lines[max(number - 4, 0) : number]):
        if line.strip() and not set(line) <= _RULED:
            return line.strip(" \t:") if len(_CELL.findall(line)) == 1 else ""
    return ""
