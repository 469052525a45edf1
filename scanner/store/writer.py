"""The store as an EvidenceSink: writes one run's targets, evidence, range counts and cost.

There is no queue: a call returns when the database has taken the rows, so a slow disk slows the run and memory stays
flat.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fingerprints.model.evidence import Gap, Observation, Subject
from fingerprints.model.recording import encode
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.database_errors import translate_errors
from scanner.store.tables import COSTS, EVIDENCE, RANGES, RECORDS, REFUSALS, RUNS, SUBJECTS


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
        lines = "\n".join(encode(observed))
        row = {"subject": self._id(subject), "time": time.isoformat(), "probe": probe, "lines": lines}
        self._execute(EVIDENCE.insert().values(row))

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
        number = self._subjects.get(key)
        self._execute(SUBJECTS.update().where(SUBJECTS.c.id == number).values(done=True))

    def refused(self, credential: str, address: str) -> None:
        """See `EvidenceSink`. What is recorded already stays as it is."""
        row = {"run": self.run, "credential": credential, "address": address}
        own = [column == row[column.name] for column in REFUSALS.c]
        if self._execute(sa.select(REFUSALS).where(*own)).first() is None:
            self._execute(REFUSALS.insert().values(row))

    def commit(self) -> None:
        """See `EvidenceSink`."""
        with translate_errors(self._place):
            try:
                self._connection.commit()
            except sa.exc.SQLAlchemyError:
                self._connection.rollback()
                raise

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """See `EvidenceSink`."""
        ended = {"finished": time.isoformat(), "outcome": outcome.value}
        self._execute(RUNS.update().where(RUNS.c.id == self.run).values(ended))
        self.commit()

    def _execute(self, statement: Any) -> sa.CursorResult[Any]:
        """Execute a statement. On an error roll back, so that a run whose disk is full can still be marked as ended."""
        with translate_errors(self._place):
            try:
                return self._connection.execute(statement)
            except sa.exc.SQLAlchemyError:
                self._connection.rollback()
                raise

    def _id(self, subject: Subject) -> int:
        known = self._subjects.get(subject.key)
        if known is not None:
            return known
        row = {
            "run": self.run,
            "key": subject.key,
            "address": subject.address,
            "labels": json.dumps(subject.labels),
            "attributes": json.dumps(subject.attributes),
        }
        key = self._execute(SUBJECTS.insert().values(row)).inserted_primary_key
        self._subjects[subject.key] = int(key[0]) if key else 0
        return self._subjects[subject.key]
