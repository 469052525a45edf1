"""Which runs stay in a store. Pure: it takes runs and rules, and gives for each run the reasons why it stays."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from fingerprints.model.errors import KitscanError

MAX_PERIODS = 9999
"""Periods that one rule may keep."""


class Period(StrEnum):
    """How long one run stands for all of them. Days, weeks and months are those of UTC; a week begins on Monday."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    YEAR = "y"


@dataclass(frozen=True, slots=True)
class KeepRule:
    """Keep one run of each of the latest `count` periods in which there is any."""

    period: Period
    count: int


class KeepCause(StrEnum):
    """Why a run stays whatever the rules say."""

    NEWEST_COMPLETE = "newest-complete"
    NEWEST = "newest"
    """It did not reach its end, and nothing came after it: it may be continued."""
    COMPARED_WITH = "compared-with"
    """The next audit is compared with it, or has yet to tell it."""
    NO_RULE = "no-rule"
    """Nobody repeats it: an import of captures."""


KeepReason = KeepRule | KeepCause


@dataclass(frozen=True, slots=True)
class RunInStore:
    """What retention looks at in a run. Runs of one `scope` replace each other; of an empty one, none. An audit
    `is_judged` if its states are kept, and `is_notified` if nobody has to be told of it any more."""

    id: int
    scope: tuple[str, ...]
    started: datetime
    complete: bool
    is_judged: bool = False
    is_notified: bool = True


_RULE = re.compile(r"([1-9][0-9]{0,3})([dwmy])")


def parse_rules(text: str) -> tuple[KeepRule, ...]:
    """The rules in `14d,12w,24m`. Raises KitscanError for any other text."""
    rules = []
    for word in text.replace(" ", "").split(","):
        match = _RULE.fullmatch(word)
        if match is None:
            problem = (
                f"--keep {text}: {word!r} is no rule; a number from 1 to {MAX_PERIODS} and d, w, m or y was expected"
            )
            raise KitscanError(problem, "write for example --keep 14d,12w,24m")
        rules.append(KeepRule(Period(match[2]), int(match[1])))
    return tuple(rules)


def reasons_to_keep(runs: Iterable[RunInStore], rules: Iterable[KeepRule]) -> Mapping[int, tuple[KeepReason, ...]]:
    """For each run the reasons why it stays; none for one that goes. Each scope is looked at by itself."""
    ordered = sorted(runs, key=lambda run: run.id)
    kept: dict[int, list[KeepReason]] = {run.id: [] for run in ordered}
    by_scope: dict[tuple[str, ...], list[RunInStore]] = {}
    for run in ordered:
        by_scope.setdefault(run.scope, []).append(run)
    for scope, of_scope in by_scope.items():
        for run, reason in _always(of_scope) if scope else ((run, KeepCause.NO_RULE) for run in of_scope):
            kept[run.id].append(reason)
        for rule in rules if scope else ():
            for run in _last_of_periods(of_scope, rule):
                kept[run.id].append(rule)
    return {number: tuple(reasons) for number, reasons in kept.items()}


def _always(runs: list[RunInStore]) -> Iterator[tuple[RunInStore, KeepReason]]:
    complete = [run for run in runs if run.complete]
    if complete:  # a bundle may bring an old run under a new number
        newest = {run.id: run for run in (complete[-1], max(complete, key=lambda run: run.started))}
        yield from ((run, KeepCause.NEWEST_COMPLETE) for run in newest.values())
    if not runs[-1].complete:
        yield runs[-1], KeepCause.NEWEST
    yield from ((run, KeepCause.COMPARED_WITH) for run in _compared_with(runs))


def _compared_with(runs: list[RunInStore]) -> Iterator[RunInStore]:
    """The audits that the next night reads: what it is compared with, and those that it has yet to tell, with what
    they are compared with themselves."""
    untold = {run.id for run in runs if not run.is_notified and (run.complete or run.is_judged)}
    judged = [run for run in runs if run.is_judged]
    needed = set(untold)
    for known in (judged, [run for run in judged if run.id < min(untold, default=0)]):
        needed |= {run.id for run in known[-1:]}
        needed |= {run.id for run in [run for run in known if run.complete][-1:]}
    yield from (run for run in runs if run.id in needed)


def _last_of_periods(runs: list[RunInStore], rule: KeepRule) -> Iterator[RunInStore]:
    """One run of each of the latest periods: the last complete one, or the last of a period without any."""
    by_period: dict[tuple[int, ...], RunInStore] = {}
    for run in sorted(runs, key=lambda run: (run.started, run.id)):
        period = _period_of(run.started.astimezone(UTC), rule.period)
        if run.complete or period not in by_period or not by_period[period].complete:
            by_period[period] = run
    yield from (by_period[period] for period in sorted(by_period)[-rule.count :])


def _period_of(time: datetime, period: Period) -> tuple[int, ...]:
    match period:
        case Period.DAY:
            return time.year, time.month, time.day
        case Period.WEEK:
            return time.isocalendar()[:2]
        case Period.MONTH:
            return time.year, time.month
        case Period.YEAR:
            return (time.year,)
