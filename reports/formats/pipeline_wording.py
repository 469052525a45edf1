"""Words that the formats for pipelines print: a device, a finding and a missing target, each in one line."""

from reports.document.document import Document, Header, NotAssessed, ReportedDevice, ReportedFinding, place_of
from reports.document.due_wording import finding_days
from reports.document.force_wording import label_finding
from reports.document.overview import finding_label, maker_of
from reports.document.wording import PLACE, describe_reason, format_count, next_step


def describe_device(judged: ReportedDevice) -> str:
    """Where it answers, what it is, where it stands: `10.0.0.1, Huawei Technologies NE40E-X8A, core`."""
    product = " ".join(part for part in (maker_of(judged), judged.device.identity.model) if part)
    return ", ".join((*judged.device.addresses[:1], product, PLACE[place_of(judged.placement)].lower()))


def describe_finding(finding: ReportedFinding, header: Header) -> str:
    """The verdict, the rule, its reasons, its dates and its text; a waiver stands first."""
    verdict = label_finding(finding, header.binding)
    state = f"Waived ({finding.waiver}), else {verdict.lower()}" if finding.waiver else verdict
    days = "".join(f"; {term} {day}" for term, day in finding_days(finding, header.as_of))
    return f"{state}: {finding_label(finding)}: {finding.because}{days}; {finding.citation}"


def describe_missing(missing: NotAssessed) -> str:
    """Why a target was not assessed, and what to do."""
    return f"{describe_reason(missing.reason)}; {next_step(missing)}"


def describe_left_out_of_gate(document: Document) -> str:
    """What a gate does not hold, and where it is."""
    unscanned = format_count(len(document.seen_only_as_neighbour), "device")
    return (
        "This gate leaves out the evidence of each identity, the reasons of each placement, clear components, "
        f"neighbours, silent ranges, and what was seen only as a neighbour ({unscanned}). --format json has all of it."
    )
