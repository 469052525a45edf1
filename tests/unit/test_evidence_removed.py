"""From what a device said to its verdict: less of it never makes the box clear, and no later day lifts a rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject, kept
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.effect import is_in_view
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.policy.action import EFFECTS, Effect
from reports.policy.policy import Policy
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict

DATABASE = load_database()
POLICIES = load_policies(("us-889b",))
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
WATCHED = (
    Observation(
        Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Huawei Versatile Routing Platform Software VRP (R) V8.180"
    ),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.62.2.9"),
    Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "edge-4"),
    Observation(Source.SNMP_ENGINE_ID, "", kept(bytes.fromhex("800007db0300e0fc102001"))),
    Observation(Source.SNMP_ENTITY_MFG_NAME, f"{ENTITY}.12.1", "Huawei"),
    Observation(Source.SNMP_ENTITY_SERIAL, f"{ENTITY}.11.1", "2102310QLA10J7000099"),
    Observation(Source.SNMP_IF_PHYS_ADDRESS, "1.3.6.1.2.1.2.2.1.6.1", kept(bytes.fromhex("00e0fc102001"))),
    Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("00e0fc102001"))),
    Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-HUAWEI-1.5"),
    Observation(Source.WEB_TITLE, "443/tcp", "HUAWEI Router"),
)


def verdict(observations: tuple[Observation, ...], gaps: tuple[Gap, ...] = ()) -> Verdict:
    frame = AssessmentOptions(DATABASE, None, POLICIES, "chosen by a test", None, date(2026, 11, 22))
    (device,) = run_assessment(
        lambda _: [Evidence(Subject("192.0.2.7", "192.0.2.7"), observations, gaps)], frame, RunInfo("1", "0", 1, ())
    ).devices
    return device.verdict


@given(st.sets(st.integers(0, len(WATCHED) - 1), min_size=1))
@settings(max_examples=60)
def test_no_part_of_what_a_watched_box_says_makes_it_clear(chosen: set[int]) -> None:
    assert verdict(tuple(WATCHED[number] for number in sorted(chosen))) is not Verdict.CLEAR


OTHER = (
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Cisco IOS Software, C2960X Software, Version 15.2(2)E"),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.1208"),
    Observation(Source.SNMP_ENTITY_MFG_NAME, f"{ENTITY}.12.1", "Cisco"),
)
OPTIC = (
    Observation(Source.SNMP_ENTITY_CLASS, f"{ENTITY}.5.9", "9"),
    Observation(Source.SNMP_ENTITY_DESCR, f"{ENTITY}.2.9", "SFP transceiver"),
    Observation(Source.SNMP_ENTITY_MFG_NAME, f"{ENTITY}.12.9", "HUAWEI"),
)


@pytest.mark.parametrize("reason", [GapReason.BUDGET_SPENT, GapReason.NO_ANSWER, GapReason.MALFORMED])
def test_a_chassis_whose_table_of_parts_was_cut_is_not_clear_for_want_of_them(reason: GapReason) -> None:
    assert verdict((*OTHER, *OPTIC)) is Verdict.RESTRICTED
    assert verdict(OTHER, (Gap("snmp", "1.3.6.1.2.1.47.1.1.1.1", reason),)) is Verdict.NOT_ASSESSED


@pytest.mark.parametrize("policy", load_policies(None, unverified=True), ids=lambda policy: policy.id)
def test_a_rule_without_an_end_stays_in_view_from_its_first_day_on(policy: Policy) -> None:
    for rule in policy.rules:
        first = rule.announced or rule.effective
        days = [first + timedelta(days=days) for days in (-1, 0, 1, 400, 4000, 20000)]
        seen = [is_in_view(rule, day) for day in days]
        assert seen[:2] == [False, rule.until is None or first < rule.until]
        assert rule.until is not None or all(seen[1:])
        assert EFFECTS[rule.action] is not Effect.BAN or rule.until is None or not is_in_view(rule, rule.until)
