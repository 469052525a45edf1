"""What of an order a site refuses, and why. Pure: the rules, the ledger and the moment come in.

An order can make a site do less than its own rules, never more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scanner.courier.message import PlanOrder, SiteRefusalReason, SliceOrder, Terms
from scanner.fleet.site.moment import Moment
from scanner.fleet.site.run_ledger import BegunRun, RunLedger
from scanner.rate_limit.profiles import PROFILES

MAX_TRIES = 5
"""How often one slice of a run is begun: each machine that loses its power counts, and one that ended a collector so
often would end it again."""

MAX_EARLY = 300.0
"""Seconds that an order may come early: then the collector waits. Its clock may be behind the centre's."""

_SPEEDS = tuple(PROFILES)
"""The profiles, the slowest first."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a site allows: its own profile and probes, its scope by its digest and how many slices it makes, and how
    many runs a day."""

    site: str
    profile: str
    probes: tuple[str, ...]
    scope_sha256: str
    of: int
    max_runs_per_day: int


@dataclass(frozen=True, slots=True)
class OrderRefusal:
    """Why an order is not done. `detail` are the values that do not agree."""

    reason: SiteRefusalReason
    detail: str = ""


def check_order(
    order: PlanOrder | SliceOrder, rules: SiteRules, ledger: RunLedger, now: Moment
) -> tuple[OrderRefusal, ...]:
    """Every reason to refuse an order; none for one that may be done."""
    begun = ledger.run(order.run)
    reasons = [
        *_wrong_site(order, rules),
        *_beyond_rules(order.terms, rules),
        *_out_of_time(order, now),
        *_too_many_runs(begun, rules, ledger, now),
        *_another_run(order, begun),
    ]
    if isinstance(order, SliceOrder):
        reasons += [*_no_such_slice(order, rules), *_tried_too_often(order, begun)]
    return tuple(reasons)


def allowed_terms(terms: Terms, rules: SiteRules) -> tuple[str, tuple[str, ...]]:
    """The profile and the probes of an order that is not refused: those of the site, or less."""
    probes = tuple(probe for probe in rules.probes if not terms.probes or probe in terms.probes)
    return terms.profile or rules.profile, probes


def seconds_early(order: PlanOrder | SliceOrder, now: Moment) -> float:
    """How many seconds it is before an order may be done; none or less where it may be done now."""
    return (datetime.fromisoformat(order.terms.not_before) - now.time).total_seconds()


def _wrong_site(order: PlanOrder | SliceOrder, rules: SiteRules) -> Iterator[OrderRefusal]:
    if order.site != rules.site:
        yield OrderRefusal(SiteRefusalReason.WRONG_SITE, f"this is {rules.site}")


def _beyond_rules(terms: Terms, rules: SiteRules) -> Iterator[OrderRefusal]:
    if terms.profile and not _is_within(terms.profile, rules.profile):
        yield OrderRefusal(SiteRefusalReason.PROFILE, f"at most {rules.profile}")
    if set(terms.probes) - set(rules.probes):
        yield OrderRefusal(SiteRefusalReason.PROBES, f"at most {', '.join(rules.probes)}")


def _is_within(profile: str, limit: str) -> bool:
    return profile in _SPEEDS and _SPEEDS.index(profile) <= _SPEEDS.index(limit)


def _out_of_time(order: PlanOrder | SliceOrder, now: Moment) -> Iterator[OrderRefusal]:
    shown = now.time.isoformat(timespec="seconds")
    if now.time > datetime.fromisoformat(order.terms.deadline):
        yield OrderRefusal(SiteRefusalReason.TOO_LATE, f"it is {shown} here")
    if isinstance(order, SliceOrder) and seconds_early(order, now) > MAX_EARLY:
        yield OrderRefusal(SiteRefusalReason.TOO_EARLY, f"it is {shown} here")


def _too_many_runs(begun: BegunRun | None, rules: SiteRules, ledger: RunLedger, now: Moment) -> Iterator[OrderRefusal]:
    if begun is None and ledger.begun_within_a_day(now) >= rules.max_runs_per_day:
        yield OrderRefusal(SiteRefusalReason.TOO_MANY_RUNS, f"at most {rules.max_runs_per_day} within 24 hours")


def _another_run(order: PlanOrder | SliceOrder, begun: BegunRun | None) -> Iterator[OrderRefusal]:
    """A run has one seed and one scope from its first slice on: otherwise its slices could overlap, and one device be
    asked in each of them."""
    if begun is None:
        return
    if order.terms.seed != begun.seed:
        yield OrderRefusal(SiteRefusalReason.NO_SUCH_SLICE, "the run began with another seed")
    if isinstance(order, SliceOrder) and order.scope_sha256 != begun.scope_sha256:
        yield OrderRefusal(SiteRefusalReason.SCOPE_CHANGED, "the run began with another scope")


def _no_such_slice(order: SliceOrder, rules: SiteRules) -> Iterator[OrderRefusal]:
    if order.scope_sha256 != rules.scope_sha256:
        yield OrderRefusal(SiteRefusalReason.SCOPE_CHANGED, f"its digest is {rules.scope_sha256} now")
    elif order.of != rules.of or order.ordinal > rules.of:
        yield OrderRefusal(SiteRefusalReason.NO_SUCH_SLICE, f"the scope makes {rules.of} slices")


def _tried_too_often(order: SliceOrder, begun: BegunRun | None) -> Iterator[OrderRefusal]:
    tries = 0 if begun is None else begun.tries_of(order.ordinal)
    if tries >= MAX_TRIES:
        yield OrderRefusal(SiteRefusalReason.FAILED, f"it was begun {tries} times")
