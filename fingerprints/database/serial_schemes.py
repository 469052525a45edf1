"""Serial numbers whose structure tells who made the hardware, and when: patterns and calendars from serials.yaml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw

DATA = Path(__file__).parents[1] / "data" / "serials.yaml"
GROUPS = ("item", "site", "year", "month")


class SerialSchemeModel(FileModel):
    """One structure as the file writes it; its examples must fit it whole, its rejects must not."""

    id: str
    company: str
    pattern: str
    year: str = ""
    first: int = Field(default=2000, ge=1980, le=2100)
    examples: list[str] = Field(min_length=1)
    rejects: list[str] = Field(default_factory=list)


class SerialSchemesModel(FileModel):
    """The whole file."""

    structures: list[SerialSchemeModel]


@dataclass(frozen=True, slots=True)
class SerialScheme:
    """A serial-number scheme of one maker: `years` are its year characters in order, counted from `first`."""

    id: str
    company: str
    expression: re.Pattern[str]
    years: str
    first: int


@dataclass(frozen=True, slots=True)
class Serial:
    """What a serial number's structure says: whose scheme it is, the item code and the month of manufacture where the
    scheme holds them."""

    company: str
    structure: str
    item: str | None
    year: int | None
    month: int | None


def load_serial_schemes(path: Path = DATA) -> tuple[SerialScheme, ...]:
    """Read the schemes. Raises DataFileError, also where an example does not fit its own scheme."""
    return tuple(_structure(path, model) for model in read_yaml(path, SerialSchemesModel).structures)


def read_serial(serial: str, structures: Iterable[SerialScheme]) -> Serial | None:
    """What a serial number's structure says; None where it follows no scheme that is known."""
    for structure in structures:
        match = structure.expression.fullmatch(serial)
        if match is not None:
            parts = match.groupdict()
            year = parts.get("year")
            return Serial(
                structure.company,
                structure.id,
                parts.get("item"),
                structure.first + structure.years.index(year) if year and year in structure.years else None,
                int(parts["month"], 16) if parts.get("month") else None,
            )
    return None


def _structure(path: Path, model: SerialSchemeModel) -> SerialScheme:
    try:
        expression = compiled(model.pattern, GROUPS)
    except PatternError as error:
        raise _flawed(path, model, f"its pattern {error}") from error
    for text, wanted in (*((e, True) for e in model.examples), *((r, False) for r in model.rejects)):
        if (expression.fullmatch(text) is not None) is not wanted:
            raise _flawed(path, model, f"{text} {'does not fit' if wanted else 'fits'}")
    return SerialScheme(model.id, model.company, expression, model.year, model.first)


def _flawed(path: Path, model: SerialSchemeModel, problem: str) -> DataFileError:
    flaw = Flaw(f"structure {model.id}", problem, "a pattern that fits its examples and none of its rejects")
    return DataFileError(path, (flaw,), "correct the structure and load the data again")
