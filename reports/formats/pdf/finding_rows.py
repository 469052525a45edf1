"""The findings one by one, as rows of a printed table."""

from dataclasses import dataclass, replace

from reports.document.answers.finding_rows import (
    count_findings,
    found_findings,
    name_maker,
    name_model,
    name_standing,
    other_address,
)
from reports.document.document import Document, ReportedDevice, ReportedFinding
from reports.document.due import due_days
from reports.document.due_wording import describe_day
from reports.document.force_wording import label_finding
from reports.document.overview import name_of
from reports.document.wording import MARK

MAX_FINDINGS = 5_000
"""Rows of the table, on some 150 pages, which take a minute to set. The line above counts what is left out."""


@dataclass(frozen=True, slots=True)
class PrintedFinding:
    """An open finding of one device. `state` is a class of the style sheet; the second line of a cell may be empty."""

    state: str
    mark: str
    verdict: str
    name: str
    address: str
    product: str
    where: str
    rule: str
    days: str


@dataclass(frozen=True, slots=True)
class PrintedFindings:
    """The rows, worst first, and how many there are."""

    counted: str
    rows: tuple[PrintedFinding, ...]


def printed_findings(document: Document) -> PrintedFindings:
    """Each open finding that asks for something: never a row of a device that is clear."""
    found = found_findings(document)
    rows = tuple(_row(judged, finding, document) for judged, finding in found[:MAX_FINDINGS])
    counted = count_findings(found)
    more = len(found) - len(rows)
    return PrintedFindings(f"{counted} The last {more:,} are in the CSV report alone." if more else counted, rows)


def _row(judged: ReportedDevice, finding: ReportedFinding, document: Document) -> PrintedFinding:
    name = name_of(judged)
    as_of, days = document.header.as_of, due_days(replace(judged, findings=(finding,)))
    return PrintedFinding(
        state=finding.verdict.value,
        mark=MARK[finding.verdict],
        verdict=label_finding(finding, document.header.binding),
        name=name,
        address=other_address(judged, name),
        product=", ".join(filter(None, (name_maker(judged, finding), name_model(judged, finding)))),
        where=", ".join(filter(None, (name_standing(judged), judged.placement.site))),
        rule=f"{finding.policy}/{finding.rule}",
        days="; ".join(describe_day(day, as_of) for day in days),
    )
