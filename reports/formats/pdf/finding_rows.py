"""The findings one by one, as rows of a printed table."""

from dataclasses import dataclass, replace

from reports.document.document import Document, ReportedDevice, ReportedFinding, place_of
from reports.document.due import due_days
from reports.document.due_wording import describe_day
from reports.document.force_wording import label_finding
from reports.document.overview import maker_of, name_of, open_findings, worst_first
from reports.document.wording import MARK, PLACE, TIER, format_count
from reports.policy.verdict import Verdict, severity

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
    found = [
        (judged, finding)
        for judged in worst_first(document)
        for finding in open_findings(judged)
        if finding.verdict is not Verdict.NOT_ASSESSED
    ]
    found.sort(key=lambda pair: severity(pair[1].verdict))
    devices = len({judged.device.id for judged, _ in found})
    rows = tuple(_row(judged, finding, document) for judged, finding in found[:MAX_FINDINGS])
    counted = f"{format_count(len(found), 'finding')} on {format_count(devices, 'device')}, the worst first."
    more = len(found) - len(rows)
    return PrintedFindings(f"{counted} The last {more:,} are in the CSV report alone." if more else counted, rows)


def _row(judged: ReportedDevice, finding: ReportedFinding, document: Document) -> PrintedFinding:
    device, placement, name = judged.device, judged.placement, name_of(judged)
    place, tier = PLACE[place_of(placement)], TIER[placement.tier] if placement.tier else ""
    named = (place, "" if tier in ("", place.lower()) else tier, placement.site or "")
    as_of, days = document.header.as_of, due_days(replace(judged, findings=(finding,)))
    return PrintedFinding(
        state=finding.verdict.value,
        mark=MARK[finding.verdict],
        verdict=label_finding(finding, document.header.binding),
        name=name,
        address=next((address for address in device.addresses if address != name), ""),
        product=", ".join(filter(None, (maker_of(judged), finding.component or device.identity.model))),
        where=", ".join(filter(None, named)),
        rule=f"{finding.policy}/{finding.rule}",
        days="; ".join(describe_day(day, as_of) for day in days),
    )
