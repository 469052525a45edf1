"""The document as an Excel workbook: a summary, findings, devices, parts, what was not assessed, evidence, policies.

Each worksheet repeats in its first row what must not be missed: that nobody chose the policies, where it is so.
"""

from dataclasses import replace
from datetime import UTC, datetime, time

from reports.document.document import Document
from reports.document.force_wording import notice_of
from reports.document.provenance_wording import identify_report
from reports.document.wording import NOT_LEGAL_ADVICE, format_long_date
from reports.formats.xlsx.background import method, policies
from reports.formats.xlsx.devices import devices, not_assessed, parts
from reports.formats.xlsx.findings import evidence, findings
from reports.formats.xlsx.summary import summary
from reports.formats.xlsx.workbook import Properties, write_workbook
from reports.formats.xlsx.worksheet import TableWorksheet

TABLES = (findings, devices, parts, not_assessed, evidence, policies)
"""The worksheets with tables, in the order of their use."""


MAX_DEVICES_IN_MEMORY = 20_000
"""Devices up to which all rows are kept in memory while the workbook is written: about 0.7 GB."""


def render(document: Document) -> bytes:
    """The workbook, the same bytes for the same document."""
    notice = notice_of(document.header)
    tables = (_noticed(table(document), notice) for table in TABLES)
    keeps_rows = len(document.devices) <= MAX_DEVICES_IN_MEMORY
    return write_workbook((summary(document), *tables, method(document)), _properties(document), keeps_rows)


def _noticed(table: TableWorksheet, notice: str) -> TableWorksheet:
    return replace(table, notes=(notice, *table.notes)) if notice else table


def _properties(document: Document) -> Properties:
    header = document.header
    started = header.record.started.astimezone(UTC) if header.record else datetime.combine(header.as_of, time(), UTC)
    title = f"Hardware provenance, {format_long_date(header.as_of)}"
    return Properties(title, started, f"Hardware provenance: {identify_report(document)}", NOT_LEGAL_ADVICE)
