"""Runs and their evidence, kept before anything is made of it: SQLite by default, another database by its URL.

Evidence rows are only ever added: each is some lines of `fingerprints.recording` about one subject, with the time
and the probe. An interrupted run keeps every row that was committed. One run writes to a store at a time.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.errors import KitscanError
from fingerprints.evidence import Evidence, Gap, Observation, Subject
from fingerprints.recording import decode, encode, split

SCHEMA_VERSION = 1

_metadata = sa.MetaData()

_about = sa.Table("kitscan_store", _metadata, sa.Column("schema_version", sa.Integer, nullable=False))

_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("tool_version", sa.String(32), nullable=False),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("finished", sa.String(32)),
    sa.Column("outcome", sa.String(16)),
)

_subjects = sa.Table(
    "subjects",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.Column("attributes", sa.Text, nullable=False),
    sa.UniqueConstraint("run", "key"),
)

_evidence = sa.Table(
    "evidence",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.ForeignKey("subjects.id"), nullable=False, index=True),
    sa.Column("time", sa.String(32), nullable=False),
    sa.Column("probe", sa.String(32), nullable=False),
    sa.Column("lines", sa.Text, nullable=False),
)

_ranges = sa.Table(
    "ranges",
    _metadata,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("prefix", sa.String(128), primary_key=True),
    sa.Column("addresses", sa.Integer, nullable=False),
    sa.Column("silent", sa.Integer, nullable=False),
)


class StoreError(KitscanError):
    """The store cannot be opened, is not a kitscan store, or holds no such run."""


class StoreBusyError(KitscanError):
    """Another run is writing to this store."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan or import. `finished` and `outcome` are None while it runs, and for ever where it was killed."""

    id: int
    kind: str
    tool_version: str
    started: datetime
    finished: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Range:
    """How many addresses of one prefix were in scope, and how many of them gave no sign of life.

    The empty prefix stands for the targets that were named one by one, and for captures.
    """

    prefix: str
    addresses: int
    silent: int


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
    def writing(self, kind: str, tool_version: str, started: datetime) -> Iterator["Writer"]:
        """Begin a run and write its evidence. Raises StoreBusyError where another run holds the store.

        What was written is kept however this ends; `Writer.finish` marks a run that reached its end.
        """
        with self._written() as connection:
            row = {"kind": kind, "tool_version": tool_version, "started": started.isoformat()}
            key = connection.execute(_runs.insert().values(row)).inserted_primary_key
            connection.commit()
            yield Writer(connection, int(key[0]) if key else 0, {})

    @contextmanager
    def resuming(self, run: int) -> Iterator["Writer"]:
        """Go on with a run that did not reach its end."""
        with self._written() as connection:
            known = connection.execute(sa.select(_subjects.c.key, _subjects.c.id).where(_subjects.c.run == run))
            subjects = {row.key: row.id for row in known}
            connection.execute(_ranges.delete().where(_ranges.c.run == run))
            yield Writer(connection, run, subjects)

    @contextmanager
    def _written(self) -> Iterator[sa.Connection]:
        with _held(self.place), self._engine.connect() as connection:
            try:
                yield connection
            finally:
                connection.commit()

    def interrupted(self) -> tuple[Run, frozenset[str]]:
        """The latest run, where it did not reach its end, and the keys of the subjects it was done with.

        Raises StoreError where there is nothing to resume.
        """
        run = next(iter(reversed(self.runs())), None)
        if run is None or run.kind != "scan" or run.outcome == "complete":
            raise StoreError(f"{self.place}: the latest run is no interrupted scan\nNext: scan without --resume")
        wanted = sa.select(_subjects.c.key).where(_subjects.c.run == run.id, _subjects.c.done)
        with self._engine.connect() as connection:
            return run, frozenset(connection.scalars(wanted))

    def runs(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        with self._engine.connect() as connection:
            return tuple(_run(row) for row in connection.execute(sa.select(_runs).order_by(_runs.c.id)))

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
        wanted = sa.select(_ranges).where(_ranges.c.run == run).order_by(_ranges.c.prefix)
        with self._engine.connect() as connection:
            return tuple(Range(row.prefix, row.addresses, row.silent) for row in connection.execute(wanted))

    def evidence(self, run: int) -> Iterator[Evidence]:
        """All that one run collected, a subject at a time in the order of their keys."""
        wanted = (
            sa.select(_subjects, _evidence.c.lines)
            .outerjoin_from(_subjects, _evidence, _evidence.c.subject == _subjects.c.id)
            .where(_subjects.c.run == run)
            .order_by(_subjects.c.key, _evidence.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=256).execute(wanted)
            for _, group in groupby(rows, key=lambda row: row.id):
                yield self._gathered(tuple(group))

    def _gathered(self, rows: tuple[sa.Row[Any], ...]) -> Evidence:
        first = rows[0]
        attributes = tuple((name, value) for name, value in json.loads(first.attributes))
        subject = Subject(first.key, first.address, tuple(json.loads(first.labels)), attributes)
        lines = (line for row in rows if row.lines for line in row.lines.split("\n"))
        return Evidence(subject, *split(decode(lines, f"{self.place}: {first.key}")))


class Writer:
    """Adds to one run. What is added is on disk after `commit`, which the pipeline calls at least once a second."""

    def __init__(self, connection: sa.Connection, run: int, subjects: dict[str, int]) -> None:
        self._connection, self._subjects = connection, subjects
        self.run = run

    def add(self, subject: Subject, probe: str, said: Iterable[Observation | Gap], time: datetime) -> None:
        """Keep what one probe heard from one subject."""
        lines = "\n".join(encode(said))
        row = {"subject": self._id(subject), "time": time.isoformat(), "probe": probe, "lines": lines}
        self._connection.execute(_evidence.insert(), row)

    def range(self, covered: Range) -> None:
        """Keep how much of one prefix was silent."""
        row = {"run": self.run, "prefix": covered.prefix, "addresses": covered.addresses, "silent": covered.silent}
        self._connection.execute(_ranges.insert(), row)

    def done(self, key: str) -> None:
        """Mark a subject as asked all there was to ask: a resumed run leaves it alone."""
        number = self._subjects.get(key)
        self._connection.execute(_subjects.update().where(_subjects.c.id == number).values(done=True))

    def commit(self) -> None:
        """Put on disk what was added so far."""
        self._connection.commit()

    def finish(self, outcome: str, time: datetime) -> None:
        """Mark the run as ended: `complete` or `interrupted`."""
        ended = {"finished": time.isoformat(), "outcome": outcome}
        self._connection.execute(_runs.update().where(_runs.c.id == self.run).values(ended))
        self._connection.commit()

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
        key = self._connection.execute(_subjects.insert().values(row)).inserted_primary_key
        self._subjects[subject.key] = int(key[0]) if key else 0
        return self._subjects[subject.key]


def open_store(place: str, create: bool = False) -> Store:
    """Open a store by path or database URL. Raises StoreError where it is not there or not a kitscan store."""
    url = place if "://" in place else f"sqlite:///{place}"
    if "://" not in place and not create and not Path(place).exists():
        raise StoreError(f"{place}: no such store\nNext: kitscan scan, or kitscan import, makes one; --store names it")
    try:
        engine = sa.create_engine(url)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _for_sqlite)
        with engine.begin() as connection:
            _check(connection, place, create)
    except sa.exc.SQLAlchemyError as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        raise StoreError(f"{place}: cannot be opened as a store ({cause})\nNext: name another with --store") from error
    if "://" not in place:
        Path(place).chmod(0o600)
    return Store(engine, place)


def _for_sqlite(connection: Any, _record: object) -> None:
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")


def _check(connection: sa.Connection, place: str, create: bool) -> None:
    tables = set(sa.inspect(connection).get_table_names())
    if not tables and create:
        _metadata.create_all(connection)
        connection.execute(_about.insert().values(schema_version=SCHEMA_VERSION))
        return
    version = connection.scalar(sa.select(_about.c.schema_version)) if _about.name in tables else None
    if version != SCHEMA_VERSION:
        found = "holds no kitscan store" if version is None else f"is a store of schema {version}, not {SCHEMA_VERSION}"
        raise StoreError(f"{place}: {found}\nNext: name another with --store, or move this file away")


@contextmanager
def _held(place: str) -> Iterator[None]:
    if "://" in place:
        yield
        return
    handle = os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
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
