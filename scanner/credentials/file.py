"""The credentials file: its entries, the reference to each secret, and errors that repeat nothing of the file.

Somebody will write a secret into it instead of a reference, or beside the wrong key. So no error repeats a value or an
unknown key. Errors give the line, the entry's number, the known key, and what was expected there.
"""

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from fingerprints.database.yaml_file import FileModel, KeyPath, read_tree
from fingerprints.model.errors import DataFileError, Flaw
from scanner.credentials.credential import AuthProtocol, CommunityVersion, PrivProtocol
from scanner.credentials.references import FORMS, Reference, Scheme, parse_reference
from scanner.targets.addresses import Network
from scanner.targets.target import SSH_PORT
from scanner.targets.target_syntax import Addresses, HostName, WordError, parse_word

NEXT_STEP = "correct these places (write a reference to each secret, never the secret) and run the same command again"
MAX_FLAWS = 20
SECRET_KEYS = ("community", "auth", "priv", "password", "passphrase")


def _checked_reference(text: str) -> str:
    if parse_reference(text) is None:
        raise ValueError(f"a reference ({FORMS}), never the secret itself")
    return text


def _checked_key_file(text: str) -> str:
    reference = parse_reference(text)
    if reference is None or reference.scheme not in (Scheme.FILE, Scheme.CREDENTIAL):
        raise ValueError("file:PATH or credential:NAME of a private key")
    return text


def _checked_prefix(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError("a CIDR without address bits beyond its prefix, such as 10.0.0.0/8") from None
    return text


def _checked_address(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise ValueError("an IP address of this machine") from None
    return text


def _checked_host(text: str) -> str:
    try:
        written = parse_word(text)
    except WordError:
        written = None
    if written is None or (isinstance(written, Addresses) and written.prefix):
        raise ValueError("a host name or an address, with :port where it is not 22")
    return text


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
SecretPlace = Annotated[str, AfterValidator(_checked_reference)]
KeyFile = Annotated[str, AfterValidator(_checked_key_file)]
BoundPrefixes = Annotated[tuple[Annotated[str, AfterValidator(_checked_prefix)], ...], Field(min_length=1)]
UserName = Annotated[str, Field(min_length=1, max_length=255)]
JumpHostText = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_checked_host)]


class _BaseEntry(FileModel):
    """The fields of every entry."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    name: Name
    """The name that plans, gaps and reports show."""
    prefixes: BoundPrefixes
    """Where it may be offered, and nowhere else."""
    realm: Name | None = None
    """The AAA service that knows the account: two refusals there stop it everywhere."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    __str__ = __repr__

    def networks(self) -> tuple[Network, ...]:
        """The prefixes that this credential is bound to."""
        return tuple(ip_network(prefix) for prefix in self.prefixes)


class CommunityEntry(_BaseEntry):
    """An SNMP v1 or v2c community."""

    snmp: CommunityVersion
    """The version of SNMP."""
    community: SecretPlace
    """A reference to the community."""
    sweep: bool = False
    """`true`: it may be sent to addresses that have not answered yet."""


class UserEntry(_BaseEntry):
    """An SNMPv3 user."""

    snmp: Literal["v3"]
    """The version of SNMP."""
    user: UserName
    """The user's name."""
    auth: tuple[AuthProtocol, SecretPlace] | None = None
    """The algorithm, and a reference to the pass phrase."""
    priv: tuple[PrivProtocol, SecretPlace] | None = None
    """The cipher, and a reference to the pass phrase."""
    context: str = ""
    """The SNMPv3 context to ask in."""
    downgrade: Literal["never"] | None = None
    """`never`: in its prefixes no community is offered."""


class JumpEntry(FileModel):
    """The host that an SSH session goes through. `credential` names another entry; the default is the session's own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    host: JumpHostText
    """Its name or address."""
    port: Annotated[int, Field(ge=1, le=65_535)] = SSH_PORT
    """Its TCP port of SSH."""
    credential: Name | None = None
    """The name of the entry that logs in there. Without it: the one of the session."""


class LoginEntry(_BaseEntry):
    """An SSH login by key or password."""

    ssh: Literal[True]
    """Says that the entry is an SSH login."""
    user: UserName
    """The user's name."""
    key: KeyFile | None = None
    """The file of a private key."""
    passphrase: SecretPlace | None = None
    """A reference to the pass phrase of `key`."""
    password: SecretPlace | None = None
    """A reference to the password."""
    jump: JumpHostText | JumpEntry | None = None
    """The host that the session goes through: its name, with a port where it is not 22, or a mapping."""
    source_address: Annotated[str, AfterValidator(_checked_address)] | None = None
    """The address of this machine that the session begins at."""

    def through(self) -> JumpEntry | None:
        """The jump host. The short form (`bastion.example` or `bastion.example:2222`) is parsed."""
        if not isinstance(self.jump, str):
            return self.jump
        written = parse_word(self.jump)
        port = SSH_PORT if written.port is None else written.port
        return JumpEntry(host=written.name if isinstance(written, HostName) else str(written.block), port=port)


CredentialEntry = CommunityEntry | UserEntry | LoginEntry


def secret_references(entry: CredentialEntry) -> Iterator[tuple[str, str]]:
    """The references to the secrets of an entry, each with its key."""
    for key in SECRET_KEYS:
        value = getattr(entry, key, None)
        if value:
            yield key, value[1] if isinstance(value, tuple) else value


def secret_variables(entries: tuple[CredentialEntry, ...]) -> frozenset[str]:
    """The environment variables in which the entries keep secrets."""
    references = (parse_reference(text) for entry in entries for _, text in secret_references(entry))
    return frozenset(ref.rest for ref in references if ref is not None and ref.scheme is Scheme.ENV)


@dataclass(frozen=True, slots=True)
class _Read:
    """The entries of a file, or the flaws that prevent their use."""

    entries: tuple[CredentialEntry, ...]
    flaws: tuple[Flaw, ...]


def read_entries(path: Path) -> tuple[CredentialEntry, ...]:
    """The entries of a credentials file. Raises DataFileError, from a frame that holds no text of the file."""
    read = _read(path)
    if read.flaws:
        raise DataFileError(path, read.flaws[:MAX_FLAWS], NEXT_STEP)
    return read.entries


def reference_of(text: str) -> Reference:
    """The reference in a field that was already checked."""
    reference = parse_reference(text)
    if reference is None:
        raise DataFileError("credentials", (Flaw("an entry", "holds no reference", FORMS),), NEXT_STEP)
    return reference


def _read(path: Path) -> _Read:
    try:
        data, lines = read_tree(path)
        mode = path.stat().st_mode
    except OSError as error:
        return _Read((), (Flaw("whole file", f"cannot be read ({error.strerror})", "a readable file"),))
    except DataFileError as error:
        return _Read((), tuple(_without_quotes(flaw) for flaw in error.flaws))
    if mode & 0o022:  # whoever can write it can name a command to be started
        problem = f"its mode {stat.S_IMODE(mode):04o} lets others write it"
        return _Read((), (Flaw("whole file", problem, "a file that only you can write: chmod 600"),))
    listed = data.get("credentials") if isinstance(data, dict) else None
    if not isinstance(listed, list) or set(data) != {"credentials"}:
        return _Read((), (Flaw("line 1", "is not a credentials file", "one key, credentials, with a list of entries"),))
    entries: list[CredentialEntry] = []
    flaws: list[Flaw] = []
    for number, mapping in enumerate(listed):
        read = _entry(number, mapping, lines)
        entries.extend(read.entries)
        flaws.extend(read.flaws)
    return _Read(tuple(entries), tuple(flaws) or tuple(_cross_entry_flaws(entries, lines)))


def _without_quotes(flaw: Flaw) -> Flaw:
    """A flaw of the whole file without the parser's message, which may quote the file."""
    if flaw.place.startswith("line"):
        return Flaw(flaw.place, "the YAML cannot be read here", "plain YAML: no aliases, each key once, values quoted")
    return flaw


def _entry(number: int, mapping: Any, lines: Mapping[KeyPath, int]) -> _Read:
    place = f"line {lines.get(('credentials', number), 1)}, entry {number + 1}"
    if not isinstance(mapping, dict):
        return _Read((), (Flaw(place, "is not a mapping", "{name: ..., snmp: ..., prefixes: [...]} or the like"),))
    model = _model(mapping)
    if model is None:
        return _Read((), (Flaw(place, "has neither snmp nor ssh, or both", "snmp: v1, v2c or v3, or ssh: true"),))
    try:
        entry = model.model_validate_json(json.dumps(mapping))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        places = [tuple(detail["loc"]) for detail in details]
        kept = [dict(detail) for detail in details if not _follows(tuple(detail["loc"]), detail["type"], places)]
        return _Read((), tuple(_flaw(number, detail, model, lines) for detail in kept))
    problem = _inconsistent(entry)
    return _Read((entry,), (Flaw(place, *problem),) if problem else ())


def _follows(place: KeyPath, kind: str, places: list[KeyPath]) -> bool:
    """True if a list is called too short only because one of its items is wrong."""
    return kind == "too_short" and any(other[: len(place)] == place and other != place for other in places)


def _model(mapping: dict[str, Any]) -> type[CredentialEntry] | None:
    match mapping.get("snmp"), mapping.get("ssh"):
        case (("v1" | "v2c"), None):
            return CommunityEntry
        case "v3", None:
            return UserEntry
        case None, True:
            return LoginEntry
    return None


def _flaw(number: int, detail: dict[str, Any], model: type[CredentialEntry], lines: Mapping[KeyPath, int]) -> Flaw:
    loc = tuple(detail["loc"])
    place: KeyPath = ("credentials", number, *loc)
    line = next((lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines), 1)
    where = f"line {line}, entry {number + 1}"
    known = {*model.model_fields, *JumpEntry.model_fields}
    key = ".".join(str(part) for part in loc if isinstance(part, int) or part in known)
    match detail["type"]:
        case "extra_forbidden":
            close = get_close_matches(str(loc[-1]), known, 1)
            return Flaw(where, "an unknown key", f"{close[0]}?" if close else f"one of {', '.join(model.model_fields)}")
        case "missing":
            return Flaw(where, f"{key} is missing", "this key")
        case "string_type" if loc[0] in SECRET_KEYS:
            return Flaw(f"{where}, key {key}", "is no text (not shown: it may be a secret)", f"a reference ({FORMS})")
        case _:
            expected = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
            return Flaw(f"{where}, key {key}", "is not what belongs there (not shown: it may be a secret)", expected)


def _inconsistent(entry: CredentialEntry) -> tuple[str, str] | None:
    """The problem of an entry whose single fields are right, and what was expected; or None."""
    match entry:
        case UserEntry(auth=None, priv=tuple()):
            return "priv without auth", "auth beside priv: SNMPv3 has no privacy without authentication"
        case LoginEntry(key=None, password=None):
            return "neither key nor password", "key: file:PATH or password: a reference"
        case LoginEntry(key=None, passphrase=str()):
            return "passphrase without key", "key: file:PATH beside passphrase"
    return None


def _cross_entry_flaws(entries: list[CredentialEntry], lines: Mapping[KeyPath, int]) -> list[Flaw]:
    """Flaws between entries: a name used twice, a jump through an entry that is no direct SSH login."""
    flaws: list[Flaw] = []
    logins = {entry.name: entry for entry in entries if isinstance(entry, LoginEntry)}
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        where = f"line {lines.get(('credentials', number), 1)}, entry {number + 1}"
        if entry.name in seen:
            flaws.append(Flaw(where, f"the name {entry.name} is used twice", "a name of its own for each entry"))
        seen.add(entry.name)
        jump = entry.through() if isinstance(entry, LoginEntry) else None
        if jump is not None and jump.credential is not None:
            through = logins.get(jump.credential)
            if through is None or through.jump is not None:
                expected = "the name of an ssh entry that has no jump of its own"
                flaws.append(Flaw(f"{where}, key jump.credential", "cannot be used to jump", expected))
    return flaws
