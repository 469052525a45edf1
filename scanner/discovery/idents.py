"""Who answers on the SSH port: one TCP connection an address, the identification string, and nothing sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from fingerprints.evidence import Observation
from scanner.pacing import Profile, TokenBucket
from scanner.ssh.ident import read_ident
from scanner.targets.target import Target

AT_ONCE = 256
"""Connections waited for at once: each holds a descriptor, of which a process usually has 1,024."""

TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class IdentDiscovery:
    """Reads identification strings, at most `profile.packets` connections begun a second."""

    profile: Profile
    source_address: str | None = None

    @property
    def name(self) -> str:
        """The name that evidence rows carry."""
        return "ssh"

    async def heard(self, targets: tuple[Target, ...]) -> AsyncIterator[tuple[Target, tuple[Observation, ...]]]:
        """Each target that opened with an identification string, as it comes."""
        queue: asyncio.Queue[tuple[Target, Observation] | None] = asyncio.Queue(AT_ONCE)
        asking = asyncio.create_task(self._ask_all(iter(targets), queue))
        try:
            while (found := await queue.get()) is not None:
                yield found[0], (found[1],)
            await asking
        finally:
            asking.cancel()

    async def _ask_all(
        self, targets: Iterator[Target], queue: asyncio.Queue[tuple[Target, Observation] | None]
    ) -> None:
        bucket = TokenBucket(self.profile.packets, AT_ONCE)
        clock = asyncio.get_running_loop().time

        async def worker() -> None:
            for target in targets:
                await asyncio.sleep(bucket.wait(clock()))
                said = await read_ident(target.address, target.ssh_port, TIMEOUT_SECONDS, self.source_address)
                if isinstance(said, Observation):
                    await queue.put((target, said))

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())
        await queue.put(None)
