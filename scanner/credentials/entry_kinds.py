"""The kinds of credential entries: the safe order in which they are offered, and the probe that offers each."""

from typing import assert_never

from scanner.credentials.credential import Community, CommunityVersion, Credential, Login, Usm
from scanner.credentials.file import CommunityEntry, CredentialEntry, LoginEntry, UserEntry


def rank(entry: CredentialEntry) -> int:
    """The safe order: what reveals the least to a device that should not see it comes first."""
    match entry:
        case UserEntry(auth=auth, priv=priv):
            return 0 if priv else 1 if auth else 2
        case LoginEntry(key=key):
            return 3 if key else 4
        case CommunityEntry(snmp=version):
            return 5 if version is CommunityVersion.V2C else 6
        case _:
            assert_never(entry)


def has_password(entry: LoginEntry | UserEntry) -> bool:
    """True for an entry whose refusals an account may be locked for."""
    return bool(entry.password if isinstance(entry, LoginEntry) else entry.auth)


def kind_of(entry: CredentialEntry) -> type[Credential]:
    """The class of the credential that an entry makes."""
    match entry:
        case CommunityEntry():
            return Community
        case UserEntry():
            return Usm
        case LoginEntry():
            return Login
        case _:
            assert_never(entry)


def probe_of(entry: CredentialEntry) -> str:
    """The name of the probe that offers this credential."""
    return "ssh" if isinstance(entry, LoginEntry) else "snmp"
