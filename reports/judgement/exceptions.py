"""Waivers and permits as values: who allows what a rule restricts, and until when."""

from dataclasses import dataclass
from datetime import date

from reports.judgement.exception_scope import ExceptionScope


@dataclass(frozen=True, slots=True)
class Waiver:
    """The operator's own exception: what it covers, why, who answers for it, who approved it, and its last day."""

    id: str
    scope: ExceptionScope
    reason: str
    owner: str
    approved_by: str
    expires: date


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission of an authority: what it covers, who granted it, its first day, its last day (None: no end), and its
    conditions (empty: none)."""

    id: str
    scope: ExceptionScope
    granted_by: str
    granted: date
    expires: date | None = None
    conditions: str = ""
