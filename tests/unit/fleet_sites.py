"""Made-up sites for tests of a centre: they answer its orders at once, straight into its ledger and store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fingerprints.model.evidence import Observation, Source, Subject
from scanner.courier.courier import CourierError, Handler
from scanner.courier.envelope import open_sealed
from scanner.courier.message import (
    Heartbeat,
    PlannedSlice,
    PlanOrder,
    SitePlan,
    SiteRefusal,
    SiteRefusalReason,
    SliceOrder,
    Terms,
)
from scanner.fleet.centre.coordinator import Centre
from scanner.fleet.ledger import FleetLedger
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.fleet.kept_fleet import receive_slice
from scanner.store.store import Store

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
TERMS = Terms(seed=7, not_before=NOW.isoformat(), deadline=(NOW + timedelta(hours=3)).isoformat())
CENTRE_KEY = new_private_key()
SITE_KEY = "ed25519:" + "0" * 64


class KilledError(BaseException):
    """The process ended here, as by SIGKILL."""


@dataclass
class MadeUpSite:
    """A site of some slices. `silent` never does anything; `fails` are slices that never come back; `refuses` says why
    it refuses to plan, `outside` what is put aside of each slice."""

    name: str
    slices: int = 2
    silent: bool = False
    outside: str = ""
    fails: frozenset[int] = frozenset()
    refuses: SiteRefusalReason | None = None
    orders: list[int] = field(default_factory=list)


@dataclass
class MadeUpCourier:
    """A CentreCourier whose sites answer while it sends. `dies_at` is the number of the message at which the process of
    the centre is killed; `down` are sites that no message reaches."""

    store: Store
    sites: dict[str, MadeUpSite]
    now: Callable[[], datetime]
    dies_at: int = 0
    down: frozenset[str] = frozenset()
    sent: int = 0

    def send(self, site: str, octets: bytes) -> None:
        self.sent += 1
        if self.sent == self.dies_at:
            raise KilledError
        if site in self.down:
            raise CourierError("the broker is gone")
        message = open_sealed(octets, {public_key_of(CENTRE_KEY)}).message
        assert isinstance(message, PlanOrder | SliceOrder)
        assert message.site == site
        own = self.sites[site]
        if isinstance(message, SliceOrder):
            own.orders.append(message.ordinal)
        if own.silent:
            return
        if isinstance(message, PlanOrder):
            self._plan(message, own)
        elif message.ordinal not in own.fails:
            self._collect(message)

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        raise AssertionError("these sites write into the store by themselves: nobody serves")

    def waiting(self, site: str) -> int | None:
        return len(self.sites[site].orders)

    def stop(self) -> None:
        raise AssertionError("nobody serves, so nobody ends it")

    def close(self) -> None:
        """Nothing is open."""

    def heartbeats(self) -> None:
        for site in self.sites.values():
            if not site.silent:
                heartbeat = Heartbeat(
                    site=site.name,
                    collector=f"{site.name.lower()}1",
                    version="0.1.0",
                    sent=self.now().isoformat(),
                    spool_bytes=0,
                    spool_limit=1000,
                )
                FleetLedger(self.store).note_heartbeat(SITE_KEY, heartbeat, self.now())

    def _plan(self, order: PlanOrder, site: MadeUpSite) -> None:
        own = {"run": order.run, "site": site.name, "collector": f"{site.name.lower()}1"}
        ledger = FleetLedger(self.store)
        if site.refuses is not None:
            ledger.note_refusal(SiteRefusal(**own, ordinal=0, reason=site.refuses), self.now())
            return
        slices = [PlannedSlice(ordinal=n, addresses=256, words=f"10.0.{n}.0/24") for n in range(1, site.slices + 1)]
        ledger.note_plan(SitePlan(**own, of=site.slices, scope_sha256="c" * 64, slices=slices), self.now())

    def _collect(self, order: SliceOrder) -> None:
        run = FleetLedger(self.store).fleet_run(order.run)
        assert run is not None
        number = run.run
        address = f"10.0.{order.ordinal}.1"
        attributes = (("namespace", order.site), ("site", order.site))
        subject = Subject(f"{order.site}/{address}", address, (), attributes)
        described = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Cisco IOS Software, C2960X Software")
        with self.store.resuming(number) as writer:
            writer.add(subject, "snmp", [described], self.now())
            writer.done(subject.key)
        time = self.now().isoformat()
        row = {"token": order.run, "site": order.site, "ordinal": order.ordinal, "collector": f"{order.site.lower()}1"}
        outside = self.sites[order.site].outside
        row |= {
            "detail": outside,
            "sha256": "a" * 64,
            "complete": not outside,
            "started": time,
            "finished": time,
            "cost": "{}",
        }
        with self.store.changing() as connection:
            receive_slice(connection, row)


@dataclass
class MadeUpFleet:
    """A centre with made-up sites and a clock that jumps a minute at each look."""

    store: Store
    courier: MadeUpCourier
    clock: list[datetime]
    warnings: list[str] = field(default_factory=list)

    @property
    def centre(self) -> Centre:
        return Centre(self.store, self.courier, CENTRE_KEY, self.now, self.sleep, self.warnings.append)

    def now(self) -> datetime:
        return self.clock[0]

    def sleep(self, _seconds: float) -> None:
        self.clock[0] += timedelta(minutes=1)
        self.courier.heartbeats()


def made_up_fleet(store: Store, *sites: MadeUpSite) -> MadeUpFleet:
    clock = [NOW]
    return MadeUpFleet(store, MadeUpCourier(store, {site.name: site for site in sites}, lambda: clock[0]), clock)
