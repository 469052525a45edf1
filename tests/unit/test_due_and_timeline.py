"""What a report lists as due, and `kitscan policy timeline`, are the same days for the same devices."""

from dataclasses import replace
from datetime import date

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import Device, Identity, Level, Party
from reports.document.build import reported_finding
from reports.document.document import Document, ReportedDevice, build
from reports.document.due import due
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.finding import Finding
from reports.judgement.policy_views.timeline import Milestone, timeline
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from tests.unit import documents

COMPANIES = load_companies()
POLICIES = load_policies(
    (
        "de-contracts-2024",
        "dk-supplier-2021",
        "fi-critical-2021",
        "gb-dvd-huawei-2022",
        "se-pts-2020",
        "us-1260h-805",
        "us-889b",
    )
)
PLACES = (
    Placement(True, Tier.CORE, "zone core", Origin.DECLARED, segment="core_5g"),
    Placement(False, Tier.ACCESS, "zone radio", Origin.DECLARED, segment="ran_5g"),
    Placement(False, Tier.TRANSPORT, "zone metro", Origin.DECLARED, segment="transport"),
    UNCLASSIFIED,
)


def box(name: str, maker: str) -> Device:
    party = Party(maker, maker)
    return Device(name, (), (), name, (), Identity(Level.CONFIRMED, 0.99, party, party))


PLACED = tuple(
    (box(f"{maker}-{number}", maker), place)
    for maker in ("huawei", "zte", "nokia")
    for number, place in enumerate(PLACES)
)


def document_on(day: date) -> Document:
    evaluator = PolicyEvaluator(POLICIES, day, COMPANIES)
    judged = [documented(device, place, evaluator.judge(device, place)) for device, place in PLACED]
    return build(replace(documents.HEADER, as_of=day), judged, ())


def documented(device: Device, place: Placement, findings: tuple[Finding, ...]) -> ReportedDevice:
    return ReportedDevice(device, place, tuple(map(reported_finding, findings)), Verdict.REVIEW)


@pytest.mark.parametrize(
    "day",
    [
        date(2018, 8, 20),
        date(2020, 7, 1),
        date(2023, 12, 31),
        date(2024, 12, 1),
        date(2026, 11, 29),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 5, 1),
        date(2029, 11, 1),
    ],
)
def test_a_report_lists_the_days_of_the_timeline_with_as_many_devices(day: date) -> None:
    """A rule that was not announced by the day is not yet known then, and a rule that starts on it holds already."""
    unknown = {
        (policy.id, rule.id) for policy in POLICIES for rule in policy.rules if (rule.announced or rule.effective) > day
    }
    falls_due = due(document_on(day))
    listed = {
        (entry.due.day, entry.due.policy, entry.due.rule, entry.due.milestone, entry.devices)
        for entry in falls_due.entries
    }
    in_timeline = {
        (entry.day, entry.policy, entry.rule, entry.milestone, entry.devices)
        for entry in timeline(PLACED, POLICIES, COMPANIES, day, falls_due.until)
        if (entry.policy, entry.rule) not in unknown
        and (entry.milestone is Milestone.LAST_DAY or (entry.milestone is Milestone.STARTS and entry.day > day))
    }
    assert listed == in_timeline


def test_germany_and_denmark_fall_due_on_the_last_day_of_2026() -> None:
    entries = due(document_on(date(2026, 11, 29))).entries
    year_end = [(entry.due.policy, entry.due.rule) for entry in entries if entry.due.day == date(2026, 12, 31)]
    assert year_end == [("de-contracts-2024", "core"), ("dk-supplier-2021", "tdc")]
