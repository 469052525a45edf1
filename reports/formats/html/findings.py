"""The findings as static HTML: by policy and clause with what to do, and as the table that paper and browsers without
script show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reports.document.answers.finding_rows import (
    count_findings,
    found_findings,
    name_maker,
    name_model,
    name_standing,
    other_address,
)
from reports.document.document import Document, Header, ReportedDevice, ReportedFinding
from reports.document.due_wording import describe_distance
from reports.document.force_wording import label_finding
from reports.document.group_wording import say_what_to_do
from reports.document.groups import FindingGroup
from reports.document.overview import name_of
from reports.document.wording import MARK, OWN_ZONES_TITLE, format_count, format_long_date
from reports.formats.html.first_screen import CauseRow, group_row
from reports.formats.html.parts import left_out, sentence
from reports.policy.verdict import OWN_ZONES

SHOWN_FINDINGS = 5_000
"""Rows of the printed table: 125 pages. The CSV has all findings, and the table says how many more there are."""


HEADINGS = ("Verdict", "Device", "Address", "Maker", "Model or part", "Place", "Site", "Rule", "Last day")


@dataclass(frozen=True, slots=True)
class ClauseGroup:
    """A cause under its clause: how many devices and which, what to do, and the date by which it is due."""

    row: CauseRow
    because: str
    to_do: str
    due: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of a policy with its citation, and the causes of its findings."""

    rule: str
    citation: str
    groups: tuple[ClauseGroup, ...]


@dataclass(frozen=True, slots=True)
class PolicyFindings:
    """What one policy finds, by clause."""

    title: str
    id: str
    counted: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One open finding of one device: its verdict, and the texts under the other headings."""

    state: str
    mark: str
    verdict: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingsTable:
    """The findings row by row, worst first; `more` is empty or one sentence."""

    counted: str
    headings: tuple[str, ...]
    rows: tuple[FindingRow, ...]
    more: tuple[str, ...]


def policy_findings(header: Header, groups: tuple[FindingGroup, ...]) -> tuple[PolicyFindings, ...]:
    """The groups of findings under their policies and clauses, the worst policy first."""
    titles = {OWN_ZONES: OWN_ZONES_TITLE} | {policy.id: policy.title for policy in header.policies}
    by_policy: dict[str, list[tuple[FindingGroup, CauseRow]]] = {}
    for number, group in enumerate(groups):
        by_policy.setdefault(group.cause.policy, []).append((group, group_row(header, (group,), (number,))))
    return tuple(
        PolicyFindings(
            title=titles.get(policy, policy),
            id=policy,
            counted=_count_devices(tuple(group for group, _ in members)),
            clauses=tuple(_clauses(members, header)),
        )
        for policy, members in by_policy.items()
    )


def findings_table(document: Document) -> FindingsTable:
    """Each open finding that asks for something: never a row of a device that is clear."""
    found = found_findings(document)
    rows = tuple(_finding_row(judged, finding, document.header) for judged, finding in found[:SHOWN_FINDINGS])
    return FindingsTable(
        count_findings(found), HEADINGS, rows, left_out(len(found), SHOWN_FINDINGS, "finding", "in the CSV report")
    )


def _count_devices(groups: tuple[FindingGroup, ...]) -> str:
    devices = len({judged.device.id for group in groups for judged in group.devices})
    return format_count(devices, "device")


def _clauses(members: list[tuple[FindingGroup, CauseRow]], header: Header) -> Iterator[Clause]:
    by_rule: dict[str, list[tuple[FindingGroup, CauseRow]]] = {}
    for group, row in members:
        by_rule.setdefault(group.cause.rule, []).append((group, row))
    for rule, found in by_rule.items():
        yield Clause(rule, found[0][0].citation, tuple(_clause_group(group, row, header) for group, row in found))


def _clause_group(group: FindingGroup, row: CauseRow, header: Header) -> ClauseGroup:
    day = group.deadline
    first = f"last day {format_long_date(day)}, {describe_distance(day, header.as_of)}" if day else ""
    because = group.because if group.is_same_reason else f"of {name_of(group.devices[0])}: {group.because}"
    return ClauseGroup(row, sentence(because), f"{say_what_to_do(group, header.binding)}.", first)


def _finding_row(judged: ReportedDevice, finding: ReportedFinding, header: Header) -> FindingRow:
    name = name_of(judged)
    return FindingRow(
        state=finding.verdict.value,
        mark=MARK[finding.verdict],
        verdict=label_finding(finding, header.binding),
        texts=(
            name,
            other_address(judged, name),
            name_maker(judged, finding),
            name_model(judged, finding),
            name_standing(judged),
            judged.placement.site or "",
            f"{finding.policy}/{finding.rule}",
            _due(finding.deadline, header.as_of),
        ),
    )


def _due(deadline: date | None, as_of: date) -> str:
    if deadline is None:
        return ""
    return f"{deadline.isoformat()} passed" if deadline < as_of else deadline.isoformat()
