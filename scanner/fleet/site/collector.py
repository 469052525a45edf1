"""A collector at work: it takes orders from its courier, and a thread of its own sends what it has."""

from dataclasses import dataclass
from threading import Thread

from fingerprints.model.errors import KitscanError
from scanner.courier.courier import SiteCourier
from scanner.courier.envelope import MessageRefusedError
from scanner.fleet.site.order_desk import CutOffError, LeftToOthersError, OrderDesk
from scanner.fleet.site.sending import SpoolSender
from scanner.fleet.site.site_event import SiteEvent, SiteEventKind

SENDER_SECONDS = 2.0
"""How long the sending thread may take to its end. Then it is left: what it did not send waits in the spool."""


@dataclass(frozen=True, slots=True)
class Collector:
    """A collector of a site, over one courier."""

    desk: OrderDesk
    sender: SpoolSender
    courier: SiteCourier

    def run(self, seconds: float | None = None) -> None:
        """Work until a signal comes or `end` is called, or for some seconds. Raises CourierError where the courier
        never comes up."""
        desk, state = self.desk, self.desk.state
        desk.spool.forget_work({run.run for run in desk.ledger.ledger.runs})
        desk.log(SiteEvent(SiteEventKind.STARTED, detail=f"{desk.settings.site}/{desk.settings.name}"))
        sending = Thread(target=self.sender.run, name="sending", daemon=True)
        sending.start()
        try:
            with desk.edge.stop.calling(self.end):
                self.courier.serve(self._handle, seconds)
        finally:
            state.end()
            sending.join(SENDER_SECONDS)
            self.courier.close()
            desk.log(SiteEvent(SiteEventKind.STOPPED))

    def end(self) -> None:
        """End after the order that is being done; a slice is cut off by the signal itself."""
        self.desk.state.end()
        self.courier.stop()

    def _handle(self, octets: bytes) -> None:
        try:
            self.desk.handle(octets)
        except (CutOffError, LeftToOthersError, MessageRefusedError):
            raise
        except (KitscanError, OSError) as error:
            words = error.summary if isinstance(error, KitscanError) else error.strerror or "the disk failed"
            self.desk.log(SiteEvent(SiteEventKind.SPOOL_FAILED, detail=words))
            raise
        finally:
            if self.desk.edge.stop.received is not None:  # the slice took the signal
                self.end()
