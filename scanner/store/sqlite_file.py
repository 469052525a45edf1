"""A SQLite file as a store: how it is created, opened for reading where nothing may be written, and locked.

A run writes in WAL mode (https://sqlite.org/wal.html), whose -wal and -shm files stand beside the store.
"""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scanner.store.errors import StoreBusyError, StoreError

if TYPE_CHECKING:
    import sqlalchemy as sa

BUSY_SECONDS = 5.0
"""How long a connection waits for another one: several commands may open a new store at the same moment."""

MAX_HOLDER = 200
"""Octets for the words that say who holds a store."""

_BESIDE = {
    "-wal": "rows in {} cannot be read",
    "-journal": "what {} takes back cannot be taken back",
}
"""Files beside a store that hold a part of it (https://sqlite.org/tempfiles.html), and what that means."""

_HELD = frozenset({errno.EAGAIN, errno.EACCES})
"""What flock(2) says where another process holds the lock. Anything else is a file system without locks."""


def create_file(place: str) -> None:
    """Create an empty file that only its owner can read. Raises StoreError."""
    try:
        os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{place}: cannot be created ({error.strerror})", "name another store with --store") from error


def connector(place: str, create: bool) -> Callable[[], sqlite3.Connection]:
    """The function that opens a connection: for writing with `create`, else for what the file and its disk allow."""
    if create:
        return lambda: _connected(place, "mode=rw")
    return lambda: _reading(place)


def use_wal(connection: "sa.Connection") -> None:
    """Let readers and the writer work side by side. A file system that cannot (no shared memory) keeps the journal."""
    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
    connection.rollback()


def is_busy(error: BaseException | None) -> bool:
    """True if another connection holds the lock that SQLite needs."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def locked(place: str, holder: str = "") -> Iterator[None]:
    """Hold the store for one run. Raises StoreBusyError if another run holds it, and StoreError.

    `holder` are words for who holds it, which the error of whoever comes later repeats.
    """
    real = os.path.realpath(place)  # two names of one file are one store
    try:
        handle = os.open(f"{real}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        problem = f"{place}: cannot be written ({error.strerror})"
        raise StoreError(problem, "name another store with --store") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                problem = f"{place}: {_holder_in(handle) or 'another run'} is writing to this store"
                raise StoreBusyError(problem, "wait for it, or name another store with --store") from error
            problem = f"{place}: its file system cannot lock files ({error.strerror})"
            raise StoreError(problem, "keep the store on a local disk: name it with --store") from error
        _write_holder(handle, holder)
        try:
            yield
        finally:
            _write_holder(handle, "")
    finally:
        os.close(handle)


def _write_holder(handle: int, holder: str) -> None:
    """Say in the lock file who holds it. Where the disk is full it stays unsaid."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, holder.encode()[:MAX_HOLDER], 0)


def _holder_in(handle: int) -> str:
    """Who holds the lock, in words of one line; empty where nobody says."""
    with suppress(OSError):
        words = os.pread(handle, MAX_HOLDER, 0).decode(errors="replace")
        return "".join(character for character in words if character.isprintable()).strip()
    return ""


def can_write(place: str) -> bool:
    """True if a store file and its folder may be written."""
    return os.access(place, os.W_OK) and os.access(Path(os.path.realpath(place)).parent, os.W_OK)


def _reading(place: str) -> sqlite3.Connection:
    """A connection that can read, and write where the file, its folder and the disk allow it.

    SQLite reads a store in WAL mode only if its -shm file can be read or made. Without a -wal file all rows are in the
    store itself, and `immutable` reads it without any other file. With one, `immutable` would hide rows; with the
    journal of a process that was killed, it would show what was never committed.
    """
    for options in ("mode=rw", "mode=ro") if can_write(place) else ("mode=ro",):
        connection = _connected(place, options)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if is_busy(error):
                raise
    for end, problem in _BESIDE.items():
        beside = Path(f"{os.path.realpath(place)}{end}")
        if beside.exists() and beside.stat().st_size:
            next_step = "copy the store and this file to a folder that can be written, and name that copy"
            raise StoreError(f"{place}: {problem.format(beside.name)} where nothing can be written", next_step)
    return _connected(place, "mode=ro&immutable=1")


def _connected(place: str, options: str) -> sqlite3.Connection:
    uri = f"file:{quote(place)}?{options}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys=ON")
    return connection
