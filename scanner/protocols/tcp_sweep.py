"""Asks many targets at once over TCP, with a bounded number of open connections."""

import asyncio
import errno
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

from scanner.targets.target import Target

Reply = TypeVar("Reply")

MAX_CONNECTIONS = 256
"""Connections open at once: each holds a descriptor, and a process usually has 1,024."""

TIMEOUT_SECONDS = 2.0

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors of this process itself (no more descriptors or memory), which say nothing about an address."""


async def each_reply(
    targets: Iterable[Target], ask: Callable[[Target], Awaitable[Reply | None]]
) -> AsyncGenerator[tuple[Target, Reply], None]:
    """Each target for which `ask` returned a reply, as it comes. Raises what `ask` raises, after earlier replies."""
    waiting = iter(targets)
    replies: asyncio.Queue[tuple[Target, Reply] | None] = asyncio.Queue()

    async def worker() -> None:
        for target in waiting:
            reply = await ask(target)
            if reply is not None:
                replies.put_nowait((target, reply))

    async def all_workers() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(MAX_CONNECTIONS):
                    group.create_task(worker())
        finally:
            replies.put_nowait(None)

    sweep = asyncio.create_task(all_workers())
    try:
        while (reply_of_target := await replies.get()) is not None:
            yield reply_of_target
        await sweep
    finally:
        sweep.cancel()
