"""The breaker that keeps a scan from locking accounts out: explicit refusals are counted, time-outs are not.

One refusal on a device stops that credential there. Two devices that refuse credentials of one realm (one AAA service)
stop all of that realm everywhere. An account without a realm is a device's own, and counts there only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition

REALM_REFUSALS = 2
"""Devices that may refuse a realm before it is left alone; AAA services commonly lock an account after three."""


class Breaker:
    """Which credential may still be offered where. Safe for use from several threads; it knows names, no secrets."""

    def __init__(self, realms: Mapping[str, str]) -> None:
        self._realms = realms
        self._refused: set[tuple[str, str]] = set()
        self._refused_by: dict[str, set[str]] = {}
        self._proven: set[str] = set()
        self._in_trial: set[str] = set()
        self._changed = Condition()

    def stopped(self, name: str, address: str) -> bool:
        """Whether this credential must not be offered to this address any more."""
        with self._changed:
            return self._stops(name, address)

    def refused(self, name: str, address: str) -> None:
        """An explicit refusal."""
        with self._changed:
            self._refused.add((name, address))
            if name in self._realms:
                self._refused_by.setdefault(self._realms[name], set()).add(address)
            self._changed.notify_all()

    def accepted(self, name: str) -> None:
        """It was let in somewhere: the account is known to work, and may be offered to many devices at once."""
        with self._changed:
            self._proven.add(name)
            self._changed.notify_all()

    @contextmanager
    def trial(self, name: str, address: str) -> Iterator[bool]:
        """Offer a credential inside this block, where it yields True; False means that it was stopped meanwhile.

        While a realm's account is unproven, one device at a time is tried with that realm: fifty logins in flight
        would be fifty refusals before the first is counted. Blocks the calling thread for as long as that takes.
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
