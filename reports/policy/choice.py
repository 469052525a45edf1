"""Which policies judge a run: those that an operator is bound by on a day, and why the others are left out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OtherRole:
    """It binds none of the operator's roles; these are the roles that it binds."""

    binds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotYetKnown:
    """Nobody could know it before `known_from`, which lies after the day of judgement."""

    known_from: date


@dataclass(frozen=True, slots=True)
class NoLongerHolds:
    """It ended on or before the day of judgement. `until` is the first day without it, None where nobody knows it;
    `successor` is the policy that took its place."""

    until: date | None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class OnlyProposed:
    """It is a proposal, so it binds nobody yet."""


@dataclass(frozen=True, slots=True)
class OnlyFromMemory:
    """No source backs it, and the operator did not ask for such policies."""


LeftOutReason = OtherRole | NotYetKnown | NoLongerHolds | OnlyProposed | OnlyFromMemory


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A policy of the operator's jurisdictions that does not judge, and why."""

    id: str
    title: str
    jurisdiction: str
    reason: LeftOutReason
