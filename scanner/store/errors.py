"""What can be wrong with a store, in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from fingerprints.model.errors import KitscanError


class StoreError(KitscanError):
    """The store cannot be opened, is not a kitscan store, or holds no such run."""


class StoreBusyError(KitscanError):
    """Another run is writing to this store."""


@contextmanager
def translated(place: str) -> Iterator[None]:
    """The database's errors as ours. SQLite's own words hold nothing but the cause; another's might hold anything."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        orig = getattr(error, "orig", None)
        cause = str(orig) if isinstance(orig, sqlite3.Error) else type(orig or error).__name__
        next_step = "what was committed is kept; make room, or name another with --store"
        raise StoreError(f"{place}: cannot be used as a store ({cause})\nNext: {next_step}") from error
