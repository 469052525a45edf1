"""CSV as spreadsheets open it: RFC 4180, UTF-8 with a byte order mark, every cell quoted, no cell run as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping

from reports.formats.spreadsheet_text import cell_text, inert

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the code page of the machine. Readers: Python's `utf-8-sig`."""


def to_csv(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> str:
    """A heading and the rows, each ending with CR LF. A column that a row does not name is empty there."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(out, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: cell(text) for column, text in row.items()})
    return out.getvalue()


def cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs."""
    return inert(cell_text(text))
