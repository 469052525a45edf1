"""The runs that a site has begun: when, of which scope, how often each slice was tried, and who refused which login.

It is kept on disk, so that neither a restart nor a clock that is set lets the centre begin more runs than a day has,
ask one slice again and again, or offer a refused login anew. It holds names of credentials and no secret.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_octets
from scanner.courier.durable_file import write_durably
from scanner.courier.message import RunToken
from scanner.fleet.site.moment import Moment, seconds_between

DAY = 24 * 3600.0

KEPT_DAYS = 7
"""Days after which a run is forgotten."""

MAX_LEDGER = 256 * 1024 * 1024

Refusals = frozenset[tuple[str, str]]
"""Names of credentials, each with the address that refused it."""


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run that was begun here. It has one seed and one scope. `tries` count how often each slice was begun."""

    run: str
    begun: Moment
    seed: int
    scope_sha256: str
    tries: tuple[tuple[int, int], ...] = ()
    refusals: Refusals = frozenset()

    def tries_of(self, ordinal: int) -> int:
        """How often a slice was begun."""
        return dict(self.tries).get(ordinal, 0)


@dataclass(frozen=True, slots=True)
class RunLedger:
    """The runs that were begun within KEPT_DAYS, oldest first."""

    runs: tuple[BegunRun, ...] = ()

    def run(self, token: str) -> BegunRun | None:
        """A run by its token."""
        return next((run for run in self.runs if run.run == token), None)

    def begun_within_a_day(self, now: Moment) -> int:
        """How many runs were begun within 24 hours."""
        return sum(seconds_between(run.begun, now) < DAY for run in self.runs)

    def settled(self, now: Moment) -> "RunLedger":
        """The same without what is older than KEPT_DAYS. A run that a clock of an earlier start of the machine has put
        into the future counts as begun now: it blocks a day and no more."""
        young = (run for run in self.runs if seconds_between(run.begun, now) < KEPT_DAYS * DAY)
        return RunLedger(tuple(replace(run, begun=now) if _is_ahead(run.begun, now) else run for run in young))

    def with_try(self, run: BegunRun, ordinal: int, by: int = 1) -> "RunLedger":
        """The same with one more try of a slice; the run is as it stands here, if it does."""
        known = self.run(run.run) or run
        tries = dict(known.tries) | {ordinal: max(0, known.tries_of(ordinal) + by)}
        return self._with(replace(known, tries=tuple(sorted(tries.items()))))

    def with_refusals(self, token: str, refusals: Iterable[tuple[str, str]]) -> "RunLedger":
        """The same with further refusals of a run that stands here."""
        known = self.run(token)
        return self if known is None else self._with(replace(known, refusals=known.refusals | frozenset(refusals)))

    def _with(self, changed: BegunRun) -> "RunLedger":
        if self.run(changed.run) is None:
            return RunLedger((*self.runs, changed))
        return RunLedger(tuple(changed if run.run == changed.run else run for run in self.runs))


def _is_ahead(begun: Moment, now: Moment) -> bool:
    return not (begun.boot and begun.boot == now.boot) and begun.time > now.time


class _RunLine(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    run: RunToken
    time: datetime
    boot: str
    ticks: float
    seed: int
    scope_sha256: str
    tries: dict[int, int]
    refusals: list[tuple[str, str]]


class _LedgerFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    runs: list[_RunLine]


@dataclass(slots=True)
class KeptLedger:
    """The ledger as it is kept in a file."""

    path: Path
    ledger: RunLedger = field(init=False)

    def __post_init__(self) -> None:
        """Read it. Raises DataFileError: without it nobody knows what was begun."""
        self.ledger = _read(self.path)

    def keep(self, ledger: RunLedger) -> None:
        """Put another in its place; on return it is on the disk. Raises OSError."""
        if ledger != self.ledger:
            lines = [
                _RunLine(
                    run=run.run,
                    time=run.begun.time,
                    boot=run.begun.boot,
                    ticks=run.begun.ticks,
                    seed=run.seed,
                    scope_sha256=run.scope_sha256,
                    tries=dict(run.tries),
                    refusals=sorted(run.refusals),
                )
                for run in ledger.runs
            ]
            write_durably(self.path, _LedgerFile(runs=lines).model_dump_json(indent=1).encode())
            self.ledger = ledger


def _read(path: Path) -> RunLedger:
    if not path.exists():
        return RunLedger()
    try:
        kept = _LedgerFile.model_validate_json(read_octets(path, MAX_LEDGER))
    except ValidationError as error:
        flaw = Flaw("whole file", "is no ledger of runs", "the file as kitscan wrote it")
        raise DataFileError(path, (flaw,), "delete it: then the runs of today count anew") from error
    return RunLedger(
        tuple(
            BegunRun(
                line.run,
                Moment(line.time, line.boot, line.ticks),
                line.seed,
                line.scope_sha256,
                tuple(sorted(line.tries.items())),
                frozenset(line.refusals),
            )
            for line in kept.runs
        )
    )
