"""The credential book of a run: which credential may be offered to which address, in which order, and until when."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import TypeVar

from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import Community, Credential, Login, Usm
from scanner.credentials.credential_builder import (
    CredentialBuilder,
    CredentialProblem,
    EmptySecretReader,
    ReferenceReader,
    SecretReader,
)
from scanner.credentials.entry_kinds import has_password, kind_of, probe_of, rank
from scanner.credentials.file import (
    CommunityEntry,
    CredentialEntry,
    LoginEntry,
    UserEntry,
    read_entries,
    secret_variables,
)
from scanner.credentials.lockout import Breaker
from scanner.credentials.references import Prompt
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import Strength, strength_of
from scanner.targets.addresses import AddressSet, Network, block_of, parse_address

_EXCLUDED = "its jump host is excluded", "remove the host from the exclusions, or name another"
_NO_ADDRESS = "its jump host has no address", "correct the name, or give the address"

CredentialKind = TypeVar("CredentialKind", Community, Usm, Login)


def read_credentials(path: Path, prompt: Prompt) -> "FileBook":
    """The book of a credentials file. Reads no secret before it is first needed. Raises DataFileError."""
    return FileBook(read_entries(path), path.parent, prompt)


class FileBook:
    """A `CredentialBook` from a file. Thread-safe.

    A credential's secrets are read once, when it is first handed out. If a secret cannot be read, the credential is
    left out from then on and named in `problems()`. No community is offered where an SNMPv3 user is bound whose entry
    says `downgrade: never`.
    """

    def __init__(
        self,
        entries: tuple[CredentialEntry, ...],
        folder: Path,
        prompt: Prompt,
        make_reader: Callable[[Path, Prompt, frozenset[str]], SecretReader] = ReferenceReader,
        jump_addresses: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._entries = tuple(sorted(entries, key=rank))
        self._folder, self._prompt, self._make_reader = folder, prompt, make_reader
        self._bound = {entry.name: AddressSet(map(block_of, entry.networks())) for entry in entries}
        self._builder = CredentialBuilder(
            {entry.name: entry for entry in entries},
            make_reader(folder, prompt, secret_variables(entries)),
            jump_addresses,
        )
        self._breaker = Breaker(
            {entry.name: entry.realm for entry in entries if entry.realm},
            {
                entry.name: entry.user
                for entry in entries
                if not isinstance(entry, CommunityEntry) and has_password(entry)
            },
        )
        never = (entry for entry in entries if isinstance(entry, UserEntry) and entry.downgrade == "never")
        self._no_downgrade = AddressSet(block_of(network) for entry in never for network in entry.networks())
        self._accepted: dict[str, list[str]] = {}
        self._recalled: dict[str, set[str]] = {}
        self._built: dict[str, Credential | CredentialProblem] = {}
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"FileBook({', '.join(entry.name for entry in self._entries)})"

    def unread(self) -> "FileBook":
        """The same book with an empty text for every secret. For a dry run: it prompts nobody and starts no command."""
        return FileBook(self._entries, self._folder, self._prompt, EmptySecretReader)

    def avoiding(self, forbids: Callable[[str], bool], resolve_name: Callable[[str], str]) -> "FileBook":
        """The same book without the logins whose jump host is forbidden, by its name or its address.

        The name of every other jump host is pinned to the address that was compared: no other is connected to. A login
        whose jump host has no address is left out too."""
        jumps = {entry.name: entry.through() for entry in self._entries if isinstance(entry, LoginEntry)}
        addresses, problems = dict[str, str](), dict[str, tuple[str, str]]()
        for name, jump in jumps.items():
            if jump is None:
                continue
            try:
                addresses[jump.host] = addresses.get(jump.host) or resolve_name(jump.host)
            except OSError:
                problems[name] = _NO_ADDRESS
            if forbids(jump.host) or forbids(addresses.get(jump.host, jump.host)):
                problems[name] = _EXCLUDED
        kept = tuple(entry for entry in self._entries if entry.name not in problems)
        book = FileBook(kept, self._folder, self._prompt, self._make_reader, addresses)
        book._builder.revealed += self._builder.revealed
        book._breaker, book._accepted, book._recalled = self._breaker, self._accepted, self._recalled
        left_out = {name: CredentialProblem(name, *problem) for name, problem in sorted(problems.items())}
        book._built = {**self._built, **left_out}
        return book

    @property
    def prefixes(self) -> tuple[Network, ...]:
        """See `CredentialBook`."""
        return tuple(network for entry in self._entries for network in entry.networks())

    def communities(self, address: str) -> tuple[Community, ...]:
        """See `CredentialBook`."""
        return self._usable(address, Community)

    def usm_users(self, address: str) -> tuple[Usm, ...]:
        """See `CredentialBook`."""
        return self._usable(address, Usm)

    def logins(self, address: str) -> tuple[Login, ...]:
        """See `CredentialBook`."""
        return self._usable(address, Login)

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        """See `CredentialBook`. In the order in which they are offered."""
        return tuple(entry.name for entry in self._offered(address) if probe in ("", probe_of(entry)))

    def has_jump_host(self, address: str) -> bool:
        """True if a login reaches this address through a jump host, so that its silence towards us means nothing."""
        return any(isinstance(entry, LoginEntry) and entry.jump is not None for entry in self._offered(address))

    def stopped(self, address: str) -> tuple[str, ...]:
        """The names of the credentials bound to this address that the breaker stopped."""
        return tuple(entry.name for entry in self._bound_to(address) if self._breaker.stopped(entry.name, address))

    def withheld_credentials(self, address: str) -> tuple[Gap, ...]:
        """A gap for each credential that was not offered to this address: the breaker stopped it, its secret cannot be
        read, or it is a community where none may follow SNMPv3. Empty if the address accepted a credential."""
        with self._lock:
            if self._accepted.get(address):
                return ()
            unread = {name: built for name, built in self._built.items() if isinstance(built, CredentialProblem)}
        bound = [(entry.name, probe_of(entry)) for entry in self._bound_to(address)]
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
            *(
                Gap("snmp", f"credential {name}", GapReason.NO_CREDENTIAL, "withheld, because of `downgrade: never`")
                for name in sorted(self._withheld_communities(address))
            ),
        )

    def accepted(self, credential: Credential, address: str) -> None:
        """See `CredentialBook`."""
        self.note_accepted(credential.name, address)

    def note_accepted(self, name: str, address: str) -> None:
        """As `accepted`, by the name of the credential: another process of this run offered it."""
        with self._lock:
            others = [other for other in self._accepted.get(address, ()) if other != name]
            self._accepted[address] = [name, *others]

    def accepted_at(self, address: str) -> tuple[str, ...]:
        """The names of the credentials that an address accepted in this run, the last one first."""
        with self._lock:
            return tuple(self._accepted.get(address, ()))

    def refused(self, credential: Credential, address: str) -> None:
        """See `CredentialBook` and `Breaker`."""
        self.note_refused(credential.name, address)

    def note_refused(self, name: str, address: str) -> None:
        """As `refused`, by the name of the credential: another process of this run offered it."""
        self._breaker.refused(name, address)

    def may_be_asked_apart(self, address: str) -> bool:
        """True if another process with a copy of this book may offer the SNMP credentials of an address: what is
        accepted and refused there decides on no other device, and no secret is left to read. Reads those that it can
        without asking a person."""
        self.secrets_known_at(address)
        bound = [entry for entry in self._bound_to(address) if not isinstance(entry, LoginEntry)]
        of_realm = any(isinstance(entry, UserEntry) and entry.realm for entry in bound)
        if of_realm or any(self._builder.asks_person(entry) for entry in bound):
            return False
        for entry in bound:
            self._build(entry)
        return True

    @contextmanager
    def copied(self) -> Iterator[None]:
        """Fork inside this block: no other thread is changing the book then, nor in the copy."""
        with self._lock, self._breaker.at_rest():
            yield

    def watch_refusals(self, watcher: Callable[[str, str], None], alone: bool = False) -> None:
        """See `Breaker.watch`."""
        self._breaker.watch(watcher, alone)

    def recall_refusals(self, refusals: Iterable[tuple[str, str]]) -> None:
        """Count refusals of an earlier part of the run: names of credentials, each with the address that refused it."""
        for name, address in refusals:
            self._breaker.recall(name, address)

    def recall_accepted(self, accepted: Iterable[tuple[str, str]]) -> None:
        """Know what worked in an earlier run: names of credentials, each with the address that accepted it. They go
        first there, but no SNMPv3 user goes before one of a higher security level: whoever makes the better one fail
        once would else be offered the worse one from then on."""
        with self._lock:
            for name, address in accepted:
                self._recalled.setdefault(address, set()).add(name)

    def worked_before(self, address: str) -> frozenset[str]:
        """See `CredentialBook`."""
        with self._lock:
            return frozenset(self._recalled.get(address, ()))

    def working(self, address: str) -> tuple[tuple[str, str], ...]:
        """Which credentials an address accepted in this run: of each probe (`snmp`, `ssh`) the name of the last one."""
        with self._lock:
            accepted = tuple(self._accepted.get(address, ()))
        last: dict[str, str] = {}
        for name in accepted:
            last.setdefault(next(probe_of(entry) for entry in self._entries if entry.name == name), name)
        return tuple(sorted(last.items()))

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        """See `CredentialBook` and `Breaker.trial`."""
        return self._breaker.trial(credential.name, address)

    def trial_now(self, credential: Credential, address: str) -> AbstractContextManager[bool] | None:
        """See `CredentialBook` and `Breaker.trial_now`."""
        return self._breaker.trial_now(credential.name, address)

    def secrets_known_at(self, address: str) -> tuple[Secret, ...]:
        """The secrets to strike out of what the device at an address says: all that were read so far, and those that it
        may know because they are bound to it. Asks nobody: what is behind `prompt:` counts once it was entered."""
        with self._lock:
            for entry in self._entries if _is_address(address) else ():
                if parse_address(address) in self._bound[entry.name]:
                    self._builder.reveal(entry)
            return tuple(self._builder.revealed)

    def problems(self) -> tuple[CredentialProblem, ...]:
        """The credentials that a probe needed and that cannot be used."""
        with self._lock:
            return tuple(built for built in self._built.values() if isinstance(built, CredentialProblem))

    def check(self) -> tuple[tuple[str, CredentialProblem | None], ...]:
        """Read every secret now, for `kitscan doctor`. Each name with its problem, or None."""
        all_built = ((entry.name, self._build(entry)) for entry in self._entries)
        return tuple((name, built if isinstance(built, CredentialProblem) else None) for name, built in all_built)

    def easily_guessed(self) -> tuple[tuple[str, Strength], ...]:
        """The credentials with a secret that was read and cannot be struck out wherever a device repeats it."""
        with self._lock:
            secrets = [(entry.name, self._builder.secrets_of(entry)) for entry in self._entries]
        weakest = ((name, [strength_of(secret.reveal()) for secret in found]) for name, found in secrets)
        return tuple(
            (name, max(found, key=list(Strength).index)) for name, found in weakest if set(found) - {Strength.ANYWHERE}
        )

    def _usable(self, address: str, kind: type[CredentialKind]) -> tuple[CredentialKind, ...]:
        entries = (entry for entry in self._offered(address) if kind_of(entry) is kind)
        return tuple(built for entry in entries if isinstance(built := self._build(entry), kind))

    def _offered(self, address: str) -> list[CredentialEntry]:
        usable = [entry for entry in self._bound_to(address) if not self._breaker.stopped(entry.name, address)]
        with self._lock:
            accepted = list(self._accepted.get(address, ()))
            recalled = self.worked_before(address)
        last = {name: number for number, name in enumerate(accepted)}

        def place(entry: CredentialEntry) -> tuple[bool, int, bool]:
            level = rank(entry) if isinstance(entry, UserEntry) else _LOGINS + isinstance(entry, CommunityEntry)
            return entry.name not in last, last.get(entry.name, level), entry.name not in recalled

        return sorted(usable, key=place)  # stable: of one kind the better one stays before the worse

    def _bound_to(self, address: str) -> list[CredentialEntry]:
        parsed = parse_address(address)
        bound = [entry for entry in self._entries if parsed in self._bound[entry.name]]
        withheld = self._withheld_communities(address)
        return [entry for entry in bound if entry.name not in withheld]

    def _withheld_communities(self, address: str) -> frozenset[str]:
        """The communities that are bound to an address and kept from it by `downgrade: never`."""
        parsed = parse_address(address)
        if parsed not in self._no_downgrade:
            return frozenset()
        communities = (entry for entry in self._entries if isinstance(entry, CommunityEntry))
        return frozenset(entry.name for entry in communities if parsed in self._bound[entry.name])

    def _build(self, entry: CredentialEntry) -> Credential | CredentialProblem:
        with self._lock:
            if entry.name not in self._built:
                self._built[entry.name] = self._builder.credential(entry)
            return self._built[entry.name]


def _is_address(text: str) -> bool:
    """False for the empty address of a subject that has none."""
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


_LOGINS = 3
"""The place of every login in the safe order. Communities come after it."""
