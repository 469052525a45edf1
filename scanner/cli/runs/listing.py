"""The runs that a store holds, what each was of, and who answered, as a table or as JSON."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scanner.cli.runs.judged_counts import JudgedCounts
    from scanner.run_request import RunRequest
    from scanner.store.store import Run, Store

MIN_SCOPE = 20
"""Columns of a terminal that the scope has at least, however narrow the terminal is."""

HEADINGS = (
    "RUN",
    "KIND",
    "BEGAN (UTC)",
    "TOOK",
    "ENDED",
    "PROFILE",
    "ANSWERED",
    "NO ANSWER",
    "SILENT",
    "DEVICES",
    "FINDINGS",
    "NOT ASSESSED",
    "CHANGE",
    "SCOPE",
)
_JUDGED = ("DEVICES", "FINDINGS", "NOT ASSESSED")
_RIGHT = frozenset({"RUN", "TOOK", "ANSWERED", "NO ANSWER", "SILENT", *_JUDGED})


@dataclass(frozen=True, slots=True)
class Change:
    """How many targets answered that did not in the run before, and how many answered only there."""

    before: int
    appeared: int
    vanished: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run and its counts, all from the store.

    `answered` targets yielded an observation. `unanswered` ones were named or showed life, and yielded none: the report
    lists each as not assessed. `silent` addresses of ranges showed no life. `change` compares a complete
    run with the latest earlier one of the same kind and scope in which anything answered; None if there is none.
    `is_baseline` is True for the last complete audit of a scope: the next one is compared with it. `judged` is what an
    audit said of the run on its own day; None where none did, or where it cannot be read (`is_unreadable`).
    """

    run: "Run"
    request: "RunRequest"
    answered: int
    unanswered: int
    silent: int
    change: Change | None
    is_baseline: bool = False
    judged: "JudgedCounts | None" = None
    is_unreadable: bool = False


def list_runs(store: "Store", output_format: str) -> None:
    """Print every run of a store, oldest first."""
    summaries = tuple(summarize_runs(store))
    for summary in summaries:
        if summary.is_unreadable:
            what = f"run {summary.run.id}: what was kept of its judgement cannot be read"
            click.echo(f"kitscan: {what}; kitscan history --rebuild judges it again", err=True)
    if output_format == "json":
        click.echo(json.dumps([as_json(summary) for summary in summaries], indent=2))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in format_runs(summaries, width):
        click.echo(line)


def summarize_runs(store: "Store") -> "Iterator[RunSummary]":
    """Every run with its counts, oldest first."""
    from scanner.cli.runs.judged_counts import judged_counts

    judged, unread = judged_counts(store)
    latest: dict[tuple[str, tuple[str, ...]], tuple[int, frozenset[str]]] = {}
    baselines = _baselines(store)
    for run in store.runs():
        request = store.request(run.id)
        seen, unseen = store.subjects(run.id)
        # An import counts its captures as one range, and a scan its named targets: subjects speak for those.
        silent = sum(row.silent for row in store.ranges(run.id) if row.prefix)
        scope = (run.kind, request.targets)
        before = latest.get(scope) if request.targets and run.complete else None
        change = None if before is None else Change(before[0], len(seen - before[1]), len(before[1] - seen))
        counts = (len(seen), len(unseen), silent, change, run.id in baselines, judged.get(run.id), run.id in unread)
        yield RunSummary(run, request, *counts)
        if seen and run.complete:
            latest[scope] = run.id, seen


def _baselines(store: "Store") -> frozenset[int]:
    """The last complete audit of each scope that was judged."""
    from scanner.audit.decisions import AUDIT, RequestedScope, scope_of

    kept = frozenset(store.runs_with_states())
    latest: dict[RequestedScope, int] = {}
    for run in store.runs():
        if run.kind == AUDIT and run.complete and run.id in kept:
            latest[scope_of(store.request(run.id))] = run.id
    return frozenset(latest.values())


def format_runs(summaries: Iterable[RunSummary], width: int | None) -> Iterator[str]:
    """The table, its columns as near to each other as their content allows. The scope is last, and cut where a terminal
    of `width` columns ends; None cuts nothing. What audits say has its columns where there are audits."""
    rows = [HEADINGS, *map(_cells, summaries)]
    if len(rows) == 1:
        yield "The store holds no run."
        return
    judged = {column for column, name in enumerate(HEADINGS) if name in _JUDGED}
    empty = {column for column in judged if all(row[column] == "-" for row in rows[1:])}
    rows = [tuple(cell for column, cell in enumerate(row) if column not in empty) for row in rows]
    headings = rows[0]
    widths = [max(len(row[column]) for row in rows) for column in range(len(headings) - 1)]
    room = None if width is None else max(width - sum(widths) - 2 * len(widths), MIN_SCOPE)
    for row in rows:
        cells = zip(headings, row, widths, strict=False)
        near = (cell.rjust(wide) if name in _RIGHT else cell.ljust(wide) for name, cell, wide in cells)
        yield "  ".join((*near, _cut(row[-1], room))).rstrip()


def as_json(summary: RunSummary) -> dict[str, Any]:
    """A run for a program: its times in ISO 8601, its scope in the words that were given."""
    run, request, change = summary.run, summary.request, summary.change
    return {
        "run": run.id,
        "kind": run.kind,
        "tool_version": run.tool_version,
        "by": request.by,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "outcome": run.outcome.value if run.outcome else None,
        "baseline": summary.is_baseline,
        "targets": list(request.targets),
        "exclusions": list(request.exclusions),
        "profile": request.profile,
        "probes": list(request.probes),
        "answered": summary.answered,
        "unanswered": summary.unanswered,
        "silent": summary.silent,
        "judged": None if summary.judged is None else asdict(summary.judged),
        "change": change and {"before": change.before, "appeared": change.appeared, "vanished": change.vanished},
    }


def _cells(summary: RunSummary) -> tuple[str, ...]:
    from reports.document.sanitize import sanitize
    from scanner.cli.terminal.progress_line import format_seconds

    run, request, change, judged = summary.run, summary.request, summary.change, summary.judged
    took = format_seconds((run.finished - run.started).total_seconds()) if run.finished else "-"
    changed = "" if change is None else f"+{change.appeared:,} -{change.vanished:,}"
    excluded = f", not {', '.join(request.exclusions)}" if request.exclusions else ""
    return (
        str(run.id),
        f"{run.kind}, baseline" if summary.is_baseline else run.kind,
        run.started.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
        took,
        _ended(run),
        sanitize(request.profile) or "-",
        *(f"{count:,}" for count in (summary.answered, summary.unanswered, summary.silent)),
        *(("-", "-", "-") if judged is None else (f"{count:,}" for count in astuple(judged))),
        changed or "-",
        sanitize(f"{', '.join(request.targets)}{excluded}") or "-",
    )


def _ended(run: "Run") -> str:
    """How a run ended. An audit whose window ended, or that a signal stopped, asked a part of its scope."""
    from scanner.audit.decisions import AUDIT

    if run.outcome is None:
        return "unfinished"
    return "partial" if run.kind == AUDIT and not run.complete else run.outcome.value


def _cut(text: str, room: int | None) -> str:
    return text if room is None or len(text) <= room else f"{text[: room - 1]}…"
