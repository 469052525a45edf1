"""How long one device may keep a session busy: a deadline that every wait checks and another thread can end."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


class Deadline:
    """Expires `seconds` after it was made, or when `stop` is called. Thread-safe."""

    __slots__ = ("_deadline", "_endings", "_lock", "_now")

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._deadline = now() + seconds
        self._endings: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def left(self, at_most: float) -> float:
        """Seconds left: at most `at_most`, at least a millisecond, so that it can serve as a timeout."""
        return max(0.001, min(at_most, self._deadline - self._now()))

    @property
    def spent(self) -> bool:
        """True if the time is over."""
        return self._now() >= self._deadline

    def on_stop(self, ending: Callable[[], None]) -> None:
        """Have `stop` call `ending`, which wakes a wait that checks no deadline. It must not wait itself."""
        with self._lock:
            self._endings.append(ending)
        if self.spent:
            self.stop()

    def forget(self, ending: Callable[[], None]) -> None:
        """Have `stop` call `ending` no more."""
        with self._lock:
            self._endings = [kept for kept in self._endings if kept != ending]

    def stop(self) -> None:
        """End the time now: whoever waits gives up at once, or at the next check."""
        self._deadline = float("-inf")
        with self._lock:
            endings, self._endings = self._endings, []
        for ending in endings:
            ending()


@dataclass(frozen=True, slots=True)
class SessionClock:
    """The time as a session sees it, in seconds, and how it waits. Tests give it another one."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
