"""Why a finding speaks of the end of support: what was recognised, and which day ends it.

reports.document.reasons.support_wording makes the sentences.
"""

from dataclasses import dataclass
from datetime import date

from fingerprints.model.device import WatchLevel
from reports.policy.policy import SupportKind


@dataclass(frozen=True, slots=True)
class ModelListed:
    """The rule is about this model of the company, or about all of its models and this one is not known (None); `level`
    is how sure it is that the company is behind the box."""

    company: str
    level: WatchLevel
    model: str | None


@dataclass(frozen=True, slots=True)
class ModelOfNobody:
    """The rule is about this model of the company, and the part names no maker: it sits in a box of that company."""

    company: str
    model: str


@dataclass(frozen=True, slots=True)
class ModelNotKnown:
    """The list has models of the company that is behind the box, and the model of this box is not known."""

    company: str


@dataclass(frozen=True, slots=True)
class DayDeclared:
    """The operator declares on the device when its support ends, under this name."""

    declared_as: str


@dataclass(frozen=True, slots=True)
class DayNotRead:
    """What the operator declares under this name is no date."""

    declared_as: str
    text: str


@dataclass(frozen=True, slots=True)
class SupportLasts:
    """This kind of support goes on up to a day, that day included."""

    kind: SupportKind
    until: date


@dataclass(frozen=True, slots=True)
class SupportOver:
    """This kind of support ended with a day."""

    kind: SupportKind
    ended: date


@dataclass(frozen=True, slots=True)
class SaleOver:
    """The maker has not sold it since that day."""

    ended: date


ModelReason = ModelListed | ModelOfNobody | ModelNotKnown | DayDeclared
SupportReason = ModelReason | DayNotRead | SupportLasts | SupportOver | SaleOver
