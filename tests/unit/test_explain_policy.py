"""A policy as text, whole or one rule of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.explanation.policy import WIDTH, explain_policy
from reports.judgement.misplaced import RULE
from reports.policy.policy import Citation, Policy
from reports.policy.policy_set import load_policies
from reports.policy.verdict import OWN_ZONES
from scanner.cli.data_texts import explain_data
from scanner.config import Config
from tests.unit.documents import REVERSED, TERMINAL

(DIRECTION,) = load_policies(("gb-dvd-huawei-2022",))


def test_one_rule_is_shown_with_its_policy_and_without_the_other_rules() -> None:
    output = explain_policy(DIRECTION, "cap-5g") or ""
    assert output.startswith("gb-dvd-huawei-2022: ")
    assert [line for line in output.splitlines() if line.startswith("  rule ")] == ["  rule cap-5g: cap percent"]


def test_a_rule_that_a_policy_does_not_have_is_none() -> None:
    assert explain_policy(DIRECTION, "cap-6g") is None


@pytest.mark.parametrize("policy", load_policies(None, unverified=True), ids=lambda policy: policy.id)
def test_every_rule_of_every_policy_is_shown_with_its_dates_and_what_it_rests_on(policy: Policy) -> None:
    output = explain_policy(policy) or ""
    for rule in policy.rules:
        assert f"  rule {rule.id}: " in output
        assert rule.effective.isoformat() in output
        certainty = f"    certainty {rule.certainty.value}"
        assert rule.certainty is policy.certainty or certainty in output


def test_the_finding_that_is_no_policys_is_explained_by_the_name_that_reports_give_it() -> None:
    output = explain_data(f"{OWN_ZONES}/{RULE}", Config(Path())) or ""
    assert [line.split(":")[0] for line in output.splitlines()[:2]] == [OWN_ZONES, f"  rule {RULE}"]


def test_a_policy_of_the_operators_own_does_nothing_to_a_terminal_and_no_line_is_too_wide() -> None:
    title = f"{TERMINAL} {REVERSED} line\nbreak"
    output = explain_policy(replace(DIRECTION, title=title, binds=(title, "every provider " * 20))) or ""
    assert [line for line in output.splitlines() if not line.isprintable()] == []
    assert "␛[31mred" in output
    assert max(len(line) for line in output.splitlines() if "http" not in line) <= WIDTH


def test_an_address_that_is_too_long_for_a_line_stands_beside_its_term() -> None:
    source = Citation(f"https://example.org/{'x' * 100}", "the text")
    output = explain_policy(replace(DIRECTION, sources=(source,))) or ""
    assert f"  source      {source.ref}:\n              the text\n" in output
