"""CSV: one row for each device and each target not assessed, and nothing that a spreadsheet would run."""

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reports.formats.as_csv import COLUMNS, cell
from reports.formats.registry import render
from tests.unit import documents

GOLDEN = Path(__file__).parent / "golden" / "document.csv"

HOSTILE = st.text(st.characters(), min_size=1) | st.from_regex(r"[ \t\r\n=+\-@|%]{1,3}[a-z(]{1,9}", fullmatch=True)


def rows(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written, newline="")))


def test_the_golden_document_is_written_byte_for_byte() -> None:
    assert render(documents.few(), "csv").encode() == GOLDEN.read_bytes()


def test_the_first_column_names_the_kind_of_row() -> None:
    assert [row[0] for row in rows(render(documents.few(), "csv"))] == [
        "row",
        "device",
        "device",
        "device",
        "not_assessed",
        "policy",
        "policy_left_out",
    ]


def test_a_formula_is_shown_and_not_run() -> None:
    assert [cell(text) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "1=1")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "'␉=1",
        "'␍=1",
        "'  =1",
        "1=1",
    ]


@given(HOSTILE)
def test_no_cell_acts_whatever_a_device_says(text: str) -> None:
    written = render(documents.speaking(text), "csv")
    table = rows(written)
    assert {len(row) for row in table} == {len(COLUMNS)}
    assert [row[0] for row in table] == ["row", "device", "not_assessed", *["policy"] * len(documents.POLICIES)]
    assert not [c for row in table for c in row if c.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert written.replace("\r\n", "").isprintable()
