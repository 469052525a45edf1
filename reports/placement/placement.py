"""Where a device stands, and who says so."""

from dataclasses import dataclass
from enum import StrEnum

from reports.policy.vocabulary import Tier


class Origin(StrEnum):
    """Who says that a device stands there: the operator's zones file, an inference from evidence, or nobody."""

    DECLARED = "declared"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A device's own words that would put it in another zone than the operator's words do: the two zones, and the
    conditions that only its own words meet. `by_name` is True if one of them is its name; `are_milder` if it would be
    judged better there."""

    zone: str
    declared_zone: str
    words: tuple[str, ...]
    by_name: bool
    are_milder: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a device stands. `core` is the operator's own split: True, False, or None for unclassified.

    Segment, function, plane, generation, site type and site are words of the policies. `because` is for a person;
    `against` is what the device's own words say to the contrary.
    """

    core: bool | None
    tier: Tier | None
    because: str
    origin: Origin
    zone: str | None = None
    segment: str | None = None
    function: str | None = None
    plane: str | None = None
    generation: str | None = None
    site_type: str | None = None
    site: str | None = None
    against: OwnWords | None = None


UNCLASSIFIED = Placement(None, None, "no zone matches", Origin.NONE)
