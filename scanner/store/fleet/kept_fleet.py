"""The ledger of a fleet in a store: its runs, the plans and slices of its sites, its collectors, what was put aside.

Rows go in and out as mappings by column; `scanner.fleet.ledger` gives them their types. Every change may be repeated,
and two processes may make it at the same moment: whoever changes several tables in one transaction changes them in the
order plans, slices (by number), collectors, aside, so that none waits for the other. Nothing here commits.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from scanner.store.bulk.upsert import insert_new, put
from scanner.store.tables import FLEET_ASIDE, FLEET_COLLECTORS, FLEET_PLANS, FLEET_RUNS, FLEET_SLICES

RECEIVED, PLANNED, OFFERED, REFUSED = "received", "planned", "offered", "refused"
"""The states of a slice."""

MAX_ASIDE = 10_000
"""Notes of what was put aside, at most: whoever sends without end fills no disk."""

LedgerConnection = sa.Connection
"""A connection of the store, as whoever changes the ledger holds it."""

LedgerRow = Mapping[str, Any]
"""A row by column."""


def add_run(connection: sa.Connection, row: LedgerRow) -> None:
    """Add a run of the fleet. One that is known stays as it is."""
    insert_new(connection, FLEET_RUNS, [row])


def end_run(connection: sa.Connection, token: str, time: str) -> None:
    """Note that a run has ended. One that has ended stays as it is."""
    own = (FLEET_RUNS.c.token == token) & FLEET_RUNS.c.ended.is_(None)
    connection.execute(FLEET_RUNS.update().where(own).values(ended=time))


def read_runs(connection: sa.Connection, token: str | None = None) -> tuple[LedgerRow, ...]:
    """A run by its token, or all, oldest first."""
    wanted = sa.select(FLEET_RUNS).order_by(FLEET_RUNS.c.began, FLEET_RUNS.c.token)
    return _read(connection, wanted if token is None else wanted.where(FLEET_RUNS.c.token == token))


def add_plan(connection: sa.Connection, plan: LedgerRow, slices: Iterable[LedgerRow]) -> None:
    """Add what a site plans for a run, or a part of it. The first plan of a site counts: slices of another one are
    dropped, and a slice that is known keeps its state."""
    insert_new(connection, FLEET_PLANS, [plan])
    own = (plan["token"], plan["site"])
    if read_plan(connection, *own) != (plan["slices"], plan["scope_sha256"]):
        return
    connection.execute(FLEET_SLICES.delete().where(*_slice(*own, 0)))
    for row in sorted(slices, key=lambda row: int(row["ordinal"])):
        put(connection, FLEET_SLICES, {"state": PLANNED} | dict(row), changed=("addresses", "words"))


def read_plan(connection: sa.Connection, token: str, site: str) -> tuple[int, str] | None:
    """How many slices a site's plan has, and the digest of the scope that it divides."""
    wanted = sa.select(FLEET_PLANS.c.slices, FLEET_PLANS.c.scope_sha256)
    row = connection.execute(wanted.where(FLEET_PLANS.c.token == token, FLEET_PLANS.c.site == site)).first()
    return None if row is None else (row.slices, row.scope_sha256)


def read_slices(connection: sa.Connection, token: str) -> tuple[LedgerRow, ...]:
    """The slices of a run, by site and number."""
    rows = _read(connection, sa.select(FLEET_SLICES).where(FLEET_SLICES.c.token == token))
    return tuple(sorted(rows, key=lambda row: (row["site"], row["ordinal"])))


def lease_slice(connection: sa.Connection, token: str, site: str, ordinal: int, lease: LedgerRow) -> None:
    """Note that a slice was offered: `attempt`, `leased_until`. One that was received stays as it is."""
    own = (*_slice(token, site, ordinal), FLEET_SLICES.c.state != RECEIVED)
    connection.execute(FLEET_SLICES.update().where(*own).values({"state": OFFERED, "detail": ""} | dict(lease)))


def refuse_slice(connection: sa.Connection, token: str, site: str, ordinal: int, refusal: LedgerRow) -> None:
    """Note that a collector refused a slice, or with number 0 a plan: `collector`, `detail`, `refused_by`. What came
    stays."""
    if ordinal == 0:
        row = {"token": token, "site": site, "ordinal": 0, "state": REFUSED} | dict(refusal)
        if read_plan(connection, token, site) is None:
            put(connection, FLEET_SLICES, row, changed=tuple(refusal))
        return
    own = (*_slice(token, site, ordinal), FLEET_SLICES.c.state != RECEIVED)
    connection.execute(FLEET_SLICES.update().where(*own).values({"state": REFUSED} | dict(refusal)))


def refusers_of(connection: sa.Connection, token: str, site: str, ordinal: int) -> frozenset[str]:
    """The collectors that refused a slice or a plan by their own rules."""
    wanted = sa.select(FLEET_SLICES.c.refused_by).where(*_slice(token, site, ordinal))
    return frozenset(json.loads(connection.scalar(wanted) or "[]"))


def receive_slice(connection: sa.Connection, row: LedgerRow) -> None:
    """Note that a slice was received, with all columns that say of it."""
    changed = ("state", "collector", "sha256", "complete", "detail", "started", "finished", "cost")
    put(connection, FLEET_SLICES, {"state": RECEIVED, "detail": ""} | dict(row), changed)


def slice_of_bundle(connection: sa.Connection, sha256: str) -> LedgerRow | None:
    """The slice that was taken from a bundle, by the digest of its file."""
    return next(iter(_read(connection, sa.select(FLEET_SLICES).where(FLEET_SLICES.c.sha256 == sha256))), None)


def has_slice(connection: sa.Connection, token: str, site: str, ordinal: int) -> bool:
    """Whether a slice was received."""
    own = (*_slice(token, site, ordinal), FLEET_SLICES.c.state == RECEIVED)
    return connection.scalar(sa.select(FLEET_SLICES.c.ordinal).where(*own)) is not None


def hear_of(connection: sa.Connection, row: LedgerRow) -> None:
    """Keep what a collector said last, in the columns that the row has. Others stay as they are."""
    put(connection, FLEET_COLLECTORS, row, tuple(name for name in row if name not in ("site", "collector")))


def hear_at(connection: sa.Connection, site: str, collector: str, time: str) -> None:
    """Note when a collector that is known was last heard."""
    own = (FLEET_COLLECTORS.c.site == site) & (FLEET_COLLECTORS.c.collector == collector)
    later = own & (FLEET_COLLECTORS.c.last_heard < time)
    connection.execute(FLEET_COLLECTORS.update().where(later).values(last_heard=time))


def read_collectors(connection: sa.Connection) -> tuple[LedgerRow, ...]:
    """Every collector that was heard of, by site and name."""
    rows = _read(connection, sa.select(FLEET_COLLECTORS))
    return tuple(sorted(rows, key=lambda row: (row["site"], row["collector"])))


def put_aside(connection: sa.Connection, row: LedgerRow) -> None:
    """Note what was not taken. What is noted stays, and beyond MAX_ASIDE nothing is added."""
    if (connection.scalar(sa.select(sa.func.count()).select_from(FLEET_ASIDE)) or 0) < MAX_ASIDE:
        insert_new(connection, FLEET_ASIDE, [row])


def read_aside(connection: sa.Connection, token: str | None) -> tuple[LedgerRow, ...]:
    """What was put aside of a run, or of all, oldest first."""
    wanted = sa.select(FLEET_ASIDE)
    rows = _read(connection, wanted if token is None else wanted.where(FLEET_ASIDE.c.token == token))
    return tuple(sorted(rows, key=lambda row: (row["time"], row["sha256"], row["reason"])))


def _slice(token: str, site: str, ordinal: int) -> tuple[sa.ColumnElement[bool], ...]:
    return FLEET_SLICES.c.token == token, FLEET_SLICES.c.site == site, FLEET_SLICES.c.ordinal == ordinal


def _read(connection: sa.Connection, wanted: sa.Select[Any]) -> tuple[LedgerRow, ...]:
    return tuple(row._asdict() for row in connection.execute(wanted))
