"""The budget of one device's walks, and the number of rows that one request asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    NoAnswerError,
    SessionError,
    UnreachableError,
    is_about_one_variable,
)
from scanner.rate_limit.profiles import Profile

FIRST_ROWS = 10
"""Max-repetitions of the first request."""

MAX_ROWS = 64
"""The most max-repetitions of any request."""

ANSWER_OCTETS = 1_400
"""Octets of variables in an answer that is not fragmented: an Ethernet frame without the headers of all layers."""

SMALL_ANSWER_OCTETS = 440
"""Octets of variables in a message of 484 octets, the longest that every agent must handle (RFC 1157 section 4)."""

COLUMNS_A_REQUEST = 6
"""The most columns in one GETBULK."""

MAX_COLUMNS = 24
"""The most columns of a GETNEXT to a device that answers one row at a time."""

SUCCESSES_TO_GROW_BACK = 4

SINGLE_ROWS = 2
"""Answers with one row, to a GETBULK for more, that show that the device answers no more."""


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

    @property
    def seconds_left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self._deadline - self._clock())

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
    """How many rows one request asks for, as the device's answers show: at most `most`, and those that fit in `octets`.
    Each answer doubles both, each failure lowers one; after a failure they grow only after a run of answers, twice as
    long with each further failure. No rows mean GETNEXT.

    A device that answers each GETBULK with one row `has_no_getbulk`. `columns` is how many one GETNEXT may ask for.
    """

    most: int = FIRST_ROWS
    octets: float = ANSWER_OCTETS
    columns: int = MAX_COLUMNS
    has_no_getbulk: bool = False
    _successes: int = 0
    _needed: int = 1
    _single: int = 0

    def failed(self, rows: int, octets: float, error: SessionError) -> bool:
        """Lower the count after a request failed for `rows` rows, whose answer would have had `octets`. False if it
        cannot fall. An error over one variable says nothing of the size."""
        self._successes = 0
        if isinstance(error, UnreachableError) or rows == 0:
            return False
        if is_about_one_variable(error):
            return True
        if octets > SMALL_ANSWER_OCTETS and rows > 1:
            self._lower(self.most, SMALL_ANSWER_OCTETS)
        elif rows == 1 or (isinstance(error, NoAnswerError) and octets < SMALL_ANSWER_OCTETS / 2):
            self._lower(0, self.octets)
        else:
            self._lower(self.most, octets / (4 if isinstance(error, NoAnswerError) else 2))
        return True

    def _lower(self, rows: int, octets: float) -> None:
        if (rows, octets) < (self.most, self.octets):
            self._needed = 2 * max(self._needed, SUCCESSES_TO_GROW_BACK)
        self.most, self.octets = min(self.most, rows), min(self.octets, octets)

    def failed_with(self, columns: int, error: SessionError) -> None:
        """Ask for fewer columns after a GETNEXT for so many was too big, or silent for more than one table's."""
        if isinstance(error, ErrorAnswerError) and error.is_too_big:
            self.columns = max(1, min(self.columns, columns // 2))
        elif isinstance(error, NoAnswerError) and columns > COLUMNS_A_REQUEST:
            self.columns = COLUMNS_A_REQUEST

    def succeeded(self, rows: int, came: int) -> None:
        """Count an answer with `came` rows to a request for `rows`; ask for more after a run of answers."""
        self._successes += 1
        if rows > 1:
            self._single = self._single + 1 if came == 1 else 0
        if self._single >= SINGLE_ROWS:
            self.has_no_getbulk, self.most = True, 0
        if self._successes >= self._needed and not self.has_no_getbulk:
            self.most = min(MAX_ROWS, max(1, self.most * 2))
            self.octets = min(ANSWER_OCTETS, self.octets * 2)
            self._successes = 0
