"""The worksheets of what there is: devices, their parts, and what was not assessed."""

import math
from collections.abc import Iterator

from fingerprints.model.device import Component
from reports.document.answers.part_findings import findings_about
from reports.document.document import Document, Header, ReportedDevice, place_of
from reports.document.due import due_days, next_day
from reports.document.due_wording import describe_due_day
from reports.document.force_wording import is_restricted_by_own_list, label_device, label_verdict
from reports.document.identity_wording import describe_difference
from reports.document.overview import (
    deadline_of,
    finding_label,
    maker_of,
    name_of,
    open_findings,
    party_name,
    tie_label,
    worst_first,
)
from reports.document.wording import (
    GAP,
    NOT_ASSESSED_NOTE,
    PARTS,
    PLACE,
    TIER,
    UNSCANNED_NOTE,
    UNSCANNED_TITLE,
    describe_reason,
    format_count,
    next_step,
)
from reports.formats.xlsx.worksheet import DAY, LONG_TEXT, NUMBER, HeadedColumn, Row, TableWorksheet, VerdictCell
from reports.judgement.incomplete import seen_parts

DEVICE_COLUMNS = (
    HeadedColumn("Verdict"),
    HeadedColumn("Device"),
    HeadedColumn("Addresses"),
    HeadedColumn("Maker", 24),
    HeadedColumn("How sure", 12),
    HeadedColumn("Confidence", NUMBER),
    HeadedColumn("Model", 20),
    HeadedColumn("Serial", 24),
    HeadedColumn("Version", 24),
    HeadedColumn("Operating system"),
    HeadedColumn("Kind", NUMBER),
    HeadedColumn("Place", 12),
    HeadedColumn("Tier", 12),
    HeadedColumn("Segment", 14),
    HeadedColumn("Site", NUMBER),
    HeadedColumn("Deadline", DAY),
    HeadedColumn("Next date", DAY),
    HeadedColumn("Findings", NUMBER),
    HeadedColumn("Waived", NUMBER),
    HeadedColumn("Rules", 36),
    HeadedColumn("Dates", 36),
    HeadedColumn("Brand"),
    HeadedColumn("Built by"),
    HeadedColumn("Firmware by"),
    HeadedColumn("Watched companies"),
    HeadedColumn("Contradictions", 30),
    HeadedColumn("Parts", NUMBER),
    HeadedColumn("Parts of unknown maker", NUMBER),
    HeadedColumn("Kinds of parts not seen", 24),
    HeadedColumn("What it did not answer", 36),
    HeadedColumn("Zone"),
    HeadedColumn("Placed because", 36),
    HeadedColumn("Labels"),
    HeadedColumn("Device id"),
)

PART_COLUMNS = (
    HeadedColumn("Device"),
    HeadedColumn("Position"),
    HeadedColumn("Kind", 14),
    HeadedColumn("Maker", 24),
    HeadedColumn("Model", 20),
    HeadedColumn("Serial", 20),
    HeadedColumn("Watched companies"),
    HeadedColumn("Findings about the part", 22),
    HeadedColumn("Rules", 30),
    HeadedColumn("Deadline", DAY),
    HeadedColumn("Waiver", 24),
    HeadedColumn("Verdict of the device"),
    HeadedColumn("Place", 12),
    HeadedColumn("Tier", 12),
    HeadedColumn("Site", NUMBER),
    HeadedColumn("Addresses"),
    HeadedColumn("Device id"),
)

NOT_ASSESSED_COLUMNS = (
    HeadedColumn("Target", 30),
    HeadedColumn("What it is", 28),
    HeadedColumn("Why", LONG_TEXT),
    HeadedColumn("What to do", LONG_TEXT),
    HeadedColumn("Company", 24),
)

SILENT = "Silent does not mean unused."
SHOWN_GAPS = 5
"""What a device did not answer, as many as a cell lists; it counts the rest."""


def devices(document: Document) -> TableWorksheet:
    """One row for each device, the worst first."""

    def rows() -> Iterator[Row]:
        return (_device(judged, document.header) for judged in worst_first(document))

    notes = ("One row for each device, the worst first.",)
    return TableWorksheet("Devices", notes, DEVICE_COLUMNS, rows, pages_wide=3)


def parts(document: Document) -> TableWorksheet:
    """One row for each part, and one for each device that told of none."""

    def rows() -> Iterator[Row]:
        for judged in worst_first(document):
            of_device = _of_device(judged, document.header)
            for part in judged.device.components:
                yield *_part(judged, part, document.header), *of_device
            if not judged.device.components:
                yield name_of(judged), "", "no part was seen", *("",) * 8, *of_device

    notes = (
        "One row for each part, the worst device first. A part without a finding of its own is judged with its device.",
    )
    return TableWorksheet("Parts", notes, PART_COLUMNS, rows, pages_wide=2)


def not_assessed(document: Document) -> TableWorksheet:
    """Each target that was not assessed, each range with silent addresses, each neighbour that was not scanned."""

    def rows() -> Iterator[Row]:
        for missing in document.not_assessed:
            yield missing.target, "target", describe_reason(missing.reason), next_step(missing), ""
        for part in document.header.coverage.silent:
            silent = f"{part.silent:,} of {format_count(part.addresses, 'address', 'addresses')} did not answer"
            yield part.prefix, "range", silent, SILENT, ""
        for neighbour in document.seen_only_as_neighbour:
            companies = ", ".join(tie.entity for tie in neighbour.watched)
            name = neighbour.name or neighbour.mac or neighbour.address
            yield name, UNSCANNED_TITLE.lower(), neighbour.text, "", companies

    notes = (NOT_ASSESSED_NOTE, *((UNSCANNED_NOTE,) if document.seen_only_as_neighbour else ()))
    return TableWorksheet("Not assessed", notes, NOT_ASSESSED_COLUMNS, rows, frozen_columns=1, wraps=True)


def name_kind(part: Component) -> str:
    """The kind of a part in words: `power supply`."""
    return PARTS[part.kind][0] if part.kind in PARTS else part.kind


def _device(judged: ReportedDevice, header: Header) -> Row:
    device, found = judged.device, open_findings(judged)
    identity, seen = device.identity, seen_parts(device)
    return (
        VerdictCell(judged.verdict, label_device(judged, header.binding)),
        name_of(judged),
        " ".join(device.addresses),
        maker_of(judged),
        identity.level.value,
        math.floor(identity.confidence * 1000) / 1000,  # never rounded up to certainty
        identity.model,
        identity.serial,
        identity.version,
        identity.os,
        identity.kind,
        *_place(judged),
        deadline_of(judged),
        next_day(judged, header.as_of),
        len(found),
        sum(finding.waiver is not None for finding in judged.findings),
        ", ".join(dict.fromkeys(map(finding_label, found))),
        "; ".join(describe_due_day(day, header.as_of) for day in due_days(judged)),
        party_name(identity.vendor),
        party_name(identity.made_by),
        party_name(identity.platform),
        ", ".join(map(tie_label, device.watched)),
        "; ".join(map(describe_difference, identity.conflicts)),
        seen.count,
        seen.unknown_maker,
        ", ".join(PARTS[kind][0] for kind in seen.not_seen),
        _gaps(judged),
        judged.placement.zone,
        judged.placement.because,
        " ".join(device.labels),
        device.id,
    )


def _place(judged: ReportedDevice) -> Row:
    placement = judged.placement
    tier = TIER[placement.tier] if placement.tier else ""
    return PLACE[place_of(placement)], tier, placement.segment, placement.site


def _gaps(judged: ReportedDevice) -> str:
    gaps = [f"{gap.probe} {gap.at}: {GAP[gap.reason]}" for gap in judged.device.gaps]
    more = len(gaps) - SHOWN_GAPS
    return "; ".join((*gaps[:SHOWN_GAPS], *((f"and {more:,} more",) if more > 0 else ())))


def _part(judged: ReportedDevice, part: Component, header: Header) -> Row:
    about = findings_about(judged, part)
    verdict, binding = about.verdict, header.binding or is_restricted_by_own_list(about.open)
    return (
        name_of(judged),
        part.position,
        name_kind(part),
        party_name(part.made_by),
        part.model,
        part.serial,
        ", ".join(map(tie_label, part.watched)),
        VerdictCell(verdict, label_verdict(verdict, binding)) if verdict else None,
        ", ".join(dict.fromkeys(f"{finding.policy}/{finding.rule}" for finding in about.open)),
        about.deadline,
        "; ".join(f"{finding.policy}/{finding.rule}: {finding.waiver}" for finding in about.waived),
    )


def _of_device(judged: ReportedDevice, header: Header) -> Row:
    place, tier, _, site = _place(judged)
    verdict = VerdictCell(judged.verdict, label_device(judged, header.binding))
    return verdict, place, tier, site, " ".join(judged.device.addresses), judged.device.id
