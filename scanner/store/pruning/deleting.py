"""Deletes runs, and every text that nobody uses any more. What was said of devices stays."""

from collections.abc import Collection

import sqlalchemy as sa

from scanner.store.kept_texts import parts_of
from scanner.store.store import Store
from scanner.store.tables import (
    BASES,
    CONTENTS,
    COSTS,
    EVIDENCE,
    FLEET_ASIDE,
    FLEET_PLANS,
    FLEET_RUNS,
    FLEET_SLICES,
    RANGES,
    RECORDS,
    REFUSALS,
    RUN_STATES,
    RUN_SUBJECTS,
    RUNS,
    SEQUENCE_ROWS,
    SEQUENCES,
    STATES,
    SUBJECTS,
)

_OF_A_RUN = (RUN_SUBJECTS, EVIDENCE, COSTS, REFUSALS, RECORDS, RANGES)


def delete_runs(store: Store, runs: Collection[int]) -> None:
    """Delete the evidence of runs, their requests, costs, refusals and range counts, and what only they used, in one
    transaction; then give the room back, where the database can. States, logins, reminders and notices stay, and the
    token of a fleet's run: its old bundles are not taken again.

    Raises StoreBusyError if a run is writing.
    """
    with store.alone("kitscan runs prune", shrinks=True) as connection:
        _delete(connection, runs)


def _delete(connection: sa.Connection, runs: Collection[int]) -> None:
    for some in parts_of(runs):
        for table in _OF_A_RUN:
            connection.execute(table.delete().where(table.c.run.in_(some)))
        tokens = sa.select(FLEET_RUNS.c.token).where(FLEET_RUNS.c.run.in_(some))
        for table in (FLEET_PLANS, FLEET_SLICES, FLEET_ASIDE):
            connection.execute(table.delete().where(table.c.token.in_(tokens)))
        ended = {"run": None, "ended": sa.func.coalesce(FLEET_RUNS.c.ended, FLEET_RUNS.c.began)}
        connection.execute(FLEET_RUNS.update().where(FLEET_RUNS.c.run.in_(some)).values(ended))
        connection.execute(RUNS.delete().where(RUNS.c.id.in_(some)))
    _delete_unused(connection)


def _delete_unused(connection: sa.Connection) -> None:
    """Delete subjects, sequences and texts that nothing names."""
    sequences = sa.select(RUN_SUBJECTS.c.sequence).where(RUN_SUBJECTS.c.sequence.is_not(None))
    connection.execute(SEQUENCE_ROWS.delete().where(SEQUENCE_ROWS.c.sequence.not_in(sequences)))
    connection.execute(SEQUENCES.delete().where(SEQUENCES.c.id.not_in(sequences)))
    subjects = sa.union_all(sa.select(RUN_SUBJECTS.c.subject), sa.select(EVIDENCE.c.subject))
    connection.execute(SUBJECTS.delete().where(SUBJECTS.c.id.not_in(subjects)))
    texts = sa.union_all(*(sa.select(table.c.content) for table in (SEQUENCE_ROWS, EVIDENCE, STATES, RUN_STATES)))
    connection.execute(BASES.delete().where(BASES.c.content.not_in(texts)))
    connection.execute(CONTENTS.delete().where(CONTENTS.c.id.not_in(texts)))
