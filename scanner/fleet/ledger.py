"""The centre's ledger of a fleet, in the store: what was ordered, what came, from whom, and what was put aside.

Each call is one short transaction, and may be repeated.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scanner.courier.message import OWN_RULES, Heartbeat, SitePlan, SiteRefusal, SiteRefusalReason, Terms
from scanner.fleet.ending import end_run, sites_of_run
from scanner.fleet.missing import SiteAtEnd
from scanner.store.fleet import kept_fleet
from scanner.store.store import Store

MIN_LATE = 600.0
"""Seconds on its way that make a heartbeat late: what takes less counts when it came."""

MAX_BEHIND = 1e9
"""Seconds that a clock of a collector can be behind, and a heartbeat late, at most."""


@dataclass(frozen=True, slots=True)
class FleetRun:
    """A run of a fleet. `run` is its number in the store, 0 once its evidence was pruned. `is_ordered` is false for a
    run that no centre ordered: a bundle began it."""

    token: str
    run: int
    kind: str
    terms: Terms
    sites: tuple[str, ...]
    is_ordered: bool
    began: datetime
    ended: datetime | None


class SliceState(StrEnum):
    """How far a slice is."""

    PLANNED = kept_fleet.PLANNED
    OFFERED = kept_fleet.OFFERED
    RECEIVED = kept_fleet.RECEIVED
    REFUSED = kept_fleet.REFUSED


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice of a run at a site: number `ordinal` of `of`. One with number 0 is a plan that the site refused.

    `addresses` and `words` are what the plan said of it. `leased_until` is when the last offer (`attempt`) runs out.
    `sha256` is the digest of the bundle taken, `complete` whether the collector asked all of it and nothing was put
    aside, `detail` why it was refused, or what was put aside of it, `refused_by` the collectors that refused it by
    their own rules.
    """

    site: str
    ordinal: int
    of: int
    addresses: int
    words: str
    state: SliceState
    attempt: int
    leased_until: datetime | None
    collector: str
    sha256: str
    complete: bool
    detail: str
    refused_by: tuple[str, ...] = ()

    @property
    def refusal(self) -> SiteRefusalReason | None:
        """Why the site refused it, None where it did not. `detail` begins with it (`note_refusal`)."""
        return SiteRefusalReason(self.detail.partition(":")[0]) if self.state is SliceState.REFUSED else None


@dataclass(frozen=True, slots=True)
class CollectorRow:
    """A collector that was heard of, with what its last heartbeat said. `last_contact` is the centre's time."""

    site: str
    collector: str
    key: str
    version: str
    last_contact: datetime
    spool_bytes: int
    spool_limit: int
    spooled: int
    working_on: str
    clock_offset: float | None


@dataclass(frozen=True, slots=True)
class AsideRow:
    """What was not taken of a bundle: the digest of its file, who sent it, why, and how many rows of evidence that
    were."""

    sha256: str
    site: str
    collector: str
    reason: str
    detail: str
    rows: int
    time: datetime


class FleetLedger:
    """The ledger of an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, token: str, run: int, kind: str, terms: Terms, sites: tuple[str, ...], time: datetime) -> None:
        """Note that a run was begun, whose number in the store is `run`, at these sites."""
        words = {"terms": terms.model_dump_json(), "sites": json.dumps(sorted(sites)), "began": time.isoformat()}
        with self._store.changing() as connection:
            kept_fleet.add_run(connection, {"token": token, "run": run, "kind": kind, "is_ordered": True} | words)

    def end(self, token: str, time: datetime) -> None:
        """End a run: complete where every slice of every site came in complete, else interrupted, with a subject that
        has a gap for what did not come. One that has ended stays as it is. Raises StoreBusyError if a run is writing.
        """
        with self._store.alone("kitscan, which ends a fleet's run") as connection:
            end_run(connection, token, time)

    def sites_of(self, token: str) -> tuple[SiteAtEnd, ...]:
        """The sites of a run, each with the slices that have not come."""
        with self._store.reading() as connection:
            return sites_of_run(connection, token)

    def is_complete(self, run: FleetRun) -> bool:
        """Whether a run has ended, with every slice of every site complete."""
        return run.run > 0 and self._store.run(run.run).complete

    def fleet_run(self, token: str) -> FleetRun | None:
        """A run by its token."""
        with self._store.reading() as connection:
            return next(map(_run_of, kept_fleet.read_runs(connection, token)), None)

    def unended(self) -> tuple[FleetRun, ...]:
        """The runs that have not ended, oldest first."""
        return tuple(run for run in self.runs() if run.ended is None)

    def runs(self) -> tuple[FleetRun, ...]:
        """Every run of the fleet, oldest first."""
        with self._store.reading() as connection:
            return tuple(map(_run_of, kept_fleet.read_runs(connection)))

    def note_plan(self, plan: SitePlan, time: datetime) -> None:
        """Note what a site plans, or a part of it. The first plan of a site counts. `time` is when it came."""
        own = {"token": plan.run, "site": plan.site}
        rows = [own | planned.model_dump() for planned in plan.slices if planned.ordinal <= plan.of]
        with self._store.changing() as connection:
            kept_fleet.add_plan(connection, own | {"slices": plan.of, "scope_sha256": plan.scope_sha256}, rows)
            kept_fleet.hear_at(connection, plan.site, plan.collector, time.isoformat())

    def note_refusal(self, refusal: SiteRefusal, time: datetime) -> None:
        """Note that a collector does not do what it was ordered. `time` is when it said so."""
        words = f"{refusal.reason.value}: {refusal.detail}" if refusal.detail else refusal.reason.value
        own = (refusal.run, refusal.site, refusal.ordinal)
        with self._store.changing() as connection:
            others = kept_fleet.refusers_of(connection, *own)
            refused_by = sorted(others | {refusal.collector} if refusal.reason in OWN_RULES else others)
            row = {"collector": refusal.collector, "detail": words, "refused_by": json.dumps(refused_by)}
            kept_fleet.refuse_slice(connection, *own, row)
            kept_fleet.hear_at(connection, refusal.site, refusal.collector, time.isoformat())

    def note_heartbeat(self, key: str, heartbeat: Heartbeat, time: datetime) -> None:
        """Keep what a collector says of itself, whose public key is `key`. `time` is when it came. One that waited, as
        for a centre that was away, counts when it was sent."""
        row = heartbeat.model_dump(exclude={"kind", "sent"}) | {"key": key}
        own = (heartbeat.site, heartbeat.collector)
        with self._store.changing() as connection:
            known = (one for one in kept_fleet.read_collectors(connection) if (one["site"], one["collector"]) == own)
            heard = max((_contact_time(heartbeat, time), *(datetime.fromisoformat(one["last_heard"]) for one in known)))
            kept_fleet.hear_of(connection, row | {"last_heard": heard.isoformat()})

    def plan(self, token: str, site: str) -> tuple[int, str] | None:
        """How many slices a site's plan has, and the digest of the scope that it divides. None before one came."""
        with self._store.reading() as connection:
            return kept_fleet.read_plan(connection, token, site)

    def slices(self, token: str) -> tuple[SliceRow, ...]:
        """The slices of a run that are known, by site and number."""
        with self._store.reading() as connection:
            rows = kept_fleet.read_slices(connection, token)
            counts = {row["site"]: kept_fleet.read_plan(connection, token, row["site"]) or (0, "") for row in rows}
        return tuple(_slice_of(row, counts[row["site"]][0]) for row in rows)

    def lease(self, token: str, site: str, ordinal: int, attempt: int, until: datetime) -> None:
        """Note that a slice was offered, and when another offer may follow. A slice that came stays received."""
        with self._store.changing() as connection:
            row = {"attempt": attempt, "leased_until": until.isoformat()}
            kept_fleet.lease_slice(connection, token, site, ordinal, row)

    def collectors(self) -> tuple[CollectorRow, ...]:
        """Every collector that was heard of, by site and name."""
        with self._store.reading() as connection:
            rows = kept_fleet.read_collectors(connection)
        return tuple(map(_collector_of, rows))

    def note_aside(self, row: AsideRow, token: str) -> None:
        """Note what was put aside; `token` is empty where it belongs to no run. What is noted stays."""
        own = {name: getattr(row, name) for name in ("sha256", "site", "collector", "reason", "detail", "rows")}
        with self._store.changing() as connection:
            kept_fleet.put_aside(connection, own | {"token": token, "time": row.time.isoformat()})

    def aside(self, token: str | None) -> tuple[AsideRow, ...]:
        """What was put aside of a run, or of all, oldest first."""
        with self._store.reading() as connection:
            rows = kept_fleet.read_aside(connection, token)
        return tuple(map(_aside_of, rows))


def _contact_time(heartbeat: Heartbeat, came: datetime) -> datetime:
    """The centre's time at which a heartbeat was sent, at the latest: when it came, unless it is MIN_LATE older by the
    collector's clock. That is put forward where it is known to be behind."""
    behind = min(max(0.0, -(heartbeat.clock_offset or 0.0)), MAX_BEHIND)
    late = (came - datetime.fromisoformat(heartbeat.sent)).total_seconds() - behind
    return came if late < MIN_LATE else came - timedelta(seconds=min(late, MAX_BEHIND))


def _run_of(row: kept_fleet.LedgerRow) -> FleetRun:
    return FleetRun(
        row["token"],
        row["run"] or 0,
        row["kind"],
        Terms.model_validate_json(row["terms"]),
        tuple(json.loads(row["sites"])),
        row["is_ordered"],
        datetime.fromisoformat(row["began"]),
        _time(row["ended"]),
    )


def _slice_of(row: kept_fleet.LedgerRow, of: int) -> SliceRow:
    own = {name: value for name, value in row.items() if name not in ("token", "started", "finished", "cost")}
    own |= {"of": of, "state": SliceState(row["state"]), "leased_until": _time(row["leased_until"])}
    return SliceRow(**own | {"refused_by": tuple(json.loads(row["refused_by"]))})


def _collector_of(row: kept_fleet.LedgerRow) -> CollectorRow:
    own = {name: value for name, value in row.items() if name != "last_heard"}
    return CollectorRow(**own | {"last_contact": datetime.fromisoformat(row["last_heard"])})


def _aside_of(row: kept_fleet.LedgerRow) -> AsideRow:
    own = {name: value for name, value in row.items() if name != "token"}
    return AsideRow(**own | {"time": datetime.fromisoformat(row["time"])})


def _time(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
