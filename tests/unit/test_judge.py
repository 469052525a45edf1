"""What the judge says of a device where it stands: by its maker, its place, the day, and what is doubtful of each."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

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
from reports.document.finding_wording import because_text, reason_text
from reports.document.reasons.action_wording import ACTION
from reports.judgement.because import CompanyBehind, InForce, PlacedIn, TierTooBroad
from reports.judgement.evaluate import identity_verdict, judge, verdict_of
from reports.judgement.finding import Finding
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.action import EFFECTS, Action, Certainty, Standing
from reports.policy.policy import ExceptionRule, Policy, Rule
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier
from reports.policy.where import Where
from reports.policy.who import Anyone, Criteria, MadeIn, Named, OnlyThese, Who

DAY = date(2024, 1, 1)
CORE_IP = Placement(True, Tier.CORE, "zone core: site ams", Origin.DECLARED, segment="core_ip")
RAN = Placement(False, Tier.ACCESS, "zone ran: site ams", Origin.DECLARED, segment="ran_4g")
CORE = Where(
    False,
    segments=frozenset({"core_ip"}),
    part_tiers=frozenset({Tier.CORE}),
    known={"core_ip": Tier.CORE, "core_5g": Tier.CORE, "ran_4g": Tier.ACCESS},
)


@dataclass(frozen=True)
class CompanyNamed:
    name: str


class Companies:
    """Acme, and Small, which was Acme's until 2020."""

    def get(self, company_id: str) -> CompanyNamed | None:
        return CompanyNamed(company_id.title())

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        return ("acme",) if company_id == "small" and day < date(2020, 1, 1) else ()


def device(
    maker: str | None = "acme",
    level: Level = Level.CONFIRMED,
    watched: tuple[Watched, ...] = (),
    components: tuple[Component, ...] = (),
    **attributes: str,
) -> Device:
    party = Party(maker, maker) if maker else None
    identity = Identity(level, 0.9, vendor=party, made_by=party)
    return Device("d", (), ("192.0.2.1",), "d", tuple(attributes.items()), identity, watched, components)


def tie(entity: str, level: WatchLevel, *roles: Role) -> Watched:
    return Watched(entity, level, 0.5, roles or (Role.MAKER,), ())


def rule(action: Action = Action.PROHIBIT_USE, who: Who | None = None, where: Where = CORE) -> Rule:
    return Rule("r", action, who or Named(("acme",)), where, date(2020, 1, 1), "law 1")


def policy(*rules: Rule, exceptions: tuple[ExceptionRule, ...] = ()) -> Policy:
    return Policy(
        "p", "P", "GB", "a", "i", "law", True, ("us",), "in force", Certainty.FOUND, "high", rules, exceptions
    )


def findings(box: Device, *rules: Rule, place: Placement = CORE_IP, day: date = DAY) -> tuple[Finding, ...]:
    return judge(box, place, (policy(*rules),), day, Companies())


def verdict(box: Device, *rules: Rule, place: Placement = CORE_IP, day: date = DAY) -> Verdict:
    return verdict_of(box, findings(box, *rules, place=place, day=day))


BECAUSE = (
    PlacedIn("core_ip", "zone core: site ams"),
    CompanyBehind("Acme", WatchLevel.CONFIRMED, (Role.BRAND, Role.MAKER)),
    InForce(Action.PROHIBIT_USE, date(2020, 1, 1)),
)


def test_the_reasons_of_a_finding_are_worded_in_their_order() -> None:
    assert because_text(BECAUSE) == (
        "it stands in core_ip (zone core: site ams); Acme is confirmed as its brand and its maker; "
        "use prohibited since 2020-01-01"
    )


def test_a_named_maker_in_a_named_segment_is_restricted() -> None:
    assert findings(device(), rule()) == (
        Finding(
            "p",
            "r",
            Verdict.RESTRICTED,
            BECAUSE,
            "law 1",
        ),
    )


def test_a_rule_from_memory_says_so() -> None:
    (found,) = findings(device(), replace(rule(), certainty=Certainty.KNOWLEDGE))
    assert because_text(found.because).endswith("; this rule is written from memory and must be checked")


def test_another_maker_is_clear() -> None:
    assert verdict(device("other"), rule()) is Verdict.CLEAR


def test_another_segment_is_clear() -> None:
    assert verdict(device(), rule(), place=RAN) is Verdict.CLEAR


def test_what_belonged_to_a_named_maker_on_the_day_is_theirs() -> None:
    earlier = replace(rule(), effective=date(2010, 1, 1))
    (found,) = findings(device("small"), earlier, day=date(2019, 12, 31))
    assert "Small, which belonged to Acme on 2019-12-31, is confirmed as its brand and its maker" in because_text(
        found.because
    )
    assert findings(device("small"), earlier, day=date(2020, 1, 1)) == ()


@pytest.mark.parametrize(
    ("level", "expected", "reason"),
    [
        (WatchLevel.CONFIRMED, Verdict.RESTRICTED, None),
        (WatchLevel.PROBABLE, Verdict.RESTRICTED, None),
        (WatchLevel.POSSIBLE, Verdict.REVIEW, Reason.SUSPECTED),
        (WatchLevel.CONFLICTING, Verdict.REVIEW, Reason.CONTRADICTORY),
    ],
)
def test_a_doubtful_tie_is_for_review(level: WatchLevel, expected: Verdict, reason: Reason | None) -> None:
    (found,) = findings(device("other", watched=(tie("acme", level),)), rule())
    assert (found.verdict, found.reason) == (expected, reason)


def test_a_cleared_tie_is_no_finding_even_where_the_identity_names_the_company() -> None:
    assert verdict(device(watched=(tie("acme", WatchLevel.CLEARED),)), rule()) is Verdict.CLEAR


def test_the_operators_logo_makes_nobody_the_maker() -> None:
    assert findings(device("other", watched=(tie("acme", WatchLevel.CONFIRMED, Role.OPERATOR),)), rule()) == ()


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.CONFIRMED, Verdict.CLEAR),
        (Level.PROBABLE, Verdict.CLEAR),
        (Level.POSSIBLE, Verdict.NOT_ASSESSED),
        (Level.CONFLICTING, Verdict.REVIEW),
        (Level.UNKNOWN, Verdict.NOT_ASSESSED),
    ],
)
def test_clear_needs_a_positive_identity(level: Level, expected: Verdict) -> None:
    assert verdict(device("other", level), rule(), place=RAN) is expected
    assert identity_verdict(device("other", level))[0] is expected


def test_a_watched_maker_that_is_known_is_a_positive_identity() -> None:
    box = device(None, Level.UNKNOWN, (tie("acme", WatchLevel.CONFIRMED),))
    assert verdict(box, rule(), place=RAN) is Verdict.CLEAR


def test_an_unclassified_device_is_judged_as_if_in_every_tier() -> None:
    (found,) = findings(device(), rule(), place=UNCLASSIFIED)
    assert found.verdict is Verdict.RESTRICTED
    assert because_text(found.because).startswith("unclassified: no zone matches, so it is judged as if in every tier")


def test_an_inferred_place_never_lowers_a_verdict() -> None:
    inferred = replace(RAN, origin=Origin.INFERRED)
    (found,) = findings(device(), rule(), place=inferred)
    assert found.verdict is Verdict.RESTRICTED
    assert because_text(found.because).startswith("unclassified: its place is only inferred (access)")


def test_a_tier_without_a_segment_is_judged_as_any_segment_of_it() -> None:
    (found,) = findings(device(), rule(), place=Placement(True, Tier.CORE, "zone core", Origin.DECLARED))
    assert found.verdict is Verdict.RESTRICTED
    assert found.because[0] == TierTooBroad(Tier.CORE)
    expected = "the rule applies to a part of the core tier, and the zone does not say which"
    assert because_text(found.because).startswith(expected)


def test_an_operators_own_segment_is_judged_by_its_tier() -> None:
    placed = Placement(True, Tier.CORE, "zone core", Origin.DECLARED, segment="pod-3")
    assert verdict(device(), rule(), place=placed) is Verdict.RESTRICTED
    assert verdict(device(), rule(), place=replace(placed, tier=Tier.ACCESS)) is Verdict.CLEAR


def test_a_zone_that_calls_a_radio_segment_core_is_judged_as_core_too() -> None:
    assert verdict(device(), rule(), place=replace(RAN, tier=Tier.CORE)) is Verdict.RESTRICTED


def test_a_site_type_that_is_not_declared_is_ordinary() -> None:
    sensitive = replace(CORE, everywhere=True, site_types=("military_base",))
    assert verdict(device(), rule(where=sensitive)) is Verdict.CLEAR
    placed = replace(CORE_IP, site_type="military_base")
    assert verdict(device(), rule(where=sensitive), place=placed) is Verdict.RESTRICTED


def test_a_generation_that_is_not_declared_is_supposed() -> None:
    only_5g = rule(where=replace(CORE, generations=("5g_sa",)))
    (found,) = findings(device(), only_5g)
    assert because_text(found.because).startswith("the zone names no generation, so it is judged as if 5g_sa")
    assert verdict(device(), only_5g, place=replace(CORE_IP, generation="5g")) is Verdict.RESTRICTED
    assert verdict(device(), only_5g, place=replace(CORE_IP, generation="4g")) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 5, 31), Verdict.CLEAR),
        (date(2019, 6, 1), Verdict.CONDITIONAL),
        (date(2020, 1, 1), Verdict.CONDITIONAL),
        (date(2022, 12, 31), Verdict.CONDITIONAL),
        (date(2023, 1, 1), Verdict.RESTRICTED),
        (date(2025, 1, 1), Verdict.CLEAR),
    ],
)
def test_a_removal_is_announced_starts_falls_due_and_ends(day: date, expected: Verdict) -> None:
    removal = replace(
        rule(Action.REMOVE_BY), announced=date(2019, 6, 1), deadline=date(2022, 12, 31), until=date(2025, 1, 1)
    )
    assert verdict(device(), removal, day=day) is expected


def test_a_rule_that_is_coming_names_the_last_day_before_it() -> None:
    coming = replace(rule(), announced=date(2019, 6, 1))
    (found,) = findings(device(), coming, day=date(2019, 7, 1))
    assert (found.verdict, found.deadline) == (Verdict.CONDITIONAL, date(2019, 12, 31))


@pytest.mark.parametrize(
    ("standing", "installed", "expected", "reason"),
    [
        (Standing.PRESUMED_NEW, None, Verdict.RESTRICTED, Reason.UNDATED),
        (Standing.MAY_STAY, None, Verdict.CONDITIONAL, Reason.UNDATED),
        (Standing.PRESUMED_NEW, "2019-12-31", Verdict.CONDITIONAL, None),
        (Standing.MAY_STAY, "2020-01-01", Verdict.RESTRICTED, None),
        (Standing.PRESUMED_NEW, "last spring", Verdict.RESTRICTED, Reason.UNDATED),
    ],
)
def test_a_ban_on_new_kit_goes_by_the_day_it_came(
    standing: Standing, installed: str | None, expected: Verdict, reason: Reason | None
) -> None:
    box = device(installed=installed) if installed else device()
    (found,) = findings(box, replace(rule(Action.PROHIBIT_INSTALL), standing=standing))
    assert (found.verdict, found.reason) == (expected, reason)


def test_a_day_of_purchase_does_not_excuse_a_later_installation() -> None:
    install = replace(rule(Action.PROHIBIT_INSTALL), standing=Standing.PRESUMED_NEW)
    assert verdict(device(purchased="2019-01-01"), install) is Verdict.RESTRICTED


def test_what_was_bought_in_time_may_be_installed_later() -> None:
    buying = replace(rule(Action.PROHIBIT_PROCURE), standing=Standing.PRESUMED_NEW)
    assert [
        verdict(device(purchased="2019-12-31", installed="2020-06-01"), buying),
        verdict(device(purchased="2020-01-01", installed="2020-06-01"), buying),
        verdict(device(installed="2020-06-01"), buying),
    ] == [Verdict.CONDITIONAL, Verdict.RESTRICTED, Verdict.RESTRICTED]


def test_a_cap_names_its_share_and_says_that_it_is_not_measured() -> None:
    capped = replace(rule(Action.CAP_PERCENT), cap_percent=35.0, metric="base stations", deadline=date(2023, 7, 31))
    (found,) = findings(device(), capped)
    assert (found.verdict, found.reason, found.deadline) == (
        Verdict.CONDITIONAL,
        Reason.UNMEASURED,
        date(2023, 7, 31),
    )
    assert "the cap is 35 percent of base stations; the share is not measured" in because_text(found.because)


def test_consent_is_conditional() -> None:
    assert verdict(device("other"), rule(Action.REQUIRE_APPROVAL, Anyone())) is Verdict.CONDITIONAL


def test_an_allowance_is_cited_and_changes_nothing() -> None:
    (found,) = findings(device(), rule(Action.ALLOW))
    assert found.verdict is Verdict.CLEAR


def test_criteria_refer_everybody_in_their_segments_and_ban_nobody() -> None:
    criteria = rule(Action.PROHIBIT_PROCURE, Criteria(("a doubt remains",)))
    for maker in ("acme", "other"):
        (found,) = findings(device(maker), criteria)
        assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.REFER)
    assert findings(device(), criteria, place=RAN) == ()


def test_an_allow_list_denies_who_is_not_on_it() -> None:
    listed = rule(who=OnlyThese(("acme",)))
    assert verdict(device("acme"), listed) is Verdict.CLEAR
    assert verdict(device("other"), listed) is Verdict.RESTRICTED
    (found,) = findings(device(None, Level.UNKNOWN), listed)
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.UNIDENTIFIED)
    (found,) = findings(device("acme", Level.POSSIBLE), listed)
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.UNIDENTIFIED)


def test_a_place_of_production_is_the_operators_word_or_for_review() -> None:
    made = rule(who=MadeIn(("CN",)))
    assert verdict(device(country_of_production="cn"), made) is Verdict.RESTRICTED
    assert verdict(device(country_of_production="FI"), made) is Verdict.CLEAR
    (found,) = findings(device(), made)
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.UNSEEN)


def test_a_condition_that_no_scan_sees_is_for_review() -> None:
    (found,) = findings(device(), replace(rule(), condition="whether it was sanctioned"))
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.UNSEEN)


def test_a_purpose_is_presumed_until_another_is_declared() -> None:
    video = replace(rule(), purposes=("public safety",))
    assert "its purpose is not declared and presumed to be public safety" in because_text(
        findings(device(), video)[0].because
    )
    assert verdict(device(purpose="Public Safety"), video) is Verdict.RESTRICTED
    assert verdict(device(purpose="art"), video) is Verdict.CLEAR


def test_an_exception_holds_when_the_operator_says_all_it_needs() -> None:
    exception = ExceptionRule("passive", "passive parts", (("routes", "no"), ("sees", "no")))
    policies = (policy(rule(), exceptions=(exception,)),)
    half = judge(device(routes="no"), CORE_IP, policies, DAY, Companies())
    whole = judge(device(routes="no", sees="No"), CORE_IP, policies, DAY, Companies())
    assert [found.verdict for found in (*half, *whole)] == [Verdict.RESTRICTED, Verdict.CLEAR]
    assert because_text(whole[0].because).endswith("the exception passive holds: passive parts")


OPTIC = Component("optic", "Ethernet1/1", Party("acme", "Acme"))


def test_a_restricted_optic_in_a_clean_chassis_is_a_finding_of_its_own() -> None:
    box = device("other", components=(OPTIC,))
    (found,) = findings(box, rule())
    assert (found.component, found.verdict) == ("Ethernet1/1", Verdict.RESTRICTED)
    assert verdict(box, rule()) is Verdict.RESTRICTED


def test_a_restricted_platform_on_anothers_hardware_and_the_reverse_are_named_by_role() -> None:
    other, acme = Party("other", "other"), Party("acme", "acme")
    badged = Identity(Level.CONFIRMED, 0.9, vendor=other, made_by=other, platform=acme)
    rebadged = Identity(Level.CONFIRMED, 0.9, vendor=other, made_by=acme, platform=other)
    judged = [findings(replace(device(), identity=identity), rule())[0] for identity in (badged, rebadged)]
    assert [(one.verdict, reason_text(one.because[1])) for one in judged] == [
        (Verdict.RESTRICTED, "Acme is confirmed as its platform"),
        (Verdict.RESTRICTED, "Acme is confirmed as its maker"),
    ]


def test_a_tie_through_a_part_alone_is_reported_at_the_part() -> None:
    seen = (tie("acme", WatchLevel.CONFIRMED, Role.COMPONENT),)
    (found,) = findings(device("other", watched=seen, components=(replace(OPTIC, watched=seen),)), rule())
    assert found.component == "Ethernet1/1"


def test_the_parts_of_a_restricted_box_are_not_reported_again() -> None:
    (found,) = findings(device(components=(OPTIC,)), rule())
    assert found.component is None


def test_a_part_that_is_worse_than_its_box_is_reported_beside_it() -> None:
    box = device("other", watched=(tie("acme", WatchLevel.POSSIBLE),), components=(OPTIC,))
    assert [(found.component, found.verdict) for found in findings(box, rule())] == [
        (None, Verdict.REVIEW),
        ("Ethernet1/1", Verdict.RESTRICTED),
    ]


def test_a_part_with_an_endless_name_is_cut() -> None:
    box = device("other", components=(replace(OPTIC, position="x" * 5000),))
    assert len(findings(box, rule())[0].component or "") == 120


def test_every_action_has_an_effect_and_words() -> None:
    assert set(EFFECTS) == set(ACTION) == set(Action)
