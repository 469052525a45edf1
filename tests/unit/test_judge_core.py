"""What stands in the core is never judged milder than what stands in access, by any policy that names the core."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Device,
    Identity,
    Level,
    Party,
)
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.placement.placement import Origin, Placement
from reports.policy.policy import Policy
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict, severity
from reports.policy.vocabulary import Segment, Tier
from reports.policy.vocabulary_file import read_vocabulary
from reports.policy.who import Named, OnlyThese

COMPANIES = load_companies()
SEGMENTS = tuple(read_vocabulary().segments.values())
POLICIES = load_policies(None, unverified=True)


def pairs(policy: Policy) -> Iterator[tuple[Segment, Segment]]:
    """Each access segment beside each core segment that a rule names. Networks of different generations are different
    networks: Canada ended 5G in access three years before 4G in the core."""
    core = [one for one in SEGMENTS if one.tier is Tier.CORE and named(policy, one.id)]
    access = [one for one in SEGMENTS if one.tier is Tier.ACCESS]
    for one in access:
        yield from ((one, other) for other in core if generation(one) in ("", generation(other) or generation(one)))


def named(policy: Policy, segment: str) -> bool:
    return any(not rule.where.everywhere and segment in rule.where.segments for rule in policy.rules)


def generation(segment: Segment) -> str:
    found = re.search(r"[2-6]g(3g)?", segment.id)
    return found[0] if found else ""


def box(maker: str) -> Device:
    party = Party(maker, maker)
    return Device("d", (), (), "d", (), Identity(Level.CONFIRMED, 0.99, party, party))


def days(policy: Policy) -> list[date]:
    dates = {day for rule in policy.rules for day in (rule.announced, rule.effective, rule.until, rule.deadline) if day}
    return sorted(day + timedelta(days=near) for day in dates for near in (-1, 0, 1))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_no_policy_that_names_a_core_segment_is_milder_there_than_in_access(policy: Policy) -> None:
    makers = {maker for rule in policy.rules if isinstance(rule.who, Named | OnlyThese) for maker in rule.who.makers}
    milder = []
    for day in days(policy):
        evaluator = PolicyEvaluator((policy,), day, COMPANIES)
        for device in map(box, (*sorted(makers)[:2], "nokia")):

            def verdict(segment: Segment, device: Device = device, evaluator: PolicyEvaluator = evaluator) -> Verdict:
                place = Placement(None, segment.tier, "declared", Origin.DECLARED, segment=segment.id)
                return verdict_of(device, evaluator.judge(device, place))

            for access, core in pairs(policy):
                if severity(verdict(core)) > severity(verdict(access)):
                    milder.append((day, device.identity.vendor, access.id, core.id))
    assert milder == []
