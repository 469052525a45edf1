"""Who answers on the SSH port: one TCP connection an address, the identification string, and nothing sent."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.protocols.ssh.ident import read_ident
from scanner.protocols.tcp_sweep import TIMEOUT_SECONDS, each_answer
from scanner.rate_limit.limiter import RateLimiter
from scanner.targets.spans import Targets
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class IdentDiscovery:
    """Reads identification strings. Who lets us in is there, whatever it says then; a refused connection is no sign:
    firewalls refuse in the name of addresses that nobody has."""

    pacer: RateLimiter
    source_address: str | None = None

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        return "ssh"

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, tuple[Observation | Gap, ...]]]:
        """Each target that let us in, with its identification string or what was wrong with it, as it comes."""
        answers: AsyncGenerator[tuple[Target, Observation | Gap], None] = each_answer(targets, self._said)
        async with aclosing(answers):
            async for target, said in answers:
                yield target, (said,)

    def packets(self, _target: Target) -> int:
        """One connection."""
        return 1

    async def _said(self, target: Target) -> Observation | Gap | None:
        await self.pacer.turn()
        said = await read_ident(target.address, target.ssh_port, TIMEOUT_SECONDS, self.source_address)
        return None if isinstance(said, Gap) and said.reason is GapReason.NO_ANSWER else said
