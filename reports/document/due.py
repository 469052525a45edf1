"""What falls due: the dates that the findings of a device name, and those of all devices within 90 days, by rule.

A date is the last day on which a device may stay as it is, or the day on which a rule that is known already begins to
hold. Waived findings name none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import groupby

from reports.document.document import Document, ReportedDevice, ReportedFinding
from reports.document.overview import is_eve, name_of, worst_first
from reports.judgement.policy_views.timeline import Milestone

DUE_DAYS = 90
"""How far ahead a report looks: a quarter of a year, in which equipment can still be ordered and replaced."""

NAMED_DEVICES = 5
"""Devices that an entry names; it counts all."""


@dataclass(frozen=True, order=True, slots=True)
class DueDay:
    """A date of one device by one rule: the last day to comply, or the day on which the rule starts."""

    day: date
    policy: str
    rule: str
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class DueEntry:
    """A date that devices share: how many they are, and the names of the first, the worst verdict first."""

    due: DueDay
    devices: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueDate:
    """One day with what happens on it by each rule. `devices` counts a device once, however many rules name it."""

    day: date
    devices: int
    entries: tuple[DueEntry, ...]


@dataclass(frozen=True, slots=True)
class DueLater:
    """What falls due after the days that a report looks ahead: how many devices by how many rules, and the next day."""

    devices: int
    rules: int
    day: date


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due from the day of judgement to `until`, that day included, by day and rule; and what comes later.
    A device stands in an entry for each of its dates; `devices` counts it once."""

    until: date
    devices: int
    entries: tuple[DueEntry, ...]
    later: DueLater | None


def due(document: Document) -> Due:
    """What falls due within DUE_DAYS days of the document's date. Each device counts once for each day and rule."""
    as_of = document.header.as_of
    until = _days_after(as_of, DUE_DAYS)
    ahead = [
        (due_day, judged)
        for judged in worst_first(document)
        for due_day in due_days(judged)
        if not is_passed(due_day, as_of)
    ]
    ahead.sort(key=lambda pair: pair[0])
    soon = [pair for pair in ahead if pair[0].day <= until]
    return Due(until, _devices(soon), tuple(_entries(soon)), _later(ahead[len(soon) :]))


def every_date(document: Document) -> tuple[DueDate, ...]:
    """Each date that an open finding names, passed or ahead, the earliest first."""
    dates = [(due_day, judged) for judged in worst_first(document) for due_day in due_days(judged)]
    dates.sort(key=lambda pair: pair[0])
    days = ((day, list(pairs)) for day, pairs in groupby(dates, key=lambda pair: pair[0].day))
    return tuple(DueDate(day, _devices(pairs), tuple(_entries(pairs))) for day, pairs in days)


def due_days(judged: ReportedDevice) -> tuple[DueDay, ...]:
    """Each date that the device's findings name, once for each rule, by day. A permit's end is one of them."""
    return tuple(
        sorted({due_day for finding in judged.findings if not finding.waiver for due_day in _days_of(finding)})
    )


def next_first(judged: ReportedDevice, as_of: date) -> tuple[DueDay, ...]:
    """The same dates with the next one first, and those that have passed on `as_of` behind, the latest first."""
    days = due_days(judged)
    passed = [due_day for due_day in days if is_passed(due_day, as_of)]
    return (*days[len(passed) :], *reversed(passed))


def next_day(judged: ReportedDevice, as_of: date) -> date | None:
    """The next of these days, on `as_of` or later; None if there is none."""
    return next((due_day.day for due_day in due_days(judged) if not is_passed(due_day, as_of)), None)


def is_passed(due_day: DueDay, as_of: date) -> bool:
    """Whether the day is over. The day of judgement itself is not."""
    return due_day.day < as_of


def _days_of(finding: ReportedFinding) -> Iterator[DueDay]:
    """A finding's dates. Where the last day is only the eve of a rule's start, the start says it."""
    key = (finding.policy, finding.rule)
    if finding.starts is not None:
        yield DueDay(finding.starts, *key, Milestone.STARTS)
    if finding.deadline is not None and not is_eve(finding):
        yield DueDay(finding.deadline, *key, Milestone.LAST_DAY)


def _entries(soon: Iterable[tuple[DueDay, ReportedDevice]]) -> Iterator[DueEntry]:
    for due_day, pairs in groupby(soon, key=lambda pair: pair[0]):
        names = [name_of(judged) for _, judged in pairs]
        yield DueEntry(due_day, len(names), tuple(names[:NAMED_DEVICES]))


def _devices(pairs: Iterable[tuple[DueDay, ReportedDevice]]) -> int:
    return len({judged.device.id for _, judged in pairs})


def _later(pairs: list[tuple[DueDay, ReportedDevice]]) -> DueLater | None:
    if not pairs:
        return None
    rules = {(due_day.policy, due_day.rule) for due_day, _ in pairs}
    return DueLater(_devices(pairs), len(rules), pairs[0][0].day)


def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=days) if day.year < MAXYEAR else date.max
