"""Evidence against a declared place is a finding: in every format, waivable, and never milder than no finding."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.companies.companies import load_companies
from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.device import (
    Component,
    Device,
    Party,
    Role,
    Watched,
    WatchLevel,
)
from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from reports.document.build import build_document
from reports.document.document import Document
from reports.document.finding_wording import because_text
from reports.judgement.assessment import AssessmentOptions, JudgedDevice
from reports.judgement.because import PlaceContradicted, WorseThere
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.misplaced import find_misplaced
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.judgement.waivers import read_waivers
from reports.placement.placement import Origin, Placement
from reports.placement.sign import RoutingAdjacencies
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Reason, Verdict, severity
from reports.policy.vocabulary import Tier
from tests.unit.documents import REPORTS
from tests.unit.networks import box, routes
from tests.unit.written import text_of

DAY = date(2019, 1, 1)
HUAWEI = Watched("huawei", WatchLevel.CONFIRMED, 0.99, (Role.MAKER,), ())
ROUTER = replace(box("r7", *routes("isis", 14)), watched=(HUAWEI,))
ACCESS = Placement(False, Tier.ACCESS, "zone lan", Origin.DECLARED, zone="lan", segment="ran_5g")
EVALUATOR = PolicyEvaluator(load_policies(("gb-bt-policy-2018",)), DAY, load_companies())
CONTRADICTED = PlaceContradicted(Tier.ACCESS, False, "lan", True, RoutingAdjacencies((("isis", 14),)))


def judged(
    device: Device = ROUTER, placement: Placement = ACCESS, evaluator: PolicyEvaluator = EVALUATOR
) -> JudgedDevice:
    findings = evaluator.judge(device, placement)
    return JudgedDevice(device, placement, findings, verdict_of(device, findings))


def test_a_place_that_the_evidence_contradicts_is_for_review_where_a_rule_says_worse_there() -> None:
    assert find_misplaced((judged(),), EVALUATOR) == {
        "r7": Finding(
            "zones",
            "evidence-against-place",
            Verdict.REVIEW,
            (CONTRADICTED, WorseThere(Verdict.RESTRICTED, "gb-bt-policy-2018", "core-5g-exclude")),
            "zones file, zone lan",
            Reason.MISPLACED,
        )
    }


def test_where_no_rule_is_stricter_there_it_is_shown_and_counts_for_nothing() -> None:
    found = find_misplaced((judged(replace(ROUTER, watched=())),), EVALUATOR)["r7"]
    assert (found.verdict, found.reason) == (Verdict.CLEAR, None)
    assert because_text(found.because) == (
        "declared access (zone lan), but the evidence says core: 14 IS-IS adjacencies; "
        "no policy of this report is stricter there"
    )


def test_a_place_that_nobody_declared_contradicts_nothing() -> None:
    nowhere = Placement(None, None, "no zone matches", Origin.NONE)
    assert find_misplaced((judged(placement=nowhere),), EVALUATOR) == {}


@given(st.sampled_from(tuple(Tier)), st.booleans(), st.booleans(), st.integers(0, 5))
def test_the_finding_makes_no_verdict_milder(tier: Tier, core: bool, watched: bool, neighbours: int) -> None:
    device = replace(box("r7", *routes("isis", neighbours)), watched=(HUAWEI,) if watched else ())
    one = judged(device, Placement(core, tier, "zone z", Origin.DECLARED, zone="z"))
    found = tuple(find_misplaced((one,), EVALUATOR).values())
    assert severity(verdict_of(device, (*one.findings, *found))) <= severity(one.verdict)


ZONES = "zones: [{name: lan, match: {host: r7}, own_name: yes, tier: access, segment: ran_5g}]"
WAIVERS = """
waivers:
  - id: W-1
    scope: {device: r7, own_name: yes, policy: zones}
    reason: the ring is access
    owner: ops
    approved_by: cto
    expires: 2020-01-01
"""
SAID = (
    Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "r7"),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.224.279"),
    *(Observation(Source.SNMP_ROUTING_NEIGHBOUR, f"1.3.6.1.2.1.138.1.6.1.1.2.1.{n}", "3") for n in range(1, 15)),
)


def document(folder: Path, waivers: str = "") -> Document:
    (folder / "zones.yaml").write_text(ZONES)
    (folder / "waivers.yaml").write_text(waivers)
    frame = AssessmentOptions(
        load_database(),
        read_zones(folder / "zones.yaml"),
        load_policies(("gb-bt-policy-2018",)),
        "chosen by --policy",
        read_waivers(folder / "waivers.yaml") if waivers else None,
        DAY,
    )
    assessment = run_assessment(
        lambda _: [Evidence(Subject("192.0.2.7", "192.0.2.7"), SAID)], frame, RunInfo("1", "0", 1, ())
    )
    return build_document(assessment)


@pytest.mark.parametrize("form", REPORTS)
def test_every_format_shows_it(tmp_path: Path, form: str) -> None:
    output = text_of(document(tmp_path), form)
    assert "zones" in output
    assert form not in ("html", "json", "jsonl") or "the evidence says core: 14 IS-IS adjacencies" in output
    assert form == "csv" or "The evidence contradicts the declared place of 1 of 1 devices" in output


def test_a_waiver_takes_it_out_of_the_verdict_and_leaves_it_in_the_report(tmp_path: Path) -> None:
    one = document(tmp_path, WAIVERS).devices[0]
    last = one.findings[-1]
    assert (last.policy, last.verdict) == ("zones", Verdict.REVIEW)
    assert last.waiver == "W-1: the ring is access (owner ops, approved by cto, until 2020-01-01)"
    assert document(tmp_path).devices[0].verdict is Verdict.REVIEW


def test_a_policy_of_the_operators_own_may_not_bear_that_name(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "reports/policy/policies/gb-bt-policy-2018.yaml").read_text("utf-8")
    (tmp_path / "zones.yaml").write_text(text.replace("id: gb-bt-policy-2018", "id: zones", 1))
    with pytest.raises(KitscanError, match="give your policy another id"):
        load_policies(None, tmp_path)


def test_a_device_with_an_optic_is_judged_there_with_its_parts() -> None:
    optic = Component("optic", "1/1", Party("huawei", "Huawei"), watched=(HUAWEI,))
    found = find_misplaced((judged(replace(ROUTER, watched=(), components=(optic,))),), EVALUATOR)["r7"]
    assert found.verdict is Verdict.REVIEW
