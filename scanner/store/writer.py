"""Writing one run: who is asked, what they said, how much was silent, what it cost. Only ever added to.

There is no queue: whoever collects waits for what it adds to be taken, so that however slow the disk is, no more is
held than the answer at hand.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fingerprints.model.evidence import Gap, Observation, Subject
from fingerprints.model.recording import encode
from scanner.store.errors import translated
from scanner.store.tables import COSTS, EVIDENCE, RANGES, RUNS, SUBJECTS


@dataclass(frozen=True, slots=True)
class Range:
    """How many addresses of one prefix were in scope, and how many of them gave no sign of life (yet).

    The empty prefix stands for the targets that were named one by one, and for captures.
    """

    prefix: str
    addresses: int
    silent: int


class Writer:
    """Adds to one run. What is added is on disk after `commit`, which the collection calls at least once a second.

    Raises StoreError where it cannot be written: the disk is full, the file has gone.
    """

    def __init__(self, connection: sa.Connection, place: str, run: int, subjects: dict[str, int]) -> None:
        self._connection, self._place, self._subjects = connection, place, subjects
        self.run = run

    def expect(self, subjects: Iterable[Subject]) -> None:
        """Keep who is to be asked, before anything is: a run that is cut short still knows whom it owes an answer."""
        for subject in subjects:
            self._id(subject)

    def add(self, subject: Subject, probe: str, said: Iterable[Observation | Gap], time: datetime) -> None:
        """Keep what one probe heard from one subject."""
        lines = "\n".join(encode(said))
        row = {"subject": self._id(subject), "time": time.isoformat(), "probe": probe, "lines": lines}
        self._execute(EVIDENCE.insert().values(row))

    def range(self, covered: Range) -> None:
        """Keep how much of one prefix was silent, in place of what was kept of it before."""
        counts = {"addresses": covered.addresses, "silent": covered.silent}
        mine = (RANGES.c.run == self.run) & (RANGES.c.prefix == covered.prefix)
        if self._execute(RANGES.update().where(mine).values(counts)).rowcount == 0:
            self._execute(RANGES.insert().values(run=self.run, prefix=covered.prefix, **counts))

    def spend(self, cost: Mapping[str, float]) -> None:
        """Keep what a part of the run has cost, on top of what was kept before."""
        for name, amount in cost.items():
            mine = (COSTS.c.run == self.run) & (COSTS.c.name == name)
            if self._execute(COSTS.update().where(mine).values(amount=COSTS.c.amount + amount)).rowcount == 0:
                self._execute(COSTS.insert().values(run=self.run, name=name, amount=amount))

    def done(self, key: str) -> None:
        """Mark a subject as asked all there was to ask: a resumed run leaves it alone."""
        number = self._subjects.get(key)
        self._execute(SUBJECTS.update().where(SUBJECTS.c.id == number).values(done=True))

    def commit(self) -> None:
        """Put on disk what was added so far."""
        with translated(self._place):
            try:
                self._connection.commit()
            except sa.exc.SQLAlchemyError:
                self._connection.rollback()
                raise

    def finish(self, outcome: str, time: datetime) -> None:
        """Mark the run as ended: COMPLETE or INTERRUPTED."""
        ended = {"finished": time.isoformat(), "outcome": outcome}
        self._execute(RUNS.update().where(RUNS.c.id == self.run).values(ended))
        self.commit()

    def _execute(self, statement: Any) -> sa.CursorResult[Any]:
        """Do it, or undo what was not committed yet, so that a run whose disk is full can still be marked as ended."""
        with translated(self._place):
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
