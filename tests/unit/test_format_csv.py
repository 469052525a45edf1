"""CSV: a row for each device, the worst first, and each target not assessed; a spreadsheet runs nothing of it."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reports.formats.as_csv import COLUMNS
from reports.formats.csv_table import BYTE_ORDER_MARK, cell
from reports.formats.registry import render
from tests.unit import documents

GOLDEN = Path(__file__).parent / "golden" / "document.csv"

HOSTILE = st.text(st.characters(), min_size=1) | st.from_regex(r"[ \t\r\n=+\-@|%]{1,3}[a-z(]{1,9}", fullmatch=True)


def rows(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.removeprefix(BYTE_ORDER_MARK), newline="")))


def starts_of_formulas(written: str, delimiter: str) -> list[str]:
    """The cells that a spreadsheet with this separator would run. Blanks and quotes before a formula do not count."""
    split = csv.reader(io.StringIO(written.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=delimiter)
    return [cell for row in split for cell in row if cell.lstrip(' \t\r\n"').startswith(("=", "+", "-", "@", "|", "%"))]


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


def test_excel_is_told_that_the_file_is_utf_8() -> None:
    assert render(documents.few(), "csv").encode().startswith(b'\xef\xbb\xbf"row","verdict"')


def test_the_worst_device_stands_first_and_what_is_clear_last() -> None:
    verdicts = [row[1] for row in rows(render(documents.network(), "csv")) if row[0] == "device"]
    order = ["restricted", "review", "conditional", "not_assessed", "clear"]
    assert verdicts == sorted(verdicts, key=order.index)
    assert len(set(verdicts)) == 5


def test_a_formula_is_shown_and_not_run() -> None:
    assert [
        cell(text) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "1=1", "＝1", "﹦1", "−1")
    ] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "␉=1",
        "␍=1",
        "'  =1",
        "1=1",
        "'＝1",
        "'﹦1",
        "'−1",
    ]


def test_a_formula_behind_the_separator_of_another_locale_is_shown_and_not_run() -> None:
    hostile = ("x;=1+1", 'x; "=1+1"', "x|@SUM(A1)", ";;-1", "x；=1", "a; b", "a | b")
    assert [cell(text) for text in hostile] == [
        "x;'=1+1",
        'x;\' "=1+1"',
        "x|'@SUM(A1)",
        ";;'-1",
        "x；=1",
        "a; b",
        "a | b",
    ]


def test_a_name_that_begins_a_formula_behind_a_semicolon_is_not_run_where_semicolons_separate() -> None:
    judged = documents.huawei_core()
    named = replace(judged, device=replace(judged.device, name="sw1;=cmd|'/C calc'!A0;x", labels=('"";""=1+1',)))
    document = documents.build(documents.HEADER, (named,), ())
    assert {delimiter: starts_of_formulas(render(document, "csv"), delimiter) for delimiter in ",;|\t"} == {
        ",": [],
        ";": [],
        "|": [],
        "\t": [],
    }


def test_no_cell_is_longer_than_a_cell_of_a_spreadsheet() -> None:
    for text in ("x" * 50_000, "\u202e" * 50_000, "\U0001f4a9" * 50_000, "\U0010ffff" * 50_000):
        assert len(cell(text).encode("utf-16-le")) // 2 <= 32_767
        assert cell(text).endswith(" more)")


@given(HOSTILE)
def test_no_cell_acts_whatever_a_device_says(text: str) -> None:
    written = render(documents.speaking(text), "csv")
    table = rows(written)
    assert {len(row) for row in table} == {len(COLUMNS)}
    assert [row[0] for row in table] == ["row", "device", "not_assessed", *["policy"] * len(documents.POLICIES)]
    assert [starts_of_formulas(written, delimiter) for delimiter in ",;|\t"] == [[], [], [], []]
    assert written.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "").isprintable()
