"""The document as CSV (RFC 4180): a row a device, then a row a target that was not assessed, told apart by `row`.

The columns keep their names and order; new ones are added at the end. A cell that a spreadsheet would run as a
formula gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Iterator

from fingerprints.model.device import Party
from reports.document.document import (
    Document,
    NotAssessed,
    ReportedDevice,
    ReportedFinding,
    ReportedNeighbour,
    place_of,
)
from reports.document.overview import deadline_of, open_findings
from reports.document.sanitize import sanitize
from reports.policy.action import Certainty

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
)

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""What spreadsheets take for the start of a formula or of a command, the full-width forms included."""

_CELL_LIMIT = 8_000
"""A quarter of what a spreadsheet's cell holds (32,767 characters)."""


def render(document: Document) -> str:
    """All rows, each ending with CR LF as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(document):
        writer.writerow({column: cell(text) for column, text in row.items()})
    return out.getvalue()


def cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs."""
    shown = sanitize(text, _CELL_LIMIT)
    return f"'{shown}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_START) else shown


def _rows(document: Document) -> Iterator[dict[str, str]]:
    applied = document.header.policies
    recalled = frozenset(
        (
            *(policy.id for policy in applied if policy.certainty == Certainty.KNOWLEDGE),
            *(f"{policy.id}/{rule}" for policy in applied for rule in policy.recalled_rules),
        )
    )
    yield from (_device(judged, recalled) for judged in document.devices)
    yield from (_missing(missing) for missing in document.not_assessed)
    yield from (_seen_only(seen) for seen in document.seen_only_as_neighbour)


def _device(judged: ReportedDevice, recalled: frozenset[str]) -> dict[str, str]:
    device, waived = judged.device, [finding for finding in judged.findings if finding.waiver]
    return {
        "row": "device",
        "verdict": judged.verdict.value,
        "id": device.id,
        "name": device.name,
        "addresses": " ".join(device.addresses),
        "labels": " ".join(device.labels),
        **_identity(judged),
        **_placement(judged),
        "watched": " | ".join(f"{tie.entity} {tie.level.value}" for tie in device.watched),
        "findings": " | ".join(_told(finding, recalled) for finding in open_findings(judged)),
        "waived": " | ".join(f"{_told(finding, recalled)}: {finding.waiver}" for finding in waived),
        "deadline": _date(judged),
        "components_watched": " | ".join(
            f"{part.kind} {part.position}: {tie.entity} {tie.level.value}"
            for part in device.components
            for tie in part.watched
        ),
    }


def _identity(judged: ReportedDevice) -> dict[str, str]:
    identity = judged.device.identity
    return {
        "vendor": _name(identity.vendor),
        "made_by": _name(identity.made_by),
        "platform": _name(identity.platform),
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


def _missing(missing: NotAssessed) -> dict[str, str]:
    return {
        "row": "not_assessed",
        "verdict": "not_assessed",
        "addresses": missing.target,
        "reason": missing.reason,
        "hint": missing.hint,
    }


def _seen_only(seen: ReportedNeighbour) -> dict[str, str]:
    return {
        "row": "seen_only_as_neighbour",
        "name": seen.name or seen.mac,
        "addresses": seen.address,
        "made_by": _name(seen.made_by),
        "watched": " | ".join(f"{tie.entity} {tie.level.value}" for tie in seen.watched),
        "reason": seen.text,
    }


def _told(finding: ReportedFinding, recalled: frozenset[str]) -> str:
    at = f" ({finding.component})" if finding.component else ""
    unsure = " (from memory)" if recalled & {finding.policy, f"{finding.policy}/{finding.rule}"} else ""
    return f"{finding.verdict.value} {finding.policy}/{finding.rule}{at}{unsure}"


def _date(judged: ReportedDevice) -> str:
    deadline = deadline_of(judged)
    return deadline.isoformat() if deadline else ""


def _name(party: Party | None) -> str:
    return party.name if party else ""
