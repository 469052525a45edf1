"""The document as CSV: one row for each device (worst first), target not assessed, unscanned neighbour and policy.

The column `row` names the kind of row. Columns keep their names and order; new ones are added at the end. `binding` is
false where nobody chose the policies: they bind nobody, and what is called restricted only would be. `redacted_from` is
the number of the whole report of which this one is redacted. `filtered` says which devices alone have a row.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from fingerprints.model.device import Watched
from reports.document.document import (
    AppliedPolicy,
    Document,
    NotAssessed,
    PolicyLeftOut,
    ReportedDevice,
    ReportedFinding,
    ReportedNeighbour,
    place_of,
)
from reports.document.due import due_days, next_day
from reports.document.due_wording import describe_due_day
from reports.document.filtering.filter_wording import filter_words
from reports.document.force_wording import describe_force
from reports.document.overview import (
    deadline_of,
    finding_label,
    open_findings,
    party_name,
    tie_label,
    worst_first,
)
from reports.document.wording import next_step
from reports.formats.csv_table import to_csv
from reports.judgement.incomplete import seen_parts

COLUMNS = (
    "row",
    "verdict",
    "place",
    "name",
    "addresses",
    "vendor",
    "made_by",
    "platform",
    "level",
    "confidence",
    "model",
    "version",
    "serial",
    "os",
    "kind",
    "tier",
    "segment",
    "site",
    "zone",
    "placed_because",
    "watched",
    "findings",
    "waived",
    "deadline",
    "components_watched",
    "reason",
    "hint",
    "id",
    "labels",
    "parts",
    "parts_of_unknown_maker",
    "kinds_not_seen",
    "next_deadline",
    "deadlines",
    "binding",
    "redacted_from",
    "filtered",
)


def render(document: Document) -> str:
    """All rows, with a byte order mark and CR LF at the end of each (see csv_table)."""
    binding = "true" if document.header.binding else "false"
    said = document.header.filtered
    whole = {"redacted_from": document.header.redacted_from, "filtered": filter_words(said) if said else ""}
    always = {"binding": binding, **whole}
    return to_csv(COLUMNS, ({**row, **always} for row in _rows(document)))


def _rows(document: Document) -> Iterator[dict[str, str]]:
    applied = document.header.policies
    from_memory = frozenset(
        (
            *(policy.id for policy in applied if policy.is_from_memory),
            *(f"{policy.id}/{rule}" for policy in applied for rule in policy.recalled_rules),
        )
    )
    as_of = document.header.as_of
    yield from (_device(judged, as_of, from_memory) for judged in worst_first(document))
    yield from (_not_assessed(missing) for missing in document.not_assessed)
    yield from (_unscanned(neighbour) for neighbour in document.seen_only_as_neighbour)
    yield from (_policy(policy, as_of) for policy in applied)
    yield from (_left_out(policy) for policy in document.header.policies_left_out)


def _device(judged: ReportedDevice, as_of: date, from_memory: frozenset[str]) -> dict[str, str]:
    device, waived = judged.device, [finding for finding in judged.findings if finding.waiver]
    seen = seen_parts(device)
    return {
        "row": "device",
        "verdict": judged.verdict.value,
        "id": device.id,
        "name": device.name,
        "addresses": " ".join(device.addresses),
        "labels": " ".join(device.labels),
        **_identity(judged),
        **_placement(judged),
        "watched": _joined(device.watched),
        "findings": " | ".join(_describe_finding(finding, from_memory) for finding in open_findings(judged)),
        "waived": " | ".join(f"{_describe_finding(finding, from_memory)}: {finding.waiver}" for finding in waived),
        "deadline": _day(deadline_of(judged)),
        "next_deadline": _day(next_day(judged, as_of)),
        "deadlines": " | ".join(describe_due_day(due_day, as_of) for due_day in due_days(judged)),
        "components_watched": " | ".join(
            f"{part.kind} {part.position}: {tie_label(tie)}" for part in device.components for tie in part.watched
        ),
        "parts": f"{seen.count}",
        "parts_of_unknown_maker": f"{seen.unknown_maker}",
        "kinds_not_seen": " ".join(seen.not_seen),
    }


def _identity(judged: ReportedDevice) -> dict[str, str]:
    identity = judged.device.identity
    return {
        "vendor": party_name(identity.vendor),
        "made_by": party_name(identity.made_by),
        "platform": party_name(identity.platform),
        "level": identity.level.value,
        "confidence": f"{identity.confidence:.3f}",
        "model": identity.model or "",
        "version": identity.version or "",
        "serial": identity.serial or "",
        "os": identity.os or "",
        "kind": identity.kind or "",
    }


def _placement(judged: ReportedDevice) -> dict[str, str]:
    placement = judged.placement
    return {
        "place": place_of(placement).value,
        "tier": placement.tier.value if placement.tier else "",
        "segment": placement.segment or "",
        "site": placement.site or "",
        "zone": placement.zone or "",
        "placed_because": placement.because,
    }


def _not_assessed(missing: NotAssessed) -> dict[str, str]:
    return {
        "row": "not_assessed",
        "verdict": "not_assessed",
        "addresses": missing.target,
        "reason": missing.reason.value,
        "hint": next_step(missing),
    }


def _unscanned(neighbour: ReportedNeighbour) -> dict[str, str]:
    return {
        "row": "seen_only_as_neighbour",
        "name": neighbour.name or neighbour.mac,
        "addresses": neighbour.address,
        "made_by": party_name(neighbour.made_by),
        "watched": _joined(neighbour.watched),
        "reason": neighbour.text,
    }


def _policy(policy: AppliedPolicy, as_of: date) -> dict[str, str]:
    return {
        "row": "policy",
        "id": policy.id,
        "name": f"{policy.title} ({policy.jurisdiction})",
        "reason": describe_force(policy, as_of),
    }


def _left_out(policy: PolicyLeftOut) -> dict[str, str]:
    return {
        "row": "policy_left_out",
        "id": policy.id,
        "name": f"{policy.title} ({policy.jurisdiction})",
        "reason": policy.because,
    }


def _joined(ties: Iterable[Watched]) -> str:
    return " | ".join(map(tie_label, ties))


def _describe_finding(finding: ReportedFinding, from_memory: frozenset[str]) -> str:
    mark = " (from memory)" if from_memory & {finding.policy, f"{finding.policy}/{finding.rule}"} else ""
    return f"{finding.verdict.value} {finding_label(finding)}{mark}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
