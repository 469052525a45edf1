"""Ends a run of a fleet: whether it is complete, what is missing of it, and what its slices cost together."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from scanner.fleet.missing import LastContact, MissingSlice, SiteAtEnd, missing_subjects
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bulk.writing import write_subjects
from scanner.store.fleet import fleet_runs, kept_fleet

MAX_COUNTED = 2**32
"""Addresses of one slice that are counted, at most: a plan may say anything."""

EMPTY = "its scope is empty"
"""What is said of a site that plans no slice."""


def end_run(connection: kept_fleet.LedgerConnection, token: str, time: datetime) -> None:
    """End a run, where it has not ended. A run that no centre ordered began with its first slice and ended with its
    last. Does not commit."""
    run = next(iter(kept_fleet.read_runs(connection, token)), None)
    if run is None or run["ended"] is not None or run["run"] is None:
        return
    number, slices = int(run["run"]), kept_fleet.read_slices(connection, token)
    kept_fleet.end_run(connection, token, time.isoformat())
    if not fleet_runs.is_open(connection, number):
        return
    came = [row for row in slices if row["state"] == kept_fleet.RECEIVED]
    sites = sites_of_run(connection, token)
    for site in sites:
        write_subjects(connection, number, missing_subjects(site, time))
    unseen = sum(min(row["addresses"], MAX_COUNTED) for row in slices if row["state"] != kept_fleet.RECEIVED)
    if unseen:
        fleet_runs.add_range(connection, number, RangeCount("", unseen, unseen))
    fleet_runs.keep_costs(connection, number, (json.loads(row["cost"]) for row in came))
    outcome = RunOutcome.COMPLETE if all(site.is_complete for site in sites) else RunOutcome.INTERRUPTED
    started, finished = None, time.isoformat()
    if not run["is_ordered"] and came:
        started, finished = min(row["started"] for row in came), max(row["finished"] for row in came)
    fleet_runs.finish(connection, number, outcome, finished, started)


def sites_of_run(connection: kept_fleet.LedgerConnection, token: str) -> tuple[SiteAtEnd, ...]:
    """The sites of a run as they are if it ends now."""
    run = next(iter(kept_fleet.read_runs(connection, token)), None)
    slices = kept_fleet.read_slices(connection, token)
    return tuple(_site_at_end(connection, token, name, slices) for name in json.loads(run["sites"])) if run else ()


def _site_at_end(
    connection: kept_fleet.LedgerConnection, token: str, name: str, slices: Sequence[kept_fleet.LedgerRow]
) -> SiteAtEnd:
    heard = tuple(_contacts_at(name, kept_fleet.read_collectors(connection)))
    plan = kept_fleet.read_plan(connection, token, name)
    own = {row["ordinal"]: row for row in slices if row["site"] == name}
    if plan is None:
        return SiteAtEnd(name, None, {}, heard, own[0]["detail"] if 0 in own else "")
    if plan[0] == 0:  # nothing was asked there: that is no complete answer
        return SiteAtEnd(name, None, {}, heard, EMPTY)
    missing = {
        number: MissingSlice(own[number]["words"], own[number]["detail"], own[number]["attempt"])
        if number in own
        else MissingSlice()
        for number in range(1, plan[0] + 1)
        if number not in own or own[number]["state"] != kept_fleet.RECEIVED
    }
    came = {number: row for number, row in own.items() if row["state"] == kept_fleet.RECEIVED}
    outside = {number: row["detail"] for number, row in came.items() if row["detail"]}
    partial = {
        number: (row["words"], row["collector"])
        for number, row in came.items()
        if not row["complete"] and number not in outside
    }
    return SiteAtEnd(name, plan[0], missing, heard, partial=partial, outside=outside)


def _contacts_at(site: str, rows: Iterable[kept_fleet.LedgerRow]) -> Iterable[LastContact]:
    return (
        LastContact(row["collector"], datetime.fromisoformat(row["last_heard"])) for row in rows if row["site"] == site
    )
