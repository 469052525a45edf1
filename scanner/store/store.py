"""Runs and their raw evidence: SQLite by default, another database by its URL.

Evidence rows are only ever added. Each holds some lines of `fingerprints.model.recording` about one subject, with the
time and the probe. An interrupted run keeps every row that was committed. One run at a time writes to a store.
"""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.model.evidence import Evidence, Gap, GapReason, Source, Subject
from fingerprints.model.recording import split_lines
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.contents import HOLDS_OBSERVATIONS, evidence_sha256, runs_naming, subjects_of
from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.sqlite_file import connector, create_file, is_busy, locked, use_wal
from scanner.store.tables import (
    COSTS,
    EVIDENCE,
    LATER_TABLES,
    RANGES,
    RECORDS,
    REFUSALS,
    RUNS,
    SUBJECTS,
    check_tables,
    create_tables,
)
from scanner.store.url import holds_password
from scanner.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Run:
    """One scan or import. `finished` and `outcome` are None while it runs, and stay None if it is killed."""

    id: int
    kind: str
    tool_version: str
    started: datetime
    finished: datetime | None
    outcome: RunOutcome | None

    @property
    def complete(self) -> bool:
        """True if the run asked everything there was to ask."""
        return self.outcome is RunOutcome.COMPLETE


class Store:
    """An open store. Use it as a context manager, so that its connections close."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self.place = place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def writing(self, kind: str, tool_version: str, started: datetime) -> Iterator[Writer]:
        """Begin a run, and yield its writer. Raises StoreBusyError if another run holds the store.

        What was written is kept however the block ends. `Writer.finish` marks a run that reached its end.
        """
        with self._locked_connection() as connection:
            row = {"kind": kind, "tool_version": tool_version, "started": started.isoformat()}
            key = connection.execute(RUNS.insert().values(row)).inserted_primary_key
            connection.commit()
            yield Writer(connection, self.place, int(key[0]) if key else 0, {})

    @contextmanager
    def resuming(self, run: int) -> Iterator[Writer]:
        """Continue a run that did not reach its end, and yield its writer."""
        with self._locked_connection() as connection:
            known = connection.execute(sa.select(SUBJECTS.c.key, SUBJECTS.c.id).where(SUBJECTS.c.run == run))
            yield Writer(connection, self.place, run, {row.key: row.id for row in known})

    @contextmanager
    def _locked_connection(self) -> Iterator[sa.Connection]:
        with self._lock(), translate_errors(self.place), self._engine.connect() as connection:
            if self._is_file:
                use_wal(connection)
            for table in LATER_TABLES:
                table.create(connection, checkfirst=True)
            try:
                yield connection
            except StoreError:
                raise
            except BaseException:
                connection.commit()
                raise
            connection.commit()

    @property
    def _is_file(self) -> bool:
        return "://" not in self.place

    def _lock(self) -> AbstractContextManager[None]:
        """One run at a time writes to a file. Another database has its own locks."""
        return locked(self.place) if self._is_file else nullcontext()

    def interrupted(self) -> tuple[Run, frozenset[str]]:
        """The latest run, if it did not reach its end, and the keys of the subjects it finished.

        Raises StoreError if there is nothing to resume.
        """
        run = next(iter(reversed(self.runs())), None)
        if run is None or run.kind != "scan" or run.complete:
            raise StoreError(f"{self.place}: the latest run is not an interrupted scan", "scan without --resume")
        done = sa.select(SUBJECTS.c.key).where(SUBJECTS.c.run == run.id, SUBJECTS.c.done)
        with self._reading() as connection:
            return run, frozenset(connection.scalars(done))

    def finished_subjects(self, run: int) -> frozenset[str]:
        """The keys of the subjects that a run finished."""
        done = sa.select(SUBJECTS.c.key).where(SUBJECTS.c.run == run, SUBJECTS.c.done)
        with self._reading() as connection:
            return frozenset(connection.scalars(done))

    def runs(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        with self._reading() as connection:
            return tuple(_run(row) for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.id)))

    def run(self, number: int | None) -> Run:
        """One run by its id, or the latest that finished. Raises StoreError if there is none."""
        runs = self.runs()
        for run in reversed(runs):
            if run.id == number or (number is None and run.finished is not None):
                return run
        wanted = f"no run {number}" if number is not None else "no finished run"
        present = ", ".join(str(run.id) for run in runs) or "none"
        raise StoreError(f"{self.place}: {wanted}; runs in the store: {present}", f"kitscan runs --store {self.place}")

    def saw_something(self, run: int) -> bool:
        """True if anything at all was observed in a run. Gaps alone are none."""
        wanted = sa.select(EVIDENCE.c.id).join(SUBJECTS, EVIDENCE.c.subject == SUBJECTS.c.id)
        with self._reading() as connection:
            return connection.scalar(wanted.where(SUBJECTS.c.run == run, HOLDS_OBSERVATIONS).limit(1)) is not None

    def subjects(self, run: int) -> tuple[frozenset[str], frozenset[str]]:
        """The keys of the subjects of a run of which something was observed, and of those of which nothing was."""
        with self._reading() as connection:
            return subjects_of(connection, run)

    def subject_count(self, run: int) -> int:
        """How many subjects a run has."""
        with self._reading() as connection:
            wanted = sa.select(sa.func.count()).select_from(SUBJECTS).where(SUBJECTS.c.run == run)
            return connection.scalar(wanted) or 0

    def runs_that_name(self, word: str, before: int) -> tuple[Run, ...]:
        """The finished runs before one, latest first, in which a subject may be known by this word: by its key, its
        address, a label, or something that it said."""
        with self._reading() as connection:
            numbers = runs_naming(connection, word, before)
        return tuple(run for run in reversed(self.runs()) if run.id in numbers and run.finished is not None)

    def ranges(self, run: int) -> tuple[RangeCount, ...]:
        """The prefixes that a run covered, sorted."""
        wanted = sa.select(RANGES).where(RANGES.c.run == run).order_by(RANGES.c.prefix)
        with self._reading() as connection:
            return tuple(RangeCount(row.prefix, row.addresses, row.silent) for row in connection.execute(wanted))

    def cost(self, run: int) -> tuple[tuple[str, float], ...]:
        """What a run cost, by name, sorted. Empty if it sent nothing, or was killed before it recorded its cost."""
        wanted = sa.select(COSTS.c.name, COSTS.c.amount).where(COSTS.c.run == run).order_by(COSTS.c.name)
        with self._reading() as connection:
            if not sa.inspect(connection).has_table(COSTS.name):  # the store is older than this table
                return ()
            return tuple((row.name, row.amount) for row in connection.execute(wanted))

    def refusals(self, run: int) -> frozenset[tuple[str, str]]:
        """The names of credentials that were refused in a run, each with the address that refused it."""
        wanted = sa.select(REFUSALS.c.credential, REFUSALS.c.address).where(REFUSALS.c.run == run)
        with self._reading() as connection:
            if not sa.inspect(connection).has_table(REFUSALS.name):  # the store is older than this table
                return frozenset()
            return frozenset((row.credential, row.address) for row in connection.execute(wanted))

    def request(self, run: int) -> RunRequest:
        """Who began a run, and of what. Empty if the store is older than its table."""
        with self._reading() as connection:
            if not sa.inspect(connection).has_table(RECORDS.name):
                return RunRequest()
            row = connection.execute(sa.select(RECORDS).where(RECORDS.c.run == run)).first()
        return RunRequest() if row is None else _request(row)

    def sha256(self, run: int) -> str:
        """The digest of a run's subjects and evidence: the same for the same rows, in whatever file they are kept."""
        with self._reading() as connection:
            return evidence_sha256(connection, run)

    def declared(self, run: int) -> frozenset[str]:
        """The names of all attributes that the operator's lists gave the subjects of a run."""
        wanted = sa.select(SUBJECTS.c.key, SUBJECTS.c.attributes).where(SUBJECTS.c.run == run)
        with self._reading() as connection:
            rows = connection.execute(wanted)
            return frozenset(name for row in rows for name, _ in self._attributes(row.key, row.attributes))

    def evidence(self, run: int, sources: frozenset[Source] | None = None) -> Iterator[Evidence]:
        """The evidence of one run, a subject at a time, sorted by key. `sources` limits the observations, not the gaps.

        A subject that the run did not finish gets a gap INTERRUPTED if the run itself is incomplete. In a complete scan
        it gets one if it has observations: an interrupted part of the scan received them; the resumed part got none.
        What was observed twice counts once, so that a resumed scan says what an unbroken one says.
        """
        header = next((stored for stored in self.runs() if stored.id == run), None)
        rows_of_run = (
            sa.select(SUBJECTS, EVIDENCE.c.lines)
            .outerjoin_from(SUBJECTS, EVIDENCE, EVIDENCE.c.subject == SUBJECTS.c.id)
            .where(SUBJECTS.c.run == run)
            .order_by(SUBJECTS.c.key, EVIDENCE.c.id)
        )
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=256).execute(rows_of_run)
            for _, group in groupby(rows, key=lambda row: row.id):
                yield self._evidence_of(group, header, sources)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translate_errors(self.place), self._engine.connect() as connection:
            yield connection

    def _evidence_of(self, rows: Iterator[sa.Row[Any]], run: Run | None, sources: frozenset[Source] | None) -> Evidence:
        first = next(rows)
        attributes = self._attributes(first.key, first.attributes)
        try:
            subject = Subject(first.key, first.address, tuple(json.loads(first.labels)), attributes)
        except (ValueError, TypeError) as error:
            raise self._unreadable(first.key) from error
        lines = (line for row in chain((first,), rows) if row.lines for line in row.lines.split("\n"))
        observations, gaps = split_lines(lines, f"{self.place}: {first.key}", sources)
        unfinished = run is not None and (not run.complete or (run.kind == "scan" and bool(observations)))
        once = tuple(dict.fromkeys(observations)), tuple(dict.fromkeys(gaps))  # a resumed scan asks some things again
        return Evidence(subject, once[0], (*once[1], UNFINISHED) if unfinished and not first.done else once[1])

    def _attributes(self, key: str, written: str) -> tuple[tuple[str, str], ...]:
        """The attributes of a subject's row."""
        try:
            return tuple((name, value) for name, value in json.loads(written))
        except (ValueError, TypeError) as error:
            raise self._unreadable(key) from error

    def _unreadable(self, key: str) -> StoreError:
        return StoreError(f"{self.place}: the row of {key!r} cannot be read", "restore the store from a backup")


CREATE_SECONDS = 20.0
"""How long a command waits for others that create the same store."""

UNFINISHED = Gap("scan", "", GapReason.INTERRUPTED, "the run ended before every probe had finished here")


def open_store(place: str, create: bool = False) -> Store:
    """Open a store by path or database URL. Raises StoreError if it does not exist or is not a kitscan store.

    A new file is readable by its owner only, and so are its -wal and -shm files. The mode of an existing file stays.
    Without `create` nothing needs to be written: a store on a read-only medium can be read.
    """
    if holds_password(place):
        raise StoreError("the store's URL holds a password", "leave it out; libpq reads it from ~/.pgpass")
    if "://" not in place and not Path(place).exists():
        if not create:
            raise StoreError(f"{place}: no such store", "kitscan scan and kitscan import create one; --store names it")
        create_file(place)
    with translate_errors(place):
        engine = _engine(place, create)
        if create:
            _create_tables_once(engine)
        with engine.connect() as connection:
            check_tables(connection, place)
    return Store(engine, place)


def _engine(place: str, create: bool) -> sa.Engine:
    if "://" not in place:
        return sa.create_engine("sqlite://", creator=connector(place, create), poolclass=sa.QueuePool)
    try:
        return sa.create_engine(place)
    except ImportError as error:
        missing = f"{place}: its driver is not installed ({error.name})"
        raise StoreError(missing, f"pip install {error.name}") from error


def _create_tables_once(engine: sa.Engine) -> None:
    """Create the tables of a new store. Several commands may do so at the same moment: one creates them, in one
    transaction, and the others see them."""
    until = time.monotonic() + CREATE_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                create_tables(connection)
            return
        except sa.exc.OperationalError as error:
            if not is_busy(error.orig) or time.monotonic() > until:
                raise
            time.sleep(CREATE_SECONDS / 200)


def _run(row: sa.Row[Any]) -> Run:
    finished = datetime.fromisoformat(row.finished) if row.finished else None
    outcome = RunOutcome(row.outcome) if row.outcome else None
    return Run(row.id, row.kind, row.tool_version, datetime.fromisoformat(row.started), finished, outcome)


def _request(row: sa.Row[Any]) -> RunRequest:
    targets, exclusions, probes = (tuple(json.loads(words)) for words in (row.targets, row.exclusions, row.probes))
    return RunRequest(row.started_by, targets, exclusions, row.profile, probes)
