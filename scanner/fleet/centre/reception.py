"""Takes what collectors send: parts into the inbox, whole bundles into the store, all else into the ledger.

A message counts only for the site whose key sealed it. What a site may not say is put aside and told; it never stops
what others send. Everything may come twice.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from pathlib import Path

from fingerprints.model.errors import DataFileError
from scanner.courier.envelope import MessageRefusedError, open_sealed
from scanner.courier.message import Heartbeat, Part, PlanOrder, SiteMessage, SitePlan, SiteRefusal, SliceOrder
from scanner.courier.parts import Inbox, PartRefusedError
from scanner.fleet.centre.patience import patiently
from scanner.fleet.ledger import AsideRow, FleetLedger
from scanner.fleet.sites import Sites


class ReceptionKind(Enum):
    """What came, or what was done of it."""

    HEARTBEAT = auto()
    PLAN = auto()
    REFUSAL = auto()
    PART = auto()
    BUNDLE = auto()
    ASIDE = auto()


class MessageAside(StrEnum):
    """Why a message is put aside."""

    NOT_SEALED = "not-sealed"
    """It is no message, or no key of a site sealed it."""
    OTHER_SENDER = "other-sender"
    """It speaks for another site or another collector than that whose key sealed it."""
    NOT_A_SITES = "not-a-sites"
    """It is an order, and sites give none."""
    UNKNOWN_RUN = "unknown-run"
    """It is about a run that was not ordered of the site, or has ended."""
    PART_REFUSED = "part-refused"
    """It is a part that does not fit its bundle, or has no room in the inbox."""


@dataclass(frozen=True, slots=True)
class Reception:
    """One message that came, for the log. `detail` says more: what a bundle was, or why something was put aside."""

    kind: ReceptionKind
    site: str
    collector: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CentreDesk:
    """What receives at a centre. `sites` gives those that are enrolled now; `take_bundle` takes a whole bundle into the
    store or puts it aside, and says in words what it did."""

    ledger: FleetLedger
    inbox: Inbox
    sites: Callable[[], Sites]
    take_bundle: Callable[[Path], str]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    log: Callable[[Reception], None]

    def take_left(self) -> None:
        """Take the whole bundles that an earlier process was killed over, and drop half ones that nobody completes."""
        self.inbox.remove_old()
        for path in self.inbox.whole():
            self._take(path, path.parts[-3], path.parts[-2])

    def handle(self, octets: bytes) -> None:
        """Take a sealed message (scanner.courier.courier.Handler). Raises StoreError and OSError where it should come
        again."""
        sites = self.sites()
        try:
            opened = open_sealed(octets, sites.keys)
        except MessageRefusedError as error:
            self._put_aside(octets, "", "", MessageAside.NOT_SEALED, error.problem)
            return
        speaks = sites.of_key(opened.key)
        if speaks is None:
            raise ValueError("a key that is known speaks for nobody")
        site, collector = speaks
        message = opened.message
        if isinstance(message, PlanOrder | SliceOrder):
            self._put_aside(octets, site.name, collector, MessageAside.NOT_A_SITES, message.kind)
        elif (message.site, message.collector) != (site.name, collector):
            said = f"it says {message.site}/{message.collector}"
            self._put_aside(octets, site.name, collector, MessageAside.OTHER_SENDER, said)
        else:
            self._receive(octets, message, opened.key)

    def _receive(self, octets: bytes, message: SiteMessage, key: str) -> None:
        who = (message.site, message.collector)
        match message:
            case Heartbeat():
                self._note(lambda: self.ledger.note_heartbeat(key, message, self.now()))
                self.log(Reception(ReceptionKind.HEARTBEAT, *who))
            case SitePlan() | SiteRefusal() if not self._is_ordered(message.run, message.site):
                self._put_aside(octets, *who, MessageAside.UNKNOWN_RUN, message.run)
            case SitePlan():
                self._note(lambda: self.ledger.note_plan(message, self.now()))
                self.log(Reception(ReceptionKind.PLAN, *who, f"{message.of:,} slices"))
            case SiteRefusal():
                self._note(lambda: self.ledger.note_refusal(message, self.now()))
                what = f"slice {message.ordinal}" if message.ordinal else "its plan"
                self.log(Reception(ReceptionKind.REFUSAL, *who, f"{what}: {message.reason.value} {message.detail}"))
            case Part():
                self._receive_part(octets, message)

    def _receive_part(self, octets: bytes, part: Part) -> None:
        try:
            path = self.inbox.take(part)
        except PartRefusedError as error:
            self._put_aside(octets, part.site, part.collector, MessageAside.PART_REFUSED, error.problem)
            return
        self.log(Reception(ReceptionKind.PART, part.site, part.collector, f"{part.number} of {part.of}"))
        if path is not None:
            self._take(path, part.site, part.collector)

    def _take(self, path: Path, site: str, collector: str) -> None:
        try:
            words = patiently(lambda: self.take_bundle(path), self.sleep)
        except DataFileError:
            if path.exists():
                raise
            return  # another receiver of this inbox has taken it: none removes it before
        self.inbox.done(path)
        self.log(Reception(ReceptionKind.BUNDLE, site, collector, words))

    def _is_ordered(self, token: str, site: str) -> bool:
        run = self.ledger.fleet_run(token)
        return run is not None and run.ended is None and site in run.sites

    def _put_aside(self, octets: bytes, site: str, collector: str, reason: MessageAside, detail: str) -> None:
        digest = hashlib.sha256(octets).hexdigest()
        row = AsideRow(digest, site, collector, reason.value, detail[:500], 0, self.now())
        self._note(lambda: self.ledger.note_aside(row, ""))
        self.log(Reception(ReceptionKind.ASIDE, site, collector, f"{reason.value}: {detail}"))

    def _note(self, step: Callable[[], None]) -> None:
        patiently(step, self.sleep)
