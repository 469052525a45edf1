"""The data sets that may be newer than those that ship: where the user's copy of each lies, and whether it is whole.

A data folder holds one folder a set. In it lie generations, folders named after the digest of all they hold, and
STATE, which names the one in use and the one before it. Only STATE is ever replaced, in one step: whatever is
interrupted, the generation it names is whole. Writing is scanner.updates's.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from fingerprints.database.products import ENTERPRISES
from fingerprints.database.provenance import SOURCE, Provenance, provenance_of
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import KitscanError

STATE = "state.json"

RULES = "rules"
"""In a generation of rules: the folder of the rule files."""

MAX_STATE = 4096
"""Bytes of a STATE file; two names stand in it."""

_HERE = Path(__file__).parents[1] / "data"
_NAME = re.compile("[0-9a-f]{16}")


class DataSet(StrEnum):
    """What can be renewed without a new kitscan."""

    MAC_PREFIXES = "mac-prefixes"
    ENTERPRISE_NUMBERS = "enterprise-numbers"
    RULES = "rules"


SHIPPED: Mapping[DataSet, Path] = {
    DataSet.MAC_PREFIXES: _HERE / "oui",
    DataSet.ENTERPRISE_NUMBERS: _HERE / "products",
    DataSet.RULES: _HERE / "rules",
}
"""The folder of each set as it ships."""


class SnapshotFile(FileModel):
    """A generation's SOURCE.yaml. `day` is that of the publisher's snapshot, and `date_told_by` who says so; `entries`
    counts them by part (the width of a prefix, say)."""

    what: str
    copy_from: str = Field(alias="copy")
    day: date = Field(alias="date")
    date_told_by: str
    entries: dict[str, int]


@dataclass(frozen=True, slots=True)
class State:
    """Generations by name: the one in use and the one before it, which a rollback returns to. An empty name is the
    shipped data; `previous` is None where nothing came before."""

    current: str = ""
    previous: str | None = None

    def written(self) -> bytes:
        """As the file holds it."""
        return json.dumps({"current": self.current, "previous": self.previous}).encode() + b"\n"


class DamagedDataError(KitscanError):
    """Updated data that are not as they were written."""


@dataclass(frozen=True, slots=True)
class InUse:
    """Where a set is read from. `snapshot` is None for the shipped data; `note` is empty, or says why updated data that
    are there are not used."""

    folder: Path
    snapshot: SnapshotFile | None
    note: str = ""


def in_use(data: Path | None, which: DataSet) -> InUse:
    """The user's own copy of a set where there is one, whole and not older than the shipped one, else that one. Never
    raises: data that cannot be read must not stop a scan, but must be told of."""
    if data is None:
        return InUse(SHIPPED[which], None)
    try:
        name = read_state(data, which).current
        if not name:
            return InUse(SHIPPED[which], None)
        folder = data / which.value / name
        snapshot = checked_snapshot(folder)
        shipped = shipped_sheet(which).day
        if snapshot.day < shipped:
            return InUse(
                SHIPPED[which], None, fallen_back(which, f"they are of {snapshot.day}, the shipped of {shipped}")
            )
        return InUse(folder / RULES if which is DataSet.RULES else folder, snapshot)
    except KitscanError as error:
        return InUse(SHIPPED[which], None, fallen_back(which, str(error).partition("\n")[0]))


def shipped_sheet(which: DataSet) -> Provenance:
    """The snapshot that the shipped data of a set were made of. Raises DataFileError."""
    match which:
        case DataSet.MAC_PREFIXES:
            return provenance_of(SHIPPED[which])
        case DataSet.ENTERPRISE_NUMBERS:
            return provenance_of(SHIPPED[which], ENTERPRISES)
        case DataSet.RULES:
            return provenance_of(_HERE)


def fallen_back(which: DataSet, why: str) -> str:
    """The sentence that says so, for the report's header and for doctor."""
    told = f"the updated {which.value} are not used, the shipped ones are: {why}"
    return f"{told}. Next: kitscan db update {which.value}, or with --rollback"


def read_state(data: Path, which: DataSet) -> State:
    """Which generations a set has; the shipped data alone where nothing was ever updated. Raises DamagedDataError."""
    path = data / which.value / STATE
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(MAX_STATE))
        current, previous = said["current"], said["previous"]
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise DamagedDataError(f"{STATE} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedDataError(f"{STATE} is not as it was written") from error
    if not _is_name(current) or not (previous is None or _is_name(previous)):
        raise DamagedDataError(f"{STATE} names no generation")
    return State(current, previous)


def checked_snapshot(folder: Path) -> SnapshotFile:
    """What a generation says of itself, its content being what its name says. Raises DamagedDataError or DataFileError,
    both KitscanError."""
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    except OSError as error:
        raise DamagedDataError(f"its files cannot be read ({error.strerror})") from error
    if digest(files) != folder.name:
        raise DamagedDataError("its files are not as they were written" if files else "its files are gone")
    return read_yaml(folder / SOURCE, SnapshotFile)


def digest(files: Mapping[str, bytes]) -> str:
    """Sixteen hexadecimal digits of the SHA-256 over names and contents: the name of the generation that holds them."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{len(files[name])}\0".encode())
        total.update(files[name])
    return total.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _is_name(text: object) -> bool:
    return isinstance(text, str) and (not text or _NAME.fullmatch(text) is not None)
