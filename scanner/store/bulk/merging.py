"""A subject that several parts of a run bring: what is known of it is joined, in whatever order the parts come."""

import sqlalchemy as sa

from scanner.store.bulk.staging import STAGED_SUBJECTS, Lookup
from scanner.store.evidence_rows import SubjectRows, rows_of_run
from scanner.store.kept_texts import parts_of
from scanner.store.tables import RUN_SUBJECTS, SUBJECTS

_OWN = (RUN_SUBJECTS.c.run == sa.bindparam("own_run"), RUN_SUBJECTS.c.subject == SUBJECTS.c.id)
_IN_RUN = Lookup.of(
    STAGED_SUBJECTS,
    sa.select(sa.func.min(SUBJECTS.c.id)).where(
        SUBJECTS.c.key == STAGED_SUBJECTS.c.key,
        sa.select(RUN_SUBJECTS.c.run).where(*_OWN).correlate(SUBJECTS).scalar_subquery().is_not(None),
    ),
)
"""The number by which a run has a subject, by its key."""


def merged_with_known(
    connection: sa.Connection, run: int, subjects: tuple[SubjectRows, ...]
) -> tuple[SubjectRows, ...]:
    """The subjects, which are staged, each with what the run has of its key; that is taken out of the run. The same
    tuple where the run has none of them. Does not commit."""
    numbers = [number for number in _IN_RUN.numbers(connection, own_run=run) if number is not None]
    if not numbers:
        return subjects
    known: dict[str, SubjectRows] = {}
    for some in parts_of(numbers):
        known |= {subject.key: subject for subject in rows_of_run(connection, run, some)}
        connection.execute(RUN_SUBJECTS.delete().where(RUN_SUBJECTS.c.run == run, RUN_SUBJECTS.c.subject.in_(some)))
    return tuple(joined(known[subject.key], subject) if subject.key in known else subject for subject in subjects)


def joined(first: SubjectRows, second: SubjectRows) -> SubjectRows:
    """Two parts of one subject as one, whichever comes first: every row once, by time. Of two addresses, labels or
    attributes the lesser text counts."""
    identities = sorted((part.address, part.labels, part.attributes) for part in (first, second))
    rows = sorted({*first.rows, *second.rows}, key=lambda row: (row.time, row.probe, row.lines))
    return SubjectRows(first.key, *identities[0], first.done and second.done, tuple(rows))
