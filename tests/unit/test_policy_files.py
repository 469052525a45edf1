"""Policy files: the shipped ones prove themselves by their examples, and broken ones are refused."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.errors import DataFileError, KitscanError
from reports.document.wording import CERTAINTY
from reports.judgement.policy_views.worked_examples import ExampleResult, run_examples
from reports.policy.action import Certainty
from reports.policy.maker_names import check_makers, makers_of, unknown_maker_text, unknown_makers, with_company_ids
from reports.policy.policy import Policy
from reports.policy.policy_file import PolicyFile
from reports.policy.policy_set import DEFAULT_SET, FROM_MEMORY, SHIPPED, load_policies
from reports.policy.who import Anyone, Criteria, MadeIn, MadeOutside, Named, OfModels, OnlyThese

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted(SHIPPED.glob("*.yaml"))

OWN = """
id: own-order
title: An order of our own
jurisdiction: GB
authority: the board
instrument: decision of 1 March 2026
citation: board decision 2026-03
status: in force
binding: true
binds: [us]
who: {makers: [cisco]}
certainty: knowledge
confidence: high
rules:
  - id: core
    action: prohibit_use
    where: {segments: [core_all]}
    effective: 2026-03-01
"""


def own(tmp_path: Path, old: str = "", new: str = "") -> Path:
    (tmp_path / "own-order.yaml").write_text(OWN.replace(old, new) if old else OWN, encoding="utf-8")
    return tmp_path


@cache
def results_of(path: Path) -> tuple[ExampleResult, ...]:
    return run_examples(path, load_companies())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_of_a_shipped_policy_comes_out_as_written(path: Path) -> None:
    results = results_of(path)
    assert {result.name: result.differences for result in results if result.differences} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_policy_shows_a_hit_a_near_miss_and_a_date_edge(path: Path) -> None:
    kinds = {example.kind for example in results_of(path)}
    assert kinds == {"hit", "near_miss", "date_edge"}


def test_every_maker_that_a_shipped_policy_names_is_a_known_company() -> None:
    named = {
        maker
        for policy in load_policies(None, unverified=True)
        for rule in policy.rules
        for maker in makers_of(rule.who)
    }
    assert named - {company.id for company in load_companies()} == set()


def test_policies_come_in_the_order_in_which_they_are_asked_for() -> None:
    assert tuple(policy.id for policy in load_policies(("us-889a", "gb-bt-policy-2018"))) == (
        "us-889a",
        "gb-bt-policy-2018",
    )


def test_the_default_set_ships() -> None:
    assert tuple(policy.id for policy in load_policies(DEFAULT_SET)) == DEFAULT_SET


def test_an_unknown_policy_is_answered_with_the_nearest_and_where_all_are_listed() -> None:
    with pytest.raises(KitscanError, match=r"no policy us889a; did you mean us-889a\?") as error:
        load_policies(("us889a",))
    assert "kitscan policy list" in str(error.value)


def test_an_operators_own_policies_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    (policy,) = load_policies(("own-order",), own(tmp_path))
    assert (policy.id, policy.rules[0].citation) == ("own-order", "board decision 2026-03")


def test_an_own_policy_may_not_take_a_shipped_id(tmp_path: Path) -> None:
    (tmp_path / "us-889a.yaml").write_text(OWN.replace("own-order", "us-889a"), encoding="utf-8")
    with pytest.raises(KitscanError, match="has the id of one that ships"):
        load_policies(None, tmp_path)


def test_a_maker_nobody_knows_is_reported_with_the_nearest(tmp_path: Path) -> None:
    policies = load_policies(("own-order",), own(tmp_path, "[cisco]", "[huwaei]"))
    (unknown,) = unknown_makers(policies, load_companies())
    assert unknown_maker_text(unknown) == "policy own-order: there is no company huwaei; did you mean huawei?"
    with pytest.raises(KitscanError, match=r"did you mean huawei\?\nNext: correct the name .* companies.tsv"):
        check_makers(policies, load_companies())


def test_an_own_policy_may_write_the_name_of_a_company_or_its_alias(tmp_path: Path) -> None:
    names = '["Huawei Technologies Co., Ltd.", "ZTE Corporation"]'
    policies = load_policies(("own-order",), own(tmp_path, "[cisco]", names))
    assert unknown_makers(policies, load_companies()) == ()
    (policy,) = with_company_ids(policies, load_companies())
    assert [makers_of(rule.who) for rule in policy.rules] == [("huawei", "zte")]


def test_an_allow_list_and_a_place_of_production_can_be_written(tmp_path: Path) -> None:
    (listed,) = load_policies(("own-order",), own(tmp_path, "{makers: [cisco]}", "{only_these: [nokia]}"))
    assert listed.rules[0].who == OnlyThese(("nokia",))
    (placed,) = load_policies(("own-order",), own(tmp_path, "{makers: [cisco]}", "{made_in: [CN]}"))
    assert placed.rules[0].who == MadeIn(("CN",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("prohibit_use", "forbid", "rules.0.action is 'forbid'"),
        ("core_all", "kernel", "kernel is unknown"),
        ("2026-03-01", "soon", "rules.0.effective"),
        ("prohibit_use", "prohibit_install", "standing: may_stay or presumed_new"),
        ("prohibit_use", "cap_percent", "cap: {percent, metric}"),
        ("{makers: [cisco]}", "{makers: [cisco], anyone: true}", "exactly one of"),
        ("{makers: [cisco]}", "{}", "exactly one of"),
        ("effective: 2026-03-01", "effective: 2026-03-01\n    deadline: 2025-01-01", "a deadline on or after"),
        ("effective: 2026-03-01", "effective: 2026-03-01\n    announced: 2027-01-01", "in the order of time"),
        ("id: own-order", "id: other", "the name of the file"),
        ("certainty: knowledge", "certainty: found", "sources, where certainty is found"),
        ("jurisdiction: GB", "jurisdiction: Britain", "jurisdiction is 'Britain'"),
        ("binds: [us]", "bound: [us]", "unknown key bound"),
        ("{segments: [core_all]}", "{}", "tiers, functions"),
        ("{segments: [core_all]}", "{site_types: [castle]}", "castle is unknown"),
    ],
)
def test_a_broken_policy_is_refused_with_what_was_expected(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DataFileError) as error:
        load_policies(None, own(tmp_path, old, new))
    assert message in str(error.value)
    assert "own-order.yaml" in str(error.value)
    assert "Next:" in str(error.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_policy_shows_three_examples_at_least(path: Path) -> None:
    assert len(results_of(path)) >= 3


RECALLED = tuple(
    policy.id for policy in load_policies(None, unverified=True) if policy.certainty is Certainty.KNOWLEDGE
)


def test_what_is_from_memory_alone_comes_only_where_it_is_asked_for() -> None:
    every = {policy.id for policy in load_policies(None, unverified=True)}
    assert every - {policy.id for policy in load_policies(None)} == set(RECALLED)


@pytest.mark.parametrize("name", RECALLED)
def test_naming_what_is_from_memory_is_refused_unless_it_is_asked_for(name: str) -> None:
    with pytest.raises(KitscanError, match=r"(?s)from memory alone.*--include-unverified"):
        load_policies((name,))
    (policy,) = load_policies((name,), unverified=True)
    assert policy.title.endswith(FROM_MEMORY)


def test_an_own_policy_from_memory_needs_no_leave(tmp_path: Path) -> None:
    (policy,) = load_policies(("own-order",), own(tmp_path))
    assert (policy.certainty, policy.title) == (Certainty.KNOWLEDGE, "An order of our own")


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="is no folder"):
        load_policies(None, tmp_path / "none")


SHAPES = {
    Named: "named makers",
    Criteria: "criteria",
    Anyone: "everybody",
    OnlyThese: "allow-list",
    MadeIn: "place of production",
    MadeOutside: "place of production",
    OfModels: "models of one maker",
}


def row(policy: Policy) -> str:
    cells = (
        policy.id,
        policy.jurisdiction,
        policy.status if policy.binding else f"{policy.status}, binds nobody",
        ", ".join(policy.roles),
        ", ".join(dict.fromkeys(SHAPES[type(rule.who)] for rule in policy.rules)),
        min(rule.announced or rule.effective for rule in policy.rules),
        max((rule.deadline for rule in policy.rules if rule.deadline), default=""),
        policy.until or "",
        policy.certainty,
        len(results_of(SHIPPED / f"{policy.id}.yaml")),
    )
    return f"| {' | '.join(map(str, cells))} |"


def test_the_documents_table_of_regimes_is_what_ships() -> None:
    table = [line for line in (DOCS / "regimes.md").read_text("utf-8").splitlines() if line.startswith("|")]
    assert table[2:] == [row(policy) for policy in load_policies(None, unverified=True)]


def test_every_shipped_regime_says_whom_it_binds_and_has_three_examples() -> None:
    every = load_policies(None, unverified=True)
    assert [policy.id for policy in every if not policy.roles or (not policy.sources and not policy.confidence)] == []
    assert [policy.id for policy in every if len(results_of(SHIPPED / f"{policy.id}.yaml")) < 3] == []
    assert len(every) >= 85


def test_the_documents_own_policy_can_be_written_as_it_stands_there(tmp_path: Path) -> None:
    text = (DOCS / "policies.md").read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "acme-board-2026.yaml"
    path.write_text(text, encoding="utf-8")
    assert [example.differences for example in run_examples(path, load_companies())] == [()]


def keys(schema: dict[str, Any]) -> dict[str, object]:
    """The keys and the closed vocabularies of a JSON Schema; how pydantic words the rest differs by version."""
    parts = {"file": schema, **schema["$defs"]}
    return {name: (sorted(part.get("properties", ())), part.get("enum")) for name, part in parts.items()}


def test_the_schema_for_editors_is_that_of_the_reader() -> None:
    shipped = json.loads((SHIPPED.parent / "schema" / "policy.schema.json").read_text("utf-8"))
    assert keys(shipped) == keys(PolicyFile.model_json_schema())


def test_an_own_policy_may_be_about_models_of_one_maker(tmp_path: Path) -> None:
    shape = "who: {of_models: {maker: Cisco Systems, models: [WS-C29*, C1000-?T]}}"
    example = (
        "examples:\n  - {name: a, kind: hit, as_of: 2026-03-01, maker: cisco, model: c1000-8t, segment: core_ip,"
        " expect: {verdict: restricted, rules: [core]}}\n"
        "  - {name: b, kind: near_miss, as_of: 2026-03-01, maker: cisco, model: C1000-24T, segment: core_ip,"
        " expect: {verdict: clear}}\n"
    )
    path = own(tmp_path, "who: {makers: [cisco]}", shape) / "own-order.yaml"
    path.write_text(path.read_text("utf-8") + example, encoding="utf-8")
    assert [example.differences for example in run_examples(path, load_companies())] == [(), ()]


def test_the_end_of_support_is_no_action_of_a_policy_file(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"stand in a file of their own \(--support\)"):
        load_policies(None, own(tmp_path, "prohibit_use", "support_ends"))


@pytest.mark.parametrize("taken", ["zones", "support"])
def test_an_own_policy_may_not_take_the_id_of_findings_that_come_from_no_policy(tmp_path: Path, taken: str) -> None:
    (tmp_path / f"{taken}.yaml").write_text(OWN.replace("own-order", taken), encoding="utf-8")
    with pytest.raises(KitscanError, match=f"the policy id {taken} stands for findings about"):
        load_policies(None, tmp_path)


def test_every_certainty_is_said_in_words() -> None:
    assert set(CERTAINTY) == set(Certainty)
    assert CERTAINTY[Certainty.OWN] == "The operator's own rules, from the operator's own file."
