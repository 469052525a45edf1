"""The budget of one device's walks, and the number of rows that one request asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scanner.rate_limit.profiles import Profile

FIRST_ROWS = 10
"""Max-repetitions of the first request."""

MAX_ROWS = 64
"""The most max-repetitions of any request."""

SUCCESSES_TO_GROW_BACK = 4


class BudgetLimit(StrEnum):
    """What ran out, in the words of a gap."""

    TIME = "the time for this device"
    VARIABLES = "the number of variables for this device"
    OCTETS = "the octets for this device"


class Budget:
    """The variables, octets and seconds that all walks of one device may still cost, by the profile. `column` is the
    number of variables that one column of a table may have."""

    __slots__ = ("_clock", "_deadline", "_octets", "_varbinds", "column")

    def __init__(self, profile: Profile, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + profile.walk_seconds
        self._varbinds = profile.walk_varbinds
        self._octets = profile.walk_octets
        self.column = profile.table_varbinds

    def spend(self, varbinds: int, arcs: int, octets: int) -> None:
        """Spend some variables: their names at four octets an arc, and the octets of their values."""
        self._varbinds -= varbinds
        self._octets -= 4 * arcs + octets

    def spent(self) -> BudgetLimit | None:
        """What has run out, if anything."""
        if self._clock() >= self._deadline:
            return BudgetLimit.TIME
        if self._varbinds <= 0:
            return BudgetLimit.VARIABLES
        return BudgetLimit.OCTETS if self._octets <= 0 else None


@dataclass(slots=True)
class RowCount:
    """How many rows one request asks for. Each answer doubles it and each failure halves it; after a failure it grows
    only after a run of answers, twice as long with each further failure. 0 means GETNEXT, for agents that speak v2c
    without GETBULK."""

    most: int = FIRST_ROWS
    _successes: int = 0
    _needed: int = 1

    def failed(self, rows: int) -> bool:
        """Halve the count after a request for `rows` rows failed, unless that is done. False if it cannot fall."""
        self._successes = 0
        if rows == 0:
            return False
        if rows // 2 < self.most:
            self.most = rows // 2
            self._needed = 2 * max(self._needed, SUCCESSES_TO_GROW_BACK)
        return True

    def succeeded(self) -> None:
        """Count an answer; ask for more after a run of answers."""
        self._successes += 1
        if self._successes >= self._needed and self.most < MAX_ROWS:
            self.most = min(MAX_ROWS, max(1, self.most * 2))
            self._successes = 0
