"""The database library's errors, translated into StoreError."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from scanner.store.errors import StoreError, StoreLockedError

_OTHER_DATABASE = "see that the server runs, and that PGPASSWORD and the URL are right; what was committed is kept"


@contextmanager
def translate_errors(place: str) -> Iterator[None]:
    """Raise StoreError for a database error inside this block.

    The message quotes SQLite, whose messages hold only the cause. Of another database it names the error's class,
    because the text might hold anything.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        orig = getattr(error, "orig", None)
        cause = str(orig) if isinstance(orig, sqlite3.Error) else type(orig or error).__name__
        step = _next_step(orig) if orig is None or isinstance(orig, sqlite3.Error) else _OTHER_DATABASE
        kind = StoreLockedError if _is_busy(orig) else StoreError
        raise kind(f"{place}: cannot be used as a store ({cause})", step) from error
    except ConnectionError as error:  # a driver may leave it as it is
        raise StoreError(f"{place}: cannot be used as a store ({type(error).__name__})", _OTHER_DATABASE) from error


def _is_busy(error: object) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _next_step(error: object) -> str:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # without the extended part
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "end the other program that holds the store, and run it again; what was committed is kept"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return "name a store that you may write with --store; what was committed is kept"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return "restore the store from a backup, or name another one with --store"
        case _:
            return "make room, or name another store with --store; what was committed is kept"
