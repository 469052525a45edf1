"""How long one device may keep a session busy: a deadline that every wait checks and another thread can end."""

import time
from collections.abc import Callable
from dataclasses import dataclass


class Deadline:
    """Expires `seconds` after it was made, or when `stop` is called."""

    __slots__ = ("_deadline", "_now")

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._deadline = now() + seconds

    def left(self, at_most: float) -> float:
        """Seconds left: at most `at_most`, at least a millisecond, so that it can serve as a timeout."""
        return max(0.001, min(at_most, self._deadline - self._now()))

    @property
    def spent(self) -> bool:
        """True if the time is over."""
        return self._now() >= self._deadline

    def stop(self) -> None:
        """End the time now: whoever waits gives up at the next check."""
        self._deadline = float("-inf")


@dataclass(frozen=True, slots=True)
class SessionClock:
    """The time as a session sees it, in seconds, and how it waits. Tests give it another one."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
