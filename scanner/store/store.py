"""Runs and their raw evidence: SQLite by default, another database by its URL.

Evidence rows are only ever added. Each holds some lines of `fingerprints.model.recording` about one subject, with the
time and the probe. An interrupted run keeps every row that was committed. One run at a time writes to a store.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.model.evidence import Evidence, Gap, GapReason, Source, Subject
from fingerprints.model.recording import split_lines
from scanner.sink import RangeCount, RunOutcome
from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.tables import ABOUT, COSTS, EVIDENCE, METADATA, RANGES, RUNS, SCHEMA_VERSION, SUBJECTS
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
        with _lock(self.place), translate_errors(self.place), self._engine.connect() as connection:
            try:
                yield connection
            except StoreError:
                raise
            except BaseException:
                connection.commit()
                raise
            connection.commit()

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

    def ranges(self, run: int) -> tuple[RangeCount, ...]:
        """The prefixes that a run covered, sorted."""
        wanted = sa.select(RANGES).where(RANGES.c.run == run).order_by(RANGES.c.prefix)
        with self._reading() as connection:
            return tuple(RangeCount(row.prefix, row.addresses, row.silent) for row in connection.execute(wanted))

    def cost(self, run: int) -> tuple[tuple[str, float], ...]:
        """What a run cost, by name, sorted. Empty if it sent nothing, or was killed before it recorded its cost."""
        wanted = sa.select(COSTS.c.name, COSTS.c.amount).where(COSTS.c.run == run).order_by(COSTS.c.name)
        with self._reading() as connection:
            return tuple((row.name, row.amount) for row in connection.execute(wanted))

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
        return Evidence(subject, observations, (*gaps, UNFINISHED) if unfinished and not first.done else gaps)

    def _attributes(self, key: str, written: str) -> tuple[tuple[str, str], ...]:
        """The attributes of a subject's row."""
        try:
            return tuple((name, value) for name, value in json.loads(written))
        except (ValueError, TypeError) as error:
            raise self._unreadable(key) from error

    def _unreadable(self, key: str) -> StoreError:
        return StoreError(f"{self.place}: the row of {key!r} cannot be read", "restore the store from a backup")


UNFINISHED = Gap("scan", "", GapReason.INTERRUPTED, "the run ended before every probe had finished here")


def open_store(place: str, create: bool = False) -> Store:
    """Open a store by path or database URL. Raises StoreError if it does not exist or is not a kitscan store.

    A new file is readable by its owner only, and so are its -wal and -shm files. The mode of an existing file stays.
    """
    if holds_password(place):
        raise StoreError("the store's URL holds a password", "leave it out; libpq reads it from ~/.pgpass")
    if "://" not in place and not Path(place).exists():
        if not create:
            raise StoreError(f"{place}: no such store", "kitscan scan and kitscan import create one; --store names it")
        _create_file(place)
    with translate_errors(place):
        try:
            engine = sa.create_engine(place if "://" in place else f"sqlite:///{place}")
        except ImportError as error:
            missing = f"{place}: its driver is not installed ({error.name})"
            raise StoreError(missing, f"pip install {error.name}") from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _set_sqlite_pragmas)
        with engine.begin() as connection:
            _check(connection, place, create)
    return Store(engine, place)


def _create_file(place: str) -> None:
    try:
        os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{place}: cannot be created ({error.strerror})", "name another store with --store") from error


def _set_sqlite_pragmas(connection: Any, _record: object) -> None:
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")


def _check(connection: sa.Connection, place: str, create: bool) -> None:
    tables = set(sa.inspect(connection).get_table_names())
    if not tables and create:
        METADATA.create_all(connection)
        connection.execute(ABOUT.insert().values(schema_version=SCHEMA_VERSION))
        return
    version = connection.scalar(sa.select(ABOUT.c.schema_version)) if ABOUT.name in tables else None
    if version != SCHEMA_VERSION:
        problem = "is not a kitscan store" if version is None else f"has store schema {version}, not {SCHEMA_VERSION}"
        raise StoreError(f"{place}: {problem}", "name another store with --store, or move this file away")
    if COSTS.name not in tables:  # the store is older than this table
        COSTS.create(connection)


@contextmanager
def _lock(place: str) -> Iterator[None]:
    if "://" in place:
        yield
        return
    try:
        handle = os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        problem = f"{place}: cannot be written ({error.strerror})"
        raise StoreError(problem, "name another store with --store") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            problem = f"{place}: another run is writing to this store"
            raise StoreBusyError(problem, "wait for it, or name another store with --store") from error
        yield
    finally:
        os.close(handle)


def _run(row: sa.Row[Any]) -> Run:
    finished = datetime.fromisoformat(row.finished) if row.finished else None
    outcome = RunOutcome(row.outcome) if row.outcome else None
    return Run(row.id, row.kind, row.tool_version, datetime.fromisoformat(row.started), finished, outcome)
