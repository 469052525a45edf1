"""Command lines by name: every one of netmiko's and ntc-templates', and no company that is not known."""

from pathlib import Path

import ntc_templates
import pytest
from netmiko.ssh_dispatcher import CLASS_MAPPER_BASE

from fingerprints.database.command_line_platforms import load_command_line_platforms
from fingerprints.database.companies.companies import load_companies
from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import AttributeName, Level
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.targets.inventories.platforms import platform_name

INDEX = Path(ntc_templates.__file__).with_name("templates") / "index"


def test_every_dialect_and_every_platform_that_templates_are_for_has_a_name() -> None:
    rows = (line.split(", ") for line in INDEX.read_text().splitlines() if ".textfsm" in line and line[0] != "#")
    platforms = {row[2].strip() for row in rows}
    known = load_command_line_platforms()
    reached = {line.templates for line in known.by_name.values()}
    assert {name for name in platforms if name.isidentifier()} - reached == set()
    assert {platform.name for platform in load_platforms().platforms} - set(known.by_name) == set()


def test_every_company_behind_a_command_line_is_known() -> None:
    companies = load_companies()
    behind = {line.company for line in load_command_line_platforms().by_name.values() if line.company is not None}
    assert {company for company in behind if companies.get(company) is None} == set()


def test_every_platform_of_netmiko_have_a_name() -> None:
    unknown = set(CLASS_MAPPER_BASE) - set(load_command_line_platforms().by_name)
    assert unknown == set()


def test_every_name_for_nornir_is_one_of_netmiko_and_a_platform_without_one_says_so() -> None:
    known = load_command_line_platforms().by_name
    assert {name for name, line in known.items() if (line.netmiko == name) != (name in CLASS_MAPPER_BASE)} == set()
    assert {line.netmiko for line in known.values()} <= {"", *CLASS_MAPPER_BASE}


@pytest.mark.parametrize("written", ["ansible", "oxidized"])
def test_a_name_of_another_tool_is_read_back_as_a_platform_that_has_it(written: str) -> None:
    known = load_command_line_platforms().by_name
    names = {getattr(line, written) for line in known.values()} - {""}
    assert {name for name in names if getattr(known[platform_name(name)], written) != name} == set()


def test_every_platform_of_another_tool_and_of_a_system_is_known_and_rules_yield_each_system() -> None:
    known = load_command_line_platforms()
    assert {*known.by_other_name.values(), *known.by_system.values()} - set(known.by_name) == set()
    rules = [rule for of_source in load_database().rules.by_source.values() for rule in of_source]
    assert set(known.by_system) - {dict(rule.attributes).get(AttributeName.OS) for rule in rules} == set()


def test_a_platform_that_a_person_names_is_a_hint_and_what_the_box_prints_outweighs_it() -> None:
    def made_by(platform: str, printed: str) -> tuple[str | None, Level]:
        observations = (
            Observation(Source.INVENTORY, "platform", platform),
            Observation(Source.SSH_COMMAND, *printed.split("|")),
        )
        identity = identify((Evidence(Subject("x"), observations),), database).identity
        return identity.vendor and identity.vendor.id, identity.level

    database = load_database()
    junos = "show version|Hostname: pe-1\nModel: mx480\nJunos: 20.4R3.8\n"
    assert made_by("cisco_ios", "show clock|10:00") == ("cisco", Level.POSSIBLE)
    assert made_by("cisco_ios", junos)[0] == "juniper"
    assert made_by("huawei_vrp", junos) == ("juniper", Level.CONFLICTING)
    assert made_by("linux", "uname -a|Linux x 6.1.0 #1 SMP x86_64") == (None, Level.UNKNOWN)
