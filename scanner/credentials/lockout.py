"""The breaker that keeps a scan from locking accounts. It counts refusals, and no time-outs.

A refusal is any answer but success after a secret was sent: asking again, a second step, a closed connection. One
refusal stops the credential on that device. If two devices refuse credentials of one realm (one AAA service), all
credentials of the realm stop everywhere. So do the passwords of one account of the realm after two refusals, even by
one device: the service counts them together. An account without a realm is local to a device, and counts there only.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Condition
from types import MappingProxyType

REALM_REFUSALS = 2
"""How many devices may refuse a realm before it stops. AAA services commonly lock an account after three."""


class Breaker:
    """Knows which credential may still be offered where. Thread-safe. It holds names, no secrets.

    `realms` and `accounts` have the realm and the user of credentials by their names; `accounts` only of passwords.
    """

    def __init__(self, realms: Mapping[str, str], accounts: Mapping[str, str] = MappingProxyType({})) -> None:
        self._realms, self._accounts = realms, accounts
        self._refused: set[tuple[str, str]] = set()
        self._refused_by: dict[str, set[str]] = {}
        self._failed: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self._in_trial: dict[str, int] = {}
        self._changed = Condition()
        self._watchers: list[Callable[[str, str], None]] = []

    def stopped(self, name: str, address: str) -> bool:
        """True if this credential must not be offered to this address any more."""
        with self._changed:
            return self._stops(name, address)

    def watch(self, watcher: Callable[[str, str], None], alone: bool = False) -> None:
        """Call `watcher` with name and address at each refusal from now on, on the thread that reports it; `alone`:
        and no other watcher any more."""
        self._watchers = [*(() if alone else self._watchers), watcher]

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Inside this block no other thread changes anything."""
        with self._changed:
            yield

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

    @contextmanager
    def trial(self, name: str, address: str) -> Iterator[bool]:
        """Offer a credential inside this block if it yields True. False means that it was stopped meanwhile.

        As many logins of a realm are in flight as may still be refused: fifty in flight would be fifty refusals before
        the first one counts. That devices accept a login proves nothing: some let everybody in. Blocks the calling
        thread until it is this device's turn.
        """
        realm = self._realms.get(name)
        if realm is None:
            yield not self.stopped(name, address)
            return
        with self._changed:
            self._changed.wait_for(lambda: self._is_turn(name, address, realm))
            self._in_trial[realm] = self._in_trial.get(realm, 0) + 1
        with self._in_flight(name, address, realm) as is_allowed:
            yield is_allowed

    def trial_now(self, name: str, address: str) -> AbstractContextManager[bool] | None:
        """The same, to be entered at once. None while it is another device's turn. Never blocks."""
        realm = self._realms.get(name)
        if realm is None:
            return nullcontext(not self.stopped(name, address))
        with self._changed:
            if not self._is_turn(name, address, realm):
                return None
            self._in_trial[realm] = self._in_trial.get(realm, 0) + 1
        return self._in_flight(name, address, realm)

    @contextmanager
    def _in_flight(self, name: str, address: str, realm: str) -> Iterator[bool]:
        """A trial that is counted already, until the block ends."""
        try:
            yield not self.stopped(name, address)
        finally:
            with self._changed:
                self._in_trial[realm] -= 1
                self._changed.notify_all()

    def _is_turn(self, name: str, address: str, realm: str) -> bool:
        """Whether a trial may begin; a credential that is stopped waits for nobody."""
        left = REALM_REFUSALS - self._refusals(name, realm)
        return self._stops(name, address) or self._in_trial.get(realm, 0) < left

    def _stops(self, name: str, address: str) -> bool:
        realm = self._realms.get(name)
        is_realm_stopped = realm is not None and self._refusals(name, realm) >= REALM_REFUSALS
        return (name, address) in self._refused or is_realm_stopped

    def _refusals(self, name: str, realm: str) -> int:
        """How many devices have refused a realm, or how many times the account of a credential, if that is more."""
        failed = self._failed.get((realm, self._accounts.get(name, "")), ())
        return max(len(self._refused_by.get(realm, ())), len(failed))
