"""Every shipped policy proves a hit, a near miss and a date edge: by what comes of them, not by their names."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.database.yaml_file import read_yaml
from reports.judgement.policy_views.worked_examples import judge_example
from reports.policy.policy import Policy
from reports.policy.policy_file import ExampleEntry, PolicyFile
from reports.policy.policy_reader import read_policy
from reports.policy.policy_set import SHIPPED
from reports.policy.verdict import Verdict, severity
from reports.policy.vocabulary_file import read_vocabulary
from reports.policy.who import MadeIn, MadeOutside, Named

COMPANIES, VOCABULARY = load_companies(), read_vocabulary()
POLICIES = {path.stem: read_policy(path, VOCABULARY) for path in sorted(SHIPPED.glob("*.yaml"))}
By = dict[str, Verdict]


def found(entry: ExampleEntry, policy: Policy) -> tuple[Verdict, By]:
    """What comes of an example: the verdict, and the worst that each rule says."""
    _, findings, verdict = judge_example(entry, policy, COMPANIES, VOCABULARY)
    rules: By = {}
    for one in findings:
        rules[one.rule] = min(one.verdict, rules.get(one.rule, one.verdict), key=severity)
    return verdict, rules


def of_kind(policy: Policy, kind: str) -> list[ExampleEntry]:
    return [one for one in read_yaml(SHIPPED / f"{policy.id}.yaml", PolicyFile).examples if one.kind == kind]


def a_day_apart(entry: ExampleEntry) -> Iterator[ExampleEntry]:
    """The same example a day earlier and later, and with each date that the operator gives so moved."""
    for days in (timedelta(-1), timedelta(1)):
        yield entry.model_copy(update={"as_of": entry.as_of + days})
        for name, value in entry.attributes.items():
            try:
                moved = date.fromisoformat(value) + days
            except ValueError:
                continue
            yield entry.model_copy(update={"attributes": {**entry.attributes, name: moved.isoformat()}})


def milder(near: By, hit: By) -> bool:
    """Whether a rule of the hit says nothing of the near miss, or less."""
    return any(rule not in near or severity(near[rule]) > severity(said) for rule, said in hit.items())


def names_nobody(policy: Policy) -> bool:
    """Everywhere and about everybody alike: near it stands only the maker whom people expect to be named."""
    return all(
        rule.where.everywhere and not isinstance(rule.who, Named | MadeIn | MadeOutside) for rule in policy.rules
    )


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_hit_of_each_policy_is_found_by_a_rule(policy: Policy) -> None:
    hits = of_kind(policy, "hit")
    assert hits and all(found(one, policy)[1] for one in hits)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_near_miss_of_each_policy_comes_to_less_than_a_hit(policy: Policy) -> None:
    hits = [(one.maker, found(one, policy)[1]) for one in of_kind(policy, "hit")]
    near = [(one.maker, found(one, policy)[1]) for one in of_kind(policy, "near_miss")]
    less = any(milder(said, hit) for _, said in near for _, hit in hits)
    another = any(maker != of_hit and said == hit for maker, said in near for of_hit, hit in hits)
    assert less or (names_nobody(policy) and another)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_date_edge_of_each_policy_turns_by_a_day(policy: Policy) -> None:
    edges = of_kind(policy, "date_edge")
    assert any(found(moved, policy) != found(one, policy) for one in edges for moved in a_day_apart(one))
