"""Takes the centre's orders, one at a time, and does what the site's own rules allow.

An order is forgotten once its plan, its refusal or its bundle is on this disk; before that it comes again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.courier.collector_settings import CollectorSettings
from scanner.courier.envelope import MessageRefusedError, open_sealed, seal
from scanner.courier.message import OWN_RULES, PlanOrder, SitePlan, SiteRefusal, SiteRefusalReason, SliceOrder
from scanner.fleet.site.collector_state import CollectorState
from scanner.fleet.site.local_scope import LocalScope, clock_offset_of, plans_of
from scanner.fleet.site.moment import Moment
from scanner.fleet.site.order_checks import OrderRefusal, allowed_terms, check_order, seconds_early
from scanner.fleet.site.run_ledger import BegunRun, KeptLedger, Refusals
from scanner.fleet.site.site_event import SiteEvent, SiteEventKind, SiteLog
from scanner.fleet.site.slice_collection import (
    CollectedSlice,
    SliceEdge,
    SliceTask,
    collect_slice,
    delete_store,
    refusals_in,
)
from scanner.fleet.site.spool import Spool
from scanner.store.bundles.manifest import BundledSlice

MAX_DETAIL = 500
"""Characters of the words that go with a refusal."""

CollectSlice = Callable[[SliceTask, Path, SliceEdge, Refusals], CollectedSlice | None]
"""As `collect_slice`."""


class CutOffError(KitscanError):
    """A slice was cut off: its order must come again."""


LEAVE_SECONDS = 60.0
"""How long an order is held that this collector has refused and another one of its site may do, before it goes back.
Meanwhile this one takes no other order, which it would refuse as well."""


class LeftToOthersError(KitscanError):
    """Another collector of the site may do an order that this one refuses."""


@dataclass(slots=True)
class OrderDesk:
    """Where orders arrive. `read` reads the site's scope anew."""

    settings: CollectorSettings
    centre: str
    spool: Spool
    ledger: KeptLedger
    edge: SliceEdge
    read: Callable[[], LocalScope]
    state: CollectorState
    now: Callable[[], Moment]
    log: SiteLog
    collect: CollectSlice = field(default=collect_slice)

    def handle(self, octets: bytes) -> None:
        """Do an order, or say why not. Raises MessageRefusedError for what is none of the centre's, CutOffError,
        SpoolError and OSError where it must come again."""
        try:
            order = open_sealed(octets, frozenset((self.centre,))).message
        except MessageRefusedError as error:
            self.log(SiteEvent(SiteEventKind.DISCARDED, detail=error.summary))
            raise
        if isinstance(order, PlanOrder | SliceOrder):
            self._note_time(order)
            self._do(order)
        else:
            self.log(SiteEvent(SiteEventKind.DISCARDED, detail="a message of the centre is no order"))

    def _note_time(self, order: PlanOrder | SliceOrder) -> None:
        now = self.now()
        self.ledger.keep(self.ledger.ledger.settled(now))
        self.state.note_offset(order.run, clock_offset_of(order.sent, now.time))

    def _do(self, order: PlanOrder | SliceOrder) -> None:
        if isinstance(order, SliceOrder) and self._is_kept(order):
            return
        try:
            local = self.read()
            slices = local.slices(order.terms.seed)
        except KitscanError as error:
            self._refuse(order, OrderRefusal(SiteRefusalReason.FAILED, error.summary))
            return
        rules = local.rules(self.settings.site, len(slices), self.settings.max_runs_per_day)
        refusals = check_order(order, rules, self.ledger.ledger, self.now())
        if refusals:
            self._leave_to_others(order, refusals[0])
            self._refuse(order, refusals[0])
        elif isinstance(order, PlanOrder):
            self._plan(order, local)
        elif not self.spool.has_room:
            used = f"{self.spool.waiting_bytes:,} of {self.spool.limit:,} octets wait"
            self._refuse(order, OrderRefusal(SiteRefusalReason.SPOOL_FULL, used))
        else:
            self._wait_until_due(order)
            profile, probes = allowed_terms(order.terms, rules)
            self._collect(order, SliceTask(local, slices[order.ordinal - 1], profile, probes, self._named(order)))

    def _leave_to_others(self, order: PlanOrder | SliceOrder, refusal: OrderRefusal) -> None:
        """Give an order back that this collector refused before, so that another one gets it. It comes here again while
        nobody else takes it; the centre gives it up."""
        if refusal.reason in OWN_RULES and self.settings.name in order.refused_by:
            ordinal = order.ordinal if isinstance(order, SliceOrder) else 0
            self.log(SiteEvent(SiteEventKind.LEFT, order.run, ordinal, f"{refusal.reason}"))
            self.state.ending.wait(LEAVE_SECONDS)
            raise LeftToOthersError("this collector refused it before", "another one of the site may do it")

    def _is_kept(self, order: SliceOrder) -> bool:
        """Whether the slice is in the spool: then it is sent again, and nobody is asked."""
        if order.site != self.settings.site or self.spool.send_again(order.run, order.ordinal) is None:
            return False
        self._put_away(order)  # it was killed between the bundle and this
        self.log(SiteEvent(SiteEventKind.AGAIN, order.run, order.ordinal))
        self.state.news.set()
        return True

    def _plan(self, order: PlanOrder, local: LocalScope) -> None:
        for plan in plans_of(local, order.run, order.terms.seed, self.settings.site, self.settings.name):
            self._keep(plan)
        self.log(SiteEvent(SiteEventKind.PLANNED, order.run, detail=f"{plan.of} slices"))

    def _named(self, order: SliceOrder) -> BundledSlice:
        return BundledSlice(
            run=order.run,
            site=self.settings.site,
            collector=self.settings.name,
            ordinal=order.ordinal,
            of=order.of,
            scope_sha256=order.scope_sha256,
            clock_offset=self.state.clock_offset,
        )

    def _wait_until_due(self, order: SliceOrder) -> None:
        early = seconds_early(order, self.now())
        if early > 0:
            self.log(SiteEvent(SiteEventKind.WAITING, order.run, order.ordinal, f"{early:.0f} s"))
            self.state.ending.wait(early)
        if self.state.ending.is_set() or self.edge.stop.received is not None:
            raise CutOffError("the collector ends", "its order comes again")

    def _collect(self, order: SliceOrder, task: SliceTask) -> None:
        place = self.spool.work_store(order.run, order.ordinal)
        begun = BegunRun(order.run, self.now(), order.terms.seed, order.scope_sha256)
        self.ledger.keep(self.ledger.ledger.with_try(begun, order.ordinal))
        self.state.working_on = f"slice {order.ordinal} of {order.of}"
        self.log(SiteEvent(SiteEventKind.COLLECTING, order.run, order.ordinal, task.part.words))
        try:
            self._collected(order, task, place, begun)
        except CutOffError:
            raise
        except KitscanError as error:
            self._refuse(order, OrderRefusal(SiteRefusalReason.FAILED, error.summary))
        except OSError as error:  # the bundle has no place; the store of the slice stays, and nobody is asked again
            self.ledger.keep(self.ledger.ledger.with_try(begun, order.ordinal, -1))
            self._refuse(order, OrderRefusal(SiteRefusalReason.SPOOL_FULL, error.strerror or "the disk failed"))
        except Exception as error:  # noqa: BLE001 - the edge of one slice: the next one may be collected
            self._refuse(order, OrderRefusal(SiteRefusalReason.FAILED, type(error).__name__))
        finally:
            self.state.working_on = ""

    def _collected(self, order: SliceOrder, task: SliceTask, place: Path, begun: BegunRun) -> None:
        known = self.ledger.ledger.run(order.run) or begun
        refusals = known.refusals | refusals_in(self.spool.work_stores(order.run))
        found = self.collect(task, place, self.edge, refusals)
        if found is None:
            self.ledger.keep(self.ledger.ledger.with_try(begun, order.ordinal, -1))  # it was not the slice's fault
            self.log(SiteEvent(SiteEventKind.CUT_OFF, order.run, order.ordinal))
            raise CutOffError("the slice was cut off", "its order comes again")
        self.spool.add(order.run, order.ordinal, found.octets)
        self._put_away(order)
        detail = f"{task.part.targets.count:,} addresses, {found.answered:,} answered, {len(found.octets):,} octets"
        self.log(SiteEvent(SiteEventKind.COLLECTED, order.run, order.ordinal, detail))
        self.state.news.set()

    def _put_away(self, order: SliceOrder) -> None:
        """Delete the store of a slice whose bundle is durable, once its refusals are in the ledger."""
        place = self.spool.work_store(order.run, order.ordinal)
        if place.exists():
            self.ledger.keep(self.ledger.ledger.with_refusals(order.run, refusals_in((place,))))
            delete_store(place)

    def _refuse(self, order: PlanOrder | SliceOrder, refusal: OrderRefusal) -> None:
        ordinal = order.ordinal if isinstance(order, SliceOrder) else 0
        self.log(SiteEvent(SiteEventKind.REFUSED, order.run, ordinal, f"{refusal.reason}: {refusal.detail}"))
        self._keep(
            SiteRefusal(
                run=order.run,
                site=self.settings.site,
                collector=self.settings.name,
                ordinal=ordinal,
                reason=refusal.reason,
                detail=refusal.detail[:MAX_DETAIL].replace("\0", ""),
            )
        )

    def _keep(self, message: SitePlan | SiteRefusal) -> None:
        self.spool.add_message(seal(message, self.edge.key))
        self.state.news.set()
