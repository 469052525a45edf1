"""A session on a thread of its own, one step at a time. A thread that a library holds is left behind, never waited for.

Pools of concurrent.futures are of no use here: the interpreter waits for their threads before it exits.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")

_log = logging.getLogger("kitscan.ssh")


class StepThread(Generic[Item]):
    """Runs a generator on a daemon thread, which sleeps between the steps and calls `ended` at its end. Call `close`
    after the last step."""

    def __init__(self, steps: Generator[Item, None, None], ended: Callable[["StepThread[Item]"], None]) -> None:
        self._steps, self._ended = steps, ended
        self._asked: SimpleQueue[Future[Item | None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ssh-session", daemon=True)
        self._thread.start()

    async def step(self, seconds: float) -> Item | None:
        """The next item, or None after the last. Raises TimeoutError after `seconds`: then the thread is stuck."""
        future: Future[Item | None] = Future()
        future.set_running_or_notify_cancel()
        self._asked.put(future)
        return await asyncio.wait_for(asyncio.wrap_future(future), seconds)

    def close(self) -> None:
        """Let the thread close the generator and end, once it is done with its step. Does not wait."""
        self._asked.put(None)

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, for so many seconds at most."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while (future := self._asked.get()) is not None:
            try:
                item = next(self._steps, None)
            except BaseException as error:  # noqa: BLE001 - it is raised where the step is awaited
                future.set_exception(error)
            else:
                future.set_result(item)
        try:
            self._steps.close()
        except Exception:  # noqa: BLE001 - the per-target edge: what the device said was handed on before
            _log.debug("an SSH session could not be closed", exc_info=True)
        self._ended(self)
