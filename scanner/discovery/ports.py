"""Who lets a TCP connection in on a service's ports: a sign of life, and nothing is said by either side."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from fingerprints.evidence import Observation
from scanner.discovery.idents import AT_ONCE, TIMEOUT_SECONDS
from scanner.pacing import Profile, TokenBucket
from scanner.targets.target import Target


@dataclass(frozen=True, slots=True)
class PortDiscovery:
    """Knocks at `ports` in turn until one opens, at most `profile.packets` connections begun a second."""

    name: str
    ports: tuple[int, ...]
    profile: Profile
    source_address: str | None = None

    async def heard(self, targets: tuple[Target, ...]) -> AsyncIterator[tuple[Target, tuple[Observation, ...]]]:
        """Each target that let us in, as it comes, with nothing said."""
        queue: asyncio.Queue[Target | None] = asyncio.Queue(AT_ONCE)
        asking = asyncio.create_task(self._ask_all(iter(targets), queue))
        try:
            while (found := await queue.get()) is not None:
                yield found, ()
            await asking
        finally:
            asking.cancel()

    async def _ask_all(self, targets: Iterator[Target], queue: asyncio.Queue[Target | None]) -> None:
        bucket = TokenBucket(self.profile.packets, AT_ONCE)

        async def worker() -> None:
            for target in targets:
                if await self._lets_in(target.address, bucket):
                    await queue.put(target)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())
        await queue.put(None)

    async def _lets_in(self, address: str, bucket: TokenBucket) -> bool:
        local = (self.source_address, 0) if self.source_address else None
        for port in self.ports:
            await asyncio.sleep(bucket.wait(asyncio.get_running_loop().time()))
            try:
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    _, writer = await asyncio.open_connection(address, port, local_addr=local)
            except OSError:  # TimeoutError is one
                continue
            writer.close()
            return True
        return False
