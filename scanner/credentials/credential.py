"""Credentials by kind, with their secrets, and the interface of the book that hands them out."""

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
    """USM privacy (RFC 3414, RFC 3826). No RFC defines AES-192 and AES-256: each is tried with both key extensions
    in use, Blumenthal's draft and Reeder's (as Cisco ships it)."""

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
    """An SNMP community. Only one marked `sweep` may be offered to an address that has not answered anything yet."""

    name: str
    version: CommunityVersion
    community: Secret
    sweep: bool = False


@dataclass(frozen=True, slots=True)
class Usm:
    """An SNMPv3 user (RFC 3414). `auth` and `priv` are protocol and password, or None.

    `realm` names the AAA service that decides on the user. It is empty for a user of the device alone.
    """

    name: str
    user: str
    auth: tuple[AuthProtocol, Secret] | None = None
    priv: tuple[PrivProtocol, Secret] | None = None
    context: str = ""
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """An SSH login by key or password, through the host `jump` if one is named.

    `realm` names the AAA service that decides on the login. It is empty for a local account of the device.
    """

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
    """The host that an SSH session goes through, and the login there. `address` is the one that a name was pinned to
    when it was compared with the exclusions; if it is empty, the name is resolved at the connection."""

    host: str
    port: int
    login: Login
    address: str = ""


Credential = Community | Usm | Login


class CredentialBook(Protocol):
    """Hands out the credentials for an address, the best first. Probes report which were accepted and refused."""

    @property
    def prefixes(self) -> Sequence[Network]:
        """All prefixes that credentials are bound to. Between their edges the same credentials apply."""
        ...

    def communities(self, address: str) -> Sequence[Community]:
        """v1 and v2c communities for this address: the last accepted, then those that worked in an earlier run. None
        that the breaker stopped."""
        ...

    def usm_users(self, address: str) -> Sequence[Usm]:
        """SNMPv3 users for this address: the last accepted, then authPriv, authNoPriv, noAuthNoPriv; of each level
        those that worked in an earlier run first."""
        ...

    def logins(self, address: str) -> Sequence[Login]:
        """SSH logins for this address: the last accepted, those that worked in an earlier run, then by key, then by
        password."""
        ...

    def worked_before(self, address: str) -> frozenset[str]:
        """The names of the credentials that this address accepted in an earlier run."""
        ...

    def accepted(self, credential: Credential, address: str) -> None:
        """The device accepted this credential: it goes first next time."""
        ...

    def refused(self, credential: Credential, address: str) -> None:
        """The device got this credential's secret, and gave any answer but success; never called for a time-out.

        One refusal stops the credential on that device, two refusals stop its realm.
        """
        ...

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        """Offer a credential inside this block if it yields True. Call `accepted` or `refused` before the block ends.

        A realm is tried on as many devices at once as may still refuse it: many logins in flight would be as many
        refusals before the first one counts. Blocks the calling thread.
        """
        ...

    def trial_now(self, credential: Credential, address: str) -> AbstractContextManager[bool] | None:
        """The same, to be entered at once. None while it is another device's turn. Never blocks."""
        ...

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        """The names of the credentials that may be offered to this address, by one probe (`snmp` or `ssh`) or by all.

        For a dry run: reads no secret.
        """
        ...
