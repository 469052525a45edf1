"""A server on loopback that says what it is given, and tells what it heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def saying(*parts: bytes, hold: bool = True) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that says these parts, then nothing; all that it hears, once its peer has left."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if hold:
            heard.append(await reader.read(-1))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard
