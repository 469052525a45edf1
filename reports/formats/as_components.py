"""All parts as CSV: one row for each part of each device, the worst device first, for stock lists and spare parts.

A device that told of no part has a row of its own, and so has each target that was not assessed: a part that is not
listed here may still be there. `verdict`, `policies` and `deadline` are those of the findings that name the part, and
are empty where none does: a finding about the whole device stands in `device_verdict`. `binding` is as in as_csv.
"""

from collections.abc import Iterator

from fingerprints.model.device import Component
from reports.document.answers.part_findings import findings_about
from reports.document.document import Document, NotAssessed, ReportedDevice, place_of
from reports.document.filtering.filter_wording import filter_words
from reports.document.overview import party_name, tie_label, worst_first
from reports.document.wording import next_step
from reports.formats.csv_table import to_csv

COLUMNS = (
    "row",
    "device",
    "name",
    "addresses",
    "site",
    "place",
    "tier",
    "kind",
    "position",
    "made_by",
    "model",
    "serial",
    "watched",
    "verdict",
    "policies",
    "deadline",
    "waived",
    "device_verdict",
    "reason",
    "hint",
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
    for judged in worst_first(document):
        device = _device(judged)
        yield from ({**device, **_part(judged, part)} for part in judged.device.components)
        if not judged.device.components:
            yield {**device, "row": "no_part_seen"}
    yield from map(_not_assessed, document.not_assessed)


def _device(judged: ReportedDevice) -> dict[str, str]:
    device, placement = judged.device, judged.placement
    return {
        "device": device.id,
        "name": device.name,
        "addresses": " ".join(device.addresses),
        "site": placement.site or "",
        "place": place_of(placement).value,
        "tier": placement.tier.value if placement.tier else "",
        "device_verdict": judged.verdict.value,
    }


def _part(judged: ReportedDevice, part: Component) -> dict[str, str]:
    about = findings_about(judged, part)
    return {
        "row": "part",
        "kind": part.kind,
        "position": part.position,
        "made_by": party_name(part.made_by),
        "model": part.model or "",
        "serial": part.serial or "",
        "watched": " | ".join(map(tie_label, part.watched)),
        "verdict": about.verdict.value if about.verdict else "",
        "policies": " | ".join(dict.fromkeys(f"{finding.policy}/{finding.rule}" for finding in about.open)),
        "deadline": about.deadline.isoformat() if about.deadline else "",
        "waived": " | ".join(f"{finding.policy}/{finding.rule}: {finding.waiver}" for finding in about.waived),
    }


def _not_assessed(missing: NotAssessed) -> dict[str, str]:
    return {
        "row": "not_assessed",
        "addresses": missing.target,
        "device_verdict": "not_assessed",
        "reason": missing.reason.value,
        "hint": next_step(missing),
    }
