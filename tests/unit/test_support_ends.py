"""The ends of support: a dated list of models that is judged like any law, on the day that the judgement is for."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component, Device, Identity, Level, Party
from fingerprints.model.errors import DataFileError
from reports.document.finding_wording import because_text
from reports.judgement.evaluate import judge, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.policy_views.timeline import Milestone, TimelineEntry, timeline
from reports.placement.placement import UNCLASSIFIED
from reports.policy.policy import Policy
from reports.policy.support_file import declared_support, read_support
from reports.policy.support_policy import SupportEntry, support_policy
from reports.policy.verdict import Reason, Verdict
from reports.policy.who import OfModels, fits

COMPANIES = load_companies()
LIST = """\
title: What our makers stop supporting
support:
  - maker: Cisco Systems
    models: [WS-C3750*]
    end_of_sale: 2013-01-30
    end_of_support: 2018-01-31
    citation: bulletin 1
  - maker: cisco
    models: [WS-C3750X-*]
    end_of_support: 2021-10-31
    end_of_security_fixes: 2019-10-30
    verdict: restricted
  - {maker: cisco, models: SFP-10G-SR, end_of_support: 2020-06-30}
  - {maker: juniper, family: EX4200, end_of_support: 2020-12-31}
"""


def written(folder: Path, text: str = LIST, name: str = "support.yaml") -> Policy:
    (folder / name).write_text(text, encoding="utf-8")
    return read_support(folder / name, COMPANIES)


def box(maker: str, model: str | None, *parts: Component, level: Level = Level.CONFIRMED, **declared: str) -> Device:
    party = Party(maker, maker)
    identity = Identity(level, 0.99, party, party, model=model)
    return Device("box", (), (), "box", tuple(declared.items()), identity, components=parts)


def optic(model: str, maker: str | None = None) -> Component:
    return Component(ComponentKind.OPTIC, "Te1/1", Party(maker, maker) if maker else None, model)


def findings(policy: Policy, device: Device, day: str) -> tuple[Finding, ...]:
    return judge(device, UNCLASSIFIED, (policy,), date.fromisoformat(day), COMPANIES)


def said(policy: Policy, device: Device, day: str) -> list[tuple[str, str | None, str]]:
    """The rule, the part and the verdict of each finding."""
    return [(found.rule, found.component, found.verdict.value) for found in findings(policy, device, day)]


@pytest.mark.parametrize(
    ("day", "verdict"), [("2010-01-01", "conditional"), ("2018-01-31", "conditional"), ("2018-02-01", "review")]
)
def test_support_holds_up_to_its_last_day_and_is_for_review_from_the_day_after(
    tmp_path: Path, day: str, verdict: str
) -> None:
    policy, device = written(tmp_path), box("cisco", "ws-c3750g-24ts")
    assert said(policy, device, day) == [("cisco-ws-c3750", None, verdict)]
    assert findings(policy, device, day)[0].deadline == date(2018, 1, 31)


def test_the_file_may_say_that_the_end_of_support_restricts(tmp_path: Path) -> None:
    policy, device = written(tmp_path), box("cisco", "WS-C3750X-24T-S")
    assert said(policy, device, "2020-01-01") == [
        ("cisco-ws-c3750x", None, "conditional"),
        ("cisco-ws-c3750x-security-fixes", None, "restricted"),
    ]
    assert verdict_of(device, findings(policy, device, "2021-11-01")) is Verdict.RESTRICTED


def test_the_entry_that_says_more_of_a_model_takes_it_from_the_broader_one(tmp_path: Path) -> None:
    rules = [found.rule for found in findings(written(tmp_path), box("cisco", "WS-C3750X-24T-S"), "2019-01-01")]
    assert "cisco-ws-c3750" not in rules


def test_the_reasons_name_the_model_the_sale_and_the_last_day(tmp_path: Path) -> None:
    (found,) = findings(written(tmp_path), box("cisco", "WS-C3750G-24TS", level=Level.PROBABLE), "2018-02-01")
    assert because_text(found.because) == (
        "it is probably WS-C3750G-24TS of Cisco; not sold since 2013-01-30; its maker's support ended on 2018-01-31"
    )
    assert found.citation == "bulletin 1"


def test_the_same_model_name_of_another_maker_is_not_meant(tmp_path: Path) -> None:
    assert said(written(tmp_path), box("zte", "WS-C3750G-24TS"), "2024-01-01") == []


def test_a_maker_that_is_only_possible_is_for_review(tmp_path: Path) -> None:
    device = box("cisco", "WS-C3750G-24TS", level=Level.POSSIBLE)
    (found,) = findings(written(tmp_path), device, "2010-01-01")
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.SUSPECTED)


@pytest.mark.parametrize("model", ["EX4200-24T", "Juniper EX4200 stack", "ex4200"])
def test_a_family_is_every_model_that_begins_with_it_or_has_it_as_a_word(tmp_path: Path, model: str) -> None:
    assert said(written(tmp_path), box("juniper", model), "2021-01-01") == [("juniper-ex4200", None, "review")]


def test_a_family_is_no_part_of_a_word(tmp_path: Path) -> None:
    assert said(written(tmp_path), box("juniper", "QEX4200"), "2021-01-01") == []


def test_a_box_whose_model_nobody_knows_is_not_clear_of_the_list(tmp_path: Path) -> None:
    policy, device = written(tmp_path), box("cisco", None)
    before, after = findings(policy, device, "2017-01-01"), findings(policy, device, "2020-01-01")
    assert [(found.rule, found.verdict, found.reason) for found in (*before, *after)] == [
        ("cisco-model-unknown", Verdict.CONDITIONAL, None),
        ("cisco-model-unknown", Verdict.REVIEW, Reason.UNSEEN),
    ]
    assert said(policy, box("nokia", None), "2024-01-01") == []


def test_a_list_of_all_that_a_maker_made_needs_no_model(tmp_path: Path) -> None:
    policy = written(tmp_path, "support: [{maker: zte, end_of_support: 2020-12-31}]\n")
    assert said(policy, box("zte", None), "2021-01-01") == [("zte-all", None, "review")]


def test_a_part_is_judged_by_its_own_model(tmp_path: Path) -> None:
    policy = written(tmp_path)
    own, unnamed = optic("SFP-10G-SR", "cisco"), optic("SFP-10G-SR")
    assert said(policy, box("juniper", "MX204", own), "2021-01-01") == [("cisco-sfp-10g-sr", "Te1/1", "review")]
    assert said(policy, box("cisco", "N9K-C9336", unnamed), "2021-01-01") == [("cisco-sfp-10g-sr", "Te1/1", "review")]
    assert said(policy, box("juniper", "MX204", unnamed), "2021-01-01") == []


def test_what_the_operator_dates_takes_the_place_of_the_list(tmp_path: Path) -> None:
    chassis = Component(ComponentKind.CHASSIS, "1", Party("cisco", "cisco"), "WS-C3750G-24TS")
    device = box("cisco", "WS-C3750G-24TS", chassis, end_of_support="2030-12-31")
    assert said(written(tmp_path), device, "2024-01-01") == [("declared-support", None, "conditional")]
    assert said(written(tmp_path), device, "2031-01-01") == [("declared-support", None, "review")]


def test_the_earliest_of_two_declared_dates_counts() -> None:
    device = box("nokia", "7750", end_of_life="2026-06-30", cf_end_of_support="2025-06-30")
    (found,) = findings(declared_support(), device, "2025-07-01")
    assert (found.verdict, found.deadline) == (Verdict.REVIEW, date(2025, 6, 30))


def test_a_declared_text_that_is_no_date_is_for_review() -> None:
    (found,) = findings(declared_support(), box("nokia", "7750", end_of_life="next summer"), "2025-07-01")
    assert (found.verdict, found.reason) == (Verdict.REVIEW, Reason.UNSEEN)
    assert because_text(found.because).endswith("end_of_life 'next summer' is no date; write it as 2026-10-31")


def test_the_timeline_has_the_last_days_of_listed_and_of_declared_support(tmp_path: Path) -> None:
    placed = (
        (box("juniper", "EX4200-24T"), UNCLASSIFIED),
        (box("nokia", "7750", end_of_life="2022-03-31"), UNCLASSIFIED),
    )
    entries = timeline(placed, (written(tmp_path),), COMPANIES, date(2019, 1, 1), date.max)
    review = ((Verdict.REVIEW, 1),)
    assert entries == (
        TimelineEntry(
            date(2020, 12, 31), Milestone.LAST_DAY, "support", "juniper-ex4200", 1, (("unclassified", 1),), review
        ),
        TimelineEntry(
            date(2022, 3, 31), Milestone.LAST_DAY, "support", "declared-support", 1, (("unclassified", 1),), review
        ),
    )


def test_a_table_says_the_same_as_yaml(tmp_path: Path) -> None:
    table = (
        "Maker;Models;Family;End of sale;End of support;End of security fixes;Verdict;Citation\n"
        "Cisco Systems;WS-C3750*;;2013-01-30;2018-01-31;;;bulletin 1\n"
        "cisco;WS-C3750X-*;;;2021-10-31;2019-10-30;restricted;\n"
        "cisco;SFP-10G-SR;;;2020-06-30;;;\n"
        "juniper;;EX4200;;2020-12-31;;;\n"
    )
    of_table, of_yaml = written(tmp_path, table, "support.csv"), written(tmp_path)
    whats = [
        [(rule.id, rule.who, rule.deadline, rule.support) for rule in policy.rules] for policy in (of_table, of_yaml)
    ]
    assert whats[0] == whats[1]


def test_a_cell_of_a_table_holds_several_models(tmp_path: Path) -> None:
    policy = written(tmp_path, "maker,models,end_of_support\ncisco,A-1*; B-2,2020-01-01\n", "support.csv")
    assert said(policy, box("cisco", "b-2"), "2021-01-01") == [("cisco-a-1", None, "review")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("s.yaml", "support: [{maker: cisco, end_of_support: soon}]\n", "line 1: support.0.end_of_support is 'soon'"),
        ("s.yaml", "support: [{maker: cisco}]\n", "expected end_of_support or end_of_security_fixes"),
        (
            "s.yaml",
            "support: [{maker: cicso, end_of_support: 2020-01-01}]\n",
            "no company cicso; expected perhaps cisco",
        ),
        (
            "s.yaml",
            "support:\n"
            "- {maker: cisco, end_of_support: 2020-01-01}\n"
            "- {maker: Cisco Systems, end_of_support: 2021-01-01}\n",
            "support.1: Cisco Systems is listed in support.0 too; expected each model once",
        ),
        ("s.yaml", "support: [{maker: cisco, end_of_sale: 2021-01-01, end_of_support: 2020-01-01}]\n", "on or after"),
        ("s.csv", "maker,end_of_support\ncisco,soon\n", "row 2, column end_of_support: 'soon'"),
        (
            "s.csv",
            "maker,eol\ncisco,2020-01-01\n",
            "row 1: the column eol is unknown; expected maker, and any of models",
        ),
        ("s.csv", "maker,end_of_support\ncisco\n", "row 2: 1 cells; expected 2, as in the header"),
        ("s.csv", "vendor\n", "row 1: the column vendor is unknown"),
        ("s.csv", "maker,verdict,end_of_support\ncisco,clear,2020-01-01\n", "row 2, column verdict: 'clear'"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(DataFileError) as raised:
        written(tmp_path, text, name)
    assert message in str(raised.value)
    assert "Next: correct these" in str(raised.value)


DAY = date(2027, 1, 1)


def test_the_narrower_entries_of_a_pattern_are_those_that_a_comparison_of_all_pairs_finds() -> None:
    models = ("S57*", "S5720-*", "s5720-56c", "S5?20-*", "*-EI", "NE40E", "* S57*", "S57*-EI", "ne*", "S[5]*", "S[5]7")
    entries = tuple(
        SupportEntry(str(number), "huawei", (model,), None, date(2027, 1, 1), None, None, Verdict.REVIEW, "list")
        for number, model in enumerate(models)
    )
    rules = support_policy(entries, "title", "list", Verdict.REVIEW).rules
    found = {rule.who.models[0]: rule.who.but for rule in rules if isinstance(rule.who, OfModels)}
    for mine in models:
        wanted = [other for other in models if other != mine and fits(other, (mine,)) and not fits(mine, (other,))]
        assert list(found[mine]) == wanted


def test_a_list_of_many_models_of_one_maker_is_read_without_comparing_all_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0

    def counted(model: str, patterns: tuple[str, ...]) -> bool:
        nonlocal compared
        compared += 1
        return fits(model, patterns)

    monkeypatch.setattr("reports.policy.support_policy.fits", counted)
    entries = tuple(
        SupportEntry(
            str(number), "huawei", (f"S{number:04}-*",), None, date(2027, 1, 1), None, None, Verdict.REVIEW, "list"
        )
        for number in range(1000)
    )
    support_policy(entries, "title", "list", Verdict.REVIEW)
    assert compared <= 2000
