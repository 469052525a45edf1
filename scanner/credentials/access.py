"""What may be offered to a device to let us in: credentials by kind, already read, and the book that hands them out."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from scanner.credentials.secret import Secret
from scanner.targets.addresses import Network


class AuthProtocol(StrEnum):
    """USM authentication (RFC 3414, RFC 7860)."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class PrivProtocol(StrEnum):
    """USM privacy (RFC 3414, RFC 3826). AES-192 and AES-256 stand in no RFC: each is tried with both key
    extensions in use, Blumenthal's draft and Reeder's (as Cisco ships it)."""

    DES = "des"
    TRIPLE_DES = "3des"
    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"


class CommunityVersion(StrEnum):
    """The SNMP versions that carry a community (RFC 1157, RFC 1901)."""

    V1 = "v1"
    V2C = "v2c"


@dataclass(frozen=True, slots=True)
class Community:
    """An SNMP community. Only one marked `sweep` may be offered to an address that has shown no sign of life."""

    name: str
    version: CommunityVersion
    community: Secret
    sweep: bool = False


@dataclass(frozen=True, slots=True)
class Usm:
    """An SNMPv3 user (RFC 3414): authentication and privacy each with protocol and password, or None."""

    name: str
    user: str
    auth: tuple[AuthProtocol, Secret] | None = None
    priv: tuple[PrivProtocol, Secret] | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """An SSH login by key or password, through `jump` (another login, and its host and port) where one is named.
    `realm` names the AAA service that decides on it, empty for an account of the device's own."""

    name: str
    user: str
    password: Secret | None = None
    key_file: Path | None = None
    passphrase: Secret | None = None
    jump: "Jump | None" = None
    source_address: str | None = None
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Jump:
    """The host that an SSH session goes through, and how to log in there."""

    host: str
    port: int
    login: Login


Credential = Community | Usm | Login


class CredentialBook(Protocol):
    """Hands out credentials for an address, best first, and learns how each fared."""

    @property
    def prefixes(self) -> Sequence[Network]:
        """All prefixes that any credential is bound to: between their edges the same ones apply."""
        ...

    def communities(self, address: str) -> Sequence[Community]:
        """v1 and v2c communities allowed for this address, last good first; none that the breaker has stopped."""
        ...

    def usm_users(self, address: str) -> Sequence[Usm]:
        """SNMPv3 users for this address: last good, then authPriv, authNoPriv, noAuthNoPriv."""
        ...

    def logins(self, address: str) -> Sequence[Login]:
        """SSH logins for this address: last good, then by key, then by password."""
        ...

    def accepted(self, credential: Credential, address: str) -> None:
        """This credential was let in: it goes first next time."""
        ...

    def refused(self, credential: Credential, address: str) -> None:
        """This credential was explicitly refused (never called for a time-out): one on a device or two in its realm
        stop it."""
        ...

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        """Offer a credential inside this block, where it yields True, and tell how it fared before the block ends.

        While a realm's account is unproven, one device at a time is tried with it: many logins in flight would be as
        many refusals before the first is counted. Blocks the calling thread.
        """
        ...

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        """The names of all that may be offered to this address (by one probe: `snmp` or `ssh`), for a dry run; no
        secret is read for it."""
        ...
