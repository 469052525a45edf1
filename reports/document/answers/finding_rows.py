"""The findings one by one, as a table shows them: which ones, and whose part or device each is about."""

from reports.document.document import Document, ReportedDevice, ReportedFinding, place_of
from reports.document.groups import cause_of
from reports.document.overview import open_findings, worst_first
from reports.document.wording import PLACE, TIER, format_count
from reports.policy.verdict import Verdict, severity


def found_findings(document: Document) -> tuple[tuple[ReportedDevice, ReportedFinding], ...]:
    """Each open finding that asks for something with its device, worst first: never one of a device that is clear."""
    found = [
        (judged, finding)
        for judged in worst_first(document)
        for finding in open_findings(judged)
        if finding.verdict is not Verdict.NOT_ASSESSED
    ]
    found.sort(key=lambda pair: severity(pair[1].verdict))
    return tuple(found)


def count_findings(found: tuple[tuple[ReportedDevice, ReportedFinding], ...]) -> str:
    """`60 findings on 41 devices, the worst first.`"""
    devices = len({judged.device.id for judged, _ in found})
    return f"{format_count(len(found), 'finding')} on {format_count(devices, 'device')}, the worst first."


def name_maker(judged: ReportedDevice, finding: ReportedFinding) -> str:
    """Who made what a finding is about: the maker of the part that it names, else that of the device."""
    return cause_of(judged, finding).maker


def name_model(judged: ReportedDevice, finding: ReportedFinding) -> str:
    """The model of the device, or the part that a finding names: `optic TenGigE0/0/0/3`."""
    if finding.component is None:
        return judged.device.identity.model or ""
    return f"{cause_of(judged, finding).part} {finding.component}".strip()


def name_standing(judged: ReportedDevice) -> str:
    """Place and tier, the tier only where it says more: `Core`, `Non-core, access`."""
    tier = judged.placement.tier
    words = (PLACE[place_of(judged.placement)], TIER[tier] if tier else "")
    return words[0] if words[1] in ("", words[0].lower()) else ", ".join(words)


def other_address(judged: ReportedDevice, name: str) -> str:
    """The first address that is not the name itself; empty if there is none."""
    return next((address for address in judged.device.addresses if address != name), "")
