"""The answer of a report in ten lines that can be read aloud: what breaks a rule, where, by when, why, what was not
seen, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports.document.document import Document, ReportedDevice
from reports.document.due import DUE_DAYS, DueDay, due_days, is_passed
from reports.document.group_wording import describe_groups_briefly
from reports.document.groups import FindingGroup, by_product, finding_groups
from reports.document.overview import Overview, overview
from reports.document.totals import totals
from reports.document.wording import describe_reason, format_count, format_long_date
from reports.judgement.policy_views.timeline import Milestone
from reports.policy.verdict import Verdict

SHOWN_GROUPS = 3
"""Groups that the answer names: as many as a listener keeps in mind."""

SHOWN_CAUSES = 2
"""Causes of what was not assessed that the answer names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The lines of the answer, in the order in which they are read. A line is empty if there is nothing to say.

    `dates` says what fell due and what falls due; `groups` are the first groups, each of the same devices by one rule
    or several; `next_step` is the first thing to do.
    """

    notice: str
    headline: str
    places: str
    dates: str
    unseen: str
    groups: tuple[tuple[FindingGroup, ...], ...]
    more: str
    next_step: str

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines that say something."""
        groups = map(describe_groups_briefly, self.groups)
        ordered = (self.notice, self.headline, self.places, self.dates, self.unseen, *groups, self.more, self.next_step)
        return tuple(filter(None, ordered))


def answer(document: Document, glance: Overview | None = None) -> Answer:
    """The answer of a document. `glance` is its overview, where that is known already."""
    glance = glance or overview(document)
    groups = by_product(finding_groups(document))
    flagged = [entry for entry in groups if entry[0].cause.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)]
    more = len(flagged) - SHOWN_GROUPS
    return Answer(
        notice=glance.notice,
        headline=glance.headline,
        places=f"By place: {glance.where}." if glance.where else "",
        dates=_dates(document),
        unseen=_unseen(document),
        groups=tuple(flagged[:SHOWN_GROUPS]),
        more=f"and {format_count(more, 'more cause')}" if more > 0 else "",
        next_step=next(iter(glance.next_steps), ""),
    )


def _dates(document: Document) -> str:
    """What fell due and what falls due, as one sentence; empty if no finding has a date."""
    as_of = document.header.as_of
    days = [(due_day, judged) for judged in document.devices for due_day in due_days(judged)]
    soon = min(as_of, date.max - timedelta(DUE_DAYS)) + timedelta(DUE_DAYS)
    passed = [pair for pair in days if is_passed(pair[0], as_of) and pair[0].milestone is Milestone.LAST_DAY]
    ahead = [pair for pair in days if not is_passed(pair[0], as_of)]
    clauses = (
        _count("past the last day, since", passed),
        _count(f"due within {DUE_DAYS} days, from", [pair for pair in ahead if pair[0].day <= soon]),
        _count("due later, from", [pair for pair in ahead if pair[0].day > soon]),
    )
    said = "; ".join(filter(None, clauses))
    title = "Dates" if document.header.binding else "Dates, if these policies bound you"
    return f"{title}: {said}." if said else ""


def _count(what: str, pairs: Sequence[tuple[DueDay, ReportedDevice]]) -> str:
    """`12 devices past the last day, since 31 December 2023`."""
    if not pairs:
        return ""
    devices = len({judged.device.id for _, judged in pairs})
    return f"{format_count(devices, 'device')} {what} {format_long_date(min(due_day.day for due_day, _ in pairs))}"


def _unseen(document: Document) -> str:
    """What was not seen, in one sentence; empty if all in scope was."""
    counted = totals(document)
    partly = sum(bool(judged.device.gaps) for judged in document.devices)
    clauses = (
        _not_assessed(document, counted.not_assessed) if counted.not_assessed else "",
        f"{format_count(counted.silent, 'address', 'addresses')} silent" if counted.silent else "",
        f"{format_count(partly, 'device')} seen only in part" if partly else "",
    )
    said = "; ".join(filter(None, clauses))
    return f"Not seen: {said}." if said else ""


def _not_assessed(document: Document, count: int) -> str:
    """`611 not assessed (no answer 300, no credential covers it 190, other causes 121)`."""
    causes = Counter(describe_reason(missing.reason) for missing in document.not_assessed)
    named = ", ".join(_by_number(causes, count))
    return f"{count:,} not assessed{f' ({named})' if named else ''}"


def _by_number(causes: Counter[str], total: int) -> Iterator[str]:
    """The most frequent causes with their numbers, and what is left of `total`, so that they add up to it."""
    ordered = sorted(causes.items(), key=lambda cause: (-cause[1], cause[0]))[:SHOWN_CAUSES]
    yield from (f"{text} {count:,}" for text, count in ordered)
    others = total - sum(count for _, count in ordered)
    if ordered and others > 0:
        yield f"other causes {others:,}"
