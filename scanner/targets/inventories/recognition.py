"""How sure a reader is that an inventory is of its kind, and why."""

from dataclasses import dataclass
from enum import IntEnum


class Confidence(IntEnum):
    """NEAR is not enough to read it: the syntax is right and something is missing. Only CERTAIN has a mark of its own
    that no other kind has."""

    NONE = 0
    NEAR = 1
    POSSIBLE = 2
    LIKELY = 3
    CERTAIN = 4


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a reader makes of a file: how sure it is, and by which mark, or what is missing."""

    confidence: Confidence
    because: str = ""


NOT_RECOGNISED = Recognition(Confidence.NONE)


def near(because: str) -> Recognition:
    """The syntax is right, and `because` says what is missing."""
    return Recognition(Confidence.NEAR, because)


def possible(because: str) -> Recognition:
    """It may be of this kind, if it is of no other."""
    return Recognition(Confidence.POSSIBLE, because)


def likely(because: str) -> Recognition:
    """It looks as this kind does."""
    return Recognition(Confidence.LIKELY, because)


def certain(because: str) -> Recognition:
    """It bears a mark that no other kind has."""
    return Recognition(Confidence.CERTAIN, because)
