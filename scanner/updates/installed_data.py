"""The user's data folder: generations are written whole beside each other, and one rename says which is in use.

fingerprints.database.snapshots reads what this writes.
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
    State,
    checked_snapshot,
    digest,
    read_state,
)
from fingerprints.model.errors import KitscanError

LOCK = ".lock"
PARTIAL = ".partial"


def data_folder(configured: Path | None, environment: Mapping[str, str]) -> Path:
    """Where updated data lie: `data:` of kitscan.yaml, else kitscan's folder in the user's data directory (XDG Base
    Directory Specification: a relative XDG_DATA_HOME is ignored)."""
    if configured is not None:
        return configured
    home = Path(environment.get("XDG_DATA_HOME", ""))
    return (home if home.is_absolute() else Path("~/.local/share").expanduser()) / "kitscan"


def install(data: Path, which: DataSet, files: Mapping[str, bytes]) -> State:
    """Put a generation in use and keep the one before it; returns what is in use now. Whenever this is interrupted,
    either the old or the new one is in use, whole. Raises KitscanError where the folder cannot be written."""
    name = digest(files)
    with _held(data, which) as folder:
        before = _state_or_shipped(data, which)
        if not _sound(folder / name):
            _write(folder, name, files)
        if before.current == name:
            return before
        after = State(name, before.current)
        _replace(folder / STATE, after.written())
        _tidy(folder, after)
        return after


def roll_back(data: Path, which: DataSet) -> State:
    """Use what was in use before; rolling back again returns. From a state that cannot be read, use the shipped data.
    Raises KitscanError where there is nothing to return to, or where it is damaged."""
    with _held(data, which) as folder:
        try:
            before = read_state(data, which)
        except DamagedDataError:
            _replace(folder / STATE, State().written())
            return State()
        if before.previous is None:
            raise KitscanError(f"{which.value}: nothing came before the data in use\nNext: kitscan db status")
        if before.previous and not _sound(folder / before.previous):
            raise KitscanError(f"{which.value}: the data before are damaged\nNext: kitscan db update {which.value}")
        after = State(before.previous, before.current)
        _replace(folder / STATE, after.written())
        return after


def can_roll_back(data: Path, which: DataSet) -> bool:
    """Whether there is anything that a rollback would change."""
    try:
        return read_state(data, which).previous is not None
    except DamagedDataError:
        return True


def _sound(generation: Path) -> bool:
    try:
        checked_snapshot(generation)
    except KitscanError:
        return False
    return True


def _state_or_shipped(data: Path, which: DataSet) -> State:
    """A state that cannot be read is not worth keeping: an update is how it is mended."""
    try:
        return read_state(data, which)
    except DamagedDataError:
        return State()


@contextmanager
def _held(data: Path, which: DataSet) -> Iterator[Path]:
    """The folder of a set, with no other process writing there; the lock goes with the process that holds it."""
    folder = data / which.value
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder
    except BlockingIOError as error:
        raise KitscanError(f"{which.value}: another update is at work\nNext: wait for it to end") from error
    except OSError as error:
        told = f"{folder}: cannot be written ({error.strerror})"
        raise KitscanError(f"{told}\nNext: correct its permissions, or name another folder with data:") from error


def _write(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """One generation, on the disk for good before its name appears."""
    partial = folder / (name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    for path, content in files.items():
        target = partial / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _durable(target, content)
    for place in sorted((path for path in partial.rglob("*") if path.is_dir()), reverse=True):
        _synced(place)
    _synced(partial)
    shutil.rmtree(folder / name, ignore_errors=True)
    partial.rename(folder / name)
    _synced(folder)


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + PARTIAL)
    _durable(partial, content)
    partial.replace(path)
    _synced(path.parent)


def _durable(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tidy(folder: Path, state: State) -> None:
    """Remove generations that no state leads to, and what interrupted updates left."""
    kept = {state.current, state.previous, STATE, LOCK}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
