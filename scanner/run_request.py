"""Who begins a run, and of what: kept beside its evidence, for whoever reads the report later."""

import getpass
import os
import socket
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


def this_user() -> str:
    """`user@host` of this process; the number of the user where it has no name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no entry in the password database, as in a container
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
