"""Rule files verified for who wrote them: every flaw with its file, its line and what was expected."""

import re
import time
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import Companies, load_companies
from fingerprints.database.fingerprint_database import RULES
from fingerprints.database.rules import load_rules
from fingerprints.database.verification import Verified, verify
from fingerprints.model.errors import Flaw

RULE = """company: cisco
family: test
rules:
  - id: acme-router
    source: snmp.sys_descr
    pattern: '^Acme (?P<model>R\\d{1,4}) v(?P<version>[\\d.]{3,10}+)'
    claims: [brand]
    examples:
      - text: Acme R100 v1.2.3
        model: R100
        version: 1.2.3
        from: invented
    rejects:
      - {text: Old Acme R100, because: not at the start}
"""


@pytest.fixture(scope="module")
def companies() -> Companies:
    return load_companies()


def told(place: Path, companies: Companies, beside: str = "") -> list[str]:
    """Each flaw as a line: file, line, problem, expectation."""
    found = verify(place, companies, time.thread_time)
    return [f"{path.name}: {flaw.place}: {flaw.problem}; {flaw.expected}" for path, flaw in found.flaws]


def test_every_shipped_rule_proves_what_it_claims(companies: Companies) -> None:
    found = verify(RULES, companies, time.thread_time)
    assert (found.flaws, found.rules) == ((), len(list(load_rules(RULES).all())))


def test_a_sound_file_is_counted(tmp_path: Path, companies: Companies) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    whole, alone = (verify(place, companies, time.thread_time) for place in (tmp_path, tmp_path / "a.yaml"))
    assert (whole, alone) == (Verified(1, 1, 1, ()), Verified(1, 1, 1, ()))


@pytest.mark.parametrize(
    ("written", "wrong", "flaw"),
    [
        (
            "company: cisco",
            "company: nobody_at_all",
            "line 7: rule acme-router claims nobody_at_all, which is no company",
        ),
        (
            "text: Acme R100 v1.2.3",
            "text: Acme 100",
            "line 9: rule acme-router has the example 'Acme 100', matched by no rule",
        ),
        ("model: R100", "model: R7", "line 10: rule acme-router reads the model 'R100' from 'Acme R100 v1.2.3'; 'R7'"),
        (
            "Old Acme R100",
            "Acme R7 v9.9",
            "line 14: rule acme-router matches 'Acme R7 v9.9'; no match: not at the start",
        ),
        ("R\\d{1,4}", "R\\d+", "line 6: rule acme-router: its pattern may take"),
        ("R\\d{1,4}", "R(?:\\d\\d?){1,4}+", "line 6: rule acme-router: its pattern has a possessive repeat of a group"),
        ("R\\d{1,4}", "R(\\d{1,4}", "line 6: rule acme-router: its pattern is not a pattern"),
        ("claims: [brand]", "claims: [owner]", "line 7: rules.0.claims"),
        ("        from: invented\n", "", "line 9: rules.0.examples.0.from is missing; this key"),
        ("from: invented", "from: ''", "line 12: rules.0.examples.0.from is ''"),
        ("family: test", "family: test\nvendor: x", "line 3: unknown key vendor"),
        ("company: cisco", "company: [", "line 3, column 6: "),
    ],
)
def test_a_flaw_is_told_with_its_line(
    tmp_path: Path, companies: Companies, written: str, wrong: str, flaw: str
) -> None:
    (tmp_path / "a.yaml").write_text(RULE.replace(written, wrong))
    assert [line[: len(flaw) + 8] for line in told(tmp_path, companies)][:1] == [f"a.yaml: {flaw}"]


def test_every_file_is_looked_at_though_one_cannot_be_read(tmp_path: Path, companies: Companies) -> None:
    (tmp_path / "a.yaml").write_text("rules: 7\n")
    (tmp_path / "b.yaml").write_text(RULE.replace("model: R100", "model: R7"))
    assert {line.partition(":")[0] for line in told(tmp_path, companies)} == {"a.yaml", "b.yaml"}


def test_an_id_used_twice_is_told_with_both_places(tmp_path: Path, companies: Companies) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE.replace("Acme", "Base"))
    assert told(tmp_path, companies) == [
        "b.yaml: line 4: rule acme-router has the id of another rule, a.yaml line 4; an id of its own"
    ]


def test_two_rules_that_match_one_example_are_told(tmp_path: Path, companies: Companies) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE.replace("acme-router", "acme-other"))
    assert [line.partition(";")[0] for line in told(tmp_path, companies)] == [
        "a.yaml: line 9: rule acme-router has the example 'Acme R100 v1.2.3', matched by acme-router, acme-other",
        "b.yaml: line 9: rule acme-other has the example 'Acme R100 v1.2.3', matched by acme-router, acme-other",
    ]


def test_a_rule_of_ones_own_replaces_the_shipped_one_of_its_id_and_that_is_said(
    tmp_path: Path, companies: Companies
) -> None:
    for name in ("own", "shipped"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(RULE)
    found = verify(tmp_path / "own", companies, time.thread_time, load_rules(tmp_path / "shipped"))
    note = "your own rules replace the shipped ones of the same id: acme-router"
    assert found == Verified(1, 1, 1, (), (note,))


def test_a_shipped_rule_that_matches_too_is_told_with_how_to_replace_it(tmp_path: Path, companies: Companies) -> None:
    for name, rule in (("own", "acme-router"), ("shipped", "acme-shipped")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(RULE.replace("acme-router", rule))
    found = verify(tmp_path / "own", companies, time.thread_time, load_rules(tmp_path / "shipped"))
    problem = "rule acme-router has the example 'Acme R100 v1.2.3', matched by acme-router, acme-shipped"
    expected = "acme-router alone (of two rules with the same id, your own replaces the shipped one)"
    assert found.flaws == ((tmp_path / "own" / "a.yaml", Flaw("line 9", problem, expected)),)


def test_a_pattern_that_takes_too_long_over_hostile_text_is_told(tmp_path: Path, companies: Companies) -> None:
    slow = RULE.replace("source: snmp.sys_descr", "source: ssh.command\n    at: show version")
    slow = re.sub(
        "pattern: .*",
        "pattern: '[Aa]cme (?P<model>R\\\\d{1,4}) v(?P<version>[\\\\d.]{3,10}+)|[\\\\w. ]{1,450}?!'",
        slow,
    )
    (tmp_path / "a.yaml").write_text(slow)
    (flaw,) = told(tmp_path, companies)
    assert re.fullmatch(
        r"a\.yaml: line 7: rule acme-router takes more than 0\.25 s over \d+ hostile characters; 262144 may come; .*",
        flaw,
    )


def test_time_is_told_by_the_clock_handed_in(tmp_path: Path, companies: Companies) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    times = iter(range(100_000))
    found = verify(tmp_path, companies, lambda: float(next(times)))
    assert [flaw.place for _, flaw in found.flaws] == ["line 6"]
