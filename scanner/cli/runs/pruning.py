"""`kitscan runs prune`: deletes old runs by rules, after it said which stay and why."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import DEFAULT_STORE

if TYPE_CHECKING:
    from scanner.store.pruning.retention import KeepReason, RunInStore
    from scanner.store.store import Run, Store

REPEATED = frozenset({"scan", "audit"})
"""Kinds of runs that replace an earlier one of the same scope."""


@click.command("prune")
@click.option("--keep", metavar="RULES", required=True, help="Such as 14d,12w,24m: one run a day, a week, a month.")
@click.option("--dry-run", is_flag=True, help="Only say which runs stay, and why. The default without --yes.")
@click.option("--yes", is_flag=True, help="Delete the others.")
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
def prune(keep: str, dry_run: bool, yes: bool, store: str | None) -> int:
    """Delete old runs; without --yes only say which.

    14d keeps one run of each of the latest 14 days on which there is any, 12w of 12 weeks, 24m of 24 months, 2y of two
    years: the last complete one. Runs of one scope are counted by themselves. The newest complete run of a scope
    always stays, so do an unfinished one after it, what the next audit is compared with, and every import of
    captures. What audits said of devices stays
    too: only the evidence goes.
    """
    from scanner.config import read_config
    from scanner.store.pruning.deleting import delete_runs
    from scanner.store.pruning.retention import parse_rules, reasons_to_keep
    from scanner.store.store import open_store

    rules = parse_rules(keep)
    with open_store(store or read_config(Path()).store or DEFAULT_STORE) as opened:
        runs = opened.runs()
        reasons = reasons_to_keep((_looked_at(opened, run) for run in runs), rules)
        for line in describe_plan(runs, reasons):
            click.echo(line)
        going = tuple(number for number, kept in reasons.items() if not kept)
        if dry_run or not yes or not going:
            if going:
                click.echo("Nothing was deleted. Next: the same command with --yes", err=True)
            return 0
        before = _octets_of(opened.place)
        delete_runs(opened, going)
        click.echo(_describe_result(len(going), before, _octets_of(opened.place)), err=True)
    return 0


def describe_plan(runs: "Iterable[Run]", reasons: "Mapping[int, tuple[KeepReason, ...]]") -> Iterator[str]:
    """A line for each run, oldest first: whether it stays, and why."""
    for run in runs:
        began = run.started.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        kept = reasons[run.id]
        why = f"stays  {', '.join(map(_describe_reason, kept))}" if kept else "goes"
        yield f"{run.id:>5}  {run.kind:<6}  {began}  {why}"
    goes = sum(not kept for kept in reasons.values())
    yield f"{len(reasons) - goes} of {len(reasons)} runs stay, {goes} go"


def _describe_reason(reason: "KeepReason") -> str:
    from scanner.store.pruning.retention import KeepCause, KeepRule, Period

    match reason:
        case KeepRule(period, count):
            names = {Period.DAY: "day", Period.WEEK: "week", Period.MONTH: "month", Period.YEAR: "year"}
            return f"last of its {names[period]} ({count}{period.value})"
        case KeepCause.NEWEST_COMPLETE:
            return "newest complete run of its scope"
        case KeepCause.NEWEST:
            return "unfinished, and nothing came after it"
        case KeepCause.COMPARED_WITH:
            return "the next audit needs it"
        case KeepCause.NO_RULE:
            return "an import, which nothing repeats"


def _looked_at(store: "Store", run: "Run") -> "RunInStore":
    from scanner.audit.decisions import AUDIT
    from scanner.audit.night import TOLD
    from scanner.store.kept_states import IMPORTED
    from scanner.store.pruning.retention import RunInStore

    request = store.request(run.id)
    words = [request.targets, request.exclusions, *([request.probes] if run.kind == AUDIT else ())]
    scope = (run.kind, *(word for part in words for word in ("", *sorted({*part})))) if run.kind in REPEATED else ()
    if run.kind != AUDIT:
        return RunInStore(run.id, scope, run.started, run.complete)
    is_notified = any(notice.channel in (TOLD, IMPORTED) for notice in store.notices(run.id))
    return RunInStore(run.id, scope, run.started, run.complete, store.state_head(run.id) is not None, is_notified)


def _describe_result(runs: int, before: int | None, after: int | None) -> str:
    noun = "run" if runs == 1 else "runs"
    size = "" if before is None or after is None else f"; the store has {after:,} bytes, {before - after:,} fewer"
    return f"Deleted {runs} {noun}{size}"


def _octets_of(place: str) -> int | None:
    """The size of a store file; None for another database."""
    return None if "://" in place else Path(place).stat().st_size
