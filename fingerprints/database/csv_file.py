"""Reads tables that people write or export: comma, semicolon or tab, a header row, and every error with its row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from fingerprints.model.repeated import repeated
from fingerprints.model.secret_names import first_word, names_secret, without_secrets

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
    """The columns of a table, in lower case with `_` for spaces and hyphens, and its rows without the empty ones.

    `secret_columns` are those whose headings name a secret. Their cells are not in the rows.
    """

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    secret_columns: tuple[str, ...] = ()


def read_csv(path: Path) -> CsvTable:
    """The table in a CSV file. Raises DataFileError, which names every row that has not the header's cells."""
    headings, filled = header_and_rows(path)
    columns = tuple(map(column_name, headings))
    flaws = tuple(
        Flaw(place, f"{len(row)} cells", f"{len(columns)}, as in the header")
        for place, row in filled
        if len(row) != len(columns)
    )
    if flaws:
        raise refused(path, flaws)
    secret = secret_columns(headings)
    return CsvTable(
        columns, tuple(CsvRow(place, cells_by_column(columns, row, secret)) for place, row in filled), secret
    )


def header_and_rows(path: Path) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The headings of the columns as written, and each row that is not empty with its place. Raises DataFileError if
    the file is no table, or its header names a column twice or more than MAX_COLUMNS."""
    text = read_text_file(path)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
        headings = next(rows, [])
        if len(headings) > MAX_COLUMNS:
            raise refused(path, (Flaw("row 1", f"{len(headings):,} columns", f"at most {MAX_COLUMNS:,}"),))
        if twice := repeated(filter(None, map(column_name, headings))):
            problem = f"the column {first_word(twice[0])} is there twice"
            raise refused(path, (Flaw("row 1", problem, "each column once"),))
        return headings, [(f"row {number}", row) for number, row in enumerate(rows, 2) if any(map(str.strip, row))]
    except csv.Error as error:
        raise refused(path, (Flaw("whole file", str(error), "comma-separated values"),)) from error


def refused(path: Path, flaws: tuple[Flaw, ...]) -> DataFileError:
    """The error about rows of a table, at most MAX_FLAWS of them."""
    return DataFileError(path, flaws[:MAX_FLAWS], "correct these rows and run the same command again")


def cells_by_column(columns: tuple[str, ...], row: list[str], secret: tuple[str, ...]) -> dict[str, str]:
    """The cells of a row without the empty ones, and without what names a secret."""
    named = ((name, cell.strip()) for name, cell in zip(columns, row, strict=True) if name and name not in secret)
    return {name: without_secrets(cell) for name, cell in named if cell}


def secret_columns(headings: list[str]) -> tuple[str, ...]:
    """The columns whose headings name a secret. The writing of a heading counts: `snmpKey`."""
    return tuple(column_name(heading) for heading in headings if names_secret(heading))


def column_name(cell: str) -> str:
    """The name of a column: its heading in lower case, with `_` for spaces and hyphens."""
    return cell.strip().lower().replace(" ", "_").replace("-", "_")


def delimiter_of(text: str) -> str:
    """The character between the cells of a table: what its first line has most of, a comma if nothing."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)
