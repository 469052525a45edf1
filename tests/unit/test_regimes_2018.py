"""The regimes as they stood at the end of 2018: the page's table is what the judge says on that day."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Device,
    Identity,
    Level,
    Party,
)
from reports.document.finding_wording import because_text
from reports.judgement.evaluate import judge, verdict_of
from reports.judgement.finding import Finding
from reports.placement.placement import Origin, Placement
from reports.policy.policy import Policy
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Reason, Verdict, severity
from reports.policy.vocabulary_file import read_vocabulary

PAGE = Path(__file__).parents[2] / "docs" / "regimes-2018.md"
DAY = date(2018, 12, 31)
COMPANIES = load_companies()
SEGMENTS = read_vocabulary().segments
COLUMNS = ("core_5g", "core_4g", "core_ip", "ran_5g", "ran_4g", "fixed_access_gpon", "government_network")
REGIMES = (
    "jp-procurement-2018",
    "gb-bt-policy-2018",
    "gb-dcms-letter-2018",
    "gb-ncsc-zte-2018",
    "us-ndaa2018-1656",
    "us-889a",
    "us-889b",
    "us-dod-exchanges-2018",
    "au-5g-2018",
    "nz-ticsa",
    "ca-gov-network-2012",
    "cz-warning-2018",
    "de-2018-urged",
)
POLICIES = load_policies(REGIMES, unverified=True)


def box(maker: str) -> Device:
    party = Party(maker, maker)
    return Device("d", (), (), "d", (), Identity(Level.CONFIRMED, 0.99, party, party))


def found(policy: Policy, maker: str, segment: str, day: date = DAY) -> tuple[Finding, ...]:
    placement = Placement(None, SEGMENTS[segment].tier, "said", Origin.DECLARED, segment=segment)
    return judge(box(maker), placement, (policy,), day, COMPANIES)


def cell(policy: Policy, maker: str, segment: str) -> str:
    """The verdict on that maker's box there, and why where it is no plain one."""
    findings = found(policy, maker, segment)
    verdict = verdict_of(box(maker), findings)
    reasons = {finding.reason for finding in findings if finding.verdict is verdict and finding.reason}
    if verdict is Verdict.REVIEW and Reason.REFER in reasons:
        return "review, refer"
    return verdict.value


def row(policy: Policy) -> str:
    huawei = [cell(policy, "huawei", segment) for segment in COLUMNS]
    return f"| {policy.id} | {' | '.join(huawei)} | {cell(policy, 'nokia', 'core_5g')} |"


def test_the_pages_table_is_what_the_judge_says() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    table = [line for line in lines if line.count("|") == len(COLUMNS) + 3]
    assert table[2:] == [row(policy) for policy in POLICIES]


def test_japan_names_nobody_and_refers_everybody() -> None:
    (japan,) = load_policies(("jp-procurement-2018",))
    for maker in ("huawei", "zte", "nokia", "cisco"):
        findings = found(japan, maker, "government_network")
        assert {(one.verdict, one.reason) for one in findings} == {(Verdict.REVIEW, Reason.REFER)}
        assert [one for one in findings if maker in because_text(one.because).casefold()] == []


@pytest.mark.parametrize(
    ("segment", "verdict"),
    [
        ("core_5g", Verdict.RESTRICTED),
        ("core_4g", Verdict.CONDITIONAL),
        ("core_2g3g", Verdict.CONDITIONAL),
        ("ran_5g", Verdict.CLEAR),
        ("ran_4g", Verdict.CLEAR),
    ],
)
def test_bt_relegates_huawei_to_the_part_of_5g_that_is_not_core(segment: str, verdict: Verdict) -> None:
    (bt,) = load_policies(("gb-bt-policy-2018",))
    assert {one.verdict for one in found(bt, "huawei", segment)} == {verdict}


def test_australia_draws_no_line_between_core_and_edge() -> None:
    (australia,) = load_policies(("au-5g-2018",))
    verdicts = {
        segment: {(one.verdict, one.reason) for one in found(australia, "huawei", segment) if one.rule == "5g"}
        for segment in ("core_5g", "ran_5g", "edge", "transport_5g")
    }
    assert set(map(frozenset, verdicts.values())) == {frozenset({(Verdict.REVIEW, Reason.REFER)})}


@pytest.mark.parametrize(
    ("policy", "day", "verdict"),
    [
        ("us-889a", date(2018, 12, 31), Verdict.CONDITIONAL),
        ("us-889a", date(2019, 8, 13), Verdict.RESTRICTED),
        ("us-889b", date(2019, 12, 31), Verdict.CONDITIONAL),
        ("us-889b", date(2020, 8, 13), Verdict.RESTRICTED),
        ("gb-bt-policy-2018", date(2021, 1, 1), Verdict.RESTRICTED),
        ("gb-huawei-2020-07", date(2018, 12, 31), None),
        ("gb-huawei-2020-07", date(2028, 1, 1), Verdict.RESTRICTED),
        ("de-contracts-2024", date(2018, 12, 31), None),
        ("de-contracts-2024", date(2027, 1, 1), Verdict.RESTRICTED),
    ],
)
def test_the_regimes_go_on_as_they_did(policy: str, day: date, verdict: Verdict | None) -> None:
    (one,) = load_policies((policy,))
    findings = found(one, "huawei", "core_5g" if policy != "us-889a" else "government_network", day)
    assert min((found.verdict for found in findings), key=severity, default=None) is verdict
