"""What happens at a collector, as values: one for each line of its log. None holds a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class SiteEventKind(StrEnum):
    """What happened."""

    STARTED = "started"
    STOPPED = "stopped"
    DISCARDED = "discarded"
    PLANNED = "planned"
    REFUSED = "refused"
    LEFT = "left"
    WAITING = "waiting"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    CUT_OFF = "cut off"
    AGAIN = "again"
    SENT = "sent"
    COURIER_FAILED = "courier failed"
    CENTRE_FULL = "centre full"
    SPOOL_FAILED = "spool failed"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """What happened, to which slice (0 for none) of which run (empty for none), and what belongs to it."""

    kind: SiteEventKind
    run: str = ""
    ordinal: int = 0
    detail: str = ""


SiteLog = Callable[[SiteEvent], None]
"""Takes events. Called from any thread."""
