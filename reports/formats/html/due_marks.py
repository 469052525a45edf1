"""The dates that findings name as marks on a line: what passed, the next 90 days, and what comes later.

The three spans have lines of their own, because a deadline of years ago and one of next week share no scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from markupsafe import Markup

from reports.document.due import DUE_DAYS, DueDate
from reports.document.due_wording import describe_date
from reports.document.wording import format_count, format_short_month
from reports.formats.html.links import filtered

MAX_MARKS = 4
"""Marks of one span that keep their labels apart; the farthest dates beyond that share one mark."""

NARROW, WIDE = 4.0, 9.5
"""Radius of a mark in CSS pixels, for one device and for the most devices of any date."""


@dataclass(frozen=True, slots=True)
class DueMark:
    """One date, or several that share a mark. `x` is in percent of the width, `shape` an SVG path around its middle.
    `+2`, `dates` and `to 2023` stand for two dates that share a mark."""

    state: str
    x: str
    shape: Markup
    count: str
    day: str
    year: str
    href: Markup
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the line with its title; `x` and `width` are in percent of the whole."""

    title: str
    x: str
    end: str


@dataclass(frozen=True, slots=True)
class DueMarks:
    """The line: its three parts, where today is, in percent, and its marks by date."""

    spans: tuple[Span, ...]
    today: str
    today_label: str
    marks: tuple[DueMark, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a part of the line begins and ends, in percent."""

    state: str
    start: float
    end: float


PASSED = _Part("passed", 0, 32)
SOON = _Part("soon", 34, 66)
LATER = _Part("later", 68, 100)


def due_marks(dates: Sequence[DueDate], as_of: date, until: date) -> DueMarks:
    """The marks of all dates, as seen on `as_of`; those after `until` are later ones."""
    most = max((due_date.devices for due_date in dates), default=1)
    passed = [due_date for due_date in dates if due_date.day < as_of]
    soon = [due_date for due_date in dates if as_of <= due_date.day <= until]
    later = [due_date for due_date in dates if due_date.day > until]
    marks = (
        *_marks(PASSED, _joined_first(passed), (passed[0].day if passed else as_of, as_of), most),
        *_marks(SOON, _joined_last(soon), (as_of, until), most),
        *_marks(LATER, _joined_last(later), (until, later[-1].day if later else until), most),
    )
    titles = ((PASSED, "Passed"), (SOON, f"Within {DUE_DAYS} days"), (LATER, "Later"))
    spans = tuple(Span(title, _percent(part.start), _percent(part.end)) for part, title in titles)
    return DueMarks(
        spans, _percent((PASSED.end + SOON.start) / 2), f"{as_of.day} {format_short_month(as_of)} {as_of.year}", marks
    )


def _joined_first(dates: list[DueDate]) -> list[tuple[DueDate, ...]]:
    """The last dates alone, and all earlier ones together."""
    alone: list[tuple[DueDate, ...]] = [(due_date,) for due_date in dates[-MAX_MARKS:]]
    return alone if len(dates) <= MAX_MARKS else [tuple(dates[: 1 - MAX_MARKS]), *alone[1:]]


def _joined_last(dates: list[DueDate]) -> list[tuple[DueDate, ...]]:
    """The first dates alone, and all later ones together."""
    alone: list[tuple[DueDate, ...]] = [(due_date,) for due_date in dates[:MAX_MARKS]]
    return alone if len(dates) <= MAX_MARKS else [*alone[:-1], tuple(dates[MAX_MARKS - 1 :])]


def _marks(part: _Part, groups: list[tuple[DueDate, ...]], days: tuple[date, date], most: int) -> Iterator[DueMark]:
    for x, dates in zip(_places(part, [group[0].day for group in groups], days), groups, strict=True):
        first, count = dates[0], max(due_date.devices for due_date in dates)
        joined = len(dates) > 1
        yield DueMark(
            state=part.state,
            x=_percent(x),
            shape=_shape(part.state, NARROW + (WIDE - NARROW) * sqrt(count / most)),
            count=f"+{len(dates):,}" if joined else f"{first.devices:,}",
            day="dates" if joined else f"{first.day.day} {format_short_month(first.day)}",
            year=f"{'to ' if joined else ''}{dates[-1].day.year}",
            href=filtered(due=[due_date.day.isoformat() for due_date in dates]),
            label=_describe(dates),
        )


def _describe(dates: tuple[DueDate, ...]) -> str:
    if len(dates) == 1:
        return describe_date(dates[0])
    return f"{format_count(len(dates), 'date')} from {dates[0].day.isoformat()} to {dates[-1].day.isoformat()}"


def _places(part: _Part, days: list[date], ends: tuple[date, date]) -> list[float]:
    """Where each day stands: by its distance in time, but never so near to the next that their labels meet."""
    width = part.end - part.start
    apart, length = width / MAX_MARKS, max((ends[1] - ends[0]).days, 1)
    first, last = part.start + apart / 2, part.end - apart / 2
    places = [first + (last - first) * (day - ends[0]).days / length for day in days]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + apart)
    limit = last
    for index in reversed(range(len(places))):
        places[index] = min(places[index], limit)
        limit = places[index] - apart
    return places


def _shape(state: str, radius: float) -> Markup:
    """A square for a date that passed, a rhomb for one of the next days, a circle for a later one."""
    r = f"{radius:.1f}"
    twice = f"{2 * radius:.1f}"
    paths = {
        PASSED.state: f"M-{r} -{r}h{twice}v{twice}h-{twice}z",
        SOON.state: f"M0 -{r}L{r} 0L0 {r}L-{r} 0z",
        LATER.state: f"M-{r} 0a{r} {r} 0 1 0 {twice} 0a{r} {r} 0 1 0 -{twice} 0z",
    }
    return Markup(paths[state])  # noqa: S704 (numbers alone)


def _percent(x: float) -> str:
    return f"{x:.2f}%"
