"""A time limit that counts only time in which this process ran.

A process that was stopped, or whose machine was busy or asleep, finds all its limits over at once, and what came
meanwhile unread: an address that has answered would be called silent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MAX_HELD_UP = 0.25
"""Seconds by which the end of a limit may be noticed late. If it is later, the limit begins anew."""

MAX_EXTENSIONS = 5


@asynccontextmanager
async def fair_timeout(seconds: float) -> AsyncIterator[None]:
    """As asyncio.timeout. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    first = loop.time() + seconds
    async with asyncio.timeout(None) as limit:
        waiting = loop.call_at(first, lambda: look(first, MAX_EXTENSIONS))

        def look(due: float, extensions: int) -> None:
            nonlocal waiting
            now = loop.time()
            if now - due > MAX_HELD_UP and extensions:
                waiting = loop.call_at(now + seconds, look, now + seconds, extensions - 1)
            else:
                limit.reschedule(now)

        try:
            yield
        finally:
            waiting.cancel()
