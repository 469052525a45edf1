"""What became of a bundle that came to the centre, and why, as values."""

from dataclasses import dataclass
from enum import StrEnum


class Receipt(StrEnum):
    """What became of a bundle."""

    TAKEN = "taken"
    AGAIN = "again"
    """It was taken before, and adds nothing."""
    ASIDE = "aside"
    """Nothing of it is in the run."""


class AsideReason(StrEnum):
    """Why a bundle, or a part of it, was put aside."""

    BROKEN = "broken"
    UNKNOWN_KEY = "unknown-key"
    NO_SLICE = "no-slice"
    OTHER_COLLECTOR = "other-collector"
    """The key speaks for another site or collector than the slice names."""
    NOT_EVIDENCE = "not-evidence"
    NOT_ORDERED = "not-ordered"
    OTHER_PLAN = "other-plan"
    RUN_ENDED = "run-ended"
    COLLECTED_TWICE = "collected-twice"
    OUTSIDE_SCOPE = "outside-scope"
    """Of some subjects or ranges: the rest was taken."""


@dataclass(frozen=True, slots=True)
class Received:
    """A bundle by the digest of its file; the slice that it says it is (empty and 0 where that is not known), the run
    of the store that it went into, and how many subjects and rows of evidence were taken. Of one that was put aside,
    `reason` and `detail`; of one that was taken in part, those of the `left_out` subjects and ranges, with
    `left_out_rows` rows."""

    receipt: Receipt
    sha256: str
    site: str = ""
    collector: str = ""
    token: str = ""
    ordinal: int = 0
    of: int = 0
    run: int = 0
    subjects: int = 0
    rows: int = 0
    reason: AsideReason | None = None
    detail: str = ""
    left_out: int = 0
    left_out_rows: int = 0
