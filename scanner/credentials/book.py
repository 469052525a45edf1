"""The credential book of a run: what may be offered to which address, in which order, and when to stop offering."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import TypeVar

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.access import Community, CommunityVersion, Credential, Login, Usm
from scanner.credentials.file import CommunityEntry, Entry, LoginEntry, UserEntry, read_entries, secret_variables
from scanner.credentials.lockout import Breaker
from scanner.credentials.references import Prompt
from scanner.credentials.unlocking import Builder, FromPlaces, Problem, Reader, Unread
from scanner.targets.addresses import AddressSet, Network, block_of, parse_address

Kind = TypeVar("Kind", Community, Usm, Login)


def read_credentials(path: Path, prompt: Prompt) -> "FileBook":
    """The book of a credentials file. Raises DataFileError; no secret is read before it is first needed."""
    return FileBook(read_entries(path), path.parent, prompt)


class FileBook:
    """A `CredentialBook` from a file. Safe for use from several threads.

    A credential's secrets are read once, when it is first handed out; one whose secret cannot be read is left out from
    then on and named in `problems()`.
    """

    def __init__(
        self,
        entries: tuple[Entry, ...],
        folder: Path,
        prompt: Prompt,
        reading: Callable[[Path, Prompt, frozenset[str]], Reader] = FromPlaces,
    ) -> None:
        self._entries = tuple(sorted(entries, key=_rank))
        self._folder, self._prompt, self._reading = folder, prompt, reading
        self._bound = {entry.name: AddressSet(map(block_of, entry.networks())) for entry in entries}
        self._builder = Builder(
            {entry.name: entry for entry in entries}, reading(folder, prompt, secret_variables(entries))
        )
        self._breaker = Breaker({entry.name: entry.realm for entry in entries if entry.realm})
        self._good: dict[str, list[str]] = {}
        self._built: dict[str, Credential | Problem] = {}
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"FileBook({', '.join(entry.name for entry in self._entries)})"

    def unread(self) -> "FileBook":
        """The same book with an empty word for every secret: for a dry run, which asks nobody and starts no command."""
        return FileBook(self._entries, self._folder, self._prompt, Unread)

    def avoiding(self, forbids: Callable[[str], bool], resolve_name: Callable[[str], str]) -> "FileBook":
        """The same book without the logins whose jump host is forbidden, by its name or by the address it has."""

        def forbidden(host: str) -> bool:
            try:
                return forbids(host) or forbids(resolve_name(host))
            except OSError:
                return False

        jumps = {entry.name: entry.through() for entry in self._entries if isinstance(entry, LoginEntry)}
        out = {name for name, jump in jumps.items() if jump is not None and forbidden(jump.host)}
        left = tuple(entry for entry in self._entries if entry.name not in out)
        book = FileBook(left, self._folder, self._prompt, self._reading)
        told = "its jump host is excluded", "take the host out of the exclusions, or name another"
        book._breaker, book._good = self._breaker, self._good
        book._built = {**self._built, **{name: Problem(name, *told) for name in sorted(out)}}
        return book

    @property
    def prefixes(self) -> tuple[Network, ...]:
        """All prefixes that any credential is bound to: between their edges the same names apply."""
        return tuple(network for entry in self._entries for network in entry.networks())

    def communities(self, address: str) -> tuple[Community, ...]:
        """v1 and v2c communities bound to this address: last good first, then v2c, then v1."""
        return self._usable(address, Community)

    def usm_users(self, address: str) -> tuple[Usm, ...]:
        """SNMPv3 users bound to this address: last good first, then authPriv, authNoPriv, noAuthNoPriv."""
        return self._usable(address, Usm)

    def logins(self, address: str) -> tuple[Login, ...]:
        """SSH logins bound to this address: last good first, then by key, then by password."""
        return self._usable(address, Login)

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        """The names of all that may be offered to this address (by one probe: `snmp` or `ssh`), in order.

        No secret is read for it, so a dry run asks nobody and starts no command.
        """
        listed = (one for one in self._offered(address) if probe in ("", "ssh" if _is_login(one) else "snmp"))
        return tuple(entry.name for entry in listed)

    def jumps(self, address: str) -> bool:
        """Whether this address may be reached through a jump host, so that its silence towards us says nothing."""
        return any(isinstance(one, LoginEntry) and one.jump is not None for one in self._offered(address))

    def stopped(self, address: str) -> tuple[str, ...]:
        """The names bound to this address that the breaker has stopped."""
        return tuple(one.name for one in self._bound_to(address) if self._breaker.stopped(one.name, address))

    def withheld(self, address: str) -> tuple[Gap, ...]:
        """What could not be offered to an address that nothing has let us in to: stopped, or without its secret."""
        with self._lock:
            if self._good.get(address):
                return ()
            unread = {name: one for name, one in self._built.items() if isinstance(one, Problem)}
        bound = [(entry.name, "ssh" if _is_login(entry) else "snmp") for entry in self._bound_to(address)]
        stopped = self.stopped(address)
        return (
            *(
                Gap(probe, f"credential {name}", GapReason.CREDENTIAL_STOPPED, "it was refused before")
                for name, probe in bound
                if name in stopped
            ),
            *(
                Gap(probe, f"credential {name}", GapReason.CREDENTIAL_UNREADABLE, unread[name].problem)
                for name, probe in bound
                if name in unread
            ),
        )

    def accepted(self, credential: Credential, address: str) -> None:
        """This credential was let in: it goes first there next time."""
        self._breaker.accepted(credential.name)
        with self._lock:
            others = [name for name in self._good.get(address, ()) if name != credential.name]
            self._good[address] = [credential.name, *others]

    def refused(self, credential: Credential, address: str) -> None:
        """This credential was explicitly refused there; what that stops, `Breaker` says."""
        self._breaker.refused(credential.name, address)

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        """Offer a credential inside this context, if it yields True: see `Breaker.trial`. Blocks the thread."""
        return self._breaker.trial(credential.name, address)

    def problems(self) -> tuple[Problem, ...]:
        """The credentials that were wanted and could not be read, by name."""
        with self._lock:
            return tuple(one for one in self._built.values() if isinstance(one, Problem))

    def check(self) -> tuple[tuple[str, Problem | None], ...]:
        """Read every secret now, for `kitscan doctor`: each name with its problem, or None."""
        built = ((entry.name, self._build(entry)) for entry in self._entries)
        return tuple((name, one if isinstance(one, Problem) else None) for name, one in built)

    def _usable(self, address: str, kind: type[Kind]) -> tuple[Kind, ...]:
        wanted = (entry for entry in self._offered(address) if _kind(entry) is kind)
        return tuple(built for entry in wanted if isinstance(built := self._build(entry), kind))

    def _offered(self, address: str) -> list[Entry]:
        open_here = [one for one in self._bound_to(address) if not self._breaker.stopped(one.name, address)]
        with self._lock:
            good = list(self._good.get(address, ()))
        return sorted(open_here, key=lambda one: good.index(one.name) if one.name in good else len(good))

    def _bound_to(self, address: str) -> list[Entry]:
        parsed = parse_address(address)
        return [entry for entry in self._entries if parsed in self._bound[entry.name]]

    def _build(self, entry: Entry) -> Credential | Problem:
        with self._lock:
            if entry.name not in self._built:
                self._built[entry.name] = self._builder.credential(entry)
            return self._built[entry.name]


def _rank(entry: Entry) -> int:
    """The safe order: what shows the least to a device that should not see it comes first."""
    match entry:
        case UserEntry(auth=auth, priv=priv):
            return 0 if priv else 1 if auth else 2
        case LoginEntry(key=key):
            return 3 if key else 4
        case CommunityEntry(snmp=version):
            return 5 if version is CommunityVersion.V2C else 6


def _kind(entry: Entry) -> type[Credential]:
    match entry:
        case CommunityEntry():
            return Community
        case UserEntry():
            return Usm
        case LoginEntry():
            return Login


def _is_login(entry: Entry) -> bool:
    return isinstance(entry, LoginEntry)
