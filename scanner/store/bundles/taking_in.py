"""Takes the runs of a bundle into a store, all or none of each."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from scanner.store.bulk.writing import write_subjects
from scanner.store.bundles.manifest import BundledRun
from scanner.store.contents import evidence_sha256
from scanner.store.evidence_rows import SubjectRows
from scanner.store.kept_states import IMPORTED, SentNotice, read_head, write_notice
from scanner.store.store import Store
from scanner.store.tables import COSTS, RANGES, RECORDS, RUN_STATES, RUNS


@dataclass(frozen=True, slots=True)
class TakenRun:
    """A run of a bundle: its number in the store, and whether it was there already."""

    run: int
    was_there: bool


def take_in(store: Store, bundled: BundledRun, subjects: tuple[SubjectRows, ...]) -> TakenRun:
    """Write a run of a bundle that was read and checked into a store, in one transaction, under its own number if that
    is free: no run has it, and nothing is kept of a pruned one that had it and was another. A run that is there
    already, with the same evidence, stays as it is. Raises StoreBusyError if a run is writing."""
    with store.alone("kitscan runs import") as connection:
        return _take_in(connection, bundled, subjects)


def _take_in(connection: sa.Connection, bundled: BundledRun, subjects: tuple[SubjectRows, ...]) -> TakenRun:
    for known in _runs_like(connection, bundled):
        if evidence_sha256(connection, known) == bundled.sha256:
            return TakenRun(known, True)
    run, is_own = _add_run(connection, bundled)
    write_subjects(connection, run, subjects)
    _add_rest(connection, run, bundled)
    if not is_own:
        write_notice(connection, SentNotice(run, IMPORTED, datetime.now(UTC), f"run {bundled.run} of a bundle"))
    return TakenRun(run, False)


def _runs_like(connection: sa.Connection, bundled: BundledRun) -> tuple[int, ...]:
    same = (RUNS.c.kind == bundled.kind, RUNS.c.started == bundled.started, RUNS.c.tool_version == bundled.tool_version)
    return tuple(connection.scalars(sa.select(RUNS.c.id).where(*same)))


def _add_run(connection: sa.Connection, bundled: BundledRun) -> tuple[int, bool]:
    """Add a run, and return its number, and whether it comes back: its evidence was pruned here, and what was said of
    it stayed."""
    taken = connection.scalar(sa.select(RUNS.c.id).where(RUNS.c.id == bundled.run)) is not None
    numbers = (connection.scalar(sa.select(sa.func.max(column))) or 0 for column in (RUNS.c.id, RUN_STATES.c.run))
    latest, head = max(numbers), read_head(connection, bundled.run)
    is_own = not taken and head is not None and _is_head_of(head, bundled)
    number = bundled.run if is_own or not (taken or head is not None) else latest + 1
    row = {name: getattr(bundled, name) for name in ("kind", "tool_version", "started", "finished", "outcome")}
    connection.execute(RUNS.insert(), row | {"id": number})
    if connection.dialect.name == "postgresql":  # which counts by itself, and would give this number again
        sequence = sa.func.pg_get_serial_sequence(RUNS.name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, max(latest, number))))
    return number, is_own


def _is_head_of(head: str, bundled: BundledRun) -> bool:
    """Whether what is kept of a pruned run was said of this one."""
    try:
        said = json.loads(head)
        began = (said["started"], said["targets"], said["exclusions"])
    except (ValueError, KeyError, TypeError):
        return False
    return began == (bundled.started, bundled.targets, bundled.exclusions)


def _add_rest(connection: sa.Connection, run: int, bundled: BundledRun) -> None:
    for found in bundled.ranges:
        row = {"prefix": found.prefix, "addresses": found.addresses, "silent": found.silent}
        connection.execute(RANGES.insert(), row | {"run": run})
    for name, amount in bundled.cost.items():
        connection.execute(COSTS.insert(), {"run": run, "name": name, "amount": amount})
    lists = {name: json.dumps(getattr(bundled, name)) for name in ("targets", "exclusions", "probes")}
    if any((bundled.by, bundled.profile, bundled.targets, bundled.exclusions, bundled.probes)):
        connection.execute(RECORDS.insert(), lists | {"run": run, "started_by": bundled.by, "profile": bundled.profile})
