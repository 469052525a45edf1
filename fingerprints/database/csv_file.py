"""Reads tables that people write or export: comma, semicolon or tab, a header row, and every error with its row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.secret_names import first_word, names_secret, without_secrets

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is refused unread."""

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
    text = _text(path)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True))
    except csv.Error as error:
        raise refused(path, (Flaw("whole file", str(error), "comma-separated values"),)) from error
    columns = tuple(map(column_name, rows[0])) if rows else ()
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise refused(
            path, (Flaw("row 1", f"the column {first_word(repeated[0])} is there twice", "each column once"),)
        )
    filled = [(f"row {number}", row) for number, row in enumerate(rows[1:], 2) if any(map(str.strip, row))]
    flaws = tuple(
        Flaw(place, f"{len(row)} cells", f"{len(columns)}, as in the header")
        for place, row in filled
        if len(row) != len(columns)
    )
    if flaws:
        raise refused(path, flaws)
    secret = secret_columns(rows[0]) if rows else ()
    return CsvTable(
        columns, tuple(CsvRow(place, cells_by_column(columns, row, secret)) for place, row in filled), secret
    )


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


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        octets = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise _unread(path, f"cannot be read ({error.strerror})", "a readable file") from error
    if size > MAX_BYTES:
        raise _unread(path, f"holds {size:,} bytes", f"at most {MAX_BYTES:,} bytes")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unread(path, f"is not UTF-8 at byte {error.start}", "a text file in UTF-8") from error


def _unread(path: Path, problem: str, expected: str) -> DataFileError:
    flaw = Flaw("whole file", problem, expected)
    return DataFileError(path, (flaw,), "correct the file and run the same command again")
