"""The worksheets about findings: one row for each, and the evidence about the devices that have one."""

from collections.abc import Iterator
from datetime import date

from fingerprints.model.device import ClaimRecord, Component, Watched
from reports.document.document import Document, Header, ReportedDevice, ReportedFinding, place_of
from reports.document.force_wording import holds, label_device, label_finding
from reports.document.group_wording import what_to_do
from reports.document.identity_wording import describe_difference, describe_tie_reason
from reports.document.overview import maker_of, name_of, names_part, open_findings, worst_first
from reports.document.wording import PLACE, REASON, ROLE, SOURCE, TIER
from reports.formats.xlsx.devices import name_kind
from reports.formats.xlsx.worksheet import DAY, LONG_TEXT, NUMBER, HeadedColumn, Row, TableWorksheet, VerdictCell
from reports.policy.verdict import Verdict

FINDING_COLUMNS = (
    HeadedColumn("Verdict"),
    HeadedColumn("Device"),
    HeadedColumn("Place", NUMBER),
    HeadedColumn("Tier", NUMBER),
    HeadedColumn("Site", NUMBER),
    HeadedColumn("Maker", 24),
    HeadedColumn("Model", 20),
    HeadedColumn("Part"),
    HeadedColumn("Policy", 20),
    HeadedColumn("Rule", 16),
    HeadedColumn("Starts", DAY),
    HeadedColumn("Deadline", DAY),
    HeadedColumn("Days left", NUMBER),
    HeadedColumn("What to do", LONG_TEXT),
    HeadedColumn("Because", LONG_TEXT),
    HeadedColumn("Clause", 32),
    HeadedColumn("Why not the rule's own verdict", 32),
    HeadedColumn("From memory", NUMBER),
    HeadedColumn("Waiver", 32),
    HeadedColumn("Addresses"),
    HeadedColumn("Device id"),
)

EVIDENCE_COLUMNS = (
    HeadedColumn("Verdict"),
    HeadedColumn("Device"),
    HeadedColumn("Part"),
    HeadedColumn("It points to", 24),
    HeadedColumn("As"),
    HeadedColumn("Words seen", LONG_TEXT),
    HeadedColumn("Where", 36),
    HeadedColumn("At", 30),
    HeadedColumn("By fingerprint rule", 30),
    HeadedColumn("Weight", NUMBER),
    HeadedColumn("Device id"),
)

WEIGHT_PLACES = 3
"""Decimal places of a weight, as in the JSON document."""


def findings(document: Document) -> TableWorksheet:
    """One row for each finding but those that clear, the worst device first; waived ones behind the open ones."""

    def rows() -> Iterator[Row]:
        for judged in worst_first(document):
            for finding in judged.findings:
                if finding.verdict is not Verdict.CLEAR:
                    yield _finding(judged, finding, document.header)

    notes = ("One row for each finding of each device, the worst device first.",)
    return TableWorksheet("Findings", notes, FINDING_COLUMNS, rows, wraps=True)


def evidence(document: Document) -> TableWorksheet:
    """What was seen of each device with a finding: its claims, its ties to watched companies, its contradictions."""

    def rows() -> Iterator[Row]:
        for judged in worst_first(document):
            if open_findings(judged):
                verdict = VerdictCell(judged.verdict, label_device(judged, document.header.binding))
                for seen in _evidence(judged):
                    yield verdict, name_of(judged), *seen, judged.device.id

    notes = (
        "What was seen of each device with a finding. A weight is in natural-log odds; above 0 it is for the company.",
    )
    return TableWorksheet("Evidence of findings", notes, EVIDENCE_COLUMNS, rows)


def _finding(judged: ReportedDevice, finding: ReportedFinding, header: Header) -> Row:
    device, placement, last_day = judged.device, judged.placement, _last_day(finding)
    place = place_of(placement)
    kind = next((name_kind(part) for part in device.components if names_part(finding, part)), "")
    return (
        VerdictCell(finding.verdict, label_finding(finding, header.binding)),
        name_of(judged),
        PLACE[place],
        TIER[placement.tier] if placement.tier else "",
        placement.site or "",
        maker_of(judged),
        device.identity.model or "",
        f"{kind} {finding.component}" if kind else finding.component,
        finding.policy,
        finding.rule,
        finding.starts,
        last_day,
        (last_day - header.as_of).days if last_day else None,
        ""
        if finding.waiver
        else what_to_do(finding, place, f"the {kind}" if kind else "it", holds(finding, header.binding)),
        finding.because,
        finding.citation,
        REASON.get(finding.reason, finding.reason) if finding.reason else "",
        "from memory" if _is_from_memory(finding, header) else "",
        finding.waiver or "",
        " ".join(device.addresses),
        device.id,
    )


def _last_day(finding: ReportedFinding) -> date | None:
    """The deadline of a finding, unless it is only the eve of the day on which its rule starts."""
    is_eve = finding.starts is not None and finding.deadline is not None and finding.deadline < finding.starts
    return None if is_eve else finding.deadline


def _is_from_memory(finding: ReportedFinding, header: Header) -> bool:
    return any(
        policy.id == finding.policy and (policy.is_from_memory or finding.rule in policy.recalled_rules)
        for policy in header.policies
    )


def _evidence(judged: ReportedDevice) -> Iterator[Row]:
    device = judged.device
    yield from (_claim(claim) for claim in device.identity.claims)
    yield from (row for tie in device.watched for row in _tie(tie, None))
    yield from (row for part in device.components for tie in part.watched for row in _tie(tie, part))
    for difference in device.identity.conflicts:
        yield "", difference.other.name, "Contradiction", describe_difference(difference), "", "", "", None


def _claim(claim: ClaimRecord) -> Row:
    where = SOURCE.get(claim.source, claim.source)
    weight = round(claim.weight, WEIGHT_PLACES)
    return "", claim.company, ROLE[claim.role], claim.text, where, claim.at, claim.rule, weight


def _tie(tie: Watched, part: Component | None) -> Iterator[Row]:
    """The reasons of a tie to a watched company, each as a row."""
    place = f"{part.kind} {part.position}" if part else ""
    roles = ", ".join(ROLE[role] for role in tie.roles)
    for reason in tie.because:
        yield place, tie.entity, roles, describe_tie_reason(reason), f"watched company, {tie.level.value}", "", "", None
