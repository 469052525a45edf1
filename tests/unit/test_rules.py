"""Rule files: what they may say, what they must prove of themselves, and how an error is told."""

import time
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.database.fingerprint_database import RULES, load_database
from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.rules import GROUPS, load_rules, preferring
from fingerprints.model.device import Role
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import MAX_TEXT

RULE = """
company: acme
family: test
rules:
  - id: acme-router
    source: snmp.sys_descr
    pattern: '^Acme (?P<model>R\\d{1,4}) v(?P<version>[\\d.]{3,10}+)'
    claims: [brand]
    examples:
      - {text: "Acme R100 v1.2.3", model: R100, version: 1.2.3, from: invented}
    rejects:
      - {text: "Old Acme R100", because: not at the start}
"""


def folder(tmp_path: Path, *files: str) -> Path:
    for number, text in enumerate(files):
        (tmp_path / f"{number}.yaml").write_text(text)
    return tmp_path


def test_every_company_that_a_shipped_rule_claims_is_known() -> None:
    companies = load_companies()
    claimed = {company for rule in load_rules(RULES).all() for _, company in rule.claims}
    assert {company for company in claimed if companies.get(company) is None} == set()


def test_a_rule_reads_its_named_groups(tmp_path: Path) -> None:
    (found,) = load_rules(folder(tmp_path, RULE)).match(Source.SNMP_SYS_DESCR, "", "Acme R100 v1.2.3")
    assert (found.rule.id, found.attributes, found.words) == (
        "acme-router",
        (("model", "R100"), ("version", "1.2.3")),
        "Acme R100 v1.2.3",
    )


@pytest.mark.parametrize(
    ("written", "wrong", "message"),
    [
        ("claims: [brand]", "claims: [owner]", "claims"),
        ("claims: [brand]", "vendor: acme", "unknown key rules.0.vendor"),
        ("source: snmp.sys_descr", "source: snmp.sysdescr", "source"),
        ("(?P<model>", "(?P<colour>", "has the group colour"),
        ("R\\d{1,4}", "R\\d+", "bound a repeat"),
        ("R\\d{1,4}", "R(\\d{1,4}", "is not a pattern"),
        ("id: acme-router", "id: Acme Router", "id"),
        ("from: invented", "form: invented", "unknown key"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_file_and_place(
    tmp_path: Path, written: str, wrong: str, message: str
) -> None:
    with pytest.raises(DataFileError) as caught:
        load_rules(folder(tmp_path, RULE.replace(written, wrong)))
    assert (str(tmp_path / "0.yaml") in str(caught.value), message in str(caught.value)) == (True, True)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="does not exist"):
        load_rules(tmp_path / "rulez")


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"its id is used in 0\.yaml too"):
        load_rules(folder(tmp_path, RULE, RULE))


def test_a_users_own_rule_stands_before_the_shipped_one_of_its_id(tmp_path: Path) -> None:
    for name in ("shipped", "own"):
        (tmp_path / name).mkdir()
    shipped = load_rules(folder(tmp_path / "shipped", RULE, RULE.replace("acme-router", "acme-switch")))
    own = load_rules(folder(tmp_path / "own", RULE.replace("company: acme", "company: other")))
    rules = preferring(own, shipped)
    assert {rule.id: rule.claims for rule in rules.all()} == {
        "acme-router": ((Role.BRAND, "other"),),
        "acme-switch": ((Role.BRAND, "acme"),),
    }


def test_knowledge_is_named_by_its_data_and_a_users_own_rules_change_the_name(tmp_path: Path) -> None:
    shipped, own = load_database(), load_database(folder(tmp_path, RULE))
    assert (shipped.version == load_database().version, shipped.version == own.version) == (True, False)
    assert len(list(own.rules.all())) == len(list(shipped.rules.all())) + 1


def test_a_rule_that_looks_at_one_command_leaves_others_alone(tmp_path: Path) -> None:
    rule = RULE.replace("source: snmp.sys_descr", "source: ssh.command\n    at: show version")
    rules = load_rules(folder(tmp_path, rule))
    text = "Acme R100 v1.2.3"
    assert [
        [found.rule.id for found in rules.match(Source.SSH_COMMAND, at, text)]
        for at in ("show version", "show version detail", "show versions", "show inventory")
    ] == [["acme-router"], ["acme-router"], [], []]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", r".*x.*y", r"(\w{1,40} ?){1,9}z", r"[ab]{1,400}[bc]{1,400}d"])
def test_a_pattern_that_may_match_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern, GROUPS)


@pytest.mark.parametrize("pattern", [r"\w++ \w*+x", r"(?>a{1,90})b", r".{0,99}?v(\d{1,9})", "^a|b|c$"])
def test_a_pattern_of_bounded_cost_is_accepted(pattern: str) -> None:
    assert compiled(pattern, GROUPS).pattern == pattern


HOSTILE = (
    "A",
    "1.",
    "V1",
    "a ",
    "Huawei ",
    "Linux 1.2.3",
    "Cisco IOS Software, ",
    'NAME: "',
    "0-",
    "Version ",
    "(",
    "HPE a ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_shipped_rule_lingers_over_a_hostile_text(piece: str) -> None:
    text = (piece * MAX_TEXT)[:MAX_TEXT]
    started = time.process_time()
    for rule in load_rules(RULES).all():
        rule.read(text)
    assert time.process_time() - started < 3
