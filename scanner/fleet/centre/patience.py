"""Waits for a store that another process of the centre holds: the receiver and the coordinator write side by side."""

from collections.abc import Callable
from typing import TypeVar

from scanner.store.errors import StoreBusyError, StoreLockedError

WAIT_SECONDS = 0.5
"""Seconds between two tries."""

MAX_TRIES = 1200
"""How often a step is tried: for ten minutes, and as long as the database itself waits each time."""

Awaited = TypeVar("Awaited")


def patiently(step: Callable[[], Awaited], sleep: Callable[[float], None]) -> Awaited:
    """Do a step, again and again while the store is held by somebody else. The step may be done in part and repeated.
    Raises StoreBusyError or StoreError in the end."""
    for _ in range(MAX_TRIES - 1):
        try:
            return step()
        except (StoreBusyError, StoreLockedError):
            sleep(WAIT_SECONDS)
    return step()
