"""How much of a part of the network a named maker has: what a cap is measured by."""

from dataclasses import dataclass
from datetime import date

from reports.policy.action import Counted


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a named maker in what one cap is about, in units of `counted`.

    `doubtful` units are only possibly the maker's. `missing` devices have no declared number, so the share is not
    known. `decides` is False where the share is a hint alone.
    """

    policy: str
    rule: str
    cap_percent: float
    counted: Counted
    decides: bool
    units: float
    named: float
    doubtful: float
    deadline: date | None = None
    missing: int = 0

    @property
    def percent(self) -> float:
        """The share of the units that are surely the maker's, 0 to 100."""
        return 100.0 * self.named / self.units if self.units else 0.0

    @property
    def percent_at_most(self) -> float:
        """The share if every doubtful unit is the maker's too."""
        return 100.0 * (self.named + self.doubtful) / self.units if self.units else 0.0
