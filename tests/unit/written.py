"""What a format writes, as the text that a reader sees: of a workbook, one cell after another."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from reports.document.document import Document
from reports.formats.registry import render


def text_of(document: Document, format_name: str) -> str:
    """The document in one format, as text."""
    rendered = render(document, format_name)
    return rendered if isinstance(rendered, str) else TEXT_OF_BYTES.get(format_name, bytes.decode)(rendered)


def open_workbook(written: bytes) -> Workbook:
    """The workbook as openpyxl reads it, which shares no code with the library that writes it."""
    return load_workbook(io.BytesIO(written))


def text_of_workbook(written: bytes) -> str:
    """All cells of all worksheets, one on a line; a date in ISO 8601."""
    cells = (cell for worksheet in open_workbook(written) for row in worksheet.iter_rows() for cell in row)
    return "\n".join(_shown(cell.value) for cell in cells if cell.value is not None)


def _shown(value: object) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def text_of_pages(written: bytes) -> str:
    """All pages of a PDF as pypdf reads them, which shares no code with the library that writes it."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(written)).pages)


TEXT_OF_BYTES: Mapping[str, Callable[[bytes], str]] = {"xlsx": text_of_workbook, "pdf": text_of_pages}
"""How the formats are read that are no text; the others are UTF-8."""
