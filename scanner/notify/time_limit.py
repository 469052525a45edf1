"""Runs what may hang, in a thread that is left behind when its time is over: a resolver or a server that sends an octet
now and then defeats every other limit."""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result]) -> Result | None:
    """What `work` returns; None if it took longer. What it raises is raised here."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="notify")
    thread.start()
    thread.join(seconds)
    for error in errors:
        raise error
    return results[0] if results else None
