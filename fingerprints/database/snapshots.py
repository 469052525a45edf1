"""The data sets that can be updated: where the user's copy of each is, and whether it is intact.

A data folder holds one folder a set. That holds generations, folders named after the digest of their files, and STATE,
which names the generation in use and the one before it. Only STATE is ever replaced, in one step, so an interrupted
update leaves an intact generation in use. scanner.updates writes the folder.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from fingerprints.database.products import ENTERPRISES
from fingerprints.database.provenance import SOURCE, Provenance, known_until_of, provenance_of
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import KitscanError

STATE = "state.json"

MAX_STATE = 4096
"""Bytes that are read of a STATE file; it holds two names."""

_HERE = Path(__file__).parents[1] / "data"
_NAME = re.compile("[0-9a-f]{16}")


class DataSet(StrEnum):
    """The sets that `kitscan db update` renews."""

    MAC_PREFIXES = "mac-prefixes"
    ENTERPRISE_NUMBERS = "enterprise-numbers"
    RULES = "rules"
    POLICIES = "policies"


WRITTEN_BY_PEOPLE = frozenset((DataSet.RULES, DataSet.POLICIES))
"""The sets whose generation is the files that people wrote, in a folder of the set's own name beside SOURCE.yaml."""


SHIPPED: Mapping[DataSet, Path] = {
    DataSet.MAC_PREFIXES: _HERE / "oui",
    DataSet.ENTERPRISE_NUMBERS: _HERE / "products",
    DataSet.RULES: _HERE / "rules",
    DataSet.POLICIES: _HERE.parents[1] / "reports" / "policy" / "policies",
}
"""The folder of each set in the packages. Policies are data of the floor above, which reads them."""


class SnapshotFile(FileModel):
    """A generation's SOURCE.yaml. `day` is that of the publisher's snapshot, and `dated_by` says who states it.
    `entries` are counted by part (the width of a prefix, for instance)."""

    what: str
    copy_from: str = Field(alias="copy")
    day: date = Field(alias="date")
    dated_by: str = Field(alias="date_told_by")
    entries: dict[str, int]


@dataclass(frozen=True, slots=True)
class InstalledGenerations:
    """The names of two generations: the one in use, and the one before it, to which a rollback returns. An empty name
    means the shipped data; `previous` is None if there was none."""

    current: str = ""
    previous: str | None = None

    def to_bytes(self) -> bytes:
        """The content of the STATE file."""
        return json.dumps({"current": self.current, "previous": self.previous}).encode() + b"\n"


class DamagedDataError(KitscanError):
    """Updated data differ from what was written."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """The shipped data of a set are used, and the user's updated data are not. `str()` is the report's note of it."""

    which: DataSet
    why: str

    @property
    def problem(self) -> str:
        """What is used, and why."""
        return f"the shipped {self.which.value} are used, not the updated ones: {self.why}"

    @property
    def next_step(self) -> str:
        """The command that mends it."""
        return f"kitscan db update {self.which.value}, or with --rollback"

    def __str__(self) -> str:
        return f"{self.problem}. Next: {self.next_step}"


@dataclass(frozen=True, slots=True)
class InUse:
    """The folder that a set is read from. `snapshot` is None for the shipped data. `fallback` says why updated data are
    not used, if there are any."""

    folder: Path
    snapshot: SnapshotFile | None
    fallback: Fallback | None = None


def in_use(data: Path | None, which: DataSet) -> InUse:
    """The user's updated copy of a set if it is intact and not older than the shipped one, else the shipped one. Never
    raises: data that cannot be read must not stop a scan. `fallback` reports them."""
    if data is None:
        return InUse(SHIPPED[which], None)
    try:
        name = read_state(data, which).current
        if not name:
            return InUse(SHIPPED[which], None)
        folder = data / which.value / name
        snapshot = checked_snapshot(folder)
        shipped = shipped_provenance(which).day
        if snapshot.day < shipped:
            why = f"they are of {snapshot.day}, the shipped ones of {shipped}"
            return InUse(SHIPPED[which], None, Fallback(which, why))
        return InUse(folder / which.value if which in WRITTEN_BY_PEOPLE else folder, snapshot)
    except KitscanError as error:
        return InUse(SHIPPED[which], None, Fallback(which, error.summary))


def shipped_provenance(which: DataSet) -> Provenance:
    """The snapshot from which the shipped data of a set were made. The day of policies is the last day whose facts they
    hold. Raises DataFileError."""
    match which:
        case DataSet.MAC_PREFIXES:
            return provenance_of(SHIPPED[which])
        case DataSet.ENTERPRISE_NUMBERS:
            return provenance_of(SHIPPED[which], ENTERPRISES)
        case DataSet.RULES:
            return provenance_of(_HERE)
        case DataSet.POLICIES:
            folder = SHIPPED[which].parent
            return replace(provenance_of(folder), day=known_until_of(folder))


def read_state(data: Path, which: DataSet) -> InstalledGenerations:
    """The generations of a set; InstalledGenerations() if it was never updated. Raises DamagedDataError."""
    path = data / which.value / STATE
    try:
        with path.open("rb") as file:
            state = json.loads(file.read(MAX_STATE))
        current, previous = state["current"], state["previous"]
    except FileNotFoundError:
        return InstalledGenerations()
    except OSError as error:
        raise DamagedDataError(f"{STATE} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedDataError(f"{STATE} is damaged") from error
    if not _is_name(current) or not (previous is None or _is_name(previous)):
        raise DamagedDataError(f"{STATE} names no generation")
    return InstalledGenerations(current, previous)


def checked_snapshot(folder: Path) -> SnapshotFile:
    """A generation's SOURCE.yaml, after comparing the digest of its files with its name. Raises DamagedDataError or
    DataFileError, both KitscanError."""
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    except OSError as error:
        raise DamagedDataError(f"their files cannot be read ({error.strerror})") from error
    if digest(files) != folder.name:
        raise DamagedDataError("their files were changed or damaged" if files else "their files are gone")
    return read_yaml(folder / SOURCE, SnapshotFile)


def digest(files: Mapping[str, bytes]) -> str:
    """The name of the generation that holds these files: 16 hexadecimal digits of the SHA-256 over names and
    contents."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{len(files[name])}\0".encode())
        total.update(files[name])
    return total.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _is_name(text: object) -> bool:
    return isinstance(text, str) and (not text or _NAME.fullmatch(text) is not None)
