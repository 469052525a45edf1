"""How bad a judgement is, and why a finding has another verdict than its rule's own."""

from collections.abc import Mapping
from enum import StrEnum


class Verdict(StrEnum):
    """What may be said of a device under the policies that apply, worst first; `severity` compares them."""

    RESTRICTED = "restricted"
    REVIEW = "review"
    CONDITIONAL = "conditional"
    NOT_ASSESSED = "not_assessed"
    CLEAR = "clear"


_SEVERITY: Mapping[Verdict, int] = {verdict: number for number, verdict in enumerate(Verdict)}


def severity(verdict: Verdict) -> int:
    """The sort key by which the worst verdict comes first."""
    return _SEVERITY[verdict]


def is_worse(verdict: Verdict, other: Verdict) -> bool:
    """Whether a verdict is worse than another."""
    return severity(verdict) < severity(other)


def worst(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The worst of some verdicts; CLEAR of none."""
    return min(verdicts, key=severity, default=Verdict.CLEAR)


class Reason(StrEnum):
    """Why a finding has another verdict than its rule's own."""

    REFER = "refer"
    """The rule names nobody, and a scan cannot decide its criteria: ask the authority."""
    SUSPECTED = "suspected"
    """It is only possible that a named maker is behind the device."""
    CONTRADICTORY = "contradictory"
    """The evidence on a named maker contradicts itself."""
    UNIDENTIFIED = "unidentified"
    """The rule turns on a maker who is not positively known."""
    UNSEEN = "unseen"
    """The rule turns on something that no scan sees: a supply chain, a place of production."""
    UNDATED = "undated"
    """The rule is about new equipment, and nobody says when this unit was bought or installed."""
    UNMEASURED = "unmeasured"
    """The rule is a cap, and nobody measured its metric."""
    MISPLACED = "misplaced"
    """At the place that the evidence suggests, a rule says worse of the device than at its declared place."""


OWN_ZONES = "zones"
"""The policy id of findings about the operator's own zones file. No policy may have it as its id."""
