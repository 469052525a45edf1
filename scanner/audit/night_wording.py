"""A night in at most ten lines: what changed, what falls due, what was not seen, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import time

from fingerprints.model.evidence import GapReason
from reports.changes.change_report import ChangeReport
from reports.changes.change_wording import OTHER_SCOPE, headline, label_state, worse_sentence
from reports.document.sanitize import sanitize
from reports.document.wording import format_count
from reports.policy.verdict import severity
from scanner.audit.ending import newly_missing
from scanner.audit.night import Night

MAX_EVENTS = 4
"""Lines for what changed; if more changed, the last of them says how much more."""

MAX_NAMES = 3
"""Targets that a line names."""


def format_night(night: Night, events: Sequence[str], due: Sequence[str], until: time | None) -> Iterator[str]:
    """The lines of a night. `events` and `due` are what happened and what falls due as sentences, the worst and the
    earliest first. They are safe to show, and so is each line."""
    yield _head(night)
    changes = changes_of(night)
    if changes is not None and (worse := worse_sentence(changes)):
        yield worse
    shown = events if len(events) <= MAX_EVENTS else events[: MAX_EVENTS - 1]
    yield from (f"  {event}" for event in shown)
    if len(shown) < len(events):
        yield f"  and {len(events) - len(shown):,} more"
    if due:
        yield f"Due{f', the first of {len(due):,} dates' if len(due) > 1 else ''}: {due[0]}"
    if not night.state.complete:
        yield _cut_short(night, until)
    if missing := newly_missing(night):
        were = "Not assessed" if night.before is None else "Not assessed, though they were the night before"
        yield f"{were}: {_named(missing)}"
    yield f"Next: {_next_step(night)}"


def format_quiet_night(night: Night) -> str:
    """The one line of a night on which nothing changed."""
    return _head(night)


def changes_of(night: Night) -> ChangeReport | None:
    """What changed, for the formats of changes; None on the first night."""
    if night.before is None or night.comparison is None:
        return None
    return ChangeReport(night.before, night.state, night.comparison)


def _head(night: Night) -> str:
    changes = changes_of(night)
    if changes is None:
        devices = format_count(len(night.state.devices), "device")
        return f"{_run(night)}, the first audit of this scope. {devices}: {_verdicts(night)}."
    since = f"since run {changes.before.run}"
    if night.baseline != changes.before.run:
        since += (
            ", no complete one before" if night.baseline is None else f"; the last complete one is {night.baseline}"
        )
    scope = "" if changes.comparison.same_scope else f" {OTHER_SCOPE}"
    return f"{_run(night)}, {since}: {headline(changes)}{scope}"


def _run(night: Night) -> str:
    return f"Run {night.run.id}, {night.run.started.date().isoformat()}"


def _verdicts(night: Night) -> str:
    worst_first = sorted(night.state.devices, key=lambda device: severity(device.verdict))
    counts = Counter(label_state(device, night.state.judged.binding).lower() for device in worst_first)
    return ", ".join(f"{count:,} {label}" for label, count in counts.items()) or "none"


def _cut_short(night: Night, until: time | None) -> str:
    cut_short = sum(missing.reason == GapReason.INTERRUPTED for missing in night.state.missing)
    left = max(cut_short - 1, 0)  # the run itself is one of them
    lost = sum(missing.reason == GapReason.NOT_RECEIVED for missing in night.state.missing)
    if lost:
        return f"It is not whole: {format_count(lost, 'slice or site', 'slices or sites')} did not come."
    outside = sum(missing.reason == GapReason.OUTSIDE_SCOPE for missing in night.state.missing)
    if outside:
        return f"It is not whole: {format_count(outside, 'slice')} told of addresses outside the scope of the site."
    ended = "It did not reach its end" if until is None else f"The window ended at {until:%H:%M}"
    return f"{ended}: {format_count(left, 'target')} not asked to the end. They come first next night."


def _named(targets: Sequence[str]) -> str:
    named = ", ".join(map(sanitize, targets[:MAX_NAMES]))
    more = len(targets) - MAX_NAMES
    return f"{named}{f' and {more:,} more' if more > 0 else ''}"


def _next_step(night: Night) -> str:
    if night.comparison is None or not night.comparison.events:
        return f"kitscan assess {night.run.id}"
    return f"kitscan diff {night.comparison.before} {night.comparison.after}"
