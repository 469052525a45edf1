"""A mark of a run in a store file: two equal marks mean the same evidence. Read without the database library."""

import sqlite3
from contextlib import closing

from scanner.store.errors import StoreError
from scanner.store.sqlite_file import connector

RunMark = tuple[str | int | None, ...]

_RUN = "select id, kind, tool_version, started, finished, outcome from runs"
_FOLDED = "select count(*), sum(done), sum(length(times)), max(sequence) from run_subjects where run = ?"
_WAITING = "select count(*), max(id) from evidence where run = ?"


def run_mark(place: str, number: int | None) -> RunMark | None:
    """The mark of a finished run by its number, or of the latest run. Evidence is only ever added, so how much there is
    tells that it is the same. None where there is no such run, it is not finished, or the store cannot be read or is of
    another version."""
    try:
        with closing(connector(place, create=False)()) as connection:
            asked = ("where id = ?", (number,)) if number is not None else ("order by id desc limit 1", ())
            run = connection.execute(f"{_RUN} {asked[0]}", asked[1]).fetchone()
            if run is None or run[4] is None:
                return None
            counts = (connection.execute(rows, (run[0],)).fetchone() for rows in (_FOLDED, _WAITING))
            return (*run, *(count for row in counts for count in row))
    except (sqlite3.Error, StoreError, OSError):
        return None


def is_first_run(place: str, number: int) -> bool:
    """True if a store file has no run before one. False also where it cannot be read."""
    try:
        with closing(connector(place, create=False)()) as connection:
            return connection.execute("select 1 from runs where id < ? limit 1", (number,)).fetchone() is None
    except (sqlite3.Error, StoreError, OSError):
        return False
