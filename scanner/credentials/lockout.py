"""The breaker that keeps a scan from locking accounts. It counts refusals, and no time-outs.

A refusal is any answer but success after a secret was sent: asking again, a second step, a closed connection. One
refusal stops the credential on that device. If two devices refuse credentials of one realm (one AAA service), all
credentials of the realm stop everywhere. So do the passwords of one account of the realm after two refusals, even by
one device: the service counts them together. An account without a realm is local to a device, and counts there only.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Condition
from types import MappingProxyType

REALM_REFUSALS = 2
"""How many devices may refuse a realm before it stops. AAA services commonly lock an account after three."""

CAUTION = 20
"""Devices that must have accepted a credential for each login at once, once a device has refused its realm."""


class Breaker:
    """Knows which credential may still be offered where. Thread-safe. It holds names, no secrets.

    `realms` and `accounts` have the realm and the user of credentials by their names; `accounts` only of passwords.
    """

    def __init__(self, realms: Mapping[str, str], accounts: Mapping[str, str] = MappingProxyType({})) -> None:
        self._realms, self._accounts = realms, accounts
        self._refused: set[tuple[str, str]] = set()
        self._refused_by: dict[str, set[str]] = {}
        self._failed: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self._accepted_by: dict[str, set[str]] = {}
        self._in_trial: dict[str, int] = {}
        self._changed = Condition()
        self._watchers: list[Callable[[str, str], None]] = []

    def stopped(self, name: str, address: str) -> bool:
        """True if this credential must not be offered to this address any more."""
        with self._changed:
            return self._stops(name, address)

    def watch(self, watcher: Callable[[str, str], None]) -> None:
        """Call `watcher` with name and address at each refusal from now on, on the thread that reports it."""
        self._watchers.append(watcher)

    def refused(self, name: str, address: str) -> None:
        """Count a refusal."""
        self.recall(name, address)
        for watcher in self._watchers:
            watcher(name, address)

    def recall(self, name: str, address: str) -> None:
        """Count a refusal of an earlier part of the run."""
        with self._changed:
            self._refused.add((name, address))
            if (realm := self._realms.get(name)) is not None:
                self._refused_by.setdefault(realm, set()).add(address)
                if name in self._accounts:
                    self._failed.setdefault((realm, self._accounts[name]), set()).add((name, address))
            self._changed.notify_all()

    def accepted(self, name: str, address: str) -> None:
        """A device accepted the credential: it may be offered to one more device at once."""
        with self._changed:
            self._accepted_by.setdefault(name, set()).add(address)
            self._changed.notify_all()

    @contextmanager
    def trial(self, name: str, address: str) -> Iterator[bool]:
        """Offer a credential inside this block if it yields True. False means that it was stopped meanwhile.

        As many logins of a realm are in flight as devices have accepted the credential, and one at first: fifty in
        flight would be fifty refusals before the first one counts, and one device that lets everybody in proves
        nothing. Blocks the calling thread until it is this device's turn.
        """
        realm = self._realms.get(name)
        if realm is None:
            yield not self.stopped(name, address)
            return
        with self._changed:
            self._changed.wait_for(
                lambda: self._stops(name, address) or self._in_trial.get(realm, 0) < self._at_once(name, realm)
            )
            self._in_trial[realm] = self._in_trial.get(realm, 0) + 1
        try:
            yield not self.stopped(name, address)
        finally:
            with self._changed:
                self._in_trial[realm] -= 1
                self._changed.notify_all()

    def _at_once(self, name: str, realm: str) -> int:
        """How many logins may be in flight in a realm, for one more of this credential."""
        accepted = len(self._accepted_by.get(name, ()))
        return max(1, accepted // CAUTION if self._refused_by.get(realm) else accepted)

    def _stops(self, name: str, address: str) -> bool:
        return (name, address) in self._refused or self._realm_stopped(name)

    def _realm_stopped(self, name: str) -> bool:
        realm = self._realms.get(name)
        if realm is None:
            return False
        failed = self._failed.get((realm, self._accounts.get(name, "")), ())
        return len(self._refused_by.get(realm, ())) >= REALM_REFUSALS or len(failed) >= REALM_REFUSALS
