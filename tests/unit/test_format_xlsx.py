"""The workbook: what its worksheets hold, how they print, that nothing in it runs, that its bytes stay the same."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.worksheet import Worksheet as XlsxWriterWorksheet

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component
from reports.document.document import Document
from reports.document.force_wording import NOBODY_CHOSE
from reports.document.overview import overview
from reports.document.report_number import report_number
from reports.formats.registry import render
from reports.formats.spreadsheet_text import cell_text
from reports.formats.xlsx import workbook
from reports.formats.xlsx.workbook import Properties, write_workbook
from reports.formats.xlsx.worksheet import HeadedColumn, TableWorksheet
from reports.judgement.run_info import RunRecord
from tests.unit import documents
from tests.unit.written import open_workbook

NAMES = ["Summary", "Findings", "Devices", "Parts", "Not assessed", "Evidence of findings", "Policies", "Method"]

TABLES = NAMES[1:-1]

NO_XML = ["<r><t>x</t></r>", "<r></si></sst>]]></r>", "_x0041_", "\u202e" * 40_000, "💩" * 40_000]
"""Texts that would be XML of the workbook, an escape of it, or longer than a cell."""

PROPERTIES = Properties("A title", datetime(2026, 11, 22, tzinfo=UTC), "head", "foot")

RECORD = RunRecord(
    14,
    "scan",
    "jo@scan1",
    datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
    datetime(2026, 11, 22, 3, 52, tzinfo=UTC),
    ("10.0.0.0/16",),
    ("10.0.3.0/24",),
    "normal",
    ("snmp", "ssh"),
    "ab" * 32,
)


def written(document: Document) -> bytes:
    rendered = render(document, "xlsx")
    assert isinstance(rendered, bytes)
    return rendered


def worksheet(document: Document, name: str) -> Worksheet:
    return open_workbook(written(document))[name]


def table(document: Document, name: str) -> list[dict[str, Any]]:
    """The rows of a worksheet by their headings, without the empty cells."""
    rows = list(worksheet(document, name).iter_rows(min_row=2, values_only=True))
    heading = [str(cell) for cell in rows[0]]
    return [{name: cell for name, cell in zip(heading, row, strict=True) if cell is not None} for row in rows[1:]]


def first_column(document: Document, name: str) -> list[Any]:
    return [row[0].value for row in worksheet(document, name).iter_rows()]


def test_the_worksheets_stand_in_the_order_of_their_use() -> None:
    assert open_workbook(written(documents.network())).sheetnames == NAMES


def test_where_nobody_chose_every_worksheet_says_so_in_its_first_cell() -> None:
    book = open_workbook(written(documents.few()))
    assert [sheet["A1"].value.startswith(NOBODY_CHOSE) for sheet in book] == [True] * len(NAMES)
    assert "Would be restricted" in first_column(documents.few(), "Findings")
    assert "Restricted" not in first_column(documents.few(), "Findings")


def test_the_summary_gives_the_answer_then_the_numbers_then_the_causes() -> None:
    first = first_column(documents.network(), "Summary")
    assert first[:2] == ["Hardware provenance, 22 November 2026", overview(documents.network()).summary]
    titles = [
        "Devices by verdict and place",
        "How much was seen",
        "Due within 90 days",
        "Not assessed, by cause",
        "Where this report comes from",
        "Signatures",
        "Why, by cause",
    ]
    places = [first.index(title) for title in titles]
    assert places == sorted(places)


def test_the_matrix_of_the_summary_counts_assessed_devices_apart_from_what_was_not_assessed() -> None:
    rows = [row[:5] for row in worksheet(documents.network(), "Summary").iter_rows(values_only=True)]
    start = rows.index(("Devices by verdict and place", None, None, None, None))
    assert rows[start + 1 : start + 8] == [
        ("Verdict", "Core", "Non-core", "Unclassified", "In no place"),
        ("Restricted", 2, 3, 0, None),
        ("Review", 1, 0, 1, None),
        ("Conditional", 0, 1, 0, None),
        ("Clear", 2, 3, 0, None),
        ("All assessed devices", 5, 7, 1, None),
        ("Not assessed", 0, 0, 1, 2),
    ]


def test_a_finding_has_its_clause_its_dates_as_dates_and_what_to_do() -> None:
    (row,) = [row for row in table(documents.network(), "Findings") if row["Rule"] == "cap-fttp"]
    assert row == {
        "Verdict": "Conditional",
        "Device": "bri-olt-9",
        "Place": "Non-core",
        "Tier": "access",
        "Site": "bri-2",
        "Maker": "Huawei Technologies",
        "Model": "MA5800-X7",
        "Policy": "gb-dvd-huawei-2022",
        "Rule": "cap-fttp",
        "Deadline": datetime(2027, 12, 31),
        "Days left": 404,
        "What to do": "Keep to the date, the cap or the condition that the rule names",
        "Because": "allowed while no more than 35 % of premises passed are served by it",
        "Clause": "Direction of 13 October 2022, paragraph 6",
        "Addresses": "10.0.8.9",
        "Device id": "dev-09",
    }


def test_the_eve_of_a_start_is_no_deadline() -> None:
    (row,) = [row for row in table(documents.few(), "Findings") if row["Policy"] == "fi-critical-2021"]
    assert (row["Starts"], "Deadline" in row, "Days left" in row) == (datetime(2026, 12, 19), False, False)


def test_a_waived_finding_stays_with_its_waiver_and_asks_for_nothing() -> None:
    (row,) = [row for row in table(documents.network(), "Findings") if "Waiver" in row]
    assert (row["Waiver"], "What to do" in row) == (
        "W-2026-014 (until 2027-03-31): out of scope, no federal customer",
        False,
    )


def test_a_finding_about_a_part_names_its_kind_and_position() -> None:
    assert [row["Part"] for row in table(documents.network(), "Findings") if "Part" in row] == ["optic TenGigE0/0/0/3"]


def test_every_device_has_a_row_the_worst_first_with_numbers_as_numbers() -> None:
    rows = table(documents.network(), "Devices")
    assert [row["Device id"] for row in rows][:3] == ["dev-01", "dev-04", "dev-10"]
    assert {row["Device id"] for row in rows} == {judged.device.id for judged in documents.network().devices}
    assert (rows[0]["Confidence"], rows[0]["Findings"], rows[0]["Parts"]) == (0.998, 3, 3)


def test_a_confidence_is_never_rounded_up_to_certainty() -> None:
    judged = documents.huawei_core()
    known = replace(judged.device.identity, confidence=0.99999)
    sure = replace(judged, device=replace(judged.device, identity=known))
    assert table(documents.build(documents.HEADER, (sure,), ()), "Devices")[0]["Confidence"] == 0.999


def test_a_device_that_told_of_no_part_stands_among_the_parts() -> None:
    rows = table(documents.network(), "Parts")
    assert {row["Device id"] for row in rows} == {judged.device.id for judged in documents.network().devices}
    assert [row["Device"] for row in rows if row.get("Kind") == "no part was seen"][:2] == ["cam-10", "cam-11"]


def test_what_was_not_assessed_and_the_silent_ranges_are_listed_together() -> None:
    assert [(row["Target"], row["What it is"]) for row in table(documents.network(), "Not assessed")] == [
        ("10.0.8.77", "target"),
        ("core-9.example", "target"),
        ("10.0.8.0/24", "range"),
    ]


def test_the_evidence_is_that_of_devices_with_findings() -> None:
    rows = table(documents.network(), "Evidence of findings")
    assert {row["Device id"] for row in rows} == {f"dev-{number:02d}" for number in (1, 4, 5, 7, 9, 10, 11, 14)}
    assert rows[0] == {
        "Verdict": "Restricted",
        "Device": "lon-core-1",
        "It points to": "huawei",
        "As": "Firmware by",
        "Words seen": "Huawei Versatile Routing Platform Software VRP 8.210",
        "Where": "its system description",
        "At": "1.3.6.1.2.1.1.1.0",
        "By fingerprint rule": "huawei/sys_descr",
        "Weight": 4.2,
        "Device id": "dev-01",
    }


def test_a_policy_that_was_left_out_says_why() -> None:
    assert [(row["Policy"], row["Judges here"]) for row in table(documents.few(), "Policies")] == [
        ("gb-dvd-huawei-2022", "yes"),
        ("eu-csa2-2026", "no: only proposed"),
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_a_filter_over_its_headings_and_they_stay_in_sight_and_on_each_page(name: str) -> None:
    sheet = worksheet(documents.network(), name)
    assert sheet.auto_filter.ref == f"A2:{sheet.dimensions.partition(':')[2]}"
    assert (sheet.freeze_panes[1:], sheet.print_title_rows) == ("3", "$2:$2")


def test_a_printed_page_says_which_report_it_belongs_to_and_which_page_it_is() -> None:
    number = report_number(documents.network())
    for sheet in open_workbook(written(documents.network())):
        assert f"report {number}" in sheet.oddHeader.left.text
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_a_verdict_has_a_colour_and_its_word() -> None:
    cells = {row[0].value: row[0].fill.fgColor.rgb for row in worksheet(documents.network(), "Devices").iter_rows(3)}
    assert set(cells) == {"Restricted", "Review", "Conditional", "Not assessed", "Clear"}
    assert len(set(cells.values())) == 5


def test_the_same_document_gives_the_same_bytes_and_the_file_is_as_old_as_its_evidence() -> None:
    document = documents.network()
    recorded = replace(document, header=replace(document.header, record=RECORD))
    assert written(recorded) == written(recorded)
    assert open_workbook(written(recorded)).properties.created == datetime(2026, 11, 22, 2, 10)
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(written(recorded))).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_the_summary_says_who_collected_the_evidence() -> None:
    document = documents.network()
    recorded = replace(document, header=replace(document.header, record=RECORD))
    facts = {row[0]: row[1] for row in worksheet(recorded, "Summary").iter_rows(values_only=True)}
    assert (facts["Scanned by"], facts["Scope"], facts["Exclusions"]) == ("jo@scan1", "10.0.0.0/16", "10.0.3.0/24")


def test_nothing_in_it_is_a_formula_a_link_or_a_macro() -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(documents.network())))
    names = archive.namelist()
    assert not [name for name in names if "vba" in name or "externalLink" in name or "connections" in name]
    for name in names:
        tags = {element.tag.rpartition("}")[2] for element in fromstring(archive.read(name)).iter()}
        assert tags.isdisjoint({"f", "hyperlink", "hyperlinks", "ddeLink", "oleObject"}), name


@pytest.mark.parametrize(
    "text", ["<r><t>x</t></r>", "<r></si></sst>]]></r>", "_x0041_", "\u202e" * 40_000, "💩" * 40_000]
)
@pytest.mark.parametrize("keeps_rows", [True, False])
def test_a_text_never_writes_the_xml_of_the_workbook(text: str, keeps_rows: bool) -> None:
    """XlsxWriter writes a text in `<r>` as it is. An underscore of a text that looks like an escape is escaped."""
    sheet = TableWorksheet("Texts", (text,), (HeadedColumn("Text"),), lambda: [(text,)])
    archive = zipfile.ZipFile(io.BytesIO(write_workbook((sheet,), PROPERTIES, keeps_rows)))
    trees = [fromstring(archive.read(name)) for name in archive.namelist()]
    shown = [str(element.text) for tree in trees for element in tree.iter() if element.tag.endswith("}t")]
    expected = cell_text(text).replace("_x0041_", "_x005F_x0041_")
    assert {words.removesuffix(" ") for words in shown} == {expected, "Text"}
    assert len(expected.encode("utf-16-le")) // 2 <= 32_767


def test_a_table_that_is_longer_than_a_worksheet_goes_on_in_the_next() -> None:
    sheet = TableWorksheet("Parts", ("A note.",), (HeadedColumn("Number"),), lambda: [(n,) for n in range(7)])
    book = open_workbook(write_workbook((sheet,), PROPERTIES, max_rows=5))
    assert {name: [row[0] for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames} == {
        "Parts": ["A note.", "Number", 0, 1, 2],
        "Parts 2": ["A note.", "Number", 3, 4, 5],
        "Parts 3": ["A note.", "Number", 6],
    }


def test_a_table_that_fills_a_worksheet_to_the_last_row_has_no_empty_one_behind_it() -> None:
    sheet = TableWorksheet("Parts", (), (HeadedColumn("Number"),), lambda: [(n,) for n in range(6)])
    assert open_workbook(write_workbook((sheet,), PROPERTIES, max_rows=5)).sheetnames == ["Parts", "Parts 2"]


def test_both_ways_of_keeping_rows_show_the_same() -> None:
    rows = [("text", 1, 2.5, date(2026, 11, 22), None), ("", 0, 0.0, date(1899, 1, 1), "x")]
    sheet = TableWorksheet("Table", (), tuple(HeadedColumn(name) for name in "abcde"), lambda: rows)
    kept, streamed = (
        [list(row) for row in open_workbook(write_workbook((sheet,), PROPERTIES, way))["Table"].values]
        for way in (True, False)
    )
    assert kept == streamed
    assert kept[2:] == [["text", 1, 2.5, datetime(2026, 11, 22), None], [None, 0, 0, "1899-01-01", "x"]]


def test_the_quick_worksheet_writes_the_same_bytes_as_that_of_xlsxwriter(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(XlsxWriterWorksheet):  # type: ignore[misc]
        write_text = XlsxWriterWorksheet.write_string

    quick = written(documents.network())
    monkeypatch.setattr(workbook, "_worksheet_class", lambda: Plain)
    assert written(documents.network()) == quick


def test_the_kind_of_a_part_is_named_in_words() -> None:
    judged = documents.zte_metro()
    part = Component(ComponentKind.STACK_MEMBER, "1")
    holding = replace(judged, device=replace(judged.device, components=(part,)))
    (row,) = table(documents.build(documents.HEADER, (holding,), ()), "Parts")
    assert row["Kind"] == "stack member"
