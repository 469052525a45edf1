"""How long one device may keep us: a deadline that every wait asks, and that another thread may bring forward."""

import time
from collections.abc import Callable


class Deadline:
    """Runs out `seconds` after it was made, or when `stop` is called."""

    __slots__ = ("_deadline", "_now")

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._deadline = now() + seconds

    def left(self, at_most: float) -> float:
        """Seconds left, no more than `at_most` and never below a millisecond, so that it can serve as a timeout."""
        return max(0.001, min(at_most, self._deadline - self._now()))

    @property
    def spent(self) -> bool:
        """Whether the time is over."""
        return self._now() >= self._deadline

    def stop(self) -> None:
        """End it now: whoever waits gives up at its next look."""
        self._deadline = float("-inf")
