"""A policy as data: who is named, where, what follows, from when, and how sure we are that it says so.

These are facts for an operator to check, not legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.policy.action import Action, Certainty, Counted, Standing
from reports.policy.status import Status
from reports.policy.verdict import Verdict
from reports.policy.where import Where
from reports.policy.who import Who

OWN_JURISDICTION = "ZZ"
"""The code that ISO 3166-1 leaves to users, for a policy that no state made."""


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline that no text names: `months` after an `event`, which the operator dates as `declared_as`."""

    months: int
    event: str
    declared_as: str


class SupportKind(StrEnum):
    """What a maker ends: all support of a product, or fixes of its security faults."""

    ALL = "support"
    SECURITY_FIXES = "security fixes"


DECLARED_AS: Mapping[SupportKind, tuple[str, ...]] = {
    SupportKind.ALL: ("end_of_support", "end_of_life", "cf_end_of_support", "cf_end_of_life"),
    SupportKind.SECURITY_FIXES: ("end_of_security_fixes", "cf_end_of_security_fixes"),
}
"""The operator's own attributes that date the end of a device's support. `cf_` is how NetBox exports a custom field."""


@dataclass(frozen=True, slots=True)
class SupportEnd:
    """The end of a maker's support, for a rule whose deadline is its last day.

    `after` is the verdict from the day after on. `last_sale` is the last day on which the maker sold it. A rule about
    what is Dated has no deadline of its own: the operator's date is the last day.
    """

    kind: SupportKind
    after: Verdict
    last_sale: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of a policy.

    `announced` is the day from which the rule was known, `effective` the day on which the duty starts, `until` the
    first day on which the rule no longer holds, `deadline` the last day to comply. `condition` is something that the
    rule turns on and no scan sees. `purposes` are the uses that it is about, presumed where the operator declares none.
    """

    id: str
    action: Action
    who: Who
    where: Where
    effective: date
    citation: str
    announced: date | None = None
    until: date | None = None
    deadline: date | None = None
    cap_percent: float | None = None
    metric: str | None = None
    counted: Counted | None = None
    standing: Standing | None = None
    condition: str | None = None
    purposes: tuple[str, ...] = ()
    certainty: Certainty = Certainty.FOUND
    note: str = ""
    term: Term | None = None
    support: SupportEnd | None = None


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """What takes a box out of a policy: the operator must declare every attribute and value of `when`."""

    id: str
    says: str
    when: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    """The rules that it takes the box out of; every rule where empty."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact can be read: an address, and what it supports."""

    ref: str
    supports: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One regime. `notes` is what a scan cannot know of it; a document says it once."""

    id: str
    title: str
    jurisdiction: str
    authority: str
    instrument: str
    citation: str
    binding: bool
    binds: tuple[str, ...]
    status: Status
    certainty: Certainty
    confidence: str
    rules: tuple[Rule, ...]
    exceptions: tuple[ExceptionRule, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    roles: tuple[str, ...] = ()
    """The roles of the vocabulary that it binds; `binds` says it in the text's own words."""
    status_note: str = ""
    superseded_by: str | None = None
    until: date | None = None


def recalled_rules(policy: Policy) -> tuple[str, ...]:
    """The rules from memory of a policy that has sources as a whole."""
    if policy.certainty is Certainty.KNOWLEDGE:
        return ()
    return tuple(rule.id for rule in policy.rules if rule.certainty is Certainty.KNOWLEDGE)
