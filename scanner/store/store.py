"""Runs and their evidence, kept before anything is made of it: SQLite by default, another database by its URL.

Evidence rows are only ever added: each is some lines of `fingerprints.model.recording` about one subject, with the time
and the probe. An interrupted run keeps every row that was committed. One run writes to a store at a time.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.model.evidence import Evidence, Gap, GapReason, Source, Subject
from fingerprints.model.recording import split_lines
from scanner.store.errors import StoreBusyError, StoreError, translated
from scanner.store.tables import ABOUT, COSTS, EVIDENCE, METADATA, RANGES, RUNS, SCHEMA_VERSION, SUBJECTS
from scanner.store.url import holds_password
from scanner.store.writer import Range, Writer

COMPLETE, INTERRUPTED = "complete", "interrupted"
"""How a run ended."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan or import. `finished` and `outcome` are None while it runs, and for ever where it was killed."""

    id: int
    kind: str
    tool_version: str
    started: datetime
    finished: datetime | None
    outcome: str | None

    @property
    def complete(self) -> bool:
        """Whether it asked all there was to ask."""
        return self.outcome == COMPLETE


class Store:
    """A store, open. Use as a context manager, so that its connections close."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self.place = place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def writing(self, kind: str, tool_version: str, started: datetime) -> Iterator[Writer]:
        """Begin a run and write its evidence. Raises StoreBusyError where another run holds the store.

        What was written is kept however this ends; `Writer.finish` marks a run that reached its end.
        """
        with self._written() as connection:
            row = {"kind": kind, "tool_version": tool_version, "started": started.isoformat()}
            key = connection.execute(RUNS.insert().values(row)).inserted_primary_key
            connection.commit()
            yield Writer(connection, self.place, int(key[0]) if key else 0, {})

    @contextmanager
    def resuming(self, run: int) -> Iterator[Writer]:
        """Go on with a run that did not reach its end."""
        with self._written() as connection:
            known = connection.execute(sa.select(SUBJECTS.c.key, SUBJECTS.c.id).where(SUBJECTS.c.run == run))
            yield Writer(connection, self.place, run, {row.key: row.id for row in known})

    @contextmanager
    def _written(self) -> Iterator[sa.Connection]:
        with _held(self.place), translated(self.place), self._engine.connect() as connection:
            try:
                yield connection
            except StoreError:
                raise
            except BaseException:
                connection.commit()
                raise
            connection.commit()

    def interrupted(self) -> tuple[Run, frozenset[str]]:
        """The latest run, where it did not reach its end, and the keys of the subjects it was done with.

        Raises StoreError where there is nothing to resume.
        """
        run = next(iter(reversed(self.runs())), None)
        if run is None or run.kind != "scan" or run.complete:
            raise StoreError(f"{self.place}: the latest run is no interrupted scan\nNext: scan without --resume")
        wanted = sa.select(SUBJECTS.c.key).where(SUBJECTS.c.run == run.id, SUBJECTS.c.done)
        with self._reading() as connection:
            return run, frozenset(connection.scalars(wanted))

    def runs(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        with self._reading() as connection:
            return tuple(_run(row) for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.id)))

    def run(self, number: int | None) -> Run:
        """One run by its id, or the latest that has finished. Raises StoreError where there is none."""
        runs = self.runs()
        for run in reversed(runs):
            if run.id == number or (number is None and run.finished is not None):
                return run
        wanted = f"no run {number}" if number is not None else "no finished run"
        there = ", ".join(str(run.id) for run in runs) or "none"
        raise StoreError(f"{self.place}: {wanted}; runs there: {there}\nNext: kitscan runs --store {self.place}")

    def ranges(self, run: int) -> tuple[Range, ...]:
        """The prefixes that a run covered, sorted."""
        wanted = sa.select(RANGES).where(RANGES.c.run == run).order_by(RANGES.c.prefix)
        with self._reading() as connection:
            return tuple(Range(row.prefix, row.addresses, row.silent) for row in connection.execute(wanted))

    def cost(self, run: int) -> tuple[tuple[str, float], ...]:
        """What a run has cost, by name and sorted; nothing of one that sent nothing or could not say so any more."""
        wanted = sa.select(COSTS.c.name, COSTS.c.amount).where(COSTS.c.run == run).order_by(COSTS.c.name)
        with self._reading() as connection:
            return tuple((row.name, row.amount) for row in connection.execute(wanted))

    def evidence(self, run: int, sources: frozenset[Source] | None = None) -> Iterator[Evidence]:
        """All that one run collected, or of its observations those of some sources, a subject at a time in the order of
        their keys.

        Each subject that was not done with has a gap INTERRUPTED: of a run that did not reach its end all of them, of
        a scan that did those that said something, in a part of it that was resumed without hearing of them again.
        """
        taken = next((one for one in self.runs() if one.id == run), None)
        wanted = (
            sa.select(SUBJECTS, EVIDENCE.c.lines)
            .outerjoin_from(SUBJECTS, EVIDENCE, EVIDENCE.c.subject == SUBJECTS.c.id)
            .where(SUBJECTS.c.run == run)
            .order_by(SUBJECTS.c.key, EVIDENCE.c.id)
        )
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=256).execute(wanted)
            for _, group in groupby(rows, key=lambda row: row.id):
                yield self._gathered(tuple(group), taken, sources)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated(self.place), self._engine.connect() as connection:
            yield connection

    def _gathered(
        self, rows: tuple[sa.Row[Any], ...], taken: Run | None, sources: frozenset[Source] | None
    ) -> Evidence:
        first = rows[0]
        try:
            attributes = tuple((name, value) for name, value in json.loads(first.attributes))
            subject = Subject(first.key, first.address, tuple(json.loads(first.labels)), attributes)
        except (ValueError, TypeError) as error:
            told = f"{self.place}: what it holds of {first.key!r} cannot be read\nNext: restore it from a backup"
            raise StoreError(told) from error
        lines = (line for row in rows if row.lines for line in row.lines.split("\n"))
        observations, gaps = split_lines(lines, f"{self.place}: {first.key}", sources)
        owed = taken is not None and (not taken.complete or (taken.kind == "scan" and bool(observations)))
        return Evidence(subject, observations, (*gaps, UNASKED) if owed and not first.done else gaps)


UNASKED = Gap("scan", "", GapReason.INTERRUPTED, "the run ended before this was asked all there was to ask")


def open_store(place: str, create: bool = False) -> Store:
    """Open a store by path or database URL. Raises StoreError where it is not there or not a kitscan store.

    A file is made for its owner alone (its -wal and -shm files take its mode); the mode of one that is there is left.
    """
    if holds_password(place):
        raise StoreError("the store's URL holds a password\nNext: leave it out; libpq reads it from ~/.pgpass")
    if "://" not in place and not Path(place).exists():
        if not create:
            told = f"{place}: no such store\nNext: kitscan scan, or kitscan import, makes one; --store names it"
            raise StoreError(told)
        _made(place)
    with translated(place):
        try:
            engine = sa.create_engine(place if "://" in place else f"sqlite:///{place}")
        except ImportError as error:
            told = f"{place}: its driver is not installed ({error.name})\nNext: pip install {error.name}"
            raise StoreError(told) from error
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _for_sqlite)
        with engine.begin() as connection:
            _check(connection, place, create)
    return Store(engine, place)


def _made(place: str) -> None:
    try:
        os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"{place}: cannot be made ({error.strerror})\nNext: name another with --store") from error


def _for_sqlite(connection: Any, _record: object) -> None:
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")


def _check(connection: sa.Connection, place: str, create: bool) -> None:
    tables = set(sa.inspect(connection).get_table_names())
    if not tables and create:
        METADATA.create_all(connection)
        connection.execute(ABOUT.insert().values(schema_version=SCHEMA_VERSION))
        return
    version = connection.scalar(sa.select(ABOUT.c.schema_version)) if ABOUT.name in tables else None
    if version != SCHEMA_VERSION:
        found = "holds no kitscan store" if version is None else f"is a store of schema {version}, not {SCHEMA_VERSION}"
        raise StoreError(f"{place}: {found}\nNext: name another with --store, or move this file away")
    if COSTS.name not in tables:  # a store of before there was this table
        COSTS.create(connection)


@contextmanager
def _held(place: str) -> Iterator[None]:
    if "://" in place:
        yield
        return
    try:
        handle = os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        told = f"{place}: cannot be written ({error.strerror})\nNext: name another with --store"
        raise StoreError(told) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            told = f"{place}: another run is writing to this store\nNext: wait for it, or use another --store"
            raise StoreBusyError(told) from error
        yield
    finally:
        os.close(handle)


def _run(row: sa.Row[Any]) -> Run:
    finished = datetime.fromisoformat(row.finished) if row.finished else None
    return Run(row.id, row.kind, row.tool_version, datetime.fromisoformat(row.started), finished, row.outcome)
