"""Many targets asked at once over TCP, each connection begun at the run's own pace."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

from scanner.targets.target import Target

Answer = TypeVar("Answer")

AT_ONCE = 256
"""Connections waited for at once: each holds a descriptor, of which a process usually has 1,024."""

TIMEOUT_SECONDS = 2.0


async def each_answer(
    targets: Iterable[Target], ask: Callable[[Target], Awaitable[Answer | None]]
) -> AsyncGenerator[tuple[Target, Answer], None]:
    """Each target that `ask` had an answer from, as it comes. Raises what `ask` raises, after what came before it."""
    waiting = iter(targets)
    answers: asyncio.Queue[tuple[Target, Answer] | None] = asyncio.Queue()

    async def worker() -> None:
        for target in waiting:
            answer = await ask(target)
            if answer is not None:
                answers.put_nowait((target, answer))

    async def all_workers() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(worker())
        finally:
            answers.put_nowait(None)

    asking = asyncio.create_task(all_workers())
    try:
        while (found := await answers.get()) is not None:
            yield found
        await asking
    finally:
        asking.cancel()
