"""A device whose place nobody declared: judged as if in every tier by each policy, and called so by each format."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Device,
    Identity,
    Level,
    Party,
)
from reports.document.build import reported_device
from reports.document.document import AppliedPolicy, Coverage, Document, Header, build
from reports.document.finding_wording import because_text
from reports.judgement.assessment import JudgedDevice
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.policy import Policy, recalled_rules
from reports.policy.policy_set import load_policies
from reports.policy.verdict import severity
from reports.policy.vocabulary_file import read_vocabulary
from reports.policy.who import Named, OnlyThese
from tests.unit.documents import REPORTS
from tests.unit.written import text_of

COMPANIES = load_companies()
VOCABULARY = read_vocabulary()
POLICIES = load_policies(None, unverified=True)
EVERYWHERE = tuple(
    Placement(None, segment.tier, "declared", Origin.DECLARED, segment=segment.id, site_type=site_type)
    for segment in VOCABULARY.segments.values()
    for site_type in VOCABULARY.site_types
)


def days(policy: Policy) -> list[date]:
    """Each day that a policy names, with its neighbours."""
    named = {day for rule in policy.rules for day in (rule.announced, rule.effective, rule.until, rule.deadline) if day}
    return sorted(day + timedelta(days=near) for day in named for near in (-1, 0, 1))


def makers(policy: Policy) -> list[str]:
    """Whom a policy names, and one whom it does not."""
    named = {maker for rule in policy.rules if isinstance(rule.who, Named | OnlyThese) for maker in rule.who.makers}
    return [*sorted(named)[:2], "nokia"]


def box(maker: str) -> Device:
    party = Party(maker, maker)
    return Device("d", (), (), "d", (), Identity(Level.CONFIRMED, 0.99, party, party))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_an_unclassified_device_is_judged_as_at_the_worst_place_there_is(policy: Policy) -> None:
    different = []
    for day in days(policy):
        evaluator = PolicyEvaluator((policy,), day, COMPANIES)
        for device in map(box, makers(policy)):
            there = (verdict_of(device, evaluator.judge(device, place)) for place in EVERYWHERE)
            found = verdict_of(device, evaluator.judge(device, UNCLASSIFIED))
            worst = min(there, key=severity)
            if found is not worst:
                different.append((day, device.identity.vendor, found, worst))
    assert different == []


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_finding_on_an_unclassified_device_says_that_its_place_is_supposed(policy: Policy) -> None:
    inferred = replace(EVERYWHERE[0], origin=Origin.INFERRED)
    for day in days(policy):
        evaluator = PolicyEvaluator((policy,), day, COMPANIES)
        for place in (UNCLASSIFIED, inferred):
            findings = evaluator.judge(box(makers(policy)[0]), place)
            assert [one for one in findings if not because_text(one.because).startswith("unclassified: ")] == []


def document(policy: Policy, day: date) -> Document:
    """One unclassified device, as a run would report it."""
    device = replace(box("huawei"), id="dev-7", name="dev-7")
    findings = PolicyEvaluator((policy,), day, COMPANIES).judge(device, UNCLASSIFIED)
    applied = AppliedPolicy(
        policy.id,
        policy.title,
        policy.jurisdiction,
        policy.instrument,
        policy.binding,
        policy.certainty,
        policy.notes,
        recalled_rules(policy),
    )
    header = Header("0", "0", "1", day, (applied,), "chosen by a test", Coverage(1, 1, 1, 0))
    judged = JudgedDevice(device, UNCLASSIFIED, findings, verdict_of(device, findings))
    return build(header, (reported_device(judged),), ())


CALLED = {
    "html": "Unclassified",
    "json": '"core": null',
    "jsonl": '"core":null',
    "markdown": "| Unclassified |",
}
"""How a format says it of a device if not with the word `unclassified`; in the document's contract `core` is null."""


@pytest.mark.parametrize("form", REPORTS)
def test_an_unclassified_device_is_called_so_in_every_format(form: str) -> None:
    (named,) = [policy for policy in POLICIES if policy.id == "gb-dvd-huawei-2022"]
    assert CALLED.get(form, "unclassified") in text_of(document(named, date(2024, 1, 1)), form)


@pytest.mark.parametrize("form", REPORTS)
def test_a_policy_from_memory_is_marked_in_every_format(form: str) -> None:
    (recalled,) = [policy for policy in POLICIES if policy.id == "ca-gov-network-2012"]
    assert "from memory" in " ".join(text_of(document(recalled, date(2018, 12, 31)), form).split())


@pytest.mark.parametrize("form", REPORTS)
def test_a_rule_from_memory_in_a_policy_that_is_not_is_marked_in_every_format(form: str) -> None:
    (mixed,) = [policy for policy in POLICIES if policy.id == "gb-ncsc-hrv-2020-01"]
    assert recalled_rules(mixed) == ("one-vendor",)
    output = " ".join(text_of(document(mixed, date(2020, 10, 1)), form).casefold().split())
    assert "from memory" in output
    assert "one-vendor" in output
