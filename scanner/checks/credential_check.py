"""Offers each credential once to one device, to see which it accepts. `kitscan doctor DEVICE` runs it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.evidence import Gap, Observation, Source
from scanner.credentials.credential import Community, Credential, CredentialBook, Login, Usm
from scanner.protocols.probe import Probe
from scanner.rate_limit.profiles import Profile
from scanner.targets.addresses import Network
from scanner.targets.target import Target

AUTHENTICATED_SOURCES = (Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID, Source.SSH_PROMPT, Source.SSH_COMMAND)
"""What a device says only after it accepted a credential."""


@dataclass(frozen=True, slots=True)
class CredentialCheck:
    """Whether a device accepted one credential, and a line about it, which holds no secret."""

    name: str
    accepted: bool
    summary: str
    next_step: str = ""


@dataclass(slots=True)
class _SingleCredentialBook:
    """A book with one credential of another book. It passes on what was accepted and refused."""

    book: CredentialBook
    only: str
    was_accepted: bool = False
    was_refused: bool = False

    @property
    def prefixes(self) -> Sequence[Network]:
        return self.book.prefixes

    def communities(self, address: str) -> Sequence[Community]:
        return [community for community in self.book.communities(address) if community.name == self.only]

    def usm_users(self, address: str) -> Sequence[Usm]:
        return [user for user in self.book.usm_users(address) if user.name == self.only]

    def logins(self, address: str) -> Sequence[Login]:
        return [login for login in self.book.logins(address) if login.name == self.only]

    def worked_before(self, address: str) -> frozenset[str]:
        return self.book.worked_before(address)

    def accepted(self, credential: Credential, address: str) -> None:
        self.was_accepted = True
        self.book.accepted(credential, address)

    def refused(self, credential: Credential, address: str) -> None:
        self.was_refused = True
        self.book.refused(credential, address)

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        return self.book.trial(credential, address)

    def trial_now(self, credential: Credential, address: str) -> AbstractContextManager[bool] | None:
        return self.book.trial_now(credential, address)

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        return tuple(name for name in self.book.names(address, probe) if name == self.only)


async def check_credentials(
    target: Target, book: CredentialBook, profile: Profile, known_hosts: Path
) -> tuple[CredentialCheck, ...]:
    """Offer every credential bound to the target once, in the book's order, each by its own probe."""
    checks: list[CredentialCheck] = []
    for name in book.names(target.address):
        single = _SingleCredentialBook(book, name)
        if name not in book.names(target.address):
            checks.append(
                CredentialCheck(
                    name, False, "not offered, because its realm refused too many", "see the refusals above"
                )
            )
        elif name in book.names(target.address, "ssh"):
            checks.append(await _by_ssh(target, single, known_hosts))
        else:
            checks.append(await _by_snmp(target, single, profile))
    return tuple(checks)


async def _by_snmp(target: Target, single: _SingleCredentialBook, profile: Profile) -> CredentialCheck:
    from scanner.protocols.snmp.probe import SnmpProbe

    probe = SnmpProbe(single, profile)
    try:
        return await _check(target, single, probe)
    finally:
        probe.close()


async def _by_ssh(target: Target, single: _SingleCredentialBook, known_hosts: Path) -> CredentialCheck:
    from scanner.protocols.ssh.host_keys import HostKeys
    from scanner.protocols.ssh.probe import SshProbe
    from scanner.protocols.ssh.session_limits import SessionLimits

    probe = SshProbe(single, HostKeys(known_hosts), SessionLimits(1))
    try:
        return await _check(target, single, probe)
    finally:
        probe.close()


async def _check(target: Target, single: _SingleCredentialBook, probe: Probe) -> CredentialCheck:
    """Probe the target until it says something that needs a credential, then stop."""
    gaps: list[Gap] = []
    async with aclosing(probe.observe(target)) as answers:  # type: ignore[type-var]  # an async generator in practice
        async for observed in answers:
            if any(isinstance(item, Observation) and item.source in AUTHENTICATED_SOURCES for item in observed):
                return CredentialCheck(single.only, True, f"accepted by {probe.name}")
            gaps += [item for item in observed if isinstance(item, Gap)]
    if single.was_accepted:
        return CredentialCheck(single.only, True, f"accepted by {probe.name}")
    if single.was_refused:
        return CredentialCheck(
            single.only, False, f"refused by {probe.name}", "correct the user or the secret; it is not tried again"
        )
    reasons = "; ".join(dict.fromkeys(f"{gap.reason.value}{f' ({gap.detail})' if gap.detail else ''}" for gap in gaps))
    return CredentialCheck(
        single.only,
        False,
        f"not accepted by {probe.name}: {reasons or 'no answer'}",
        "a wrong secret and a closed port look the same here: check both, and the device's access list",
    )
