"""The breaker that keeps a scan from locking accounts. It counts explicit refusals, and no time-outs.

One refusal stops the credential on that device. If two devices refuse credentials of one realm (one AAA service), all
credentials of the realm stop everywhere. An account without a realm is local to a device, and counts there only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition

REALM_REFUSALS = 2
"""How many devices may refuse a realm before it stops. AAA services commonly lock an account after three."""


class Breaker:
    """Knows which credential may still be offered where. Thread-safe. It holds names, no secrets."""

    def __init__(self, realms: Mapping[str, str]) -> None:
        self._realms = realms
        self._refused: set[tuple[str, str]] = set()
        self._refused_by: dict[str, set[str]] = {}
        self._proven: set[str] = set()
        self._in_trial: set[str] = set()
        self._changed = Condition()

    def stopped(self, name: str, address: str) -> bool:
        """True if this credential must not be offered to this address any more."""
        with self._changed:
            return self._stops(name, address)

    def refused(self, name: str, address: str) -> None:
        """Count an explicit refusal."""
        with self._changed:
            self._refused.add((name, address))
            if name in self._realms:
                self._refused_by.setdefault(self._realms[name], set()).add(address)
            self._changed.notify_all()

    def accepted(self, name: str) -> None:
        """A device accepted the credential. It works, so it may be offered to many devices at once."""
        with self._changed:
            self._proven.add(name)
            self._changed.notify_all()

    @contextmanager
    def trial(self, name: str, address: str) -> Iterator[bool]:
        """Offer a credential inside this block if it yields True. False means that it was stopped meanwhile.

        While a realm has accepted no login yet, one device at a time is tried: fifty logins in flight would be fifty
        refusals before the first one counts. Blocks the calling thread until it is this device's turn.
        """
        realm = self._realms.get(name)
        if realm is None:
            yield not self.stopped(name, address)
            return
        with self._changed:
            self._changed.wait_for(
                lambda: name in self._proven or realm not in self._in_trial or self._stops(name, address)
            )
            alone = name not in self._proven and not self._stops(name, address)
            if alone:
                self._in_trial.add(realm)
        try:
            yield not self.stopped(name, address)
        finally:
            if alone:
                with self._changed:
                    self._in_trial.discard(realm)
                    self._changed.notify_all()

    def _stops(self, name: str, address: str) -> bool:
        return (name, address) in self._refused or self._realm_stopped(name)

    def _realm_stopped(self, name: str) -> bool:
        realm = self._realms.get(name)
        return realm is not None and len(self._refused_by.get(realm, ())) >= REALM_REFUSALS
