"""TCP connections that need no credential, opened within the run's rate limit, one at a time to an address."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from scanner.rate_limit.limiter import RateLimiter

CLOSE_SECONDS = 1.0
"""How long a device may take to close its side of a connection before kitscan aborts it."""

PACKETS_A_CONNECTION = 2
"""What one connection counts for at an address: one packet to open it, one for what is sent on it."""

CONNECT_ONLY = "a TCP connection, closed at once where it opens"
"""How plans name what discovery sends to a port."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class TcpConnections:
    """Opens connections for the probes that share it, from `source_address` if one is given."""

    def __init__(self, rate_limiter: RateLimiter, source_address: str | None = None) -> None:
        self._rate_limiter = rate_limiter
        self._local = (source_address, 0) if source_address else None
        self._address_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def open(
        self, address: str, port: int, seconds: float, context: ssl.SSLContext | None = None
    ) -> AsyncIterator[Streams]:
        """A connection for the length of the block, over TLS if a context is given. Waits until earlier connections to
        that address have ended. `seconds` bound the time from connecting to the end of the block.

        Raises TimeoutError after `seconds`, or OSError (ssl.SSLError is one).
        """
        address_lock = self._address_locks.setdefault(address, asyncio.Lock())
        async with address_lock:
            for _ in range(PACKETS_A_CONNECTION):
                await self._rate_limiter.at(address).acquire()
            async with asyncio.timeout(seconds):
                reader, writer = await _connect(address, port, self._local, context)
                try:
                    yield reader, writer
                finally:
                    await _close(writer)


async def _connect(address: str, port: int, local: tuple[str, int] | None, context: ssl.SSLContext | None) -> Streams:
    if context is None:
        return await asyncio.open_connection(address, port, local_addr=local)
    return await asyncio.open_connection(
        address,
        port,
        local_addr=local,
        ssl=context,
        server_hostname="",  # no server name (RFC 6066 section 3) is known, and an address is none
        ssl_shutdown_timeout=CLOSE_SECONDS,
    )


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()
