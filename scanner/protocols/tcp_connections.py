"""TCP conversations for which no credential is needed: begun at the run's pace, one at a time to an address."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from scanner.rate_limit.limiter import RateLimiter

PARTING_SECONDS = 1.0
"""How long a device may take to agree to the end of a connection before it is dropped."""

TURNS = 2
"""Turns at an address that one connection takes: one to begin it, one for what is said on it."""

KNOCK = "a TCP connection, closed at once where it opens"
"""What discovery sends to a port: how plans name it."""

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Conversations:
    """Opens connections for all probes of a run that share it, from `source_address` where one is given."""

    def __init__(self, pacer: RateLimiter, source_address: str | None = None) -> None:
        self._pacer = pacer
        self._local = (source_address, 0) if source_address else None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def opened(
        self, address: str, port: int, seconds: float, context: ssl.SSLContext | None = None
    ) -> AsyncIterator[Wire]:
        """A connection until the block is left, over TLS where a context is given, waiting for earlier ones to that
        address to end. `seconds` count from its beginning to the end of the block.

        Raises TimeoutError after them, and OSError, of which ssl.SSLError is one.
        """
        turn = self._turns.setdefault(address, asyncio.Lock())
        async with turn:
            for _ in range(TURNS):
                await self._pacer.at(address).turn()
            async with asyncio.timeout(seconds):
                reader, writer = await _connected(address, port, self._local, context)
                try:
                    yield reader, writer
                finally:
                    await _parted(writer)


async def _connected(address: str, port: int, local: tuple[str, int] | None, context: ssl.SSLContext | None) -> Wire:
    if context is None:
        return await asyncio.open_connection(address, port, local_addr=local)
    return await asyncio.open_connection(
        address,
        port,
        local_addr=local,
        ssl=context,
        server_hostname="",  # a name to be told by (RFC 6066 section 3) is not known, and an address is none
        ssl_shutdown_timeout=PARTING_SECONDS,
    )


async def _parted(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(PARTING_SECONDS):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()
