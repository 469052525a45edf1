"""Entries made into credentials: the only place where references become secrets."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from scanner.credentials.access import Community, Credential, Jump, Login, Usm
from scanner.credentials.file import CommunityEntry, Entry, LoginEntry, UserEntry, reference_of
from scanner.credentials.references import Prompt, Reference, Unreadable, check_private, resolve
from scanner.credentials.secret import Secret


@dataclass(frozen=True, slots=True)
class Problem:
    """A credential that cannot be used: its name, why (no secret in it), and what to do."""

    name: str
    problem: str
    next_step: str


class Reader(Protocol):
    """How references become secrets. `folder` is where relative paths start."""

    @property
    def folder(self) -> Path:
        """The folder of the credentials file."""
        ...

    def secret(self, reference: Reference, asked_for: str) -> Secret | Unreadable:
        """The secret behind a reference."""
        ...

    def trouble_with(self, key_file: Path) -> Unreadable | None:
        """What keeps a private key from being used."""
        ...


@dataclass(frozen=True, slots=True)
class FromPlaces:
    """Reads secrets where they are. `hidden` names the environment variables that no command inherits."""

    folder: Path
    prompt: Prompt
    hidden: frozenset[str] = frozenset()

    def secret(self, reference: Reference, asked_for: str) -> Secret | Unreadable:
        """See `Reader`."""
        return resolve(reference, self.folder, self.prompt, asked_for, self.hidden)

    def trouble_with(self, key_file: Path) -> Unreadable | None:
        """See `Reader`."""
        return check_private(key_file)


@dataclass(frozen=True, slots=True)
class Unread:
    """Reads nothing: an empty word stands for every secret."""

    folder: Path
    prompt: Prompt
    hidden: frozenset[str] = frozenset()

    def secret(self, reference: Reference, asked_for: str) -> Secret | Unreadable:  # noqa: ARG002 - the protocol's
        """See `Reader`."""
        return Secret("")

    def trouble_with(self, key_file: Path) -> Unreadable | None:  # noqa: ARG002 - the protocol's
        """See `Reader`."""
        return None


class Builder:
    """Makes credentials out of entries."""

    def __init__(self, entries: dict[str, Entry], read: Reader) -> None:
        self._entries = entries
        self._read = read

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
        key_file = self._read.folder / Path(reference_of(entry.key).rest).expanduser() if entry.key else None
        open_to_others = self._read.trouble_with(key_file) if key_file else None
        password = self._secret(entry, "password", entry.password) if entry.password else None
        passphrase = self._secret(entry, "passphrase", entry.passphrase) if entry.passphrase else None
        for secret in (open_to_others, password, passphrase):
            if isinstance(secret, Unreadable):
                return _problem(entry, secret)
        login = Login(
            entry.name,
            entry.user,
            _had(password),
            key_file,
            _had(passphrase),
            source_address=entry.source_address,
            realm=entry.realm or "",
        )
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
        return self._read.secret(reference_of(text), f"{entry.name}, {key}")


def _problem(entry: Entry, unreadable: Unreadable) -> Problem:
    return Problem(entry.name, unreadable.problem, unreadable.next_step)


def _had(secret: Secret | Unreadable | None) -> Secret | None:
    return secret if isinstance(secret, Secret) else None
