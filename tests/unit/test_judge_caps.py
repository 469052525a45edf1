"""Caps: shares are counted over the right devices, and decide only where an inventory can count the metric."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from fingerprints.model.device import Device, Identity, Level
from reports.document.finding_wording import because_text
from reports.judgement.because import CapLimit, InForce, PlainReason, ShareAsHint, ShareMeasured, ShareNotCountable
from reports.judgement.caps import measure_shares, settle_caps
from reports.judgement.finding import Finding
from reports.judgement.share import Share
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.action import Action, Certainty, Counted
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier
from reports.policy.where import Where
from reports.policy.who import Named

RADIO = Where(False, segments=frozenset({"ran_5g"}), known={"ran_5g": Tier.ACCESS, "core_5g": Tier.CORE})
CAP = Rule("cap", Action.CAP_PERCENT, Named(("acme",)), RADIO, date(2022, 1, 1), "law", cap_percent=35.0)
BECAUSE = (InForce(Action.CAP_PERCENT, date(2022, 1, 1)), CapLimit(35.0, "devices"), PlainReason.SHARE_NOT_MEASURED)
DUE = date(2023, 7, 31)


@dataclass(frozen=True)
class Judged:
    device: Device
    placement: Placement
    findings: tuple[Finding, ...]


def judged(name: str, segment: str = "ran_5g", site: str | None = None, reason: Reason | None = None) -> Judged:
    device = Device(name, (), (), name, (), Identity(Level.CONFIRMED, 0.9))
    placement = Placement(False, Tier.ACCESS, "zone", Origin.DECLARED, segment=segment, site=site)
    finding = Finding("p", "cap", Verdict.CONDITIONAL, BECAUSE, "law", reason)
    return Judged(device, placement, (finding,) if reason else ())


def policy(counted: Counted | None) -> tuple[Policy, ...]:
    rule = Rule(
        "cap",
        Action.CAP_PERCENT,
        CAP.who,
        RADIO,
        CAP.effective,
        "law",
        cap_percent=35.0,
        metric="devices",
        counted=counted,
        deadline=DUE,
    )
    return (Policy("p", "P", "GB", "a", "i", "law", True, ("us",), "in force", Certainty.FOUND, "high", (rule,)),)


def test_a_share_is_counted_over_the_devices_of_its_segments_alone() -> None:
    network = [
        judged("a", reason=Reason.UNMEASURED),
        judged("b", reason=Reason.SUSPECTED),
        judged("c"),
        judged("d"),
        judged("e", segment="core_5g", reason=Reason.UNMEASURED),
    ]
    (share,) = measure_shares(network, policy(Counted.DEVICES))
    assert share == Share("p", "cap", 35.0, Counted.DEVICES, True, 4, 1, 1, DUE)
    assert (share.percent, share.percent_at_most) == (25.0, 50.0)


def test_a_device_without_a_place_never_lowers_a_share() -> None:
    unplaced = [
        replace(judged(name, reason=reason), placement=UNCLASSIFIED)
        for name, reason in (("b", None), ("c", Reason.UNMEASURED))
    ]
    (share,) = measure_shares([judged("a"), *unplaced], policy(Counted.DEVICES))
    assert (share.units, share.named, share.doubtful) == (2, 0, 1)


def test_sites_count_once_however_many_devices_stand_there() -> None:
    network = [
        judged("a", site="x", reason=Reason.UNMEASURED),
        judged("b", site="x", reason=Reason.UNMEASURED),
        judged("c", site="y"),
        judged("d"),
    ]
    (share,) = measure_shares(network, policy(Counted.SITES))
    assert (share.units, share.named) == (3, 1)


def with_ports(one: Judged, ports: str | None) -> Judged:
    attributes = () if ports is None else (("ports", ports),)
    return replace(one, device=replace(one.device, attributes=attributes))


def test_ports_count_as_many_as_the_operator_gives() -> None:
    network = [with_ports(judged("a", reason=Reason.UNMEASURED), "96"), with_ports(judged("b"), "48")]
    (share,) = measure_shares(network, policy(Counted.PORTS))
    assert share == Share("p", "cap", 35.0, Counted.PORTS, True, 144, 96, 0, DUE)
    finding = Finding("p", "cap", Verdict.CONDITIONAL, BECAUSE, "law", Reason.UNMEASURED, DUE)
    (found,) = settle_caps((finding,), (share,), date(2024, 1, 1))
    assert found.verdict is Verdict.RESTRICTED
    assert found.because == (*BECAUSE[:2], ShareMeasured(share))
    assert because_text(found.because).endswith("; 96 of 144 ports there are of a named maker (66.7 percent)")


@pytest.mark.parametrize("given", [None, "many", "-1", "nan", "inf"])
def test_a_number_that_is_missing_leaves_the_share_open_and_says_so(given: str | None) -> None:
    network = [with_ports(judged("a", reason=Reason.UNMEASURED), "96"), with_ports(judged("b"), given)]
    (share,) = measure_shares(network, policy(Counted.PORTS))
    finding = Finding("p", "cap", Verdict.CONDITIONAL, BECAUSE, "law", Reason.UNMEASURED, DUE)
    (found,) = settle_caps((finding,), (share,), date(2024, 1, 1))
    assert found == replace(finding, because=(*BECAUSE, ShareNotCountable(1, Counted.PORTS)))


@pytest.mark.parametrize(
    ("named", "doubtful", "day", "expected", "reason"),
    [
        (35, 0, date(2024, 1, 1), Verdict.CONDITIONAL, None),
        (36, 0, date(2024, 1, 1), Verdict.RESTRICTED, None),
        (36, 0, DUE, Verdict.CONDITIONAL, None),
        (30, 10, date(2024, 1, 1), Verdict.REVIEW, Reason.SUSPECTED),
    ],
)
def test_a_cap_that_can_be_counted_is_decided(
    named: int, doubtful: int, day: date, expected: Verdict, reason: Reason | None
) -> None:
    share = Share("p", "cap", 35.0, Counted.DEVICES, True, 100, named, doubtful, DUE)
    finding = Finding("p", "cap", Verdict.CONDITIONAL, BECAUSE, "law", Reason.UNMEASURED, DUE)
    (found,) = settle_caps((finding,), (share,), day)
    assert (found.verdict, found.reason) == (expected, reason)
    assert f"{named} of 100 devices there are of a named maker ({named}.0 percent)" in because_text(found.because)


def test_a_cap_in_another_metric_stays_conditional_with_a_hint() -> None:
    share = Share("p", "cap", 35.0, Counted.DEVICES, False, 10, 9, 0, DUE)
    finding = Finding("p", "cap", Verdict.CONDITIONAL, BECAUSE, "law", Reason.UNMEASURED, DUE)
    assert settle_caps((finding,), (share,), date(2024, 1, 1)) == (
        Finding(
            "p",
            "cap",
            Verdict.CONDITIONAL,
            (*BECAUSE, ShareAsHint(share)),
            "law",
            Reason.UNMEASURED,
            DUE,
        ),
    )


def test_an_empty_network_has_no_share() -> None:
    (share,) = measure_shares([], policy(None))
    assert (share.units, share.percent, share.decides) == (0, 0.0, False)


def test_a_site_that_only_the_operators_list_names_counts_once_too() -> None:
    def listed(name: str, *attributes: tuple[str, str]) -> Judged:
        plain = judged(name, reason=Reason.UNMEASURED)
        return replace(plain, device=replace(plain.device, attributes=attributes))

    network = [listed("a", ("rack", "1"), ("site", "x")), listed("b", ("rack", "2"), ("site", "x")), listed("c")]
    (share,) = measure_shares(network, policy(Counted.SITES))
    assert (share.units, share.named) == (2, 2)


def test_only_a_cap_with_its_percent_is_measured() -> None:
    (one,) = policy(Counted.DEVICES)
    ban = replace(one.rules[0], id="ban", action=Action.PROHIBIT_USE)
    unknown = replace(one.rules[0], id="unknown", cap_percent=None)
    shares = measure_shares([judged("a")], (replace(one, rules=(ban, unknown, *one.rules)),))
    assert [share.rule for share in shares] == ["cap"]


def test_a_finding_of_another_policys_rule_of_that_name_or_of_another_rule_counts_for_nothing() -> None:
    one = judged("a", reason=Reason.UNMEASURED)
    others = tuple(replace(one.findings[0], **changed) for changed in ({"policy": "q"}, {"rule": "other"}))
    (share,) = measure_shares([replace(one, findings=others)], policy(Counted.DEVICES))
    assert (share.units, share.named, share.doubtful) == (1, 0, 0)
