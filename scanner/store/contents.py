"""What the rows of a run hold, asked of an open connection: what was observed, who is named, and their digest."""

import hashlib
import json
import re

import sqlalchemy as sa

from scanner.store.tables import EVIDENCE, SUBJECTS

HOLDS_OBSERVATIONS = EVIDENCE.c.lines.like('%{"source":%')
"""True of rows of evidence that hold an observation, as `fingerprints.model.recording` writes one; a gap has none."""


def evidence_sha256(connection: sa.Connection, run: int) -> str:
    """The digest of a run's subjects and evidence."""
    digest = hashlib.sha256()
    rows = (
        sa.select(SUBJECTS, EVIDENCE.c.time, EVIDENCE.c.probe, EVIDENCE.c.lines)
        .outerjoin_from(SUBJECTS, EVIDENCE, EVIDENCE.c.subject == SUBJECTS.c.id)
        .where(SUBJECTS.c.run == run)
        .order_by(SUBJECTS.c.key, EVIDENCE.c.id)
    )
    for row in connection.execution_options(yield_per=256).execute(rows):
        subject = (row.key, row.address, row.labels, row.attributes, row.done)
        digest.update(json.dumps([*subject, row.time, row.probe, row.lines]).encode())
    return digest.hexdigest()


def subjects_of(connection: sa.Connection, run: int) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of the subjects of a run of which something was observed, and of those of which nothing was."""
    observed = sa.exists().where(EVIDENCE.c.subject == SUBJECTS.c.id, HOLDS_OBSERVATIONS)
    rows = tuple(connection.execute(sa.select(SUBJECTS.c.key, observed.label("observed")).where(SUBJECTS.c.run == run)))
    seen = frozenset(row.key for row in rows if row.observed)
    return seen, frozenset(row.key for row in rows) - seen


def runs_naming(connection: sa.Connection, word: str, before: int) -> frozenset[int]:
    """The runs before one in which a subject may be known by this word: by its key, its address, a label, or something
    that it said."""
    written = _containing(json.dumps(word)[1:-1])
    found = SUBJECTS.c.key.ilike(_containing(word), escape="!") | sa.or_(
        *(column.ilike(written, escape="!") for column in (SUBJECTS.c.labels, EVIDENCE.c.lines))
    )
    wanted = (
        sa.select(SUBJECTS.c.run)
        .distinct()
        .outerjoin_from(SUBJECTS, EVIDENCE, EVIDENCE.c.subject == SUBJECTS.c.id)
        .where(SUBJECTS.c.run < before, found)
    )
    return frozenset(connection.scalars(wanted))


def _containing(word: str) -> str:
    """The pattern of LIKE for texts that contain a word, with `!` as its escape."""
    escaped = re.sub("([!%_])", r"!\1", word)
    return f"%{escaped}%"
