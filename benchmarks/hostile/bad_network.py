"""A network that loses, repeats, reorders, corrupts and delays datagrams, and TCP as its two ends see it.

A datagram with a wrong octet does not arrive, because its checksum is wrong; with `repairs_checksums` it does, as from
a broken middlebox. TCP repairs loss by waiting, so a lost or corrupt segment is a stall, twice as long each time.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

SEGMENT = 1_400
"""Octets of a TCP segment."""

RETRANSMISSION = 0.2
"""The first retransmission time-out of Linux's TCP, in seconds."""

GIVES_UP = 12
"""Losses of one segment after which it never comes: minutes later TCP gives up, and no session waits so long."""


@dataclass(slots=True)
class BadNetwork:
    """What a network does to each datagram, one way. `loss` and `duplicates` are probabilities, `corruption` is one for
    each octet, `repairs_checksums` lets what is corrupt arrive. `delay`, `jitter` and `reorder` are seconds, times
    `scale`. After `dies_after` datagrams or segments it carries nothing."""

    loss: float = 0.0
    duplicates: float = 0.0
    reorder: float = 0.0
    corruption: float = 0.0
    repairs_checksums: bool = False
    delay: float = 0.0
    jitter: float = 0.0
    dies_after: float = float("inf")
    scale: float = 1.0
    rng: random.Random = field(default_factory=random.Random, repr=False)
    carried: int = 0

    def carry(self, octets: bytes) -> Iterator[tuple[float, bytes]]:
        """The copies that arrive of a datagram, each with its delay in seconds."""
        rng = self.rng
        self.carried += 1
        if self.carried > self.dies_after:
            return
        for _ in range(1 + (rng.random() < self.duplicates)):
            arriving = self._corrupted(octets)
            if rng.random() >= self.loss and (arriving == octets or self.repairs_checksums):
                late = self.delay + rng.uniform(-self.jitter, self.jitter) + rng.uniform(0, self.reorder)
                yield max(0.0, late) * self.scale, arriving

    def _corrupted(self, octets: bytes) -> bytes:
        rng = self.rng
        if not self.corruption:
            return octets
        return bytes(octet ^ 1 << rng.randrange(8) if rng.random() < self.corruption else octet for octet in octets)

    def stall(self, octets: int) -> float | None:
        """The seconds that TCP takes to bring a segment across; None if it does not."""
        self.carried += 1
        if self.carried > self.dies_after:
            return None
        lost = 1 - (1 - self.loss) * (1 - self.corruption) ** (octets + 40)
        seconds = (self.delay + self.rng.uniform(-self.jitter, self.jitter)) * self.scale
        for attempt in range(GIVES_UP):
            if self.rng.random() >= lost:
                return max(0.0, seconds)
            seconds += RETRANSMISSION * self.scale * 2**attempt
        return None


@asynccontextmanager
async def tcp_through(network: BadNetwork, host: str, port: int) -> AsyncIterator[int]:
    """A relay to a TCP port on loopback through a bad network; yields its own port at the same address."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            far_reader, far_writer = await asyncio.open_connection(host, port)
            await asyncio.gather(_pump(network, reader, far_writer), _pump(network, far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(connected, host, 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(network: BadNetwork, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry one direction of a connection until it ends."""
    with suppress(OSError):
        while octets := await reader.read(SEGMENT):
            seconds = network.stall(len(octets))
            if seconds is None:
                await asyncio.sleep(3_600)
                return
            await asyncio.sleep(seconds)
            writer.write(octets)
            await writer.drain()
        writer.write_eof()
