"""The store as an EvidenceSink: writes one run's targets, evidence, range counts and cost.

There is no queue: a call returns when the database has taken the rows, so a slow disk slows the run and memory stays
flat.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fingerprints.model.evidence import Gap, Observation, Subject
from fingerprints.model.recording import encode
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.evidence_rows import fold_rows
from scanner.store.kept_states import write_login
from scanner.store.kept_texts import inserted_id, keep_like_before
from scanner.store.row_times import microseconds_of
from scanner.store.tables import COSTS, EVIDENCE, RANGES, RECORDS, REFUSALS, RUN_SUBJECTS, RUNS, SUBJECTS

_OBSERVED = '{"source":'
"""What every line with observations begins with (`fingerprints.model.recording`), and no line of a gap holds."""


class Writer:
    """Adds rows to one run (an EvidenceSink). They are on disk after `commit`.

    Every method raises StoreError if the rows cannot be written: the disk is full, the file is gone.
    """

    def __init__(self, connection: sa.Connection, place: str, run: int, subjects: dict[str, int]) -> None:
        self._connection, self._place, self._subjects = connection, place, subjects
        self.run = run

    def record(self, request: RunRequest) -> None:
        """Keep who began the run, and of what."""
        lists = {"targets": request.targets, "exclusions": request.exclusions, "probes": request.probes}
        row = {name: json.dumps(list(words)) for name, words in lists.items()}
        self._execute(RECORDS.insert().values(run=self.run, started_by=request.by, profile=request.profile, **row))

    def expect(self, subjects: Iterable[Subject]) -> None:
        """See `EvidenceSink`. Subjects that are known already stay as they are."""
        for subject in subjects:
            self._id(subject)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        """See `EvidenceSink`. Adds one row."""
        self.add_lines(subject, probe, "\n".join(encode(observed)), microseconds_of(time))

    def add_lines(self, subject: Subject, probe: str, lines: str, time: int) -> None:
        """Add one row: lines of a recording, and microseconds since 1970 in UTC."""
        number = self._id(subject)
        own = (EVIDENCE.c.run == self.run) & (EVIDENCE.c.subject == number) & (EVIDENCE.c.probe == probe)
        with self._translated():
            count = sa.select(sa.func.count()).select_from(EVIDENCE).where(own)
            place = (subject.key, probe, self._connection.scalar(count) or 0)
            content, patch = keep_like_before(self._connection, place, lines)
        row = {"run": self.run, "subject": number, "time": time, "probe": probe, "content": content, "patch": patch}
        self._execute(EVIDENCE.insert().values(row))
        if _OBSERVED in lines:
            unseen = self._own(number) & sa.not_(RUN_SUBJECTS.c.observed)
            self._execute(RUN_SUBJECTS.update().where(unseen).values(observed=True))

    def range(self, count: RangeCount) -> None:
        """See `EvidenceSink`."""
        counts = {"addresses": count.addresses, "silent": count.silent}
        own = (RANGES.c.run == self.run) & (RANGES.c.prefix == count.prefix)
        if self._execute(RANGES.update().where(own).values(counts)).rowcount == 0:
            self._execute(RANGES.insert().values(run=self.run, prefix=count.prefix, **counts))

    def spend(self, cost: Mapping[str, float]) -> None:
        """See `EvidenceSink`."""
        for name, amount in cost.items():
            own = (COSTS.c.run == self.run) & (COSTS.c.name == name)
            if self._execute(COSTS.update().where(own).values(amount=COSTS.c.amount + amount)).rowcount == 0:
                self._execute(COSTS.insert().values(run=self.run, name=name, amount=amount))

    def done(self, key: str) -> None:
        """See `EvidenceSink`."""
        self._execute(RUN_SUBJECTS.update().where(self._own(self._subjects.get(key))).values(done=True))

    def refused(self, credential: str, address: str) -> None:
        """See `EvidenceSink`. What is recorded already stays as it is."""
        row = {"run": self.run, "credential": credential, "address": address}
        own = [column == row[column.name] for column in REFUSALS.c]
        if self._execute(sa.select(REFUSALS).where(*own)).first() is None:
            self._execute(REFUSALS.insert().values(row))

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        """See `EvidenceSink`."""
        with self._translated():
            write_login(self._connection, self.run, (key, protocol, credential, platform))

    def commit(self) -> None:
        """See `EvidenceSink`."""
        with translate_errors(self._place):
            try:
                self._connection.commit()
            except sa.exc.SQLAlchemyError:
                self._connection.rollback()
                raise

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """See `EvidenceSink`. Rows that a full disk leaves where they arrived are read there, and moved by the next
        run."""
        ended = {"finished": time.isoformat(), "outcome": outcome.value}
        self._execute(RUNS.update().where(RUNS.c.id == self.run).values(ended))
        self.commit()
        with suppress(StoreError):
            with self._translated():
                fold_rows(self._connection, self.run)
            self.commit()

    def _execute(self, statement: Any) -> sa.CursorResult[Any]:
        with self._translated():
            return self._connection.execute(statement)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise StoreError for a database error in this block. On an error roll back, so that a run whose disk is full
        can still be marked as ended."""
        with translate_errors(self._place):
            try:
                yield
            except sa.exc.SQLAlchemyError:
                self._connection.rollback()
                raise

    def _own(self, subject: int | None) -> sa.ColumnElement[bool]:
        return (RUN_SUBJECTS.c.run == self.run) & (RUN_SUBJECTS.c.subject == subject)

    def _id(self, subject: Subject) -> int:
        """The number of a subject, which is in the run from now on."""
        known = self._subjects.get(subject.key)
        if known is not None:
            return known
        row = {
            "key": subject.key,
            "address": subject.address,
            "labels": json.dumps(subject.labels),
            "attributes": json.dumps(subject.attributes),
        }
        same = [SUBJECTS.c[name] == value for name, value in row.items()]
        number = self._execute(sa.select(SUBJECTS.c.id).where(*same)).scalar()
        if number is None:
            number = inserted_id(self._execute(SUBJECTS.insert().values(row)))
        self._execute(RUN_SUBJECTS.insert().values(run=self.run, subject=number))
        self._subjects[subject.key] = number
        return int(number)
