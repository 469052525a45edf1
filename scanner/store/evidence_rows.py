"""The rows of evidence of one run, put together from what is kept once and from what is the run's own."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from scanner.store.errors import StoreError
from scanner.store.kept_texts import inserted_id, parts_of
from scanner.store.patch import patched
from scanner.store.row_times import RowTime, pack_times, unpack_times
from scanner.store.tables import CONTENTS, EVIDENCE, RUN_SUBJECTS, RUNS, SEQUENCE_ROWS, SEQUENCES, SUBJECTS

ProbeText = tuple[str, int]
"""A probe, and the number of a kept text."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What one probe brought of a subject at one time: microseconds since 1970 in UTC, and lines of a recording."""

    time: int
    probe: str
    lines: str


@dataclass(frozen=True, slots=True)
class SubjectRows:
    """A subject of a run as it is kept, `labels` and `attributes` as JSON, with its rows in the order of arrival."""

    key: str
    address: str
    labels: str
    attributes: str
    done: bool
    rows: tuple[EvidenceRow, ...]


def rows_of_run(
    connection: sa.Connection, run: int, subjects: Sequence[int] | None = None, keys: Collection[str] | None = None
) -> Iterator[SubjectRows]:
    """The subjects of a run, sorted by key, each with its rows: all of them, those with these numbers, or those with
    these keys. Raises StoreError for rows that cannot be put together."""
    waiting = frozenset(connection.scalars(sa.select(EVIDENCE.c.subject).distinct().where(EVIDENCE.c.run == run)))
    wanted = (
        sa.select(RUN_SUBJECTS, SUBJECTS, SEQUENCE_ROWS.c.probe, CONTENTS.c.lines)
        .join(SUBJECTS, SUBJECTS.c.id == RUN_SUBJECTS.c.subject)
        .outerjoin(SEQUENCE_ROWS, SEQUENCE_ROWS.c.sequence == RUN_SUBJECTS.c.sequence)
        .outerjoin(CONTENTS, CONTENTS.c.id == SEQUENCE_ROWS.c.content)
        .where(RUN_SUBJECTS.c.run == run)
        .order_by(SUBJECTS.c.key, SUBJECTS.c.id, SEQUENCE_ROWS.c.ordinal)
    )
    if subjects is not None:
        wanted = wanted.where(RUN_SUBJECTS.c.subject.in_(subjects))
    if keys is not None:
        # a condition on the key itself would have SQLite go through all subjects of the run
        named = sa.select(SUBJECTS.c.id).where(SUBJECTS.c.key.in_(keys))
        wanted = wanted.where(RUN_SUBJECTS.c.subject.in_(named))
    rows = connection.execute(wanted.execution_options(yield_per=256))
    for subject, group in groupby(rows, key=lambda row: row.subject):
        kept = tuple(group)
        late = _waiting_rows(connection, run, subject) if subject in waiting else ()
        try:
            own = (*_kept_rows(kept), *late)
        except ValueError as error:
            raise unreadable(kept[0].key) from error
        yield SubjectRows(kept[0].key, kept[0].address, kept[0].labels, kept[0].attributes, kept[0].done, own)


def unreadable(key: str) -> StoreError:
    """The error of a subject whose rows are broken."""
    return StoreError(f"the rows of {key!r} cannot be read", "restore the store from a backup")


def fold_rows(connection: sa.Connection, run: int) -> None:
    """Move the rows of a run that has ended to its subjects, where they take the least room. Does not commit.

    The subjects are written anew in the order of their numbers, so that their pages are full.
    """
    own = (RUN_SUBJECTS.c.run == run, EVIDENCE.c.run == run)
    late = (
        sa.select(EVIDENCE.c.subject, EVIDENCE.c.time, EVIDENCE.c.probe, EVIDENCE.c.content, EVIDENCE.c.patch)
        .where(own[1])
        .order_by(EVIDENCE.c.subject, EVIDENCE.c.id)
    )
    subjects = {row.subject: row._asdict() for row in connection.execute(sa.select(RUN_SUBJECTS).where(own[0]))}
    sequences: dict[int, tuple[ProbeText, ...]] = {}
    for subject, group in groupby(connection.execute(late), key=lambda row: row.subject):
        rows, kept = tuple(group), subjects[subject]
        named = _sequence_rows(connection, kept["sequence"])
        sequences[subject] = (*named, *((row.probe, row.content) for row in rows))
        times = (*unpack_times(kept["times"] or b""), *((row.time, row.patch) for row in rows))
        subjects[subject] = kept | {"times": pack_times(times)}
    for subject, number in zip(sequences, keep_sequences(connection, sequences.values()), strict=True):
        subjects[subject]["sequence"] = number
    if subjects:
        connection.execute(RUN_SUBJECTS.delete().where(own[0]))
        connection.execute(RUN_SUBJECTS.insert(), [subjects[number] for number in sorted(subjects)])
    connection.execute(EVIDENCE.delete().where(own[1]))


def fold_ended_runs(connection: sa.Connection) -> None:
    """Move the rows of every run that has ended, where its own end could not. Does not commit."""
    left = sa.select(EVIDENCE.c.run).distinct().join(RUNS, RUNS.c.id == EVIDENCE.c.run)
    for run in tuple(connection.scalars(left.where(RUNS.c.finished.is_not(None)))):
        fold_rows(connection, run)


def keep_sequences(connection: sa.Connection, sequences: Iterable[tuple[ProbeText, ...]]) -> list[int]:
    """The numbers of sequences, in order. New ones are added."""
    by_digest = [(hashlib.sha256(json.dumps(rows).encode()).digest(), rows) for rows in sequences]
    known: dict[bytes, int] = {}
    for some in parts_of(dict.fromkeys(digest for digest, _ in by_digest)):
        wanted = sa.select(SEQUENCES.c.id, SEQUENCES.c.sha256).where(SEQUENCES.c.sha256.in_(some))
        known |= {row.sha256: row.id for row in connection.execute(wanted)}
    for digest, rows in by_digest:
        if digest not in known:
            known[digest] = _add_sequence(connection, digest, rows)
    return [known[digest] for digest, _ in by_digest]


def _add_sequence(connection: sa.Connection, digest: bytes, rows: tuple[ProbeText, ...]) -> int:
    number = inserted_id(connection.execute(SEQUENCES.insert(), {"sha256": digest}))
    columns = ("sequence", "ordinal", "probe", "content")
    values = [dict(zip(columns, (number, place, *row), strict=True)) for place, row in enumerate(rows)]
    if values:
        connection.execute(SEQUENCE_ROWS.insert(), values)
    return number


def _sequence_rows(connection: sa.Connection, sequence: int | None) -> Iterator[ProbeText]:
    if sequence is None:
        return
    wanted = sa.select(SEQUENCE_ROWS.c.probe, SEQUENCE_ROWS.c.content).where(SEQUENCE_ROWS.c.sequence == sequence)
    for row in connection.execute(wanted.order_by(SEQUENCE_ROWS.c.ordinal)):
        yield row.probe, row.content


def _kept_rows(rows: tuple[sa.Row[Any], ...]) -> Iterator[EvidenceRow]:
    if rows[0].sequence is None:
        return
    times: tuple[RowTime, ...] = tuple(unpack_times(rows[0].times or b""))
    for row, (time, patch) in zip(rows, times, strict=True):
        if row.lines is None:
            raise ValueError("a text is missing")
        yield EvidenceRow(time, row.probe, patched(row.lines, patch))


def _waiting_rows(connection: sa.Connection, run: int, subject: int) -> tuple[EvidenceRow, ...]:
    wanted = (
        sa.select(EVIDENCE.c.time, EVIDENCE.c.probe, EVIDENCE.c.patch, CONTENTS.c.lines)
        .join(CONTENTS, CONTENTS.c.id == EVIDENCE.c.content)
        .where(EVIDENCE.c.run == run, EVIDENCE.c.subject == subject)
        .order_by(EVIDENCE.c.id)
    )
    return tuple(EvidenceRow(row.time, row.probe, patched(row.lines, row.patch)) for row in connection.execute(wanted))
