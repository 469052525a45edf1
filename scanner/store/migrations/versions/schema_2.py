"""From schema 1 to schema 2: each text once.

In schema 1 each run had subjects of its own, and each row of evidence its own text. The evidence of every run stays the
same to the octet, and so does its digest.
"""

from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from alembic import context, op

from scanner.store.evidence_rows import fold_ended_runs, unreadable
from scanner.store.row_times import microseconds_of
from scanner.store.tables import ABOUT, METADATA, RUNS
from scanner.store.writer import Writer

revision = "2"
down_revision = "1"

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


def upgrade() -> None:
    """Make the tables of schema 2 from those of schema 1. Raises StoreError where a row cannot be read."""
    connection, place = op.get_bind(), context.config.attributes["place"]
    for old, name in ((_OLD_EVIDENCE, "evidence"), (_OLD_SUBJECTS, "subjects")):
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {old.name}")
    METADATA.create_all(connection)
    for run in tuple(connection.scalars(sa.select(RUNS.c.id).order_by(RUNS.c.id))):
        _copy_run(connection, place, run)
        fold_ended_runs(connection)
    for old in (_OLD_EVIDENCE, _OLD_SUBJECTS):
        connection.exec_driver_sql(f"DROP TABLE {old.name}")
    connection.execute(ABOUT.update().values(schema_version=2))


def _copy_run(connection: sa.Connection, place: str, run: int) -> None:
    """Write a run anew: its subjects in the order of their rows, then each subject's evidence."""
    writer = Writer(connection, place, run, {})
    rows = (
        sa.select(_OLD_SUBJECTS, _OLD_EVIDENCE.c.time, _OLD_EVIDENCE.c.probe, _OLD_EVIDENCE.c.lines)
        .outerjoin_from(_OLD_SUBJECTS, _OLD_EVIDENCE, _OLD_EVIDENCE.c.subject == _OLD_SUBJECTS.c.id)
        .where(_OLD_SUBJECTS.c.run == run)
        .order_by(_OLD_SUBJECTS.c.id, _OLD_EVIDENCE.c.id)
    )
    found = connection.execute(rows.execution_options(yield_per=256))
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
