"""Conducts a run of a fleet: begins it in the store, orders plans and slices, waits for what comes, and ends it.

Everything that is known of a run stands in the store, so another process continues one whose coordinator was killed.
`kitscan fleet serve` writes what comes beside it: no lock is held for longer than a transaction.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from scanner.courier.courier import CentreCourier, CourierError
from scanner.courier.envelope import seal
from scanner.courier.message import CentreMessage, PlanOrder, SliceOrder, Terms
from scanner.fleet.centre.decisions import AskPlan, End, Offer, RunWindow, decide, is_settled
from scanner.fleet.centre.patience import patiently
from scanner.fleet.centre.planning import plannings
from scanner.fleet.ledger import FleetLedger, FleetRun
from scanner.run_request import RunRequest
from scanner.store.store import Store
from scanner.version import VERSION

POLL_SECONDS = 1.0
"""Seconds between two looks at what came."""


@dataclass(frozen=True, slots=True)
class Centre:
    """What a centre works with: its store, its courier, its private key, and the clock.
    `sleep` waits for some seconds; `warn` tells a person what went wrong and will be tried again."""

    store: Store
    courier: CentreCourier
    key: str = field(repr=False)
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    warn: Callable[[str], None]


@dataclass(slots=True)
class RunProgress:
    """How far a run is, for the live line: slices that came or will not come, of those that are planned, and sites that
    have not planned yet."""

    settled: int = 0
    planned: int = 0
    unplanned: int = 0


def begin_run(centre: Centre, kind: str, terms: Terms, sites: tuple[str, ...], request: RunRequest) -> FleetRun:
    """Begin a run of a fleet: a new run of the store, and its row in the ledger."""

    def begin() -> int:
        with centre.store.writing(kind, VERSION, centre.now()) as writer:
            writer.record(request)
            return writer.run

    return adopt_run(centre, patiently(begin, centre.sleep), kind, terms, sites)


def adopt_run(centre: Centre, number: int, kind: str, terms: Terms, sites: tuple[str, ...]) -> FleetRun:
    """Make a run of the store, which has begun and not ended, one of the fleet, under a new token."""
    token, ledger = secrets.token_hex(16), FleetLedger(centre.store)
    ledger.begin(token, number, kind, terms, sites, centre.now())
    run = ledger.fleet_run(token)
    if run is None:
        raise ValueError("a run that was begun is not in the ledger")
    return run


def conduct(
    centre: Centre, run: FleetRun, window: RunWindow, stopped: Callable[[], bool], progress: RunProgress
) -> bool:
    """Order, wait and end a run. False once `stopped`: then the run goes on, and may be continued."""
    asked: dict[str, datetime] = {}
    while not stopped():
        if patiently(lambda: _step(centre, run, window, asked, progress), centre.sleep):
            patiently(lambda: FleetLedger(centre.store).end(run.token, centre.now()), centre.sleep)
            return True
        centre.sleep(POLL_SECONDS)
    return False


def _step(centre: Centre, run: FleetRun, window: RunWindow, asked: dict[str, datetime], progress: RunProgress) -> bool:
    """Do what is due now. True where that is to end the run."""
    ledger, now = FleetLedger(centre.store), centre.now()
    slices = tuple(row for row in ledger.slices(run.token) if row.ordinal)
    plans = plannings(ledger, run, asked)
    collectors = ledger.collectors()
    of_site = {plan.site: [row for row in collectors if row.site == plan.site] for plan in plans}
    progress.settled = sum(is_settled(row, of_site[row.site], now) for row in slices if row.site in of_site)
    progress.planned = sum(plan.of or 0 for plan in plans)
    progress.unplanned = sum(plan.of is None for plan in plans)
    for decision in decide(slices, plans, collectors, now, window):
        match decision:
            case End():
                return True
            case AskPlan(site, refused_by):
                asked[site] = now
                _send(centre, site, _plan_order(run, site, refused_by, now))
            case Offer():
                _offer(centre, run, decision, now)
    return False


def _plan_order(run: FleetRun, site: str, refused_by: tuple[str, ...], now: datetime) -> PlanOrder:
    return PlanOrder(run=run.token, site=site, refused_by=list(refused_by), sent=now.isoformat(), terms=run.terms)


def _offer(centre: Centre, run: FleetRun, offer: Offer, now: datetime) -> None:
    """Note the lease, then send the order: a kill between the two costs a try, never a slice that is ordered twice at
    once. An order that nobody carries is none: its lease ends, and the same try comes again."""
    ledger = FleetLedger(centre.store)
    plan = ledger.plan(run.token, offer.site)
    if plan is None:
        return
    of, scope_sha256 = plan
    ledger.lease(run.token, offer.site, offer.ordinal, offer.attempt, offer.until)
    order = SliceOrder(
        run=run.token,
        site=offer.site,
        ordinal=offer.ordinal,
        of=of,
        scope_sha256=scope_sha256,
        attempt=offer.attempt,
        refused_by=list(offer.refused_by),
        sent=now.isoformat(),
        terms=run.terms,
    )
    if not _send(centre, offer.site, order):
        ledger.lease(run.token, offer.site, offer.ordinal, offer.attempt - 1, now)


def _send(centre: Centre, site: str, order: CentreMessage) -> bool:
    try:
        centre.courier.send(site, seal(order, centre.key))
    except CourierError as error:
        centre.warn(f"site {site}: no order could be sent: {error.problem}; it is tried again")
        return False
    return True
