"""What one device's walks may cost, and how much it may be asked for at once."""

from collections.abc import Callable
from dataclasses import dataclass

from scanner.rate_limit.profiles import Profile

FIRST_ROWS = 10
"""Max-repetitions at first."""

MAX_ROWS = 64
"""Max-repetitions at its highest."""

SUCCESSES_TO_GROW_BACK = 4


class Budget:
    """What one device's walks may still cost: variables, octets and seconds by the profile, spent by all tables; and
    `column`, the variables that one column of a table may have."""

    __slots__ = ("_clock", "_deadline", "_octets", "_varbinds", "column")

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + profile.walk_seconds
        self._varbinds = profile.walk_varbinds
        self._octets = profile.walk_octets
        self.column = profile.table_varbinds

    def spend(self, varbinds: int, arcs: int, octets: int) -> None:
        """Count some variables: their names at four octets an arc, and the octets of their values."""
        self._varbinds -= varbinds
        self._octets -= 4 * arcs + octets

    def spent(self) -> str:
        """What has run out, for a person, or an empty text."""
        if self._clock() >= self._deadline:
            return "the time for this device"
        if self._varbinds <= 0:
            return "the number of variables for this device"
        return "the octets for this device" if self._octets <= 0 else ""


@dataclass(slots=True)
class Rows:
    """How many rows a device may be asked for at once: doubled by each answer, halved by each failure; then grown back
    by a run of answers that each failure makes twice as long. 0 is a GETNEXT, for agents that speak v2c and cannot
    GETBULK."""

    most: int = FIRST_ROWS
    _successes: int = 0
    _needed: int = 1

    def failed(self, asked: int) -> bool:
        """Ask for less than was asked for just now, unless that has been seen to. False where there is nothing less."""
        self._successes = 0
        if asked == 0:
            return False
        if asked // 2 < self.most:
            self.most = asked // 2
            self._needed = 2 * max(self._needed, SUCCESSES_TO_GROW_BACK)
        return True

    def succeeded(self) -> None:
        """Ask for more after a run of answers."""
        self._successes += 1
        if self._successes >= self._needed and self.most < MAX_ROWS:
            self.most = min(MAX_ROWS, max(1, self.most * 2))
            self._successes = 0
