"""Writes worksheets as an Excel workbook (ECMA-376), the same bytes for the same worksheets.

No cell is a formula or a link: every text is written as a string, in cells of the format Text, so that it stays one
when somebody edits it. The workbook has no macro, no picture and no connection.
"""

import math
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING

from reports.formats.spreadsheet_text import cell_text
from reports.formats.xlsx.worksheet import CellValue, Row, SummaryBlock, SummaryWorksheet, TableWorksheet, VerdictCell
from reports.policy.verdict import Verdict

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
"""Rows of a worksheet of Excel, those with the notes and the headings included."""

_HEAD_ROWS = 2
"""The row with the notes and the row with the headings."""

_FIRST_YEAR = 1900
"""The first year of Excel's calendar; an earlier date is written as text."""

_SUMMARY_WIDTHS = (32, 14, 14, 24, 22, 12, 34, 10, 14, 14, 60, 60)
"""Widths of the columns of a worksheet of blocks, in characters. Its sentences stand in the first nine together."""

_SENTENCE_COLUMNS = 9
_LINE = 15
"""The height of a line of text, in points: Calibri 11, the default font of Excel."""

_MAX_HEIGHT = 409
"""The height of the highest row of Excel, in points."""

_PAPER_A4 = 9

_COLOURS = {
    Verdict.RESTRICTED: ("#8B0000", "#FBDADA"),
    Verdict.REVIEW: ("#7A3E00", "#FFE5C7"),
    Verdict.CONDITIONAL: ("#5C4A00", "#FFF3B8"),
    Verdict.NOT_ASSESSED: ("#333333", "#E4E4E4"),
    Verdict.CLEAR: ("#0B4F1D", "#DDF1DF"),
}
"""Letters and ground of a verdict's cell. Each pair has a contrast of 7 to 1 or more (WCAG 2.2, level AAA)."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself: its title, when its evidence was collected (not when it was written, so that the
    same evidence gives the same bytes), and the running head of printed pages."""

    title: str
    created: datetime
    running_head: str
    running_foot: str


@dataclass(frozen=True, slots=True)
class _Formats:
    text: "CellFormat"
    wrapped: "CellFormat"
    number: "CellFormat"
    day: "CellFormat"
    heading: "CellFormat"
    title: "CellFormat"
    notice: "CellFormat"
    sentence: "CellFormat"
    notes: "CellFormat"
    verdicts: dict[Verdict, "CellFormat"]


def write_workbook(
    worksheets: Iterable[SummaryWorksheet | TableWorksheet],
    properties: Properties,
    keeps_rows: bool = True,
    max_rows: int = MAX_ROWS,
) -> bytes:
    """The workbook as the bytes of a file. A worksheet holds at most `max_rows` rows.

    With `keeps_rows` it is written in half the time and all of it is in memory at once. Without, rows go to temporary
    files that only this user can read, and are gone after that.
    """
    from xlsxwriter import Workbook

    out = BytesIO()
    with tempfile.TemporaryDirectory(prefix="kitscan-") as folder:
        options = {
            "in_memory": keeps_rows,
            "constant_memory": not keeps_rows,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = Workbook(out, options)
        book.set_properties({"title": properties.title, "created": properties.created.replace(tzinfo=None)})
        formats = _formats_of(book)
        for worksheet in worksheets:
            if isinstance(worksheet, SummaryWorksheet):
                _write_summary(_new(book, worksheet.name, properties), worksheet, formats)
            else:
                _write_table(book, worksheet, formats, properties, max_rows)
        book.close()
    return out.getvalue()


def _new(book: "Workbook", name: str, properties: Properties, pages_wide: int = 1) -> "Worksheet":
    """A worksheet that prints in landscape, as wide as so many pages, with its number on each page."""
    worksheet = book.add_worksheet(name, _worksheet_class())
    worksheet.set_landscape()
    worksheet.set_paper(_PAPER_A4)
    worksheet.fit_to_pages(pages_wide, 0)
    head, foot = (text.replace("&", "&&") for text in (properties.running_head, properties.running_foot))
    worksheet.set_header(f"&L{head}&R&A")
    worksheet.set_footer(f"&L{foot}&RPage &P of &N")
    return worksheet


@cache
def _worksheet_class() -> type["Worksheet"]:
    """XlsxWriter's worksheet, which writes the same bytes in two thirds of the time: of a text with a format, nearly
    every cell, it knows what is to be written."""
    from xlsxwriter.worksheet import CellStringTuple, Worksheet

    class QuickWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types that mypy reads
        def write_text(self, row: int, column: int, text: str, cell_format: "CellFormat") -> None:
            """`write_string` without the question whether the row is a name like `A1`."""
            self._write_string(row, column, text, cell_format)

        def _write_cell(self, row: int, col: int, cell: object) -> None:
            if isinstance(cell, CellStringTuple) and cell.format and not self.constant_memory:
                style = cell.format._get_xf_index()
                self.fh.write(f'<c r="{_letters(col)}{row + 1}" s="{style}" t="s"><v>{cell.string}</v></c>')
            else:
                super()._write_cell(row, col, cell)

    return QuickWorksheet


@cache
def _letters(column: int) -> str:
    """The letters of a column: `A` of 0, `AB` of 27."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def _write_table(
    book: "Workbook", table: TableWorksheet, formats: _Formats, properties: Properties, max_rows: int
) -> None:
    """The table, continued on further worksheets ("Devices 2") where one is full."""
    for number, rows in enumerate(_chunks(table.rows(), max_rows - _HEAD_ROWS), 1):
        name = table.name if number == 1 else f"{table.name} {number}"
        worksheet = _new(book, name, properties, table.pages_wide)
        worksheet.write_string(0, 0, _text(" ".join(table.notes)), formats.notes)
        for column, known in enumerate(table.columns):
            worksheet.set_column(column, column, known.width)
            worksheet.write_string(1, column, known.heading, formats.heading)
        last = _HEAD_ROWS - 1
        for last, row in enumerate(rows, _HEAD_ROWS):  # the filter ends with the last row
            _write_row(worksheet, last, row, formats, formats.wrapped if table.wraps else formats.text)
        worksheet.autofilter(1, 0, last, len(table.columns) - 1)
        worksheet.freeze_panes(_HEAD_ROWS, table.frozen_columns)
        worksheet.repeat_rows(1)
        worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _chunks(rows: Iterable[Row], size: int) -> Iterator[Iterable[Row]]:
    """The rows by so many; one empty chunk of no rows. A chunk must be used up before the next is asked for."""
    rest = iter(rows)
    yield islice(rest, size)
    while (first := next(rest, None)) is not None:
        yield chain((first,), islice(rest, size - 1))


def _write_summary(worksheet: "Worksheet", summary: SummaryWorksheet, formats: _Formats) -> None:
    for column, width in enumerate(_SUMMARY_WIDTHS):
        worksheet.set_column(column, column, width)
    worksheet.hide_gridlines(2)
    row = 0
    if summary.notice:
        row = _write_sentence(worksheet, row, summary.notice, formats.notice)
    row = _write_sentence(worksheet, row, summary.title, formats.title)
    for sentence in summary.sentences:
        row = _write_sentence(worksheet, row, sentence, formats.sentence)
    for block in summary.blocks:
        row = _write_block(worksheet, row + 1, block, formats)


def _write_sentence(worksheet: "Worksheet", row: int, sentence: str, cell_format: "CellFormat") -> int:
    """Writes a sentence over some columns, as high as its lines; returns the next row."""
    _write_merged(worksheet, row, 0, sentence, cell_format)
    return row + 1


def _write_merged(worksheet: "Worksheet", row: int, column: int, text: str, cell_format: "CellFormat") -> None:
    """Writes a text over the columns from `column` to the last that sentences stand in."""
    shown, width = _text(text), sum(_SUMMARY_WIDTHS[column:_SENTENCE_COLUMNS])
    line = _LINE * (1.4 if cell_format.bold else 1.0)
    worksheet.set_row(row, min(line * math.ceil(len(shown) / width), _MAX_HEIGHT))
    worksheet.merge_range(row, column, row, _SENTENCE_COLUMNS - 1, "", cell_format)
    worksheet.write_string(row, column, shown, cell_format)


def _write_block(worksheet: "Worksheet", row: int, block: SummaryBlock, formats: _Formats) -> int:
    """Writes a block; returns the row below it."""
    worksheet.write_string(row, 0, block.title, formats.title)
    row += 1
    if block.note:
        worksheet.write_string(row, 0, block.note, formats.notes)
        row += 1
    for column, heading in enumerate(block.headings):
        worksheet.write_string(row, column, heading, formats.heading)
    row += bool(block.headings)
    for cells in block.rows:
        match cells:
            case (term, str() as value) if value and not block.headings:
                _write_cell(worksheet, row, 0, term, formats, formats.text)
                _write_merged(worksheet, row, 1, value, formats.sentence)
            case _:
                _write_row(worksheet, row, cells, formats, formats.text)
        row += 1
    return row


def _write_row(worksheet: "Worksheet", row: int, cells: Row, formats: _Formats, text_format: "CellFormat") -> None:
    for column, cell in enumerate(cells):
        if cell != "":
            _write_cell(worksheet, row, column, cell, formats, text_format)


def _write_cell(
    worksheet: "Worksheet", row: int, column: int, cell: CellValue, formats: _Formats, text_format: "CellFormat"
) -> None:
    """Texts come first: nearly all of a million cells are such."""
    if isinstance(cell, str):
        worksheet.write_text(row, column, _text(cell), text_format)
        return
    match cell:
        case None:
            return
        case VerdictCell(verdict, label):
            worksheet.write_string(row, column, label, formats.verdicts[verdict])
        case date():
            if cell.year < _FIRST_YEAR:
                worksheet.write_string(row, column, cell.isoformat(), text_format)
            else:
                worksheet.write_datetime(row, column, cell, formats.day)
        case _:
            worksheet.write_number(row, column, cell, formats.number)


@lru_cache(maxsize=1024)
def _text(text: str) -> str:
    """The text of a cell. XlsxWriter takes one in `<r>` and `</r>` for markup of its own, and writes it as it is: a
    space behind keeps a device from writing the workbook's XML. The rows of a device share most of their texts."""
    shown = cell_text(text)
    return f"{shown} " if shown.startswith("<r>") and shown.endswith("</r>") else shown


def _formats_of(book: "Workbook") -> _Formats:
    def new(**properties: object) -> "CellFormat":
        made: CellFormat = book.add_format({"valign": "top", **properties})
        return made

    return _Formats(
        text=new(num_format="@"),
        wrapped=new(num_format="@", text_wrap=True),
        number=new(align="right", indent=1),
        day=new(num_format="yyyy-mm-dd", align="left"),
        heading=new(num_format="@", bold=True, text_wrap=True, bottom=1, bg_color="#EDEFF2"),
        title=new(num_format="@", bold=True, font_size=13),
        notice=new(num_format="@", bold=True, text_wrap=True, font_color="#8B0000", bg_color="#FFF3B8"),
        sentence=new(num_format="@", text_wrap=True),
        notes=new(num_format="@", italic=True),
        verdicts={
            verdict: new(num_format="@", bold=True, font_color=letters, bg_color=ground)
            for verdict, (letters, ground) in _COLOURS.items()
        },
    )
