"""A mark of a run in a store file: two equal marks mean the same evidence. Read without the database library."""

import sqlite3
from contextlib import closing

from scanner.store.errors import StoreError
from scanner.store.sqlite_file import connector

RunMark = tuple[str | int | None, ...]

_RUN = "select id, kind, tool_version, started, finished, outcome from runs"
_ROWS = (
    "select count(distinct subjects.id), sum(subjects.done), max(evidence.id)"
    " from subjects left join evidence on evidence.subject = subjects.id where subjects.run = ?"
)


def run_mark(place: str, number: int | None) -> RunMark | None:
    """The mark of a finished run by its number, or of the latest run. Rows of evidence are only ever added, so the
    number of the last one tells them all. None where there is no such run, it is not finished, or the store cannot be
    read."""
    try:
        with closing(connector(place, create=False)()) as connection:
            asked = ("where id = ?", (number,)) if number is not None else ("order by id desc limit 1", ())
            run = connection.execute(f"{_RUN} {asked[0]}", asked[1]).fetchone()
            if run is None or run[4] is None:
                return None
            return (*run, *connection.execute(_ROWS, (run[0],)).fetchone())
    except (sqlite3.Error, StoreError, OSError):
        return None
