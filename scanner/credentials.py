"""The credential book of a run: what may be offered to which address, in which order, and when to stop offering."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import TypeVar

from scanner.access import Community, CommunityVersion, Credential, Jump, Login, Usm
from scanner.credential_file import CommunityEntry, Entry, LoginEntry, UserEntry, read_entries, reference_of
from scanner.lockout import Breaker
from scanner.references import Prompt, Unreadable, check_private, resolve
from scanner.secret import Secret
from scanner.targets.addresses import AddressSet, Network, block_of, parse_address

Kind = TypeVar("Kind", Community, Usm, Login)


@dataclass(frozen=True, slots=True)
class Problem:
    """A credential that cannot be used: its name, why (no secret in it), and what to do."""

    name: str
    problem: str
    next_step: str


def read_credentials(path: Path, prompt: Prompt) -> "FileBook":
    """The book of a credentials file. Raises DataFileError; no secret is read before it is first needed."""
    return FileBook(read_entries(path), path.parent, prompt)


class FileBook:
    """A `CredentialBook` from a file. Safe for use from several threads.

    A credential's secrets are read once, when it is first handed out; one whose secret cannot be read is left out from
    then on and named in `problems()`.
    """

    def __init__(self, entries: tuple[Entry, ...], folder: Path, prompt: Prompt) -> None:
        self._entries = tuple(sorted(entries, key=_rank))
        self._bound = {entry.name: AddressSet(map(block_of, entry.networks())) for entry in entries}
        self._builder = _Builder({entry.name: entry for entry in entries}, folder, prompt)
        self._breaker = Breaker({entry.name: entry.realm for entry in entries if entry.realm})
        self._good: dict[str, list[str]] = {}
        self._built: dict[str, Credential | Problem] = {}
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"FileBook({', '.join(entry.name for entry in self._entries)})"

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

    def stopped(self, address: str) -> tuple[str, ...]:
        """The names bound to this address that the breaker has stopped."""
        return tuple(one.name for one in self._bound_to(address) if self._breaker.stopped(one.name, address))

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


class _Builder:
    """Makes credentials out of entries: the only place where references become secrets."""

    def __init__(self, entries: dict[str, Entry], folder: Path, prompt: Prompt) -> None:
        self._entries = entries
        self._folder = folder
        self._prompt = prompt

    def credential(self, entry: Entry) -> Credential | Problem:
        """The credential of an entry, or the first thing that keeps it from being had."""
        match entry:
            case CommunityEntry():
                return self._community(entry)
            case UserEntry():
                return self._user(entry)
            case LoginEntry():
                return self._login(entry)

    def _community(self, entry: CommunityEntry) -> Community | Problem:
        community = self._secret(entry, "community", entry.community)
        if isinstance(community, Unreadable):
            return _problem(entry, community)
        return Community(entry.name, entry.snmp, community, entry.sweep)

    def _user(self, entry: UserEntry) -> Usm | Problem:
        auth = self._secret(entry, "auth", entry.auth[1]) if entry.auth else None
        priv = self._secret(entry, "priv", entry.priv[1]) if entry.priv else None
        for secret in (auth, priv):
            if isinstance(secret, Unreadable):
                return _problem(entry, secret)
        return Usm(
            entry.name,
            entry.user,
            (entry.auth[0], auth) if entry.auth and isinstance(auth, Secret) else None,
            (entry.priv[0], priv) if entry.priv and isinstance(priv, Secret) else None,
            entry.context,
        )

    def _login(self, entry: LoginEntry) -> Login | Problem:
        key_file = self._folder / Path(reference_of(entry.key).rest).expanduser() if entry.key else None
        open_to_others = check_private(key_file) if key_file else None
        password = self._secret(entry, "password", entry.password) if entry.password else None
        passphrase = self._secret(entry, "passphrase", entry.passphrase) if entry.passphrase else None
        for secret in (open_to_others, password, passphrase):
            if isinstance(secret, Unreadable):
                return _problem(entry, secret)
        login = Login(entry.name, entry.user, _had(password), key_file, _had(passphrase), None, entry.source_address)
        jump = self._jump(entry, login)
        return jump if isinstance(jump, Problem) else replace(login, jump=jump)

    def _jump(self, entry: LoginEntry, own: Login) -> Jump | Problem | None:
        """How to get through: by the entry it names, else by the session's own login."""
        through = entry.through()
        if through is None:
            return None
        named = self._entries.get(through.credential or "")
        login = self._login(named) if isinstance(named, LoginEntry) else own
        if isinstance(login, Problem):
            return replace(login, name=entry.name)
        return Jump(through.host, through.port, login)

    def _secret(self, entry: Entry, key: str, text: str) -> Secret | Unreadable:
        return resolve(reference_of(text), self._folder, self._prompt, f"{entry.name}, {key}")


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


def _problem(entry: Entry, unreadable: Unreadable) -> Problem:
    return Problem(entry.name, unreadable.problem, unreadable.next_step)


def _had(secret: Secret | Unreadable | None) -> Secret | None:
    return secret if isinstance(secret, Secret) else None
