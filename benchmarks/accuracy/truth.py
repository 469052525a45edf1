"""The truth table of a folder of recordings: who made each device, as a person found by reading the recording."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REQUIRED = ("recording", "vendor", "also_accept", "restricted_entity")
ATTRIBUTES = {"model": ("model_best", "model", "hardware"), "version": ("version",), "serial": ("serial",)}
"""The optional columns that hold an attribute; the first that is not empty counts."""
MAYBE = "?"
"""Follows a watched company that an answer may claim and need not claim."""


class TruthError(Exception):
    """A truth table that cannot be used. Its message says where, and what was expected."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One recording. `accepted` are the right names, none if the recording does not show its maker. `watched` are the
    ids of watched companies that an answer must claim, `may_be_watched` those that it may claim. `attributes` are the
    names and texts of those of ATTRIBUTES that are known."""

    recording: str
    accepted: tuple[str, ...]
    watched: frozenset[str]
    may_be_watched: frozenset[str]
    family: str
    attributes: tuple[tuple[str, str], ...] = ()


def read_truth(path: Path, family: str = "family") -> tuple[Truth, ...]:
    """The scored rows, in the order of the file. Without a column named `family`, a recording's folder is its family.
    Raises TruthError, which names the file, the line and what was expected."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            absent = [name for name in REQUIRED if name not in (table.fieldnames or ())]
            if absent:
                raise TruthError(f"{path}: line 1: no column {', '.join(absent)}; wanted are {', '.join(REQUIRED)}")
            rows = [(table.line_num, row) for row in table]
    except OSError as error:
        raise TruthError(f"{path}: cannot be read ({error.strerror})") from error
    seen: set[str] = set()
    for line, row in rows:
        if not row["recording"] or row["recording"] in seen or None in row.values():
            raise TruthError(f"{path}: line {line}: expected one full row for each recording")
        seen.add(row["recording"])
    return tuple(_truth(row, family) for _, row in rows if row.get("scored", "yes") == "yes")


def _truth(row: Mapping[str, str], family: str) -> Truth:
    named = [name.strip() for field in (row["vendor"], row["also_accept"]) for name in field.split("|")]
    watched = [entity.strip().lower() for entity in row["restricted_entity"].split("|") if entity.strip()]
    return Truth(
        row["recording"],
        tuple(name for name in named if name) if row["vendor"] else (),
        frozenset(entity for entity in watched if not entity.endswith(MAYBE)),
        frozenset(entity.rstrip(MAYBE) for entity in watched if entity.endswith(MAYBE)),
        row.get(family) or row["recording"].rpartition("/")[0] or "-",
        tuple(attributes_in(row).items()),
    )


def attributes_in(row: Mapping[str, str]) -> dict[str, str]:
    """The attributes that a row knows, by name."""
    texts = {name: next(filter(None, map(row.get, columns)), "") for name, columns in ATTRIBUTES.items()}
    return {name: text for name, text in texts.items() if squeezed(text)}


def squeezed(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(filter(str.isalnum, text.lower()))
