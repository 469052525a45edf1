"""Who lets a TCP connection in on a service's ports: a sign of life, and nothing is said by either side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from fingerprints.model.evidence import Observation
from scanner.protocols.ssh.ident import EXHAUSTED
from scanner.protocols.tcp_sweep import TIMEOUT_SECONDS, each_answer
from scanner.rate_limit.limiter import RateLimiter
from scanner.targets.spans import Targets
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class PortDiscovery:
    """Knocks at `ports` in turn until one opens."""

    name: str
    ports: tuple[int, ...]
    pacer: RateLimiter
    source_address: str | None = None

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target, tuple[Observation, ...]]]:
        """Each target that let us in, as it comes, with nothing said."""
        async with aclosing(each_answer(targets, self._lets_in)) as answers:
            async for target, _ in answers:
                yield target, ()

    def packets(self, _target: Target) -> int:
        """A connection a port."""
        return len(self.ports)

    async def _lets_in(self, target: Target) -> bool | None:
        local = (self.source_address, 0) if self.source_address else None
        for port in self.ports:
            await self.pacer.turn()
            try:
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    _, writer = await asyncio.open_connection(target.address, port, local_addr=local)
            except OSError as error:  # TimeoutError is one
                if error.errno in EXHAUSTED:  # which says nothing about the address
                    raise
                continue
            writer.close()
            return True
        return None
