"""A site for tests: settings, a scope, orders of its centre, and a courier in memory."""

import queue
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fingerprints.model.errors import KitscanError
from scanner.courier.collector_settings import CollectorSettings
from scanner.courier.courier import CourierError, CourierFullError, Handler
from scanner.courier.envelope import open_sealed
from scanner.courier.message import FleetMessage, PlanOrder, SliceOrder, Terms
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import Reference, Scheme
from scanner.fleet.site.collector_state import CollectorState
from scanner.fleet.site.local_scope import LocalScope, read_local_scope
from scanner.fleet.site.moment import Moment
from scanner.fleet.site.order_desk import CollectSlice, OrderDesk
from scanner.fleet.site.run_ledger import KeptLedger, Refusals
from scanner.fleet.site.site_event import SiteEvent
from scanner.fleet.site.slice_collection import CollectedSlice, SliceEdge, SliceTask
from scanner.fleet.site.spool import Spool
from scanner.stop_signals import StopSignals
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.survey import ScanRequest

KEY, CENTRE = new_private_key(), new_private_key()
RUN, OTHER_RUN = "a" * 32, "b" * 32
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
SEED = 7
CONFIG = "targets: [10.0.0.0/19, 10.9.0.1]\nexclude: [10.0.1.0/24]\nprofile: normal\nprobes: [snmp, ssh]\n"


def settings_of(folder: Path, **changes: Any) -> CollectorSettings:
    """The settings of collector lon1 of LON."""
    given = {
        "site": "LON",
        "name": "lon1",
        "key": Reference(Scheme.FILE, "key"),
        "centre": public_key_of(CENTRE),
        "courier": folder / "courier",
        "tls": TlsFiles(),
        "spool": folder / "spool",
        "spool_limit": 100_000_000,
        "max_runs_per_day": 2,
    }
    return CollectorSettings(**(given | changes))


def terms(**changes: Any) -> Terms:
    """The terms of a run that may begin now, and has three hours."""
    given = {"seed": SEED, "not_before": NOW.isoformat(), "deadline": (NOW + timedelta(hours=3)).isoformat()}
    return Terms(**(given | changes))


def plan_order(**changes: Any) -> PlanOrder:
    """An order to plan a run."""
    return PlanOrder(**({"run": RUN, "site": "LON", "sent": NOW.isoformat(), "terms": terms()} | changes))


def slice_order(local: LocalScope, ordinal: int = 1, **changes: Any) -> SliceOrder:
    """An order for a slice of a scope, as the centre makes it of the site's plan."""
    given = {
        "run": RUN,
        "site": "LON",
        "ordinal": ordinal,
        "of": len(local.slices(SEED)),
        "scope_sha256": local.sha256,
        "sent": NOW.isoformat(),
        "terms": terms(),
    }
    return SliceOrder(**(given | changes))


def local_scope(folder: Path, config: str = CONFIG) -> LocalScope:
    """The scope of a folder with this kitscan.yaml."""
    folder.mkdir(exist_ok=True)
    (folder / "kitscan.yaml").write_text(config)
    return read_local_scope(ScanRequest((), yes=True), folder, None)


@dataclass
class Collecting:
    """Plays the collecting of slices: keeps what it was to collect, and returns what it holds for the next."""

    tasks: list[SliceTask] = field(default_factory=list)
    refusals: list[Refusals] = field(default_factory=list)
    ends: deque[CollectedSlice | Exception | None] = field(default_factory=deque)

    def __call__(self, task: SliceTask, place: Path, edge: SliceEdge, refusals: Refusals) -> CollectedSlice | None:
        self.tasks.append(task)
        self.refusals.append(refusals)
        end = self.ends.popleft() if self.ends else CollectedSlice(b"bundle %d" % task.part.ordinal, 3)
        if isinstance(end, Exception):
            raise end
        return end


@dataclass
class Site:
    """A collector without its threads."""

    desk: OrderDesk
    collecting: Collecting
    events: list[SiteEvent]
    clock: list[Moment]

    def messages(self) -> list[FleetMessage]:
        """The messages that wait, opened."""
        spool = self.desk.spool
        return [open_sealed(spool.read_message(path), {public_key_of(KEY)}).message for path in spool.messages()]


def site(folder: Path, collect: CollectSlice | None = None, limit: int = 100_000_000, **settings: Any) -> Site:
    """A site in a folder whose kitscan.yaml is there."""
    spool, events = Spool(folder / "spool", limit), list[SiteEvent]()
    collecting, clock = Collecting(), [Moment(NOW, "boot", 0.0)]
    edge = SliceEdge(
        wanted=None,
        data_version="1",
        key=KEY,
        new_clock=lambda: lambda: NOW,
        stop=StopSignals(),
        prompt=lambda _text: "",
    )
    desk = OrderDesk(
        settings=settings_of(folder, **settings),
        centre=public_key_of(CENTRE),
        spool=spool,
        ledger=KeptLedger(spool.folder / "ledger.json"),
        edge=edge,
        read=lambda: read_local_scope(ScanRequest((), yes=True), folder, None),
        state=CollectorState(),
        now=lambda: clock[0],
        log=events.append,
        collect=collect or collecting,
    )
    return Site(desk, collecting, events, clock)


@dataclass
class MemoryCourier:
    """A courier in memory. `failing` is what the next calls of `send` raise, the first of it at the first."""

    orders: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    sent: list[bytes] = field(default_factory=list)
    failing: deque[CourierError] = field(default_factory=deque)
    down: CourierError | None = None
    ended: bool = False

    def send(self, octets: bytes) -> None:
        if self.down is not None:
            raise self.down
        if self.failing:
            raise self.failing.popleft()
        self.sent.append(octets)

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        until = datetime.now(UTC) + timedelta(seconds=seconds if seconds is not None else 3_600)
        while not self.ended and datetime.now(UTC) < until:
            try:
                octets = self.orders.get(timeout=0.02)
            except queue.Empty:
                continue
            try:
                handle(octets)
            except (KitscanError, OSError):
                self.orders.put(octets)

    def stop(self) -> None:
        self.ended = True

    def close(self) -> None:
        pass

    def messages(self) -> list[FleetMessage]:
        """What was sent, opened."""
        return [open_sealed(octets, {public_key_of(KEY)}).message for octets in self.sent]


GONE = CourierError("nobody is reached")
FULL = CourierFullError("the queue is full")
