"""The direction on Huawei on a made-up operator of 20,000 devices: each rule on the right ones, on ten days.

The operator (benchmarks/judgement/network.py) is exact: of each hundred devices of a part the first ones are Huawei's,
the first of each hundred stands on a military base, and every tenth of Huawei's was installed in February 2023.
"""

from collections import Counter
from datetime import date

import pytest

from benchmarks.judgement.network import PARTS, Judged, network
from fingerprints.database.companies.companies import load_companies
from reports.document.finding_wording import because_text
from reports.judgement.caps import measure_shares, settle_caps
from reports.judgement.evaluate import PolicyEvaluator
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Reason, Verdict

DIRECTION = load_policies(("gb-dvd-huawei-2022",))
NETWORK = network()

FIVE_G = ("ran_5g", "transport_5g", "transport", "core_5g")
"""What the 5G rules reach. A plain `transport` is judged as if it carried 5G, because nobody says that it does not."""
CORE = ("core_ip", "core_4g", "core_5g", "core_fixed", "management")
"""Management counts as core, as in the advice that the direction puts into law."""
BETWEEN_CORES = ("transport_core_highrate", "transport")
"""Transmission between cores; a plain `transport` may be that, too."""


def hundreds(segments: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The parts of the operator in these segments: how many hundreds of devices, and how many of each are Huawei's."""
    return tuple((part.devices // 100, part.percent) for part in PARTS if part.segment in segments)


def huawei(*segments: str) -> int:
    return sum(number * percent for number, percent in hundreds(segments))


def installed_late(*segments: str) -> int:
    """Huawei's devices that came after the direction: the first of each ten, begun or full, of a hundred."""
    return sum(number * -(-percent // 10) for number, percent in hundreds(segments))


NOTHING: dict[str, int] = {}
IN_FORCE = {
    "install-5g conditional": huawei(*FIVE_G) - installed_late(*FIVE_G),  # what stood before falls under 5g-all
    "install-5g restricted": installed_late(*FIVE_G),
    "sanctions-fttp conditional": huawei("fixed_access_gpon") - installed_late("fixed_access_gpon"),
    "sanctions-fttp review": installed_late("fixed_access_gpon"),
    "sites conditional": 199,  # one of each hundred, but for the cameras, of which Huawei made none
    "cap-5g conditional": huawei("ran_5g"),
    "cap-fttp conditional": huawei("fixed_access_gpon"),
    "core conditional": huawei(*CORE),
    "transmission conditional": huawei(*BETWEEN_CORES),
    "5g-all conditional": huawei(*FIVE_G),
}
SITES_DUE = {**IN_FORCE, "sites restricted": 199}
del SITES_DUE["sites conditional"]
CORE_DUE = {**SITES_DUE, "core restricted": huawei(*CORE)}
del CORE_DUE["core conditional"]
TRANSMISSION_DUE = {**CORE_DUE, "transmission restricted": huawei(*BETWEEN_CORES)}
del TRANSMISSION_DUE["transmission conditional"]
ALL_DUE = {**TRANSMISSION_DUE, "5g-all restricted": huawei(*FIVE_G)}
del ALL_DUE["5g-all conditional"]


def judged(day: date) -> tuple[Judged, ...]:
    evaluator = PolicyEvaluator(DIRECTION, day, load_companies())
    found = [Judged(one.device, one.placement, evaluator.judge(one.device, one.placement)) for one in NETWORK]
    measured = measure_shares(found, DIRECTION)
    return tuple(Judged(one.device, one.placement, settle_caps(one.findings, measured, day)) for one in found)


def test_the_operator_has_twenty_thousand_devices() -> None:
    assert len(NETWORK) == sum(part.devices for part in PARTS) == 20_000


def test_the_model_counts_what_a_person_counts() -> None:
    # radio 2400 and its transport 250, plain transport 300, core 40; of each hundred 4, 3, 2 and 2 came late
    assert (huawei(*FIVE_G), installed_late(*FIVE_G)) == (2_990, 240 + 30 + 30 + 4)
    assert (huawei(*CORE), huawei(*BETWEEN_CORES)) == (40 + 60 + 40 + 20 + 20, 40 + 300)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 10, 12), NOTHING),
        (date(2022, 10, 13), IN_FORCE),
        (date(2023, 1, 28), IN_FORCE),
        (date(2023, 1, 29), SITES_DUE),
        (date(2023, 12, 31), SITES_DUE),
        (date(2024, 1, 1), CORE_DUE),
        (date(2025, 12, 31), CORE_DUE),
        (date(2026, 1, 1), TRANSMISSION_DUE),
        (date(2027, 12, 31), TRANSMISSION_DUE),
        (date(2028, 1, 1), ALL_DUE),
    ],
    ids=str,
)
def test_each_rule_is_on_the_right_devices_on_each_of_ten_days(day: date, expected: dict[str, int]) -> None:
    counted = Counter(f"{finding.rule} {finding.verdict}" for one in judged(day) for finding in one.findings)
    assert counted == expected


def test_each_rule_names_the_devices_of_its_own_segments_alone() -> None:
    segments: dict[str, set[str | None]] = {}
    for one in judged(date(2024, 1, 1)):
        for finding in one.findings:
            segments.setdefault(finding.rule, set()).add(one.placement.segment)
    assert segments == {
        "install-5g": set(FIVE_G),
        "sanctions-fttp": {"fixed_access_gpon"},
        "sites": {part.segment for part in PARTS if part.percent},
        "cap-5g": {"ran_5g"},
        "cap-fttp": {"fixed_access_gpon"},
        "core": set(CORE),
        "transmission": set(BETWEEN_CORES),
        "5g-all": set(FIVE_G),
    }


def test_nobody_but_the_named_maker_is_found() -> None:
    makers = {
        one.device.identity.vendor.id for one in judged(date(2028, 1, 1)) if one.findings and one.device.identity.vendor
    }
    assert makers == {"huawei"}


@pytest.mark.parametrize(("rule", "counted"), [("cap-5g", "2400 of 6000"), ("cap-fttp", "1200 of 3000")])
def test_both_caps_name_the_share_of_devices_and_that_their_own_metric_is_missing(rule: str, counted: str) -> None:
    found = [finding for one in judged(date(2024, 1, 1)) for finding in one.findings if finding.rule == rule]
    assert {(finding.verdict, finding.reason) for finding in found} == {(Verdict.CONDITIONAL, Reason.UNMEASURED)}
    ending = f"the share is not measured; as a hint, {counted} devices there are of a named maker (40.0 percent)"
    assert [finding for finding in found if not because_text(finding.because).endswith(ending)] == []
