"""The database library's errors, translated into StoreError."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from scanner.store.errors import StoreError


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
        next_step = "make room, or name another store with --store; what was committed is kept"
        raise StoreError(f"{place}: cannot be used as a store ({cause})", next_step) from error
