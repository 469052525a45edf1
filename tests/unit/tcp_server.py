"""A TCP server on loopback that sends what a test gives it, and records what it receives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def sending(*parts: bytes, hold: bool = True) -> AsyncIterator[tuple[int, list[bytes]]]:
    """The port of a server that sends these parts, and what it receives until its peer closes. `hold` keeps the
    connection open after the last part."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if hold:
            received.append(await reader.read(-1))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], received
