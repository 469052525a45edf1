"""The runs of a fleet among the runs of a store: how one begins, adds up and ends. Nothing commits."""

import json
from collections.abc import Iterable, Mapping
from math import fsum

import sqlalchemy as sa

from scanner.sink import RangeCount, RunOutcome
from scanner.store.bulk.upsert import insert_into
from scanner.store.kept_texts import inserted_id
from scanner.store.tables import COSTS, FLEET_RUNS, RANGES, RECORDS, RUNS


def begin_unordered(connection: sa.Connection, run: Mapping[str, str], token: str, site: str, terms: str) -> int:
    """Begin a run that no centre ordered, for a slice of a site: `kind`, `tool_version` and `started` of the run, the
    fleet's token and terms (JSON). Returns its number."""
    number = inserted_id(connection.execute(RUNS.insert(), dict(run)))
    sites = json.dumps([site])
    lists = {"targets": sites, "exclusions": "[]", "probes": "[]"}
    connection.execute(RECORDS.insert(), lists | {"run": number, "started_by": "", "profile": ""})
    row = {"token": token, "run": number, "kind": run["kind"], "terms": terms, "sites": sites, "is_ordered": False}
    connection.execute(FLEET_RUNS.insert(), row | {"began": run["started"]})
    return number


def set_sites(connection: sa.Connection, token: str, run: int, sites: Iterable[str]) -> None:
    """Have these sites in a run that no centre ordered."""
    written = json.dumps(sorted(sites))
    connection.execute(FLEET_RUNS.update().where(FLEET_RUNS.c.token == token).values(sites=written))
    connection.execute(RECORDS.update().where(RECORDS.c.run == run).values(targets=written))


def add_range(connection: sa.Connection, run: int, count: RangeCount) -> None:
    """Add to the counts of a prefix."""
    counts = {"addresses": count.addresses, "silent": count.silent}
    statement = insert_into(connection, RANGES).values(run=run, prefix=count.prefix, **counts)
    sums = {name: RANGES.c[name] + statement.excluded[name] for name in ("addresses", "silent")}
    connection.execute(statement.on_conflict_do_update(index_elements=list(RANGES.primary_key), set_=sums))


def finish(connection: sa.Connection, run: int, outcome: RunOutcome, finished: str, started: str | None) -> None:
    """Mark a run as ended. `started` takes the place of the time that it has, None leaves that."""
    ended = {"finished": finished, "outcome": outcome.value} | ({} if started is None else {"started": started})
    connection.execute(RUNS.update().where(RUNS.c.id == run).values(ended))


def keep_costs(connection: sa.Connection, run: int, costs: Iterable[Mapping[str, float]]) -> None:
    """Keep what parts of a run cost together, whatever the order of the parts."""
    amounts: dict[str, list[float]] = {}
    for cost in costs:
        for name, amount in cost.items():
            amounts.setdefault(name, []).append(amount)
    rows = [{"run": run, "name": name, "amount": fsum(parts)} for name, parts in sorted(amounts.items())]
    if rows:
        connection.execute(COSTS.insert(), rows)


def is_open(connection: sa.Connection, run: int) -> bool:
    """Whether a run is in the store, and has not ended."""
    wanted = sa.select(RUNS.c.id).where(RUNS.c.id == run, RUNS.c.finished.is_(None))
    return connection.scalar(wanted) is not None
