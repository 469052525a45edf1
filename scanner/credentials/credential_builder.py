"""Builds credentials from the entries of the credentials file. Only here do references become secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, assert_never

from scanner.credentials.credential import Community, Credential, Jump, Login, Usm
from scanner.credentials.file import (
    CommunityEntry,
    CredentialEntry,
    LoginEntry,
    UserEntry,
    reference_of,
    secret_references,
)
from scanner.credentials.references import Prompt, Reference, Scheme, Unreadable, check_private, resolve, secret_file
from scanner.credentials.secret import Secret


@dataclass(frozen=True, slots=True)
class CredentialProblem:
    """A credential that cannot be used: its name, why, and what to do. It holds no secret."""

    name: str
    problem: str
    next_step: str


class SecretReader(Protocol):
    """Reads the secrets behind references. Relative paths start at `folder`."""

    @property
    def folder(self) -> Path:
        """The folder of the credentials file."""
        ...

    def secret(self, reference: Reference, purpose: str) -> Secret | Unreadable:
        """The secret behind a reference."""
        ...

    def key_file_problem(self, key_file: Path) -> Unreadable | None:
        """Why a private key cannot be used, or None."""
        ...


@dataclass(frozen=True, slots=True)
class ReferenceReader:
    """Reads secrets where they are. No command inherits the environment variables in `hidden`."""

    folder: Path
    prompt: Prompt
    hidden: frozenset[str] = frozenset()

    def secret(self, reference: Reference, purpose: str) -> Secret | Unreadable:
        """See `SecretReader`."""
        return resolve(reference, self.folder, self.prompt, purpose, self.hidden)

    def key_file_problem(self, key_file: Path) -> Unreadable | None:
        """See `SecretReader`."""
        return check_private(key_file)


@dataclass(frozen=True, slots=True)
class EmptySecretReader:
    """Reads nothing: an empty text stands for every secret. For dry runs."""

    folder: Path
    prompt: Prompt
    hidden: frozenset[str] = frozenset()

    def secret(self, reference: Reference, purpose: str) -> Secret | Unreadable:  # noqa: ARG002 - the protocol's
        """See `SecretReader`."""
        return Secret("")

    def key_file_problem(self, key_file: Path) -> Unreadable | None:  # noqa: ARG002 - the protocol's
        """See `SecretReader`."""
        return None


class CredentialBuilder:
    """Builds credentials from entries. Each secret is read once.

    `revealed` are all that it has read so far. `addresses` are those that the names of jump hosts were pinned to.
    """

    def __init__(self, entries: dict[str, CredentialEntry], reader: SecretReader, addresses: Mapping[str, str]) -> None:
        self._entries, self._addresses = entries, addresses
        self._reader = reader
        self.revealed: list[Secret] = []
        self._asked_for: set[str] = set()
        self._read: dict[tuple[str, str], Secret | Unreadable] = {}

    def credential(self, entry: CredentialEntry) -> Credential | CredentialProblem:
        """The credential of an entry, or the first problem that prevents it."""
        match entry:
            case CommunityEntry():
                return self._community(entry)
            case UserEntry():
                return self._user(entry)
            case LoginEntry():
                return self._login(entry)
            case _:
                assert_never(entry)

    def reveal(self, entry: CredentialEntry) -> None:
        """Read the secrets of an entry, and of the login at its jump host, but for those that a person would be asked
        for. What cannot be read is told when the credential is built."""
        if entry.name in self._asked_for:
            return
        self._asked_for.add(entry.name)
        for key, text in secret_references(entry):
            if reference_of(text).scheme is not Scheme.PROMPT:
                self._secret(entry, key, text)
        through = entry.through() if isinstance(entry, LoginEntry) else None
        if through is not None and through.credential in self._entries:
            self.reveal(self._entries[through.credential])

    def asks_person(self, entry: CredentialEntry) -> bool:
        """True if a person has still to enter a secret of an entry."""
        prompts = (key for key, text in secret_references(entry) if reference_of(text).scheme is Scheme.PROMPT)
        return any((entry.name, key) not in self._read for key in prompts)

    def secrets_of(self, entry: CredentialEntry) -> tuple[Secret, ...]:
        """The secrets of an entry that were read so far."""
        read = (self._read.get((entry.name, key)) for key, _ in secret_references(entry))
        return tuple(secret for secret in read if isinstance(secret, Secret))

    def _community(self, entry: CommunityEntry) -> Community | CredentialProblem:
        community = self._secret(entry, "community", entry.community)
        if isinstance(community, Unreadable):
            return _problem(entry, community)
        return Community(entry.name, entry.snmp, community, entry.sweep)

    def _user(self, entry: UserEntry) -> Usm | CredentialProblem:
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
            entry.realm or "",
        )

    def _login(self, entry: LoginEntry) -> Login | CredentialProblem:
        key_file = secret_file(reference_of(entry.key), self._reader.folder) if entry.key else None
        key_problem = self._reader.key_file_problem(key_file) if isinstance(key_file, Path) else key_file
        password = self._secret(entry, "password", entry.password) if entry.password else None
        passphrase = self._secret(entry, "passphrase", entry.passphrase) if entry.passphrase else None
        for secret in (key_problem, password, passphrase):
            if isinstance(secret, Unreadable):
                return _problem(entry, secret)
        login = Login(
            entry.name,
            entry.user,
            _readable(password),
            key_file if isinstance(key_file, Path) else None,
            _readable(passphrase),
            source_address=entry.source_address,
            realm=entry.realm or "",
        )
        jump = self._jump(entry, login)
        return jump if isinstance(jump, CredentialProblem) else replace(login, jump=jump)

    def _jump(self, entry: LoginEntry, own: Login) -> Jump | CredentialProblem | None:
        """The jump host: with the login of the entry that it names, else with the session's own."""
        through = entry.through()
        if through is None:
            return None
        named = self._entries.get(through.credential or "")
        login = self._login(named) if isinstance(named, LoginEntry) else own
        if isinstance(login, CredentialProblem):
            return replace(login, name=entry.name)
        return Jump(through.host, through.port, login, self._addresses.get(through.host, ""))

    def _secret(self, entry: CredentialEntry, key: str, text: str) -> Secret | Unreadable:
        if (entry.name, key) not in self._read:
            secret = self._reader.secret(reference_of(text), f"{entry.name}, {key}")
            self._read[entry.name, key] = secret
            self.revealed += [secret] if isinstance(secret, Secret) else []
        return self._read[entry.name, key]


def _problem(entry: CredentialEntry, unreadable: Unreadable) -> CredentialProblem:
    return CredentialProblem(entry.name, unreadable.problem, unreadable.next_step)


def _readable(secret: Secret | Unreadable | None) -> Secret | None:
    return secret if isinstance(secret, Secret) else None
