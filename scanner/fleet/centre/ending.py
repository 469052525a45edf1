"""Ends a run of a fleet in the store: its outcome, and a subject with a gap for each part that did not come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from fingerprints.model.evidence import Gap, GapReason, Subject
from scanner.fleet.centre.decisions import MAX_TRIES
from scanner.fleet.centre.missing import MissingCause, MissingPart, missing_parts
from scanner.fleet.centre.planning import plannings
from scanner.fleet.ledger import FleetLedger, FleetRun, SliceRow
from scanner.fleet.sites import Site
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Store

PROBE = "fleet"
"""The probe of a gap of a part that did not come."""


def end_run(store: Store, run: FleetRun, sites: Mapping[str, Site], now: datetime) -> RunOutcome:
    """End a run: all of it in one transaction, while nobody else adds to it. Raises StoreBusyError while a bundle is
    being taken in. A run that has an outcome keeps it."""
    ledger = FleetLedger(store)
    with store.held_by("kitscan fleet"):
        known = store.run(run.run)
        if known.outcome is None:
            slices = tuple(row for row in ledger.slices(run.token) if row.ordinal)
            parts = missing_parts(slices, plannings(ledger, run, {}), ledger.collectors(), sites)
            outcome = outcome_of(slices, parts)
            with store.resuming(run.run) as writer:
                for subject, gap in map(_gap_of, parts):
                    writer.add(subject, PROBE, [gap], now)
                    writer.done(subject.key)
                for count in _ranges_of(parts):
                    writer.range(count)
                writer.finish(outcome, now)
        else:
            outcome = known.outcome
        ledger.end(run.token, now)
    return outcome


def outcome_of(slices: Sequence[SliceRow], parts: Sequence[MissingPart]) -> RunOutcome:
    """Complete only where every slice of every site came, and each collector asked all of it."""
    whole = not parts and all(row.complete for row in slices)
    return RunOutcome.COMPLETE if whole else RunOutcome.INTERRUPTED


def _gap_of(part: MissingPart) -> tuple[Subject, Gap]:
    heard = tuple(f"collector {last.collector}" for last in part.collectors)
    key, labels = f"{part.site}/site", heard
    if part.ordinal:
        key = f"{part.site}/slice {part.ordinal} of {part.of}"
        labels = (part.named_as,) if part.named_as else heard
    attributes = (("namespace", part.site), ("site", part.site))
    return Subject(key, "", labels, attributes), Gap(PROBE, "", GapReason.NOT_RECEIVED, "; ".join(_describe(part)))


def _describe(part: MissingPart) -> Iterator[str]:
    match part.cause:
        case MissingCause.GIVEN_UP:
            yield f"ordered {MAX_TRIES} times"
        case MissingCause.NOT_OFFERED:
            yield "the time of the run was over before it was ordered"
        case MissingCause.EMPTY:
            yield "its scope is empty"
        case MissingCause.REFUSED if part.refusal is not None:
            yield f"refused ({part.refusal.value})"
        case _:
            pass
    for last in part.collectors:
        when = "never heard" if last.time is None else f"last heard {last.time.astimezone(UTC):%Y-%m-%d %H:%M}"
        yield f"collector {last.collector} {when}"
    if not part.collectors:
        yield "no collector is enrolled"


def _ranges_of(parts: Sequence[MissingPart]) -> Iterator[RangeCount]:
    """The addresses that were to be asked and were not: they count as in scope, and none as silent."""
    counts: dict[str, int] = {}
    for part in parts:
        counts[part.site] = counts.get(part.site, 0) + part.addresses
    yield from (RangeCount(f"{site}/not received", count, 0) for site, count in counts.items() if count)
