"""How bad a judgement is, and why a finding is not the plain verdict of its rule."""

from enum import StrEnum


class Verdict(StrEnum):
    """What may be said of a device under the policies that apply; `worst` orders them."""

    RESTRICTED = "restricted"
    REVIEW = "review"
    CONDITIONAL = "conditional"
    NOT_ASSESSED = "not_assessed"
    CLEAR = "clear"


def worst(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The worst of some verdicts; CLEAR of none."""
    order = tuple(Verdict)
    return min(verdicts, key=order.index, default=Verdict.CLEAR)


class Reason(StrEnum):
    """Why a finding is no plain verdict of its rule; `Finding.reason` holds one of these where it is not None."""

    REFER = "refer"
    """A rule that names nobody is met as far as a scan can prove: ask the authority."""
    SUSPECTED = "suspected"
    """The tie to a named maker is only possible."""
    CONTRADICTORY = "contradictory"
    """The evidence of a tie contradicts itself."""
    UNIDENTIFIED = "unidentified"
    """The rule turns on a maker who is not positively known."""
    UNSEEN = "unseen"
    """The rule turns on something no scan sees: a supply chain, a place of production."""
    UNDATED = "undated"
    """The rule is about what is new, and nobody says when this unit was bought or installed."""
    UNMEASURED = "unmeasured"
    """The rule is a cap, and its metric was not computed."""

    MISPLACED = "misplaced"
    """The evidence puts the device where a rule says worse of it than where the operator's file does."""


OWN_ZONES = "zones"
"""What stands for a policy in findings about the operator's own zones file; no policy may bear it as its id."""
