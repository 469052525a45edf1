"""Which policies judge an operator on a day, and why the others of its jurisdictions do not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from reports.policy.choice import (
    BoundBy,
    Choice,
    LeftOutReason,
    NoLongerHolds,
    NotYetKnown,
    OnlyFromMemory,
    OnlyProposed,
    OtherRole,
    choose,
)
from reports.policy.jurisdictions import read_jurisdictions
from reports.policy.policy import Policy
from reports.policy.policy_set import DEFAULT_SET, load_policies
from reports.policy.status import Status
from reports.policy.vocabulary_file import read_vocabulary

JURISDICTIONS = read_jurisdictions()
DAY = date(2026, 3, 1)
(MODEL,) = load_policies(("us-889a",))
STARTS = min(rule.announced or rule.effective for rule in MODEL.rules)


def policy(name: str, jurisdiction: str = "DE", **other: object) -> Policy:
    """A policy that holds on DAY and binds every role, unless `other` says otherwise."""
    plain = {"status": Status.IN_FORCE, "superseded_by": None, "until": None, "roles": ()}
    return replace(MODEL, id=name, jurisdiction=jurisdiction, **{**plain, **other})


def bound(places: str, *roles: str) -> BoundBy:
    named = [JURISDICTIONS.named(word) for word in places.split()]
    return BoundBy(tuple(place for place in named if place), roles)


def choice(known: tuple[Policy, ...], operator: BoundBy, day: date = DAY, not_asked_for: str = "") -> Choice:
    return choose(known, operator, day, JURISDICTIONS, frozenset(not_asked_for.split()))


def chosen(known: tuple[Policy, ...], operator: BoundBy, day: date = DAY) -> list[str]:
    return [policy.id for policy in choice(known, operator, day).chosen]


def reason(one: Policy, *roles: str, day: date = DAY, not_asked_for: str = "") -> LeftOutReason | None:
    """Why this policy of Germany is left out; None where it is chosen."""
    made = choice((one,), bound("de", *roles), day, not_asked_for)
    assert len(made.chosen) + len(made.left_out) == 1
    return made.left_out[0].reason if made.left_out else None


def test_a_member_of_the_union_is_bound_by_its_law_and_a_part_by_its_states() -> None:
    known = tuple(policy(code.lower(), code) for code in ("CA", "CA-QC", "DE", "EU", "GB", "SE", "US", "US-TX", "ZZ"))
    assert {words: chosen(known, bound(words)) for words in ("de", "DE SE", "eu", "gb", "us-tx", "us", "ca-qc")} == {
        "de": ["de", "eu", "zz"],
        "DE SE": ["de", "eu", "se", "zz"],
        "eu": ["eu", "zz"],
        "gb": ["gb", "zz"],
        "us-tx": ["us", "us-tx", "zz"],
        "us": ["us", "zz"],
        "ca-qc": ["ca", "ca-qc", "zz"],
    }


def test_without_jurisdictions_every_policy_is_considered() -> None:
    known = (
        policy("a", "DE"),
        policy("b", "US", roles=("camera owner",)),
        policy("c", "JP", roles=("private company",)),
    )
    assert chosen(known, BoundBy((), ("camera owner",))) == ["a", "b"]


def test_a_policy_without_roles_binds_every_role_and_an_operator_without_roles_is_meant_in_all() -> None:
    named = policy("de-x", roles=("mobile operator", "fixed operator"))
    assert [
        reason(policy("de-x"), "camera owner"),
        reason(named),
        reason(named, "fixed operator", "camera owner"),
        reason(named, "camera owner"),
    ] == [None, None, None, OtherRole(("mobile operator", "fixed operator"))]


def test_a_proposal_is_never_chosen() -> None:
    assert reason(policy("de-x", status=Status.PROPOSED)) == OnlyProposed()


def test_a_text_is_chosen_from_the_day_on_which_it_was_known() -> None:
    assert reason(policy("de-x"), day=STARTS) is None
    assert reason(policy("de-x"), day=date.fromordinal(STARTS.toordinal() - 1)) == NotYetKnown(STARTS)


def test_a_text_that_was_replaced_is_chosen_on_the_days_on_which_it_held() -> None:
    replaced = policy("de-x", status=Status.SUPERSEDED, superseded_by="de-y", until=DAY)
    assert reason(replaced, day=date(2026, 2, 28)) is None
    assert reason(replaced) == NoLongerHolds(DAY, "de-y")


def test_a_text_without_an_end_of_its_own_holds_until_its_successor_starts() -> None:
    replaced = policy("de-x", status=Status.SUPERSEDED, superseded_by="de-y")
    successor = policy("de-y", rules=tuple(replace(rule, announced=STARTS, effective=DAY) for rule in MODEL.rules))
    assert [chosen((replaced, successor), bound("de"), day) for day in (date(2026, 2, 28), DAY)] == [
        ["de-x", "de-y"],
        ["de-y"],
    ]
    assert choice((replaced, successor), bound("de")).left_out[0].reason == NoLongerHolds(DAY, "de-y")


def test_the_decision_on_huawei_of_2020_judges_its_own_time() -> None:
    known = load_policies(("gb-huawei-2020-07", "gb-dvd-huawei-2022"))
    assert [chosen(known, bound("gb"), date(2022, 10, day)) for day in (12, 13)] == [
        ["gb-huawei-2020-07"],
        ["gb-dvd-huawei-2022"],
    ]


def test_a_text_of_the_past_whose_last_day_nobody_knows_is_not_chosen() -> None:
    assert reason(policy("de-x", status=Status.HISTORICAL)) == NoLongerHolds(None)


def test_a_text_in_force_ends_on_its_own_day_or_with_its_last_rule() -> None:
    last = tuple(replace(rule, until=date(2026, 2, 1)) for rule in MODEL.rules)
    open_rule = (*last, replace(last[0], id="stays", until=None))
    assert [
        reason(policy("de-x", until=DAY)),
        reason(policy("de-x", rules=last)),
        reason(policy("de-x", rules=open_rule)),
    ] == [NoLongerHolds(DAY), NoLongerHolds(date(2026, 2, 1)), None]


def test_what_is_from_memory_alone_must_be_asked_for() -> None:
    assert reason(policy("de-x"), not_asked_for="de-x") == OnlyFromMemory()


def test_a_country_of_which_no_policy_is_known_is_told_and_is_no_error() -> None:
    made = choice((policy("de-x"), policy("eu-x", "EU")), bound("za hr de"))
    assert [place.code for place in made.without_policy] == ["ZA", "HR"]
    assert [policy.id for policy in made.chosen] == ["de-x", "eu-x"]


def test_of_the_shipped_policies_each_is_chosen_or_left_out_with_a_reason() -> None:
    known = load_policies(None, unverified=True)
    made = choice(known, BoundBy((), ("mobile operator",)))
    ids = [policy.id for policy in made.chosen] + [policy.id for policy in made.left_out]
    assert sorted(ids) == [policy.id for policy in known]
    assert {policy.status for policy in made.chosen} <= {
        Status.IN_FORCE,
        Status.ENACTED,
        Status.PRACTICE,
        Status.REPORTED,
    }


def test_the_page_lists_every_role_with_its_meaning() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy-choice.md").read_text(encoding="utf-8")
    rows = [f"| `{role}` | {meaning} |" for role, meaning in read_vocabulary().roles.items()]
    assert "\n".join(["| role | who |", "|---|---|", *rows, ""]) in page


def test_a_run_that_nobody_chose_is_judged_by_laws_in_force() -> None:
    assert {policy.status for policy in load_policies(DEFAULT_SET)} == {Status.IN_FORCE}
    assert all(policy.binding and policy.until is None for policy in load_policies(DEFAULT_SET))
