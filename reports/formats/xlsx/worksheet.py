"""What a worksheet holds, as plain values: one module, workbook.py, turns them into cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from reports.policy.verdict import Verdict

TEXT, LONG_TEXT, NUMBER, DAY = 18, 48, 10, 12
"""Widths of columns, in characters: a name, a sentence, a count, a date."""


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """A verdict in words, and the verdict that gives the cell its colour."""

    verdict: Verdict
    label: str


CellValue = str | int | float | date | VerdictCell | None
"""None is an empty cell. A number is right-aligned and a date is a date of the spreadsheet, so that both sort."""

Row = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class HeadedColumn:
    """A heading, and the width of the column in characters of the default font."""

    heading: str
    width: int = TEXT


@dataclass(frozen=True, slots=True)
class TableWorksheet:
    """A table with its headings, under one line of notes. `rows` makes the rows anew each time it is called, so that a
    large table need not fit in memory."""

    name: str
    notes: tuple[str, ...]
    columns: tuple[HeadedColumn, ...]
    rows: Callable[[], Iterable[Row]]
    frozen_columns: int = 2
    """Columns that stay in sight: they say what a row is about."""
    wraps: bool = False
    """Whether long texts break into lines. Rows of a table that is looked up stay one line high."""
    pages_wide: int = 1
    """Pages of paper side by side that the columns are printed on."""


@dataclass(frozen=True, slots=True)
class SummaryBlock:
    """A title with a note, a row of headings and rows: one table of several on a worksheet that is read from the top.
    The note and the headings may be empty."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SummaryWorksheet:
    """`notice` stands before everything else, or is empty. `sentences` follow the title, then the blocks."""

    name: str
    notice: str
    title: str
    sentences: tuple[str, ...]
    blocks: tuple[SummaryBlock, ...]
