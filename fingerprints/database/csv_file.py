"""Reads tables that people write or export: comma, semicolon or tab, a header row, and every error with its row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fingerprints.database.repeated import repeated
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file

MAX_COLUMNS = 1_000
"""Columns of the widest table. Exports of inventories have some hundred."""

MAX_FLAWS = 20
"""Rows that one error names."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its `place` for errors (`row 3`), and its cells by column, without the empty ones."""

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The columns of a table, in lower case with `_` for spaces and hyphens, and its rows without the empty ones."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read_csv(path: Path) -> CsvTable:
    """The table in a CSV file. Raises DataFileError, which names every row that has not the header's cells."""
    columns, filled = header_and_rows(path)
    flaws = tuple(
        Flaw(place, f"{len(row)} cells", f"{len(columns)}, as in the header")
        for place, row in filled
        if len(row) != len(columns)
    )
    if flaws:
        raise refused(path, flaws)
    return CsvTable(columns, tuple(CsvRow(place, _cells(columns, row)) for place, row in filled))


def header_and_rows(path: Path) -> tuple[tuple[str, ...], list[tuple[str, list[str]]]]:
    """The names of the columns, and each row that is not empty with its place. Raises DataFileError if the file is no
    table, or its header names a column twice or more than MAX_COLUMNS."""
    text = read_text_file(path)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
        columns = tuple(map(column_name, next(rows, ())))
        if len(columns) > MAX_COLUMNS:
            raise refused(path, (Flaw("row 1", f"{len(columns):,} columns", f"at most {MAX_COLUMNS:,}"),))
        if twice := repeated(filter(None, columns)):
            raise refused(path, (Flaw("row 1", f"the column {twice[0]} is there twice", "each column once"),))
        return columns, [(f"row {number}", row) for number, row in enumerate(rows, 2) if any(map(str.strip, row))]
    except csv.Error as error:
        raise refused(path, (Flaw("whole file", str(error), "comma-separated values"),)) from error


def refused(path: Path, flaws: tuple[Flaw, ...]) -> DataFileError:
    """The error about rows of a table, at most MAX_FLAWS of them."""
    return DataFileError(path, flaws[:MAX_FLAWS], "correct these rows and run the same command again")


def _cells(columns: tuple[str, ...], row: list[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(columns, row, strict=True) if name and cell.strip()}


def column_name(cell: str) -> str:
    """The name of a column: its heading in lower case, with `_` for spaces and hyphens."""
    return cell.strip().lower().replace(" ", "_").replace("-", "_")


def delimiter_of(text: str) -> str:
    """The character between the cells of a table: what its first line has most of, a comma if nothing."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)
