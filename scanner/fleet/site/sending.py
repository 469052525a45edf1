"""The thread that empties a spool: messages first, then bundles, the oldest first, and a heartbeat each minute.

Where the courier takes nothing, what waits stays where it is and is sent later. A heartbeat that cannot be sent is
forgotten: the next one says more.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.courier.collector_settings import CollectorSettings
from scanner.courier.courier import CourierError, CourierFullError, SiteCourier
from scanner.courier.envelope import seal
from scanner.courier.message import Heartbeat, Part
from scanner.fleet.site.collector_state import CollectorState
from scanner.fleet.site.site_event import SiteEvent, SiteEventKind, SiteLog
from scanner.fleet.site.spool import Spool, SpooledBundle
from scanner.version import VERSION

BEAT_SECONDS = 60.0
"""Seconds between two heartbeats."""

MAX_PAUSE = 60.0
"""The longest pause before the courier is tried again."""

FULL_PAUSE = 15.0
"""The pause while the centre's queue is full."""

PartsOf = Callable[[bytes, str, str], Iterator[Part]]
"""As `scanner.courier.parts.parts_of`."""


@dataclass(slots=True)
class SpoolSender:
    """Empties a spool into a courier until the collector ends. `key` seals, `first_pause` is the shortest pause."""

    courier: SiteCourier
    spool: Spool
    settings: CollectorSettings
    key: str = field(repr=False)
    state: CollectorState
    log: SiteLog
    parts_of: PartsOf
    first_pause: float = 1.0
    _pause: float = 0.0
    _next_beat: float = 0.0
    _parts_sent: tuple[Path | None, int] = (None, 0)
    _broken: set[Path] = field(default_factory=set)

    def run(self) -> None:
        """Send, until the collector ends."""
        while not self.state.ending.is_set():
            self.state.news.clear()
            try:
                self._beat()
                self._send_messages()
                self._send_bundles()
                self.state.news.wait(max(0.0, self._next_beat - time.monotonic()))
            except CourierFullError as error:
                self._rest(SiteEventKind.CENTRE_FULL, error.summary, FULL_PAUSE)
            except CourierError as error:
                self._rest(SiteEventKind.COURIER_FAILED, error.summary, MAX_PAUSE)
            except (KitscanError, OSError) as error:  # of the spool: its disk may be full, or gone for a while
                words = error.summary if isinstance(error, KitscanError) else error.strerror or "the disk failed"
                self._rest(SiteEventKind.SPOOL_FAILED, words, MAX_PAUSE)
            except Exception as error:  # noqa: BLE001 - the edge of the thread: what waits must be sent some day
                self._rest(SiteEventKind.PROBLEM, type(error).__name__, MAX_PAUSE)

    def _rest(self, kind: SiteEventKind, detail: str, longest: float) -> None:
        """Pause, twice as long each time. The first pause of a row is said."""
        if not self._pause:
            self.log(SiteEvent(kind, detail=detail))
        self._pause = min(longest, 2 * self._pause or self.first_pause)
        self.state.ending.wait(self._pause)

    def _send_messages(self) -> None:
        for path in self.spool.messages():
            if path in self._broken:
                continue
            try:
                octets = self.spool.read_message(path)
            except KitscanError as error:  # as with a bundle
                self._broken.add(path)
                self.log(SiteEvent(SiteEventKind.SPOOL_FAILED, detail=error.summary))
                continue
            self._send(octets)
            path.unlink()

    def _send_bundles(self) -> None:
        for bundle in self.spool.waiting():
            if bundle.path not in self._broken and not self.state.ending.is_set():
                self._send_bundle(bundle)

    def _send_bundle(self, bundle: SpooledBundle) -> None:
        try:
            octets = self.spool.read(bundle)
        except KitscanError as error:  # a bad place on the disk: the others are sent, and this one is not forgotten
            self._broken.add(bundle.path)
            self.log(SiteEvent(SiteEventKind.SPOOL_FAILED, bundle.run, bundle.ordinal, error.summary))
            return
        sent = self._parts_sent[1] if self._parts_sent[0] == bundle.path else 0
        for part in islice(self.parts_of(octets, self.settings.site, self.settings.name), sent, None):
            if self.state.ending.is_set():
                return
            self._send(seal(part, self.key))
            sent += 1
            self._parts_sent = bundle.path, sent
            self._beat()
        self._parts_sent = None, 0
        self.spool.mark_sent(bundle)
        self.log(SiteEvent(SiteEventKind.SENT, bundle.run, bundle.ordinal, f"{bundle.size:,} octets"))

    def _beat(self) -> None:
        """Send a heartbeat if a minute has passed since the last."""
        if time.monotonic() < self._next_beat:
            return
        heartbeat = Heartbeat(
            site=self.settings.site,
            collector=self.settings.name,
            version=VERSION[:32],
            sent=datetime.now(UTC).isoformat(timespec="seconds"),
            spool_bytes=self.spool.waiting_bytes,
            spool_limit=self.spool.limit,
            spooled=len(self.spool.waiting()),
            working_on=self.state.working_on,
            clock_offset=self.state.clock_offset,
        )
        self._send(seal(heartbeat, self.key))
        self._next_beat = time.monotonic() + BEAT_SECONDS

    def _send(self, octets: bytes) -> None:
        self.courier.send(octets)
        self._pause = 0.0
