"""The document of a made-up operator: devices that are all different, with full evidence, the same in every run.

Each has 25 claims, 12 parts and 4 neighbours. Of 200 devices, which are one site, one is restricted, one to review, one
conditional, and two are not assessed; for every 50 devices one more target gave no answer. All of it follows from the
number of the device.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random

from benchmarks.report.evidence import ADDRESSES, device, made_by_watched
from benchmarks.report.plan import Plan, Standing
from fingerprints.model.device import Device
from fingerprints.model.evidence import GapReason
from reports.document.document import (
    AppliedPolicy,
    Coverage,
    Document,
    Header,
    NotAssessed,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    build,
)
from reports.document.not_assessed import unidentified
from reports.judgement.run_info import JudgedBy, RunRecord, SilentRange
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.action import Certainty
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

SILENT_EVERY = 50
"""One target that gave no answer for so many devices."""

_CAUSES = (GapReason.NO_ANSWER, GapReason.NO_CREDENTIAL, GapReason.BUDGET_SPENT, GapReason.REFUSED)
_SEGMENTS = {
    Tier.CORE: "core_ip",
    Tier.TRANSPORT: "transport_ip",
    Tier.ACCESS: "fixed_access_gpon",
    Tier.CUSTOMER: "cpe",
    Tier.ENTERPRISE: "surveillance",
}


def made_up(count: int) -> Document:
    """The document of so many devices."""
    plan = Plan(count)
    devices = [_reported(number, plan) for number in range(count)]
    missing = [*_silent(count), *_unidentified(devices)]
    document = build(_header(count, len(missing)), devices, missing)
    ids = [judged.device.id for judged in devices]
    pairs = {tuple(sorted((ids[one], ids[other]))) for one in range(count) for other in plan.neighbours(one)}
    links = tuple(ReportedLink(one, other, ("lldp",)) for one, other in sorted(pairs))
    return Document(document.header, document.devices, document.not_assessed, (), links)


def _reported(number: int, plan: Plan) -> ReportedDevice:
    found, standing = device(number, plan), plan.standing(number)
    placement = _placement(number, plan)
    match standing:
        case Standing.RESTRICTED:
            return ReportedDevice(found, placement, tuple(_restricted(found)), Verdict.RESTRICTED)
        case Standing.REVIEW:
            return ReportedDevice(found, placement, (_review(found),), Verdict.REVIEW)
        case Standing.CONDITIONAL:
            return ReportedDevice(found, placement, (_conditional(number),), Verdict.CONDITIONAL)
        case Standing.UNKNOWN:
            return ReportedDevice(found, placement, (_unknown(),), Verdict.NOT_ASSESSED)
        case Standing.CLEAR:
            return ReportedDevice(found, placement, (), Verdict.CLEAR)


def _placement(number: int, plan: Plan) -> Placement:
    tier, site = plan.tier(number), plan.site(number)
    if number % 50 == 7:
        return UNCLASSIFIED
    zone = f"{site}-{tier.value}"
    because = f"zone {zone} matches prefix {ADDRESSES.format(number >> 16, number >> 8 & 255, 0)}/24"
    return Placement(tier is Tier.CORE, tier, because, Origin.DECLARED, zone, _SEGMENTS[tier], site=site)


def _restricted(found: Device) -> Iterator[ReportedFinding]:
    maker = made_by_watched(found)
    yield ReportedFinding(
        "us-889a",
        "telecom",
        Verdict.RESTRICTED,
        f"{maker} (confirmed) is a named company",
        "Pub. L. 115-232 s. 889(f)(3)(A)",
    )
    yield ReportedFinding(
        "gb-dvd-huawei-2022",
        "core",
        Verdict.RESTRICTED,
        f"{maker} (confirmed) stands where the direction ends its use; the deadline was 2023-12-31",
        "Direction of 13 October 2022, paragraph 3",
        deadline=date(2023, 12, 31),
    )


def _review(found: Device) -> ReportedFinding:
    because = f"probably made by {made_by_watched(found)}, a named company"
    citation = "Pub. L. 115-232 s. 889(f)(3)(A)"
    return ReportedFinding("us-889a", "telecom", Verdict.REVIEW, because, citation, Reason.SUSPECTED)


def _conditional(number: int) -> ReportedFinding:
    deadline = (date(2026, 12, 31), date(2027, 12, 31), date(2028, 6, 30))[number % 3]
    return ReportedFinding(
        "gb-dvd-huawei-2022",
        "cap-fttp",
        Verdict.CONDITIONAL,
        "allowed while no more than 35 % of premises passed are served by it",
        "Direction of 13 October 2022, paragraph 6",
        deadline=deadline,
    )


def _unknown() -> ReportedFinding:
    return ReportedFinding(
        "us-889a", "telecom", Verdict.NOT_ASSESSED, "its maker is not known", "Pub. L. 115-232 s. 889(f)(3)(A)"
    )


def _silent(count: int) -> Iterator[NotAssessed]:
    for number in range(count // SILENT_EVERY):
        drawn = Random(number)
        yield NotAssessed(
            ADDRESSES.format(200 + (number >> 16), number >> 8 & 255, number & 255), drawn.choice(_CAUSES)
        )


def _unidentified(devices: list[ReportedDevice]) -> Iterator[NotAssessed]:
    for judged in devices:
        if judged.verdict is Verdict.NOT_ASSESSED:
            yield unidentified(judged.device)


def _header(count: int, missing: int) -> Header:
    silent = count // SILENT_EVERY
    return Header(
        tool_version="0.1.0",
        data_version="2026.11.22",
        run="14 (scan, 2026-11-28)",
        as_of=date(2026, 11, 28),
        policies=_policies(),
        policies_chosen="kitscan.yaml names two policies.",
        coverage=Coverage(
            in_scope=count + silent + 901,
            answered=count,
            identified=count + silent - missing,
            not_assessed=missing,
            silent=(SilentRange("10.99.0.0/22", 1022, 901),),
            cost=(("packets", 325_612.0), ("seconds", 6120.0)),
        ),
        record=RunRecord(
            14,
            "scan",
            "jo@scan1",
            datetime(2026, 11, 28, 2, 10, tzinfo=UTC),
            datetime(2026, 11, 28, 3, 52, tzinfo=UTC),
            ("10.0.0.0/8",),
            ("10.66.0.0/16",),
            "balanced",
            ("snmp", "ssh"),
            "5d2f90ab" * 8,
        ),
        judged_by=(JudgedBy("zones", "zones.yaml", "a7c3" * 16), JudgedBy("waivers", "waivers.yaml", "19be" * 16)),
    )


def _policies() -> tuple[AppliedPolicy, ...]:
    return (
        AppliedPolicy(
            "gb-dvd-huawei-2022",
            "Designated vendor directions (Huawei)",
            "GB",
            "Notice and directions of 13 October 2022 under sections 105Z8 and 105Z1 Communications Act 2003",
            True,
            Certainty.FOUND,
            ("Binds 35 named public communications providers; a scan cannot tell whether you are one of them.",),
        ),
        AppliedPolicy(
            "us-889a",
            "Section 889(a)(1)(A): government purchase",
            "US",
            "Pub. L. 115-232 section 889(a)(1)(A); FAR subpart 4.21",
            True,
            Certainty.FOUND,
            ("A scan cannot tell what a camera is used for, nor who pays for it.",),
        ),
    )
