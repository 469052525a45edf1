"""Serial-number schemes: structures of serial numbers that tell the maker of the hardware, and the month of
manufacture.

Patterns and calendars come from serial_schemes.yaml.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from fingerprints.database.pattern import PatternError, compiled
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw

DATA = Path(__file__).parents[1] / "data" / "serial_schemes.yaml"
GROUPS = ("item", "site", "year", "month")


class SerialSchemeModel(FileModel):
    """One scheme as written in the file. Its pattern must fit each example as a whole, and none of its rejects."""

    id: str
    company: str
    pattern: str
    year: str = ""
    first: int = Field(default=2000, ge=1980, le=2100)
    examples: list[str] = Field(min_length=1)
    rejects: list[str] = Field(default_factory=list)


class SerialSchemesModel(FileModel):
    """The whole file."""

    schemes: list[SerialSchemeModel]


@dataclass(frozen=True, slots=True)
class SerialScheme:
    """A serial-number scheme of one maker: `years` are its year characters in order, counted from `first`."""

    id: str
    company: str
    expression: re.Pattern[str]
    years: str
    first: int


@dataclass(frozen=True, slots=True)
class DecodedSerial:
    """A serial number decoded by its scheme: the company, and the item code and month of manufacture if the scheme
    holds them."""

    company: str
    scheme: str
    item: str | None
    year: int | None
    month: int | None


def load_serial_schemes(path: Path = DATA) -> tuple[SerialScheme, ...]:
    """Read the schemes. Raises DataFileError, also if an example does not fit its own scheme."""
    return tuple(_scheme(path, model) for model in read_yaml(path, SerialSchemesModel).schemes)


def read_serial(serial: str, schemes: Iterable[SerialScheme]) -> DecodedSerial | None:
    """Decode a serial number by the first scheme that fits; None if none does."""
    for scheme in schemes:
        match = scheme.expression.fullmatch(serial)
        if match is not None:
            parts = match.groupdict()
            year = parts.get("year")
            return DecodedSerial(
                scheme.company,
                scheme.id,
                parts.get("item"),
                scheme.first + scheme.years.index(year) if year and year in scheme.years else None,
                int(parts["month"], 16) if parts.get("month") else None,
            )
    return None


def _scheme(path: Path, model: SerialSchemeModel) -> SerialScheme:
    try:
        expression = compiled(model.pattern, GROUPS)
    except PatternError as error:
        raise _flawed(path, model, f"its pattern {error}") from error
    for text, fits in (*((e, True) for e in model.examples), *((r, False) for r in model.rejects)):
        if (expression.fullmatch(text) is not None) is not fits:
            raise _flawed(path, model, f"{text} {'does not fit' if fits else 'fits'}")
    return SerialScheme(model.id, model.company, expression, model.year, model.first)


def _flawed(path: Path, model: SerialSchemeModel, problem: str) -> DataFileError:
    flaw = Flaw(f"scheme {model.id}", problem, "a pattern that fits its examples and none of its rejects")
    return DataFileError(path, (flaw,), "correct the scheme and load the data again")
