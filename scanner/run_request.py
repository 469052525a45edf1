"""Who begins a run, and of what: kept beside its evidence, for whoever reads the report later."""

import getpass
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunRequest:
    """`by` is `user@host`. `targets`, `exclusions` and `probes` are words as the user gave them, `profile` is the name
    of the limits."""

    by: str = ""
    targets: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    profile: str = ""
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """What worked at a target in an earlier run: a credential by its name, and the platform of the command line."""

    key: str
    protocol: str
    credential: str
    platform: str = ""


@dataclass(frozen=True, slots=True)
class CollectionTerms:
    """How a run is collected: the kind of a new run, or the number of the one that it `continues`; the keys of those
    whom it asks `first`; what worked before; and the seconds that are left of its time window, None without one."""

    kind: str = "scan"
    continues: int | None = None
    first: frozenset[str] = frozenset()
    logins: tuple[KnownLogin, ...] = ()
    seconds_left: Callable[[], float] | None = None


def this_user() -> str:
    """`user@host` of this process; the number of the user where it has no name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no entry in the password database, as in a container
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
