"""Where a text stands in its life: proposed, in force, or gone."""

from enum import StrEnum


class Status(StrEnum):
    """The state of a policy's text. What an operator did not choose by name judges only if it stands."""

    IN_FORCE = "in force"
    ENACTED = "enacted"
    """Passed; its duties begin later."""
    PRACTICE = "practice"
    """Followed, with no published instrument."""
    REPORTED = "reported"
    """Known from the press alone; no text was published."""
    PROPOSED = "proposed"
    SUPERSEDED = "superseded"
    HISTORICAL = "historical"


ENDED = frozenset((Status.SUPERSEDED, Status.HISTORICAL))
