"""What a centre does next for a run: from values alone, without network, store or clock.

A slice is leased to a site for longer than it takes. It comes in, or its lease runs out while its site is heard of:
then it is offered again, and after MAX_TRIES given up, since it may be what kills collectors. While nobody of a site is
heard of, its orders wait in their queue; they are not offered again, and no try is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from scanner.courier.message import OWN_RULES, SiteRefusalReason
from scanner.fleet.ledger import CollectorRow, SliceRow, SliceState

LEASE = timedelta(minutes=20)
"""How long a slice may be away: two slices of five minutes, one of them waiting, and the way back."""

MAX_TRIES = 3
"""How often a slice is offered that does not come back."""

MAX_OUT_OF_COLLECTOR = 2
"""Slices that are out for each collector of a site: one that it collects, and one that waits for it."""

MAX_OUT = 400
"""Slices that are out at all sites together: what they bring must fit into the queue of the centre."""

PLAN_PATIENCE = timedelta(minutes=3)
"""How long a plan may take before it is asked for again, while its site is heard of."""

FULL_SPOOL = 0.8
"""The part of a spool that is full where a site is offered no more."""

PRESENCE = timedelta(minutes=5)
"""A collector that was heard within this time is there: five heartbeats."""

_LATER = frozenset({SiteRefusalReason.SPOOL_FULL, SiteRefusalReason.TOO_EARLY})
"""Refusals that pass by themselves. They cost no try."""

_MAY_PASS = _LATER | {SiteRefusalReason.FAILED}
"""Refusals after which the same collector may do the same order later."""


@dataclass(frozen=True, slots=True)
class SitePlanning:
    """How far the plan of a site is: its number of slices, None before it came; when it was asked for last, None if
    this process never did; and why the site refuses to plan, None if it does not, by which collectors' own rules."""

    site: str
    of: int | None = None
    asked: datetime | None = None
    refusal: SiteRefusalReason | None = None
    refused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunWindow:
    """When slices of a run may be offered (`not_before` to `deadline`), and when the centre waits no longer (`end`)."""

    not_before: datetime
    deadline: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AskPlan:
    """Ask a site for its plan. Collectors in `refused_by` leave it to others."""

    site: str
    refused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Order a slice. It is leased until `until`; `attempt` counts from 1. Collectors in `refused_by` leave it to
    others."""

    site: str
    ordinal: int
    attempt: int
    until: datetime
    refused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """End the run: everything came in or was given up (`in_time`), or its time is over."""

    in_time: bool


Decision = AskPlan | Offer | End

SiteRow = TypeVar("SiteRow", SliceRow, CollectorRow)


def decide(
    slices: Sequence[SliceRow],
    plans: Sequence[SitePlanning],
    collectors: Iterable[CollectorRow],
    now: datetime,
    window: RunWindow,
) -> list[Decision]:
    """What to do now. `plans` has each site of the run. The same again, before anything came of it, decides nothing
    twice: an offer is a lease in `slices` by then, and a question a time in `plans`."""
    by_site = _by_site(slices, plans)
    collectors_of = _by_site(collectors, plans)
    planned = {plan.site: plan.of is not None and len(by_site[plan.site]) == plan.of for plan in plans}
    waiting = [row for row in slices if not is_settled(row, collectors_of.get(row.site, ()), now)]
    left = any(not planned[plan.site] and not _is_final(plan, collectors_of[plan.site], now) for plan in plans)
    if now >= window.end or not (left or waiting):
        return [End(now < window.end)]
    decisions: list[Decision] = []
    for plan in plans:
        if not planned[plan.site] and now < window.deadline and _may_ask(plan, collectors_of[plan.site], now):
            decisions.append(AskPlan(plan.site, plan.refused_by))
    if window.not_before <= now < window.deadline:
        decisions += _offers(by_site, collectors_of, now)
    return decisions


def is_settled(row: SliceRow, collectors: Sequence[CollectorRow], now: datetime) -> bool:
    """Whether nothing more is to come of a slice: it came in, each collector that is there refuses it for good, or it
    was given up."""
    match row.state:
        case SliceState.RECEIVED:
            return True
        case SliceState.REFUSED:
            given_up = row.refusal is SiteRefusalReason.FAILED and row.attempt >= MAX_TRIES
            return given_up or _is_final(row, collectors, now)
        case _:
            return row.attempt >= MAX_TRIES and _is_overdue(row, collectors, now)


def _is_final(refused: SliceRow | SitePlanning, collectors: Sequence[CollectorRow], now: datetime) -> bool:
    """Whether what was refused stays so: the reason does not pass, and no other collector of the site is there that
    may have other rules."""
    if refused.refusal is None or refused.refusal in _MAY_PASS:
        return False
    there = {collector.collector for collector in collectors if now - collector.last_contact < PRESENCE}
    return refused.refusal not in OWN_RULES or there <= set(refused.refused_by)


def _is_overdue(row: SliceRow, collectors: Sequence[CollectorRow], now: datetime) -> bool:
    """Whether a slice that was offered should be back: its lease ran out, its site was heard of since, and no bundle
    of the site is on its way."""
    until = row.leased_until
    if row.state is not SliceState.OFFERED or until is None or now < until:
        return False
    since = [collector for collector in collectors if collector.last_contact > until]
    return bool(since) and not any(collector.spooled for collector in since)


def _may_ask(plan: SitePlanning, collectors: Sequence[CollectorRow], now: datetime) -> bool:
    """Whether a plan is asked for: the first time at once, then again where a site that is heard of does not answer."""
    if _is_final(plan, collectors, now):
        return False
    if plan.asked is None:
        return True
    due = plan.asked + PLAN_PATIENCE
    return now >= due and any(row.last_contact > due for row in collectors)


def _offers(
    slices: Mapping[str, Sequence[SliceRow]], collectors_of: Mapping[str, Sequence[CollectorRow]], now: datetime
) -> Iterator[Offer]:
    """Offers to each site in turn, as many as it and the centre can take."""
    offers = [_offers_of(rows, collectors_of[site], now) for site, rows in slices.items()]
    room = MAX_OUT - sum(_is_out(row, collectors_of[site], now) for site, rows in slices.items() for row in rows)
    while offers and room > 0:
        for site_offers in tuple(offers):
            offer = next(site_offers, None)
            if offer is None:
                offers.remove(site_offers)
            elif room > 0:
                room -= 1
                yield offer


def _offers_of(rows: Sequence[SliceRow], collectors: Sequence[CollectorRow], now: datetime) -> Iterator[Offer]:
    """The slices to offer one site, those that came back first, in the order of their numbers."""
    full = [row.spool_bytes >= FULL_SPOOL * row.spool_limit for row in collectors if row.spool_limit]
    if full and all(full):
        return
    room = MAX_OUT_OF_COLLECTOR * max(1, len(collectors)) - sum(_is_out(row, collectors, now) for row in rows)
    due = [(row, attempt) for row in rows if (attempt := _next_attempt(row, collectors, now)) is not None]
    due.sort(key=lambda pair: (pair[1] == 1, pair[0].ordinal))
    for row, attempt in due[: max(0, room)]:
        yield Offer(row.site, row.ordinal, attempt, now + LEASE, row.refused_by)


def _is_out(row: SliceRow, collectors: Sequence[CollectorRow], now: datetime) -> bool:
    """Whether a slice is ordered, and not overdue."""
    return row.state is SliceState.OFFERED and not _is_overdue(row, collectors, now)


def _next_attempt(row: SliceRow, collectors: Sequence[CollectorRow], now: datetime) -> int | None:
    """The number of the try with which a slice is offered now; None if it is not. A refusal that passes by itself is
    none, nor is one by a collector's own rules."""
    if is_settled(row, collectors, now):
        return None
    match row.state:
        case SliceState.PLANNED:
            return row.attempt + 1
        case SliceState.REFUSED if row.refusal in _LATER:
            return row.attempt if row.leased_until is None or now >= row.leased_until else None
        case SliceState.REFUSED:
            return row.attempt if row.refusal in OWN_RULES else row.attempt + 1
        case _:
            return row.attempt + 1 if _is_overdue(row, collectors, now) else None


def _by_site(rows: Iterable[SiteRow], plans: Sequence[SitePlanning]) -> dict[str, list[SiteRow]]:
    """The rows of each site of a run, also of one that has none."""
    found: dict[str, list[SiteRow]] = {plan.site: [] for plan in plans}
    for row in rows:
        if row.site in found:
            found[row.site].append(row)
    return found
