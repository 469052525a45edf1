"""The data that weigh evidence: whole, and described by their schemas."""

import json
import re
from pathlib import Path

import pytest

import fingerprints.rules
from fingerprints.command_lines import CommandLinesModel
from fingerprints.companies import load_companies
from fingerprints.datafile import FileModel
from fingerprints.device import Level, Role
from fingerprints.rules import RuleFileModel
from fingerprints.serials import StructuresModel, load_structures
from fingerprints.symbols import TraitsModel, load_symbol_words
from fingerprints.weights import WeightsModel, load_weights

FOLDER = Path(fingerprints.rules.__file__).parent
SCHEMAS = {
    "rules": RuleFileModel,
    "weights": WeightsModel,
    "traits": TraitsModel,
    "serials": StructuresModel,
    "command_lines": CommandLinesModel,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_that_of_its_file(name: str) -> None:
    model: type[FileModel] = SCHEMAS[name]
    kept = json.loads((FOLDER / "schema" / f"{name}.json").read_text())
    assert kept == {"$schema": kept["$schema"], **json.loads(json.dumps(model.model_json_schema()))}


def test_every_kind_of_evidence_that_the_code_names_has_a_weight() -> None:
    voting = ("agent", "commands", "eui64", "hardware", "lead", "mac", "session", "tree", "web")
    texts = [(FOLDER / "leads" / f"{name}.py").read_text() for name in voting]
    kinds = set(load_weights().classes)
    named = {word for text in texts for word in re.findall(r'"([a-z]+(?:-[a-z0-9]+)*)"', text)}
    hyphened = {word for word in named if "-" in word}
    assert (kinds - named, hyphened - kinds - set(load_symbol_words().origins)) == (set(), set())


def test_levels_are_told_surest_first_and_every_role_but_a_parts_has_a_share() -> None:
    weights = load_weights()
    assert [threshold.level for threshold in weights.levels] == [Level.CONFIRMED, Level.PROBABLE, Level.POSSIBLE]
    assert set(weights.roles) == {Role.BRAND, Role.PLATFORM, Role.MAKER}


def test_every_company_that_a_serial_structure_names_is_known() -> None:
    companies = load_companies()
    assert [one.company for one in load_structures() if companies.get(one.company) is None] == []
