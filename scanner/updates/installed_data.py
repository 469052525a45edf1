"""Writes the user's data folder: each generation is written completely, then one rename makes it the one in use.

fingerprints.database.snapshots reads the folder.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fingerprints.database.snapshots import (
    STATE,
    DamagedDataError,
    DataSet,
    InstalledGenerations,
    checked_snapshot,
    digest,
    read_state,
)
from fingerprints.model.errors import KitscanError

LOCK = ".lock"
PARTIAL = ".partial"


def data_folder(configured: Path | None, environment: Mapping[str, str]) -> Path:
    """The folder of updated data: `data:` of kitscan.yaml, else `kitscan` in the user's data directory (XDG Base
    Directory Specification, which ignores a relative XDG_DATA_HOME)."""
    if configured is not None:
        return configured
    home = Path(environment.get("XDG_DATA_HOME", ""))
    return (home if home.is_absolute() else Path("~/.local/share").expanduser()) / "kitscan"


def install(data: Path, which: DataSet, files: Mapping[str, bytes]) -> InstalledGenerations:
    """Put a generation in use, keep the one before it, and return the new state. An interruption at any time leaves
    either the old or the new generation in use, complete. Raises KitscanError if the folder cannot be written."""
    name = digest(files)
    with _locked(data, which) as folder:
        before = _state_or_shipped(data, which)
        if not _is_intact(folder / name):
            _write(folder, name, files)
        if before.current == name:
            return before
        after = InstalledGenerations(name, before.current)
        _replace(folder / STATE, after.to_bytes())
        _tidy(folder, after)
        return after


def roll_back(data: Path, which: DataSet) -> InstalledGenerations:
    """Put the generation before in use; a second rollback returns to the newer. If the state cannot be read, the
    shipped data come in use. Raises KitscanError if there is no generation before, or if it is damaged."""
    with _locked(data, which) as folder:
        try:
            before = read_state(data, which)
        except DamagedDataError:
            _replace(folder / STATE, InstalledGenerations().to_bytes())
            return InstalledGenerations()
        if before.previous is None:
            raise KitscanError(f"{which.value}: there are no data before those in use", "kitscan db status")
        if before.previous and not _is_intact(folder / before.previous):
            raise KitscanError(f"{which.value}: the earlier data are damaged", f"kitscan db update {which.value}")
        after = InstalledGenerations(before.previous, before.current)
        _replace(folder / STATE, after.to_bytes())
        return after


def can_roll_back(data: Path, which: DataSet) -> bool:
    """True if a rollback would change anything."""
    try:
        return read_state(data, which).previous is not None
    except DamagedDataError:
        return True


def _is_intact(generation: Path) -> bool:
    try:
        checked_snapshot(generation)
    except KitscanError:
        return False
    return True


def _state_or_shipped(data: Path, which: DataSet) -> InstalledGenerations:
    """The state, or that of shipped data if it cannot be read: an update repairs it."""
    try:
        return read_state(data, which)
    except DamagedDataError:
        return InstalledGenerations()


@contextmanager
def _locked(data: Path, which: DataSet) -> Iterator[Path]:
    """The folder of a set, locked against other processes; the system drops the lock when this process ends."""
    folder = data / which.value
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder
    except BlockingIOError as error:
        raise KitscanError(f"{which.value}: another update is running", "wait for it to end") from error
    except OSError as error:
        problem = f"{folder}: cannot be written ({error.strerror})"
        raise KitscanError(problem, "correct its permissions, or name another folder with data:") from error


def _write(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write one generation. It gets its name only after all of it is on the disk."""
    partial = folder / (name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    for path, content in files.items():
        target = partial / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_durably(target, content)
    for place in sorted((path for path in partial.rglob("*") if path.is_dir()), reverse=True):
        _sync(place)
    _sync(partial)
    shutil.rmtree(folder / name, ignore_errors=True)
    partial.rename(folder / name)
    _sync(folder)


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + PARTIAL)
    _write_durably(partial, content)
    partial.replace(path)
    _sync(path.parent)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tidy(folder: Path, state: InstalledGenerations) -> None:
    """Remove generations that the state does not name, and files of interrupted updates."""
    kept = {state.current, state.previous, STATE, LOCK}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
