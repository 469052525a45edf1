"""Reads SOURCE.yaml beside shipped data: the snapshots from which the data were made, and their days."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import read_tree
from fingerprints.model.errors import DataFileError, Flaw

SOURCE = "SOURCE.yaml"


@dataclass(frozen=True, slots=True)
class Provenance:
    """One snapshot behind shipped data: its publisher, its copy, and its day (not that of the compilation)."""

    file: str
    what: str
    copy: str
    day: date


def provenance_of(folder: Path, file: str = "") -> Provenance:
    """The newest snapshot in a folder's SOURCE.yaml, or only of `file` if it is given. Raises DataFileError if no
    snapshot has a date."""
    path = folder / SOURCE
    tree, _ = read_tree(path)
    entries = [*tree.get("sources", ()), *tree.get("tables", ())] if isinstance(tree, dict) else []
    snapshots = [known for entry in entries if (known := _provenance(entry)) and file in ("", known.file)]
    if not snapshots:
        flaw = Flaw(f"sources {file}".strip(), "none has a date", 'date: "2026-11-22"')
        raise DataFileError(path, (flaw,), "install kitscan again")
    return max(snapshots, key=lambda snapshot: snapshot.day)


def known_until_of(folder: Path) -> date:
    """The last day whose facts a folder of policies holds: `known_until` of its SOURCE.yaml. Raises DataFileError."""
    path = folder / SOURCE
    tree, _ = read_tree(path)
    try:
        return date.fromisoformat(tree["known_until"])
    except (KeyError, TypeError, ValueError) as error:
        flaw = Flaw("known_until", "is missing or no date", 'known_until: "2026-09-30"')
        raise DataFileError(path, (flaw,), "state the last day whose facts the policies hold") from error


def _provenance(entry: Any) -> Provenance | None:
    try:
        day = date.fromisoformat(entry["date"])
    except (KeyError, TypeError, ValueError):
        return None
    name = str(entry.get("name", ""))
    return Provenance(str(entry.get("file", "")), name or str(entry.get("source", "")), str(entry.get("copy", "")), day)
