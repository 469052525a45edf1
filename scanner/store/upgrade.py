"""Brings a store of schema 1 to the present one, in one transaction: a process that is killed leaves the old store.

In schema 1 each run had subjects of its own, and each row of evidence its own text. The evidence of every run stays the
same to the octet, and so does its digest.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.evidence_rows import fold_ended_runs, unreadable
from scanner.store.opening import engine_of, give_room_back, held, is_file
from scanner.store.row_times import microseconds_of
from scanner.store.sqlite_file import can_write
from scanner.store.tables import ABOUT, METADATA, RUNS, SCHEMA_VERSION, schema_of
from scanner.store.writer import Writer

OLD_SCHEMA = 1

_log = logging.getLogger(__name__)

_OLD = sa.MetaData()
_OLD_SUBJECTS = sa.Table(
    "subjects_of_schema_1",
    _OLD,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("key", "address", "labels", "attributes")),
    sa.Column("run", sa.Integer),
    sa.Column("done", sa.Boolean),
)
_OLD_EVIDENCE = sa.Table(
    "evidence_of_schema_1",
    _OLD,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("time", "probe", "lines")),
)


def upgrade(place: str) -> None:
    """Upgrade a store of schema 1, and say so. Raises StoreError where it cannot be written, StoreBusyError where a run
    is writing to it."""
    if is_file(place) and not can_write(place):
        problem = f"{place}: was made by an earlier kitscan, and must be upgraded where nothing can be written"
        raise StoreError(problem, "copy it to a folder that can be written, and name that copy with --store")
    engine = engine_of(place, create=True)
    try:
        with (
            held(engine, place, "kitscan, upgrading the store"),
            translate_errors(place),
            engine.connect() as connection,
        ):
            with _transaction(connection):
                if schema_of(connection) != OLD_SCHEMA:  # another command was quicker
                    return
                _upgrade(connection, place)
            give_room_back(connection)
    finally:
        engine.dispose()
    _log.warning("%s: upgraded to store schema %d; earlier versions of kitscan cannot read it", place, SCHEMA_VERSION)


@contextmanager
def _transaction(connection: sa.Connection) -> Iterator[None]:
    """All or nothing, tables included: SQLite's driver itself begins only at the first INSERT."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _upgrade(connection: sa.Connection, place: str) -> None:
    for old, name in ((_OLD_EVIDENCE, "evidence"), (_OLD_SUBJECTS, "subjects")):
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {old.name}")
    METADATA.create_all(connection)
    for run in tuple(connection.scalars(sa.select(RUNS.c.id).order_by(RUNS.c.id))):
        _copy_run(connection, place, run)
        fold_ended_runs(connection)
    for old in (_OLD_EVIDENCE, _OLD_SUBJECTS):
        connection.exec_driver_sql(f"DROP TABLE {old.name}")
    connection.execute(ABOUT.update().values(schema_version=SCHEMA_VERSION))


def _copy_run(connection: sa.Connection, place: str, run: int) -> None:
    """Write a run anew: its subjects in the order of their rows, then each subject's evidence."""
    writer = Writer(connection, place, run, {})
    rows = (
        sa.select(_OLD_SUBJECTS, _OLD_EVIDENCE.c.time, _OLD_EVIDENCE.c.probe, _OLD_EVIDENCE.c.lines)
        .outerjoin_from(_OLD_SUBJECTS, _OLD_EVIDENCE, _OLD_EVIDENCE.c.subject == _OLD_SUBJECTS.c.id)
        .where(_OLD_SUBJECTS.c.run == run)
        .order_by(_OLD_SUBJECTS.c.id, _OLD_EVIDENCE.c.id)
    )
    found = connection.execution_options(yield_per=256).execute(rows)
    for _, group in groupby(found, key=lambda row: row.id):
        for row in group:
            writer.enter(row.key, row.address, row.labels, row.attributes)
            if row.lines is not None:
                writer.add_lines(row.key, row.probe, row.lines, _time_of(row.key, row.time))
            if row.done:
                writer.done(row.key)
    writer.flush()


def _time_of(key: str, written: str) -> int:
    try:
        return microseconds_of(datetime.fromisoformat(written))
    except ValueError as error:
        raise unreadable(key) from error
