"""Which targets answer on the SSH port: one TCP connection each, the identification string, nothing sent."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.protocols.ssh.ident import read_ident
from scanner.protocols.tcp_sweep import TIMEOUT_SECONDS, each_reply
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.traffic import TrafficCounter
from scanner.targets.spans import Targets
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class IdentDiscovery:
    """Reads identification strings. An accepted connection is a sign of life, whatever follows. A refused one is none:
    firewalls refuse connections for addresses that no device has."""

    rate_limiter: RateLimiter
    source_address: str | None = None
    traffic: TrafficCounter = field(default_factory=TrafficCounter)

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        return "ssh"

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, tuple[Observation | Gap, ...]]]:
        """Each target that accepted a connection, with its identification string or a Gap, as it comes."""
        replies: AsyncGenerator[tuple[Target, Observation | Gap], None] = each_reply(targets, self._read_ident)
        async with aclosing(replies):
            async for target, observation in replies:
                yield target, (observation,)

    @property
    def sent(self) -> int:
        """Connections that were tried so far."""
        return self.traffic.packets

    def packets(self, _target: Target) -> int:
        """Packets for a silent target: one connection."""
        return 1

    async def _read_ident(self, target: Target) -> Observation | Gap | None:
        await self.rate_limiter.acquire()
        self.traffic.sent(again=False)
        observation = await read_ident(target.address, target.ssh_port, TIMEOUT_SECONDS, self.source_address)
        return None if isinstance(observation, Gap) and observation.reason is GapReason.NO_ANSWER else observation
