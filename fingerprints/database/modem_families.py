"""Families of modems for mobile networks by the form of their model: for a modem whose maker no field names.

Patterns come from modem_families.yaml. They say something about a text that is known to be a modem's model, and nothing
about any other text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw

DATA = Path(__file__).parents[1] / "data" / "modem_families.yaml"

MAX_MODEL = 60
"""Characters of a modem's model."""


class ModemFamilyModel(FileModel):
    """One family as written in the file. Its pattern must fit each example as a whole, and none of its rejects."""

    id: str
    company: str
    pattern: str
    source: str
    examples: list[str] = Field(min_length=1)
    rejects: list[str] = Field(default_factory=list)


class ModemFamiliesModel(FileModel):
    """The whole file."""

    families: list[ModemFamilyModel]


@dataclass(frozen=True, slots=True)
class ModemFamily:
    """The models of one maker's family of modems."""

    id: str
    company: str
    expression: re.Pattern[str]


def load_modem_families(path: Path = DATA) -> tuple[ModemFamily, ...]:
    """Read the families. Raises DataFileError, also if an example does not fit its own family or fits another's."""
    models = read_yaml(path, ModemFamiliesModel).families
    families = tuple(_family(path, model) for model in models)
    for model in models:
        for example in model.examples:
            others = [
                family.id for family in families if family.id != model.id and family.expression.fullmatch(example)
            ]
            if others:
                raise _flawed(path, model, f"{example} fits {others[0]} too")
    return families


def modem_company(model: str, families: Iterable[ModemFamily]) -> str | None:
    """The id of the company whose family a modem's model belongs to; None if it is of none. The maker's name before the
    model and words behind it do not matter: `Quectel EC25`, `RG520F-EU 5G`."""
    words = model[:MAX_MODEL].split()
    for family in families:
        if any(family.expression.fullmatch(word.strip(',;()"')) for word in words[:3]):
            return family.company
    return None


def _family(path: Path, model: ModemFamilyModel) -> ModemFamily:
    try:
        expression = compiled(model.pattern, ())
    except PatternError as error:
        raise _flawed(path, model, f"its pattern {error}") from error
    for text, fits in (*((e, True) for e in model.examples), *((r, False) for r in model.rejects)):
        if (expression.fullmatch(text) is not None) is not fits:
            raise _flawed(path, model, f"{text} {'does not fit' if fits else 'fits'}")
    return ModemFamily(model.id, model.company, expression)


def _flawed(path: Path, model: ModemFamilyModel, problem: str) -> DataFileError:
    flaw = Flaw(f"family {model.id}", problem, "a pattern that fits its examples, none of its rejects and no other's")
    return DataFileError(path, (flaw,), "correct the family and load the data again")
