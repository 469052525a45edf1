"""SOURCE.yaml beside shipped data: of what snapshots they were made, and of what days those are."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import read_tree
from fingerprints.model.errors import DataFileError, Flaw

SOURCE = "SOURCE.yaml"


@dataclass(frozen=True, slots=True)
class Provenance:
    """One snapshot that shipped data were made of: whose, from where, and its day (not that of the compilation)."""

    file: str
    what: str
    copy: str
    day: date


def provenance_of(folder: Path, file: str = "") -> Provenance:
    """The newest snapshot in a folder's SOURCE.yaml, or that of one of its files where it names it. Raises
    DataFileError where none has a date."""
    path = folder / SOURCE
    said, _ = read_tree(path)
    entries = [*said.get("sources", ()), *said.get("tables", ())] if isinstance(said, dict) else []
    sheets = [sheet for entry in entries if (sheet := _sheet(entry)) and file in ("", sheet.file)]
    if not sheets:
        flaw = Flaw(f"sources {file}".strip(), "none has a date", 'date: "2026-11-22"')
        raise DataFileError(path, (flaw,), "install kitscan again")
    return max(sheets, key=lambda sheet: sheet.day)


def _sheet(entry: Any) -> Provenance | None:
    try:
        day = date.fromisoformat(entry["date"])
    except (KeyError, TypeError, ValueError):
        return None
    named = str(entry.get("name", ""))
    return Provenance(
        str(entry.get("file", "")), named or str(entry.get("source", "")), str(entry.get("copy", "")), day
    )
