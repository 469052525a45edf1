"""A CSV table of targets: a header row, a column of addresses, and columns whose names become attributes."""

import csv
import io

from fingerprints.database.csv_file import column_name, delimiter_of, refused
from fingerprints.model.errors import Flaw
from scanner.targets.entry import InventoryContent, InventoryNote, NoteKind
from scanner.targets.inventories.columns import ADDRESS_COLUMNS, NAME_COLUMNS, is_export_of_equipment
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near, possible
from scanner.targets.inventories.table_rows import content_of_rows

ONLY_COLUMNS = ("address", "ip_address", "ip", "name", "hostname")
"""Headings of a table that has one column. Another word there may be a host."""


def recognise_table(content: FileContent) -> Recognition:
    """A text is a table if its first line names an address or a device, or has several cells."""
    if content.syntax not in (TextSyntax.TEXT, TextSyntax.YAML):  # a heading may end with a colon
        return NOT_RECOGNISED
    first = content.text.lstrip("\r\n").partition("\n")[0].strip()
    cells = tuple(column_name(cell.strip().strip('"')) for cell in first.split(delimiter_of(first)))
    if not first or (first.startswith("#") and cells[0] != "#"):
        return NOT_RECOGNISED
    named = {*cells}
    if len(cells) > 1 and (is_export_of_equipment(cells) or named.intersection(ADDRESS_COLUMNS)):
        return certain("its first line names columns, one of them of addresses")
    if len(cells) == 1 and named.intersection(ONLY_COLUMNS):
        return likely("its first line is the heading of a column")
    if len(cells) > 1 and named.intersection(NAME_COLUMNS):
        return likely("its first line names a column of names")
    if "#" not in first and len(cells) > 1 and content.syntax is TextSyntax.TEXT:
        return possible("its first line has several cells")
    return near("it has no header row that names a column of addresses") if len(cells) > 1 else NOT_RECOGNISED


def read_table(content: FileContent) -> InventoryContent:
    """What a CSV file lists (comma, semicolon or tab). Raises DataFileError naming every row that is wrong."""
    if content.syntax not in (TextSyntax.TEXT, TextSyntax.YAML, TextSyntax.XML):
        raise content.refused("whole file", f"is {content.syntax.value}", "a table of comma-separated values")
    text = content.text.removeprefix("\ufeff")
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.lstrip("\r\n")), strict=True)
        headings = next((row for row in rows if any(map(str.strip, row))), [])
        listed = [(f"row {rows.line_num}", row) for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise refused(content.path, (Flaw("whole file", str(error), "comma-separated values"),)) from error
    notes = (InventoryNote(NoteKind.ENCODING, content.encoding),) if content.encoding else ()
    return content_of_rows(content.path, headings, listed, notes)
