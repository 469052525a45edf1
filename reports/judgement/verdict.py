"""The words of a judgement: where a device stands, what a rule says of it there, and how bad the whole is."""

from dataclasses import dataclass
from datetime import date
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


class Tier(StrEnum):
    """Where in a network a function sits, the most consequential first."""

    CORE = "core"
    OVERSIGHT = "oversight"
    TRANSPORT = "transport"
    ACCESS = "access"
    EDGE = "edge"
    CUSTOMER = "customer"
    ENTERPRISE = "enterprise"


class Origin(StrEnum):
    """Who says that a device stands there: the operator's zones file, an inference from evidence, or nobody."""

    DECLARED = "declared"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a device stands. `core` is the operator's own split: True, False, or None for unclassified.

    The finer labels are the vocabulary of the policies: segment, function, plane, generation, site type, site.
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


UNCLASSIFIED = Placement(None, None, "no zone matches", Origin.NONE)


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


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule of one policy says of one device, or of the component at `component`."""

    policy: str
    rule: str
    verdict: Verdict
    because: str
    citation: str
    reason: str | None = None
    deadline: date | None = None
    component: str | None = None
    waiver: str | None = None
