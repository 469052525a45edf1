"""Runs and their raw evidence: SQLite by default, another database by its URL.

Evidence is only ever added, and goes with its run. Each row holds lines of `fingerprints.model.recording` about one
subject; what is said again is kept once (`tables.py`). An interrupted run keeps every row that was committed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from fingerprints.model.evidence import Evidence, Gap, GapReason, Source
from fingerprints.model.recording import split_lines
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store import kept_states, opening
from scanner.store.contents import (
    ASKING_KINDS,
    declared_names,
    each_once,
    evidence_sha256,
    ranges_of,
    request_of,
    runs_naming,
    runs_of_fleets,
    subject_of,
    subjects_of,
)
from scanner.store.database_errors import translate_errors
from scanner.store.errors import StoreError
from scanner.store.evidence_rows import SubjectRows, fold_ended_runs, rows_of_run
from scanner.store.kept_texts import inserted_id
from scanner.store.sqlite_file import create_file
from scanner.store.tables import COSTS, RECORDS, REFUSALS, RUN_SUBJECTS, RUNS, SUBJECTS, check_tables, is_old
from scanner.store.upgrade import upgrade
from scanner.store.url import holds_password
from scanner.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Run:
    """One scan or import. `finished` and `outcome` are None while it runs, and if it is killed."""

    id: int
    kind: str
    tool_version: str
    started: datetime
    finished: datetime | None
    outcome: RunOutcome | None

    @property
    def complete(self) -> bool:
        """True if it asked everything there was to ask."""
        return self.outcome is RunOutcome.COMPLETE


class Store:
    """An open store. Use it as a context manager, so that its connections close."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self.place = place
        self._is_held = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._engine.dispose()

    @contextmanager
    def held_by(self, holder: str) -> Iterator[None]:
        """Hold the store while the block runs, so that no other process writes between two steps of it. `holder` are
        words that whoever comes later is told. Raises StoreBusyError if another process holds it."""
        with opening.held(self._engine, self.place, holder):
            self._is_held = True
            try:
                yield
            finally:
                self._is_held = False

    @contextmanager
    def writing(self, kind: str, tool_version: str, started: datetime) -> Iterator[Writer]:
        """Begin a run, and yield its writer. Raises StoreBusyError if another run holds the store.

        What was written is kept however the block ends. `Writer.finish` marks a run that reached its end.
        """
        with self._writing(f"kitscan {kind}") as connection:
            fold_ended_runs(connection)
            row = {"kind": kind, "tool_version": tool_version, "started": started.isoformat()}
            inserted = connection.execute(RUNS.insert().values(row))
            connection.commit()
            with Writer(connection, self.place, inserted_id(inserted), {}) as writer:
                yield writer

    @contextmanager
    def resuming(self, run: int) -> Iterator[Writer]:
        """Continue a run that did not reach its end, and yield its writer."""
        with self._writing("kitscan") as connection:
            wanted = sa.select(SUBJECTS.c.key, SUBJECTS.c.id).where(RUN_SUBJECTS.c.run == run)
            known = connection.execute(wanted.join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id))
            with Writer(connection, self.place, run, {row.key: row.id for row in known}) as writer:
                yield writer

    def interrupted(self) -> tuple[Run, frozenset[str]]:
        """The latest run that no fleet sends, if it did not end, and whom it finished. Raises StoreError if it did."""
        of_fleets = self.runs_of_fleets()
        run = next((run for run in reversed(self.runs()) if run.id not in of_fleets), None)
        if run is None or run.kind != "scan" or run.complete:
            raise StoreError(f"{self.place}: the latest run is not an interrupted scan", "scan without --resume")
        return run, self.finished_subjects(run.id)

    def finished_subjects(self, run: int) -> frozenset[str]:
        """The keys of the subjects that a run finished."""
        return self._subject_keys(RUN_SUBJECTS.c.run == run, RUN_SUBJECTS.c.done)

    def unfinished_subjects(self, run: int) -> frozenset[str]:
        """The keys of the subjects that a run has not finished."""
        return self._subject_keys(RUN_SUBJECTS.c.run == run, sa.not_(RUN_SUBJECTS.c.done))

    def runs(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        with self.reading() as connection:
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

    def runs_of_fleets(self) -> frozenset[int]:
        """The runs that come in slices from sites: no scan of this machine resumes one."""
        with self.reading() as connection:
            return runs_of_fleets(connection)

    def saw_something(self, run: int) -> bool:
        """True if anything at all was observed in a run. Gaps alone are none."""
        wanted = sa.select(RUN_SUBJECTS.c.run).where(RUN_SUBJECTS.c.run == run, RUN_SUBJECTS.c.observed).limit(1)
        with self.reading() as connection:
            return connection.scalar(wanted) is not None

    def subjects(self, run: int) -> tuple[frozenset[str], frozenset[str]]:
        """The keys of the subjects of a run of which something was observed, and of those of which nothing was."""
        with self.reading() as connection:
            return subjects_of(connection, run)

    def subject_count(self, run: int) -> int:
        """How many subjects a run has."""
        with self.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(RUN_SUBJECTS.c.run == run)) or 0

    def runs_that_name(self, word: str, before: int) -> tuple[Run, ...]:
        """The finished runs before one, latest first, in which a subject may be known by this word: by its key, its
        address, a label, or something that it said."""
        with self.reading() as connection:
            numbers = runs_naming(connection, word, before)
        return tuple(run for run in reversed(self.runs()) if run.id in numbers and run.finished is not None)

    def ranges(self, run: int) -> tuple[RangeCount, ...]:
        """The prefixes that a run covered, sorted."""
        with self.reading() as connection:
            return ranges_of(connection, run)

    def cost(self, run: int) -> tuple[tuple[str, float], ...]:
        """What a run cost, by name, sorted. Empty if it sent nothing, or was killed before it recorded its cost."""
        wanted = sa.select(COSTS.c.name, COSTS.c.amount).where(COSTS.c.run == run)
        with self.reading() as connection:
            return tuple(sorted((row.name, row.amount) for row in connection.execute(wanted)))

    def refusals(self, run: int) -> frozenset[tuple[str, str]]:
        """The names of credentials that were refused in a run, each with the address that refused it."""
        wanted = sa.select(REFUSALS.c.credential, REFUSALS.c.address).where(REFUSALS.c.run == run)
        with self.reading() as connection:
            return frozenset((row.credential, row.address) for row in connection.execute(wanted))

    def request(self, run: int) -> RunRequest:
        """Who began a run, and of what. Empty if the run is older than this was kept."""
        with self.reading() as connection:
            row = connection.execute(sa.select(RECORDS).where(RECORDS.c.run == run)).first()
        return RunRequest() if row is None else request_of(row)

    def sha256(self, run: int) -> str:
        """The digest of a run's subjects and evidence: the same for the same rows, in whatever file they are kept."""
        with self.reading() as connection:
            return evidence_sha256(connection, run)

    def declared(self, run: int) -> frozenset[str]:
        """The names of all attributes that the operator's lists gave the subjects of a run."""
        with self.reading() as connection:
            return declared_names(connection, run)

    def evidence(
        self, run: int, sources: frozenset[Source] | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Evidence]:
        """The evidence of one run, a subject at a time, sorted by key; with `keys`, of these subjects alone. `sources`
        limits the observations, not the gaps. Raises StoreError if the run is not there.

        A subject that the run did not finish gets a gap INTERRUPTED if the run itself is incomplete. In a complete scan
        it gets one if it has observations: an interrupted part of the scan received them; the resumed part got none.
        What was observed twice counts once, so that a resumed scan says what an unbroken one says.
        """
        with self.reading() as connection:
            found = connection.execute(sa.select(RUNS).where(RUNS.c.id == run)).first()
            if found is None:
                raise StoreError(f"{self.place}: run {run} is not there", f"kitscan runs --store {self.place}")
            header = _run(found)
            for rows in rows_of_run(connection, run, keys=keys):
                yield self._evidence_of(rows, header, sources)

    def keep_states(self, run: int, head: str, states: Iterable[tuple[str, str]]) -> None:
        """Keep what was said of a run as a whole, and of each device under its lasting id: JSON texts, in place of what
        was kept of the run before, in one transaction."""
        with self.changing() as connection:
            kept_states.write_states(connection, run, head, states)

    def states(self, run: int) -> tuple[str, tuple[str, ...]] | None:
        """What was said of a run as a whole, and of each device in the order of lasting ids; None where nothing is
        kept. It outlives the run's evidence."""
        with self.reading() as connection:
            return kept_states.read_states(connection, run)

    def runs_with_states(self) -> tuple[int, ...]:
        """The runs of which states are kept, oldest first: also those whose evidence was pruned."""
        with self.reading() as connection:
            return kept_states.runs_with_states(connection)

    def states_of(self, lasting_id: str) -> Iterator[tuple[int, str]]:
        """The runs that said something of a device, oldest first, each with what it said."""
        with self.reading() as connection:
            yield from kept_states.states_over_time(connection, lasting_id)

    def texts_of_devices(self) -> Iterator[tuple[str, int, int, str]]:
        """Each text that was said of a device, once, by its lasting id: with the first and the last run that said it,
        the earliest first."""
        with self.reading() as connection:
            yield from kept_states.texts_over_time(connection)

    def state_head(self, run: int) -> str | None:
        """What was said of a run as a whole; None where nothing is kept."""
        with self.reading() as connection:
            return kept_states.read_head(connection, run)

    def good_logins(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """By a subject's key and a protocol: the credential that worked last, by its name, and the platform."""
        with self.reading() as connection:
            return kept_states.read_logins(connection)

    def reminders(self) -> frozenset[kept_states.ReminderStage]:
        """Every stage of what falls due that was told: the device's lasting id, the finding, the stage."""
        with self.reading() as connection:
            return kept_states.read_reminders(connection)

    def reminded(self, rows: Iterable[kept_states.ReminderStage], run: int) -> None:
        """Keep which stages were told after a run. What is kept already stays."""
        with self.changing() as connection:
            kept_states.write_reminders(connection, rows, run)

    def notices(self, run: int | None = None) -> tuple[kept_states.SentNotice, ...]:
        """What was sent after a run, or after any, oldest first."""
        with self.reading() as connection:
            return kept_states.read_notices(connection, run)

    def keep_notice(self, run: int, channel: str, time: datetime, outcome: str) -> None:
        """Keep that something was sent after a run: over which channel (a name, never a URL), and how that ended."""
        with self.changing() as connection:
            kept_states.write_notice(connection, kept_states.SentNotice(run, channel, time, outcome))

    @contextmanager
    def alone(self, holder: str, shrinks: bool = False) -> Iterator[sa.Connection]:
        """The connection of the only writer, whose changes are kept all or none. Others are told of the `holder`, with
        `shrinks` until the room is given back. Raises StoreBusyError if a run is writing."""
        with self._writing(holder) as connection:
            with opening.lone_transaction(connection):
                yield connection
            if shrinks:
                opening.give_room_back(connection)

    def _subject_keys(self, *conditions: sa.ColumnElement[bool]) -> frozenset[str]:
        wanted = sa.select(SUBJECTS.c.key).join(RUN_SUBJECTS, RUN_SUBJECTS.c.subject == SUBJECTS.c.id)
        with self.reading() as connection:
            return frozenset(connection.scalars(wanted.where(*conditions)))

    @contextmanager
    def _writing(self, holder: str) -> Iterator[sa.Connection]:
        lock = nullcontext() if self._is_held else opening.held(self._engine, self.place, holder)
        with lock, opening.writing_connection(self._engine, self.place) as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """A connection whose changes are kept all or none."""
        with translate_errors(self.place), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that reads one state of the store, whatever changes meanwhile."""
        with opening.reading_connection(self._engine, self.place) as connection:
            yield connection

    def _evidence_of(self, kept: SubjectRows, run: Run, sources: frozenset[Source] | None) -> Evidence:
        lines = (line for row in kept.rows if row.lines for line in row.lines.split("\n"))
        observations, gaps = split_lines(lines, f"{self.place}: {kept.key}", sources)
        unfinished = not run.complete or (run.kind in ASKING_KINDS and bool(observations))
        cut = (UNFINISHED,) if unfinished and not kept.done else ()
        return Evidence(subject_of(kept), each_once(observations), (*dict.fromkeys(gaps), *cut))


UNFINISHED = Gap("scan", "", GapReason.INTERRUPTED, "the run ended before every probe had finished here")


def open_store(place: str, create: bool = False) -> Store:
    """Open a store by path or database URL. Raises StoreError if it does not exist or is not a kitscan store.

    A new file is readable by its owner only, and so are its -wal and -shm files. The mode of an existing file stays.
    Without `create` nothing needs to be written: a store on a read-only medium can be read.
    """
    if holds_password(place):
        raise StoreError("the store's URL holds a password", "leave it out, and set PGPASSWORD")
    if opening.is_file(place) and not Path(place).exists():
        if not create:
            raise StoreError(f"{place}: no such store", "kitscan scan and kitscan import create one; --store names it")
        create_file(place)
    with translate_errors(place):
        engine = opening.engine_of(place, create)
        if create:
            opening.create_tables_once(engine)
        with engine.connect() as connection:
            if is_old(connection):
                connection.close()
                upgrade(place)
        with engine.connect() as connection:
            check_tables(connection, place)
    return Store(engine, place)


def _run(row: sa.Row[Any]) -> Run:
    finished = datetime.fromisoformat(row.finished) if row.finished else None
    outcome = RunOutcome(row.outcome) if row.outcome else None
    return Run(row.id, row.kind, row.tool_version, datetime.fromisoformat(row.started), finished, outcome)
