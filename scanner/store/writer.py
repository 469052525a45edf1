"""The store as an EvidenceSink: writes one run's targets, evidence, range counts and cost.

A call returns when the database has taken the texts; only numbers and small differences wait for the next commit, and
few of them. So a slow disk slows the run and memory stays flat.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.model.evidence import Gap, Observation, Subject
from fingerprints.model.recording import encode
from scanner.run_request import RunRequest
from scanner.sink import EncodedRow, RangeCount, RunOutcome
from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.evidence_rows import fold_rows
from scanner.store.kept_states import write_login
from scanner.store.kept_texts import has_bases, inserted_id, keep_like_before
from scanner.store.row_buffer import RowBuffer
from scanner.store.row_times import microseconds_of
from scanner.store.tables import COSTS, RANGES, RECORDS, REFUSALS, RUNS, SUBJECTS

_SAME_SUBJECT = sa.select(SUBJECTS.c.id).where(
    *(SUBJECTS.c[name] == sa.bindparam(f"of_{name}") for name in ("key", "address", "labels", "attributes"))
)
OBSERVED = '{"source":'
"""What every line with observations begins with (`fingerprints.model.recording`), and no line of a gap holds."""


class Writer:
    """Adds rows to one run (an EvidenceSink). They are on disk after `commit`, and after a `with` block of the writer,
    however it ends.

    Every method raises StoreError if the rows cannot be written: the disk is full, the file is gone.
    """

    def __init__(self, connection: sa.Connection, place: str, run: int, subjects: dict[str, int]) -> None:
        self._connection, self._place, self._subjects = connection, place, subjects
        self._counts: dict[int, Counter[str]] = {}
        self._done: set[int] = set()
        self._may_compare: bool | None = None
        self._waiting = RowBuffer(run)
        self.run = run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not isinstance(error, StoreError):  # which took back what was not committed
            self.commit()

    def record(self, request: RunRequest) -> None:
        """Keep who began the run, and of what."""
        lists = {"targets": request.targets, "exclusions": request.exclusions, "probes": request.probes}
        row = {name: json.dumps(list(words)) for name, words in lists.items()}
        self._execute(RECORDS.insert().values(run=self.run, started_by=request.by, profile=request.profile, **row))

    def expect(self, subjects: Iterable[Subject]) -> None:
        """See `EvidenceSink`. Subjects that are known already stay as they are."""
        for subject in subjects:
            self._enter(subject)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        """See `EvidenceSink`. Adds one row."""
        self._enter(subject)
        self.add_lines(subject.key, probe, "\n".join(encode(observed)), microseconds_of(time))

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        """See `EvidenceSink`. Adds one row."""
        self._enter(subject)
        self.add_lines(subject.key, probe, row.lines, microseconds_of(time))

    def add_lines(self, key: str, probe: str, lines: str, time: int) -> None:
        """Add one row to a subject that was entered: lines of a recording, and microseconds since 1970 in UTC."""
        number = self._subjects[key]
        counts = self._counts.setdefault(number, Counter())
        place = (key, probe, counts[probe])
        counts[probe] += 1
        with self._translated():
            if self._may_compare is None:
                self._may_compare = has_bases(self._connection)
            is_first = not self._may_compare and number not in self._done
            kept = keep_like_before(self._connection, place, lines, is_first)
            row = {"subject": number, "time": time, "probe": probe, "content": kept.content, "patch": kept.patch}
            self._waiting.add_evidence(row, OBSERVED in lines)
            if kept.base is not None:
                self._waiting.set_base(place, kept.base)
            if self._waiting.full:
                self._waiting.flush(self._connection)

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
        if number is not None:
            self._waiting.set_done(number)
            self._done.add(number)  # what comes of it after that is counted from the first again
            self._counts.pop(number, None)

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

    def flush(self) -> None:
        """Hand the database what waits, without a commit."""
        with self._translated():
            self._waiting.flush(self._connection)

    def commit(self) -> None:
        """See `EvidenceSink`."""
        self.flush()
        with self._translated():
            self._connection.commit()

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
                self._waiting.clear()
                self._connection.rollback()
                raise

    def _enter(self, subject: Subject) -> None:
        if subject.key not in self._subjects:
            labels, attributes = json.dumps(subject.labels), json.dumps(subject.attributes)
            self.enter(subject.key, subject.address, labels, attributes)

    def enter(self, key: str, address: str, labels: str, attributes: str) -> None:
        """Have a subject in the run; labels and attributes are JSON. One that the run has stays as it is."""
        if key in self._subjects:
            return
        row = {"key": key, "address": address, "labels": labels, "attributes": attributes}
        with self._translated():
            number = self._connection.scalar(_SAME_SUBJECT, {f"of_{name}": value for name, value in row.items()})
            if number is None:
                number = inserted_id(self._connection.execute(SUBJECTS.insert(), row))
            self._waiting.add_subject(number)
        self._subjects[key] = int(number)
