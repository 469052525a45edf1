"""Each credential offered once to one device, to see which are let in: what `kitscan doctor DEVICE` does."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.model.evidence import Gap, Observation, Source
from scanner.credentials.access import Community, Credential, CredentialBook, Login, Usm
from scanner.protocols.probe import Probe
from scanner.rate_limit.profiles import Profile
from scanner.targets.addresses import Network
from scanner.targets.target import Target

LET_IN = (Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID, Source.SSH_PROMPT, Source.SSH_COMMAND)
"""What is only said to somebody who was let in."""


@dataclass(frozen=True, slots=True)
class Offered:
    """How one credential fared: `told` is for a person, and holds no secret."""

    name: str
    let_in: bool
    told: str
    next_step: str = ""


@dataclass(slots=True)
class _Only:
    """A book with one credential of another in it; what is learned goes on to the other."""

    book: CredentialBook
    only: str
    outcome: list[str] = field(default_factory=list)

    @property
    def prefixes(self) -> Sequence[Network]:
        return self.book.prefixes

    def communities(self, address: str) -> Sequence[Community]:
        return [one for one in self.book.communities(address) if one.name == self.only]

    def usm_users(self, address: str) -> Sequence[Usm]:
        return [one for one in self.book.usm_users(address) if one.name == self.only]

    def logins(self, address: str) -> Sequence[Login]:
        return [one for one in self.book.logins(address) if one.name == self.only]

    def accepted(self, credential: Credential, address: str) -> None:
        self.outcome.append("accepted")
        self.book.accepted(credential, address)

    def refused(self, credential: Credential, address: str) -> None:
        self.outcome.append("refused")
        self.book.refused(credential, address)

    def trial(self, credential: Credential, address: str) -> AbstractContextManager[bool]:
        return self.book.trial(credential, address)

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        return tuple(name for name in self.book.names(address, probe) if name == self.only)


async def check_credentials(
    target: Target, book: CredentialBook, profile: Profile, known_hosts: Path
) -> tuple[Offered, ...]:
    """Offer every credential bound to the target, in the book's order, each by its own probe and once."""
    offered: list[Offered] = []
    for name in book.names(target.address):
        only = _Only(book, name)
        if name not in book.names(target.address):
            offered.append(Offered(name, False, "not offered: the breaker has stopped it", "see the refusals above"))
        elif name in book.names(target.address, "ssh"):
            offered.append(await _by_ssh(target, only, known_hosts))
        else:
            offered.append(await _by_snmp(target, only, profile))
    return tuple(offered)


async def _by_snmp(target: Target, only: _Only, profile: Profile) -> Offered:
    from scanner.protocols.snmp.probe import SnmpProbe

    probe = SnmpProbe(only, profile, ())
    try:
        return await _outcome(target, only, probe)
    finally:
        probe.close()


async def _by_ssh(target: Target, only: _Only, known_hosts: Path) -> Offered:
    from scanner.protocols.ssh.host_keys import HostKeys
    from scanner.protocols.ssh.probe import SshProbe
    from scanner.protocols.ssh.session_limits import SessionLimits

    probe = SshProbe(only, HostKeys(known_hosts), SessionLimits(1))
    try:
        return await _outcome(target, only, probe)
    finally:
        probe.close()


async def _outcome(target: Target, only: _Only, probe: Probe) -> Offered:
    """Ask until something is said that only who was let in hears, then hang up."""
    gaps: list[Gap] = []
    async with aclosing(probe.observe(target)) as heard:  # type: ignore[type-var]  # an async generator in practice
        async for said in heard:
            if any(isinstance(one, Observation) and one.source in LET_IN for one in said):
                return Offered(only.only, True, f"let in by {probe.name}")
            gaps += [one for one in said if isinstance(one, Gap)]
    if "accepted" in only.outcome:
        return Offered(only.only, True, f"let in by {probe.name}")
    if "refused" in only.outcome:
        return Offered(
            only.only, False, f"refused by {probe.name}", "correct the user or the secret; it is not tried again"
        )
    why = "; ".join(dict.fromkeys(f"{gap.reason.value}{f' ({gap.detail})' if gap.detail else ''}" for gap in gaps))
    return Offered(
        only.only,
        False,
        f"not let in by {probe.name}: {why or 'no answer'}",
        "a wrong secret and a closed port look alike here: check both, and what the device's access list lets in",
    )
