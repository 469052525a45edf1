"""A credential book for tests, and the probing of one simulated device."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.model.evidence import Gap, Observation
from scanner.credentials.credential import Community, Credential, Login, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target
from tests.agents.ssh_server import PASSWORD, USER, Device


def by_password(name: str = "cli", password: str = PASSWORD) -> Login:
    return Login(name, USER, password=Secret(password))


@dataclass
class Book:
    """Hands out its logins as they stand, less those refused; remembers how each fared as (name, host)."""

    held: Sequence[Login] = ()
    let_in: list[tuple[str, str]] = field(default_factory=list)
    turned_away: list[tuple[str, str]] = field(default_factory=list)

    def worked_before(self, address: str) -> frozenset[str]:
        return frozenset()

    def communities(self, address: str) -> Sequence[Community]:
        return ()

    def usm_users(self, address: str) -> Sequence[Usm]:
        return ()

    def logins(self, address: str) -> Sequence[Login]:
        stopped = {name for name, _ in self.turned_away}
        return [login for login in self.held if login.name not in stopped]

    def accepted(self, credential: Credential, address: str) -> None:
        self.let_in.append((credential.name, address))

    def refused(self, credential: Credential, address: str) -> None:
        self.turned_away.append((credential.name, address))

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        return nullcontext(True)

    def names(self, address: str) -> tuple[str, ...]:
        return tuple(login.name for login in self.held)


async def probed(box: Device, folder: Path, book: Book | None = None, seconds: float = 60.0) -> list[Observation | Gap]:
    """All that the probe yields of one device; `folder` keeps the file of known hosts."""
    book = book if book is not None else Book([by_password()])
    probe = SshProbe(book, HostKeys(folder / "known_hosts"), SessionLimits(4), session_seconds=seconds)
    try:
        return [item async for received in probe.observe(Target(box.address, ssh_port=box.port)) for item in received]
    finally:
        await asyncio.to_thread(probe.close)
