"""The edges of judgement: days on which something changes, exceptions of single rules, examples that are not met."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import Device, Identity, Level, Party
from reports.judgement.effect import attributes_read, is_in_view, latest_date, months_after
from reports.judgement.evaluate import PolicyEvaluator, judge
from reports.judgement.maker_match import COUNTRY
from reports.judgement.policy_views.worked_examples import Difference, run_examples
from reports.placement.placement import Origin, Placement
from reports.policy.action import Action, Certainty, Standing
from reports.policy.policy import ExceptionRule, Policy, Rule, Term
from reports.policy.status import Status
from reports.policy.support_file import declared_support
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from reports.policy.where import Where
from reports.policy.who import Anyone, MadeIn, MadeOutside

COMPANIES = load_companies()
DAY = date(2024, 1, 1)
CORE = Placement(False, Tier.CORE, "zone core", Origin.DECLARED, segment="core_ip")
EVERY_CORE = Where(
    False,
    segments=frozenset({"core_ip"}),
    part_tiers=frozenset({Tier.CORE}),
    known={"core_ip": Tier.CORE, "ran_4g": Tier.ACCESS},
)
RULE = Rule("core", Action.PROHIBIT_USE, Anyone(), Where(True), DAY, "article 1")


def box(**attributes: str) -> Device:
    party = Party("acme", "Acme")
    return Device("d", (), (), "d", tuple(attributes.items()), Identity(Level.CONFIRMED, 0.9, party, party))


def policy(*rules: Rule, exceptions: tuple[ExceptionRule, ...] = ()) -> Policy:
    return Policy("p", "P", "GB", "", "", "", True, (), Status.IN_FORCE, Certainty.FOUND, "high", rules, exceptions)


def verdicts(
    device: Device, rules: tuple[Rule, ...], *exceptions: ExceptionRule, day: date = DAY
) -> dict[str, Verdict]:
    found = judge(device, CORE, (policy(*rules, exceptions=exceptions),), day, COMPANIES)
    return {one.rule: one.verdict for one in found}


def test_an_exception_takes_a_box_out_of_the_rules_that_it_names_and_of_no_other() -> None:
    rules = RULE, replace(RULE, id="radio")
    exception = ExceptionRule("passive", "passive parts", (("routes", "no"),), ("radio",))
    assert verdicts(box(routes="no"), rules, exception) == {"core": Verdict.RESTRICTED, "radio": Verdict.CLEAR}
    assert verdicts(box(routes="yes"), rules, exception)["radio"] is Verdict.RESTRICTED


def test_an_exception_that_needs_nothing_said_takes_nobody_out() -> None:
    assert verdicts(box(), (RULE,), ExceptionRule("empty", "", ())) == {"core": Verdict.RESTRICTED}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 11, 15), 1, date(2024, 12, 15)),
        (date(2024, 3, 1), 24, date(2026, 3, 1)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("announced", "until", "in_view"),
    [
        (None, None, True),
        (date(2024, 1, 1), None, True),
        (date(2024, 1, 2), None, False),
        (None, date(2024, 1, 2), True),
        (None, date(2024, 1, 1), False),
    ],
)
def test_a_rule_is_in_view_from_the_day_it_is_known_until_the_day_before_it_ends(
    announced: date | None, until: date | None, in_view: bool
) -> None:
    assert is_in_view(replace(RULE, announced=announced, until=until), DAY) is in_view


@pytest.mark.parametrize(
    ("installed", "verdict"),
    [("2023-12-31", Verdict.CONDITIONAL), ("2024-01-01", Verdict.RESTRICTED), ("soon", Verdict.CONDITIONAL)],
)
def test_what_came_on_the_first_day_of_a_ban_on_what_is_new_is_new(installed: str, verdict: Verdict) -> None:
    ban = replace(RULE, action=Action.PROHIBIT_INSTALL, standing=Standing.MAY_STAY)
    assert verdicts(box(installed=installed), (ban,), day=date(2024, 6, 1)) == {"core": verdict}


def test_of_several_dates_the_last_counts_and_one_that_is_none_leaves_all_unknown() -> None:
    assert latest_date(box(installed="2020-01-01", install_date="2021-01-01"), ("installed", "install_date")) == date(
        2021, 1, 1
    )
    assert latest_date(box(installed="2020-01-01", install_date="?"), ("installed", "install_date")) is None
    assert latest_date(box(site="lon"), ("installed",)) is None


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({}, Verdict.REVIEW),
        ({"notified": "2024-01-31"}, Verdict.CONDITIONAL),
        ({"notified": "2024-01-01"}, Verdict.CONDITIONAL),
        ({"notified": "2023-12-31"}, Verdict.RESTRICTED),
    ],
)
def test_a_term_runs_from_the_day_that_the_operator_declares_to_its_last_day(
    attributes: dict[str, str], verdict: Verdict
) -> None:
    rule = replace(RULE, action=Action.REMOVE_BY, term=Term(6, "notice", "notified"))
    assert "notified" in attributes_read(rule, ())
    days = {"2024-01-31": date(2024, 7, 31), "2024-01-01": date(2024, 7, 1), "2023-12-31": date(2024, 7, 1)}
    day = days.get(attributes.get("notified", ""), DAY)
    assert verdicts(box(**attributes), (rule,), day=day) == {"core": verdict}


def test_an_attribute_beside_a_declared_end_of_support_does_not_count_as_one() -> None:
    device = box(installed="2001-01-01", end_of_life="2026-06-30", site="2001-01-01")
    (found,) = judge(device, CORE, (declared_support(),), date(2026, 6, 30), COMPANIES)
    assert (found.verdict, found.deadline) == (Verdict.CONDITIONAL, date(2026, 6, 30))


def test_nobody_is_told_of_an_end_of_support_that_nobody_dates() -> None:
    (rule, *_) = declared_support().rules
    assert verdicts(box(), (replace(rule, who=Anyone()),)) == {rule.id: Verdict.CLEAR}


OWN = """
id: own-order
title: An order of our own
who: {makers: [huawei]}
rules:
  - id: core
    action: prohibit_use
    where: {segments: [core_ip]}
    effective: 2026-03-01
examples:
"""


@pytest.mark.parametrize(
    ("example", "differences"),
    [
        ("maker: huawei, segment: core_ip, expect: {verdict: restricted, rules: [core]}", ()),
        (
            "maker: huawei, segment: core_ip, expect: {verdict: clear}",
            (Difference("verdict", ("restricted",), ("clear",)), Difference("rules", ("core",), ())),
        ),
        (
            "maker: huawei, segment: core_ip, expect: {verdict: restricted, rules: [core], reason: unseen}",
            (Difference("reason", (), ("unseen",)),),
        ),
        (
            "maker: huawei, segment: core_ip, expect: {verdict: restricted, rules: [core], deadline: 2026-04-01}",
            (Difference("deadline", (), ("2026-04-01",)),),
        ),
        (
            "maker: cisco, optic: huawei, segment: core_ip, expect: {verdict: clear}",
            (Difference("verdict", ("restricted",), ("clear",)), Difference("rules", ("core",), ())),
        ),
        ("maker: cisco, optic: cisco, segment: core_ip, expect: {verdict: clear}", ()),
        ("segment: core_ip, expect: {verdict: not_assessed}", ()),
        ("segment: core_ip, expect: {verdict: clear}", (Difference("verdict", ("not_assessed",), ("clear",)),)),
        (
            "maker: cisco, suspect: huawei, segment: core_ip, "
            "expect: {verdict: review, rules: [core], reason: suspected, deadline: 2026-04-01}",
            (Difference("deadline", (), ("2026-04-01",)),),
        ),
        ("maker: cisco, segment: core_ip, expect: {verdict: clear}", ()),
        ("maker: huawei, expect: {verdict: restricted, rules: [core]}", ()),
    ],
)
def test_an_example_that_comes_out_otherwise_says_what_differs(
    example: str, differences: tuple[Difference, ...], tmp_path: Path
) -> None:
    path = tmp_path / "own-order.yaml"
    path.write_text(f"{OWN}  - {{name: a, kind: hit, as_of: 2026-03-01, {example}}}\n", encoding="utf-8")
    (result,) = run_examples(path, COMPANIES)
    assert (result.policy, result.name, result.differences) == ("own-order", "a", differences)


def test_an_example_may_expect_a_deadline_and_hold_to_it(tmp_path: Path) -> None:
    path = tmp_path / "own-order.yaml"
    text = OWN.replace("prohibit_use", "remove_by").replace("2026-03-01", "2026-03-01\n    deadline: 2026-04-01")
    example = "maker: huawei, segment: core_ip, expect: {verdict: conditional, rules: [core], deadline: 2026-04-02}"
    path.write_text(f"{text}  - {{name: a, kind: date_edge, as_of: 2026-04-01, {example}}}\n", encoding="utf-8")
    (result,) = run_examples(path, COMPANIES)
    assert result.differences == (Difference("deadline", ("2026-04-01",), ("2026-04-02",)),)


def test_a_rule_that_is_known_and_not_yet_in_force_gives_time_until_the_day_before() -> None:
    (found,) = judge(box(), CORE, (policy(replace(RULE, announced=DAY, effective=date(2024, 1, 2))),), DAY, COMPANIES)
    assert (found.verdict, found.reason, found.deadline) == (Verdict.CONDITIONAL, None, DAY)


@pytest.mark.parametrize(
    ("countries", "who", "verdict"),
    [
        ((), MadeIn(("CN",)), Verdict.REVIEW),
        (("cn",), MadeIn(("CN",)), Verdict.RESTRICTED),
        (("SE",), MadeIn(("CN",)), None),
        (("SE", "CN"), MadeIn(("CN",)), Verdict.RESTRICTED),
        ((), MadeOutside(("IN",)), Verdict.REVIEW),
        (("in",), MadeOutside(("IN",)), None),
        (("SE",), MadeOutside(("IN",)), Verdict.RESTRICTED),
        (("IN", "SE"), MadeOutside(("IN",)), Verdict.RESTRICTED),
    ],
)
def test_where_a_box_was_made_is_what_the_operator_declares(
    countries: tuple[str, ...], who: MadeIn | MadeOutside, verdict: Verdict | None
) -> None:
    device = replace(box(), attributes=tuple((COUNTRY, country) for country in countries))
    assert verdicts(device, (replace(RULE, who=who),)).get("core") is verdict


def test_a_device_gets_no_finding_of_another_one_that_only_looks_alike() -> None:
    """What is worked out for one device is used for the next only if all that a rule reads is the same."""
    ban = replace(RULE, action=Action.PROHIBIT_INSTALL, standing=Standing.MAY_STAY, where=EVERY_CORE)
    policies, day = (policy(ban),), date(2024, 6, 1)
    evaluator = PolicyEvaluator(policies, day, COMPANIES)
    nowhere = Placement(None, None, "no zone matches", Origin.NONE)
    places = (
        CORE,
        replace(CORE, because="zone other"),
        nowhere,
        replace(nowhere, because="no zones file"),
        replace(CORE, origin=Origin.INFERRED),
        replace(CORE, tier=Tier.ACCESS, segment="ran_4g"),
    )
    devices = [box(), box(installed="2023-12-31"), box(installed="2024-01-01"), box(site="lon"), box(purpose="art")]
    for place in places:
        for device in devices:
            assert evaluator.judge(device, place) == judge(device, place, policies, day, COMPANIES)
    assert {len(evaluator.judge(device, place)) for device in devices for place in places} == {0, 1}


def test_what_no_rule_reads_is_worked_out_once() -> None:
    evaluator = PolicyEvaluator((policy(RULE),), DAY, COMPANIES)
    for site in ("lon", "par"):
        for because in ("zone a", "zone b"):
            evaluator.judge(box(site=site), replace(CORE, because=because))
    assert len(evaluator._cache) == 1
