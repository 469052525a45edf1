"""The status of a fleet as tables, and for a program."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from reports.document.sanitize import sanitize
from scanner.fleet.centre.fleet_status import FleetStatus, KnownCollector, SiteSlices
from scanner.fleet.ledger import AsideRow, SliceState

SHOWN_ASIDE = 20
"""Rows of what was put aside, the latest ones, in the tables."""

COLLECTORS = ("SITE", "COLLECTOR", "VERSION", "LAST HEARD (UTC)", "SPOOL", "CLOCK", "DATA FROM (UTC)", "WORKING ON")
SLICES = ("SITE", "OF", "PLANNED", "OFFERED", "RECEIVED", "REFUSED", "ORDERS WAITING")
ASIDE = ("TIME (UTC)", "SITE", "COLLECTOR", "ROWS", "WHY")


def format_status(status: FleetStatus) -> Iterator[str]:
    """The tables: collectors, the slices of the run, and what was put aside where anything was."""
    if not status.collectors:
        yield "No collector is enrolled."
        return
    yield from _table(COLLECTORS, [_collector_cells(known) for known in status.collectors])
    if status.run is not None:
        ended = "ended" if status.run.ended else "goes on"
        yield ""
        yield f"Run {status.run.run} ({status.run.kind}) of {_minute(status.run.began)}, {ended}:"
        yield from _table(SLICES, [_slice_cells(slices, status) for slices in status.slices])
    if status.aside:
        more = len(status.aside) - SHOWN_ASIDE
        yield ""
        yield f"Put aside{f', the last {SHOWN_ASIDE} of {len(status.aside):,}' if more > 0 else ''}:"
        yield from _table(ASIDE, [_aside_cells(row) for row in status.aside[-SHOWN_ASIDE:]])


def as_json(status: FleetStatus) -> dict[str, Any]:
    """The same for a program: times in ISO 8601, counts as numbers, null for what is not known."""
    return {
        "collectors": [_collector_json(known) for known in status.collectors],
        "run": status.run
        and {
            "run": status.run.run,
            "token": status.run.token,
            "seed": status.run.terms.seed,
            "kind": status.run.kind,
            "began": status.run.began.isoformat(),
            "ended": status.run.ended and status.run.ended.isoformat(),
        },
        "slices": [
            {
                "site": slices.site,
                "of": slices.of,
                **{state.value: slices.states.get(state, 0) for state in SliceState},
                "orders_waiting": status.waiting.get(slices.site),
            }
            for slices in status.slices
        ],
        "aside": [
            {
                "time": row.time.isoformat(),
                "site": row.site,
                "collector": row.collector,
                "sha256": row.sha256,
                "rows": row.rows,
                "reason": row.reason,
                "detail": row.detail,
            }
            for row in status.aside
        ],
    }


def _collector_json(known: KnownCollector) -> dict[str, Any]:
    row = known.row
    return {
        "site": known.site,
        "collector": known.collector,
        "version": row and row.version,
        "last_heard": row and row.last_contact.isoformat(),
        "spool_bytes": row and row.spool_bytes,
        "spool_limit": row and row.spool_limit,
        "spooled": row and row.spooled,
        "clock_offset": row and row.clock_offset,
        "working_on": row and row.working_on,
        "data_from": known.data_from and known.data_from.isoformat(),
    }


def _collector_cells(known: KnownCollector) -> tuple[str, ...]:
    row, data_from = known.row, _minute(known.data_from)
    if row is None:
        return known.site, known.collector, "-", "never", "-", "-", data_from, "-"
    spool = f"{100 * row.spool_bytes // row.spool_limit} %" if row.spool_limit else "-"
    clock = "-" if row.clock_offset is None else f"{row.clock_offset:+.1f} s"
    own = (row.version, _minute(row.last_contact), spool, clock, data_from, row.working_on or "-")
    return known.site, known.collector, *map(sanitize, own)


def _slice_cells(slices: SiteSlices, status: FleetStatus) -> tuple[str, ...]:
    counts = (slices.states.get(state, 0) for state in SliceState)
    waiting = status.waiting.get(slices.site)
    of = "no plan" if slices.of is None else f"{slices.of:,}"
    return slices.site, of, *(f"{count:,}" for count in counts), "-" if waiting is None else f"{waiting:,}"


def _aside_cells(row: AsideRow) -> tuple[str, ...]:
    why = sanitize(f"{row.reason}: {row.detail}" if row.detail else row.reason)
    return _minute(row.time), sanitize(row.site) or "-", sanitize(row.collector) or "-", f"{row.rows:,}", why


def _minute(time: datetime | None) -> str:
    return "-" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as near to each other as their content allows."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    for row in (headings, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
