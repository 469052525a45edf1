"""Which targets accept a TCP connection on a service's ports. That is a sign of life; neither side sends anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from fingerprints.model.evidence import Observation
from scanner.protocols.fair_timeout import fair_timeout
from scanner.protocols.tcp_sweep import EXHAUSTED, TIMEOUT_SECONDS, each_reply
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.traffic import TrafficCounter
from scanner.targets.spans import Targets
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class PortDiscovery:
    """Tries `ports` in turn until one accepts a connection."""

    name: str
    ports: tuple[int, ...]
    rate_limiter: RateLimiter
    source_address: str | None = None
    traffic: TrafficCounter = field(default_factory=TrafficCounter)

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, tuple[Observation, ...]]]:
        """Each target that accepted a connection, as it comes, without observations."""
        async with aclosing(each_reply(targets, self._accepts)) as replies:
            async for target, _ in replies:
                yield target, ()

    @property
    def sent(self) -> int:
        """Connections that were tried so far."""
        return self.traffic.packets

    def packets(self, _target: Target) -> int:
        """Packets for a silent target: one connection a port."""
        return len(self.ports)

    async def _accepts(self, target: Target) -> bool | None:
        local = (self.source_address, 0) if self.source_address else None
        for port in self.ports:
            await self.rate_limiter.acquire()
            self.traffic.sent(again=False)
            try:
                async with fair_timeout(TIMEOUT_SECONDS):
                    _, writer = await asyncio.open_connection(target.address, port, local_addr=local)
            except OSError as error:  # TimeoutError is one
                if error.errno in EXHAUSTED:  # says nothing about the address
                    raise
                continue
            writer.close()
            return True
        return None
