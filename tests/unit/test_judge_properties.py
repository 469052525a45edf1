"""What holds of every judgement: places, days, evidence and waivers can only ever move a verdict one way."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Component,
    Device,
    Identity,
    Level,
    Party,
    Role,
    Watched,
    WatchLevel,
)
from reports.judgement.evaluate import PolicyEvaluator, judge, verdict_of
from reports.judgement.exceptions import ExceptionScope, Waiver
from reports.judgement.finding import Finding
from reports.judgement.waivers import Waivers, apply_waivers
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.policy import Policy
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict, severity
from reports.policy.vocabulary import Tier
from reports.policy.vocabulary_file import read_vocabulary

COMPANIES = load_companies()
POLICIES = load_policies(None, unverified=True)
NAMELESS = load_policies(("jp-procurement-2018",))
VOCABULARY = read_vocabulary()
UNDATED_MAKERS = ("huawei", "zte", "hikvision", "dahua", "cisco", "nokia")

makers = st.sampled_from((*UNDATED_MAKERS, "honor", "h3c"))
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
attributes = st.dictionaries(
    st.sampled_from(("installed", "purchased", "purpose", "can_route_user_data", "country_of_production")),
    st.sampled_from(("2018-01-01", "2023-02-01", "no", "CN", "public safety")),
    max_size=3,
).map(lambda chosen: tuple(sorted(chosen.items())))
watched = st.builds(
    lambda entity, level: Watched(entity, level, 0.5, (Role.MAKER,), ()), makers, st.sampled_from(WatchLevel)
)
components = st.builds(lambda maker: Component("optic", "1/1", Party(maker, maker)), makers)
policies = st.lists(st.sampled_from(POLICIES), min_size=1, max_size=4, unique_by=lambda policy: policy.id).map(tuple)
tiers = st.sampled_from(Tier)
declared = st.one_of(
    tiers.map(lambda tier: Placement(None, tier, "declared", Origin.DECLARED)),
    st.sampled_from(tuple(VOCABULARY.segments.values())).map(
        lambda segment: Placement(None, segment.tier, "declared", Origin.DECLARED, segment=segment.id)
    ),
)


def boxed(
    maker: str, level: Level, seen: list[Watched], parts: list[Component], said: tuple[tuple[str, str], ...]
) -> Device:
    party = Party(maker, maker) if level is not Level.UNKNOWN else None
    identity = Identity(level, 0.9, vendor=party, made_by=party)
    return Device("d", (), (), "d", said, identity, tuple(seen), tuple(parts))


devices = st.builds(
    boxed, makers, st.sampled_from(Level), st.lists(watched, max_size=2), st.lists(components, max_size=2), attributes
)


def verdict(device: Device, placement: Placement, chosen: tuple[object, ...], day: date) -> Verdict:
    return verdict_of(device, found(device, placement, chosen, day))


def found(device: Device, placement: Placement, chosen: tuple[object, ...], day: date) -> tuple[Finding, ...]:
    return judge(device, placement, tuple(policy for policy in POLICIES if policy in chosen), day, COMPANIES)


@given(devices, declared, policies, days)
def test_unclassified_is_at_least_as_bad_as_every_place(
    device: Device, placement: Placement, chosen: tuple[object, ...], day: date
) -> None:
    assert severity(verdict(device, UNCLASSIFIED, chosen, day)) <= severity(verdict(device, placement, chosen, day))


@given(devices, declared, policies, days)
def test_an_inferred_place_is_as_bad_as_none(
    device: Device, placement: Placement, chosen: tuple[object, ...], day: date
) -> None:
    inferred = replace(placement, origin=Origin.INFERRED)
    assert verdict(device, inferred, chosen, day) is verdict(device, UNCLASSIFIED, chosen, day)


@given(devices, policies, days)
def test_moving_a_zone_from_access_to_core_is_never_milder_where_the_core_is_named(
    device: Device, chosen: tuple[object, ...], day: date
) -> None:
    core = Placement(None, Tier.CORE, "declared", Origin.DECLARED)
    naming = tuple(
        policy
        for policy in POLICIES
        if policy in chosen
        and any(
            rule.where.everywhere or Tier.CORE in rule.where.whole_tiers | rule.where.part_tiers
            for rule in policy.rules
        )
    )
    access = replace(core, tier=Tier.ACCESS)
    assert severity(verdict(device, core, naming, day)) <= severity(verdict(device, access, naming, day))


@given(st.sampled_from(UNDATED_MAKERS), declared, policies, days, days)
def test_a_later_day_never_undoes_a_rule_without_an_end(
    maker: str, placement: Placement, chosen: tuple[object, ...], one: date, other: date
) -> None:
    device = boxed(maker, Level.CONFIRMED, [], [], ())
    chosen = tuple(policy for policy in POLICIES if policy in chosen and endless(policy))
    earlier, later = sorted((one, other))
    assert severity(verdict(device, placement, chosen, later)) <= severity(verdict(device, placement, chosen, earlier))


def endless(policy: Policy) -> bool:
    return all(rule.until is None for rule in policy.rules)


@given(devices, declared, policies, days)
def test_removing_evidence_never_turns_anything_to_clear(
    device: Device, placement: Placement, chosen: tuple[object, ...], day: date
) -> None:
    silent = replace(device, identity=Identity(Level.UNKNOWN, 0.0), watched=(), components=())
    assert verdict(silent, placement, chosen, day) is not Verdict.CLEAR


@given(devices, declared, policies, days, st.booleans())
def test_a_waiver_hides_no_finding(
    device: Device, placement: Placement, chosen: tuple[object, ...], day: date, expired: bool
) -> None:
    findings = found(device, placement, chosen, day)
    expires = date(2000, 1, 1) if expired else date(2040, 1, 1)
    waiver = Waiver("w", ExceptionScope(("d",), ("*",)), "reason", "owner", "approver", expires)
    waived = apply_waivers(findings, device, Waivers((waiver,)), day)
    assert [(one.policy, one.rule, one.verdict, one.component) for one in waived] == [
        (one.policy, one.rule, one.verdict, one.component) for one in findings
    ]
    if expired:
        assert verdict_of(device, waived) is verdict_of(device, findings)


@given(st.lists(st.tuples(devices, st.one_of(declared, st.just(UNCLASSIFIED))), max_size=6), policies, days)
def test_a_device_is_judged_the_same_whoever_was_judged_before_it(
    cases: list[tuple[Device, Placement]], chosen: tuple[Policy, ...], day: date
) -> None:
    evaluator = PolicyEvaluator(chosen, day, COMPANIES)
    assert [evaluator.judge(*case) for case in cases] == [judge(*case, chosen, day, COMPANIES) for case in cases]


@given(devices, declared, days)
@settings(max_examples=50)
def test_a_regime_that_names_nobody_restricts_nobody(device: Device, placement: Placement, day: date) -> None:
    assert all(one.verdict is Verdict.REVIEW for one in judge(device, placement, NAMELESS, day, COMPANIES))
