"""The data that weigh evidence: whole, and described by their schemas."""

import json
import re
from pathlib import Path

import pytest

import fingerprints.database.rules
from fingerprints.database.attribute_scores import AttributeScoresModel, load_attribute_scores
from fingerprints.database.command_line_platforms import CommandLinePlatformsModel
from fingerprints.database.companies.companies import load_companies
from fingerprints.database.mib_names import MibNamesModel
from fingerprints.database.modem_families import ModemFamiliesModel, load_modem_families
from fingerprints.database.rules import RuleFileModel
from fingerprints.database.serial_schemes import SerialSchemesModel, load_serial_schemes
from fingerprints.database.weights import WeightsModel, load_weights
from fingerprints.database.yaml_file import FileModel
from fingerprints.model.device import Level, Role

CLAIMING_SOURCES = (
    "snmp_system",
    "engine_id",
    "cli/commands",
    "cli/introduction",
    "cli/makers",
    "ip_mib",
    "entity_mib",
    "if_mib",
    "bridge_mib",
    "lldp",
    "host_resources",
    "login_services",
    "wire",
    "inventory",
    "private_mib/owner",
    "web",
)
PACKAGE = Path(fingerprints.database.rules.__file__).parents[1]
SCHEMAS = {
    "mib_names": MibNamesModel,
    "rules": RuleFileModel,
    "weights": WeightsModel,
    "attribute_scores": AttributeScoresModel,
    "serial_schemes": SerialSchemesModel,
    "modem_families": ModemFamiliesModel,
    "command_line_platforms": CommandLinePlatformsModel,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_that_of_its_file(name: str) -> None:
    model: type[FileModel] = SCHEMAS[name]
    kept = json.loads((PACKAGE / "data" / "schema" / f"{name}.json").read_text())
    assert kept == {"$schema": kept["$schema"], **json.loads(json.dumps(model.model_json_schema()))}


def test_every_kind_of_evidence_that_the_code_names_has_a_weight() -> None:
    claiming = ("claims/extracted_item", "claims/opening_names", *(f"sources/{name}" for name in CLAIMING_SOURCES))
    texts = [(PACKAGE / f"{name}.py").read_text() for name in claiming]
    kinds = set(load_weights().classes)
    named = {word for text in texts for word in re.findall(r'"([a-z]+(?:-[a-z0-9]+)*)"', text)}
    hyphened = {word for word in named if "-" in word}
    assert (kinds - named, hyphened - kinds - set(load_attribute_scores().origins)) == (set(), set())


def test_levels_are_told_surest_first_and_every_role_but_a_parts_has_a_share() -> None:
    weights = load_weights()
    assert [threshold.level for threshold in weights.levels] == [Level.CONFIRMED, Level.PROBABLE, Level.POSSIBLE]
    assert set(weights.roles) == {Role.BRAND, Role.PLATFORM, Role.MAKER}


def test_every_company_that_a_serial_structure_names_is_known() -> None:
    companies = load_companies()
    assert [one.company for one in load_serial_schemes() if companies.get(one.company) is None] == []


def test_every_company_that_a_family_of_modems_names_is_known() -> None:
    companies = load_companies()
    assert [family.company for family in load_modem_families() if companies.get(family.company) is None] == []
