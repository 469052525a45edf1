"""A workbook (XLSX): the table of its first sheet that has one. Read without formulas, and within limits."""

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from fingerprints.database.csv_file import MAX_COLUMNS
from fingerprints.model.errors import KitscanError
from scanner.targets.entry import InventoryContent, InventoryNote, NoteKind
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import text_of_value
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, near
from scanner.targets.inventories.table_rows import content_of_rows

MAX_UNPACKED = 128 * 1024 * 1024
"""Octets of all parts of a workbook together."""

MAX_PARTS = 2_000
MAX_ROWS = 200_000
EXPECTED = "a workbook (XLSX) with a table of targets"


def recognise_workbook(content: FileContent) -> Recognition:
    """A ZIP archive that holds xl/workbook.xml."""
    if content.syntax is not TextSyntax.WORKBOOK:
        return NOT_RECOGNISED
    if "xl/workbook.xml" in {part.filename for part in _parts(content)}:
        return certain("it is a workbook")
    return near("it is a ZIP archive without xl/workbook.xml")


def _parts(content: FileContent) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content.octets)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):  # NotImplementedError: a newer kind of ZIP
        return []


def read_workbook(content: FileContent) -> InventoryContent:
    """The rows of the first sheet that has any. Other sheets are noted. Raises DataFileError, and KitscanError if
    openpyxl is not installed."""
    try:
        import defusedxml  # noqa: F401  openpyxl reads with it where it is installed
        import openpyxl
    except ImportError as error:
        raise KitscanError(
            f"{content.path}: reading workbooks needs openpyxl", "pip install 'kitscan[xlsx-in]', or save it as CSV"
        ) from error
    parts = _parts(content)
    if not parts:
        raise content.refused("whole file", "is no ZIP archive that can be read", EXPECTED)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise content.refused("whole file", f"unpacks to more than {MAX_UNPACKED:,} bytes", EXPECTED)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content.octets), read_only=True, data_only=True, keep_links=False)
        names = [sheet.title for sheet in book.worksheets]
        found = next(((sheet.title, rows) for sheet in book.worksheets if (rows := _rows(content, sheet))), None)
    except KitscanError:
        raise
    except Exception as error:
        problem = f"cannot be read as a workbook ({type(error).__name__})"
        raise content.refused("whole file", problem, EXPECTED) from error
    if found is None:
        raise content.refused("whole file", "has no sheet with rows", EXPECTED)
    title, rows = found
    notes = tuple(InventoryNote(NoteKind.NOT_READ, f"the sheet {name}") for name in names if name != title)
    headings = rows[0][1]
    width = len(headings)
    filled = [(place, (cells + [""] * width)[:width]) for place, cells in rows[1:]]
    return content_of_rows(content.path, headings, filled, notes)


def _rows(content: FileContent, sheet: Any) -> list[tuple[str, list[str]]]:
    """The rows of a sheet that are not empty, each as wide as its last filled cell."""
    rows = list(_filled(islice(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), MAX_ROWS + 1)))
    if len(rows) > MAX_ROWS:
        raise content.refused(f"sheet {sheet.title[:40]}", f"more than {MAX_ROWS:,} rows", "fewer rows")
    return rows


def _filled(rows: Any) -> Iterator[tuple[str, list[str]]]:
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield f"row {number}", cells


def _text(cell: Any) -> str:
    """A cell as text: 22.0 is 22, and a day has no time."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    return text_of_value(cell) if isinstance(cell, str | int | float) else text_of_value(str(cell or ""))
