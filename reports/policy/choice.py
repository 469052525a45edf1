"""Which policies judge a run: those that an operator is bound by on a day, and why the others are left out."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from fingerprints.database.snapshots import Fallback
from reports.policy.jurisdictions import Jurisdiction, Jurisdictions
from reports.policy.policy import OWN_JURISDICTION, Policy
from reports.policy.status import ENDED, Status


@dataclass(frozen=True, slots=True)
class BoundBy:
    """Where somebody works and in which roles of the vocabulary. Nothing means everywhere, and every role."""

    jurisdictions: tuple[Jurisdiction, ...] = ()
    roles: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Choice:
    """The policies that judge, those of the same jurisdictions that do not, and the operator's jurisdictions of which
    no policy is known. The policies keep the order in which they were given."""

    chosen: tuple[Policy, ...]
    left_out: tuple[LeftOut, ...]
    without_policy: tuple[Jurisdiction, ...]


@dataclass(frozen=True, slots=True)
class PolicyLimits:
    """What the policies of a run leave open: those that were left out, jurisdictions without any, the last day whose
    facts they hold (None where all are the user's own), and why updated ones are not used, if they are not."""

    left_out: tuple[LeftOut, ...] = ()
    without_policy: tuple[Jurisdiction, ...] = ()
    known_until: date | None = None
    fallback: Fallback | None = None


NO_LIMITS = PolicyLimits()


def choose(
    known: tuple[Policy, ...],
    operator: BoundBy,
    as_of: date,
    jurisdictions: Jurisdictions,
    not_asked_for: AbstractSet[str] = frozenset(),
) -> Choice:
    """The known policies that bind an operator on a day. `not_asked_for` are the ids of those from memory alone, where
    the operator did not ask for such."""
    local = of_jurisdictions(known, operator.jurisdictions, jurisdictions)
    starts = {policy.id: min(rule.effective for rule in policy.rules) for policy in known}
    reasons = {
        policy.id: _reason(policy, operator.roles, as_of, _end(policy, starts), not_asked_for) for policy in local
    }
    return Choice(
        tuple(policy for policy in local if reasons[policy.id] is None),
        tuple(
            LeftOut(policy.id, policy.title, policy.jurisdiction, reason)
            for policy in local
            if (reason := reasons[policy.id]) is not None
        ),
        without_any_policy(known, operator.jurisdictions),
    )


def of_jurisdictions(
    known: tuple[Policy, ...], places: tuple[Jurisdiction, ...], jurisdictions: Jurisdictions
) -> tuple[Policy, ...]:
    """The policies that are law in one of these places, and those that no state made. Without a place, all of them."""
    law = {code for place in places for code in jurisdictions.whose_law_binds(place.code)} | {OWN_JURISDICTION}
    return tuple(policy for policy in known if not places or policy.jurisdiction in law)


def without_any_policy(known: tuple[Policy, ...], places: tuple[Jurisdiction, ...]) -> tuple[Jurisdiction, ...]:
    """The places of which no policy of their own is known, whatever their union or federation has."""
    with_policy = {policy.jurisdiction for policy in known}
    return tuple(place for place in places if place.code not in with_policy)


def _reason(
    policy: Policy, roles: tuple[str, ...], as_of: date, end: date | None, not_asked_for: AbstractSet[str]
) -> LeftOutReason | None:
    """Why a policy does not judge on that day; None where it does. A policy without roles binds every role."""
    if roles and policy.roles and not set(roles) & set(policy.roles):
        return OtherRole(policy.roles)
    if policy.status is Status.PROPOSED:
        return OnlyProposed()
    known_from = min(rule.announced or rule.effective for rule in policy.rules)
    if as_of < known_from:
        return NotYetKnown(known_from)
    if as_of >= end if end is not None else policy.status in ENDED:
        return NoLongerHolds(end, policy.superseded_by)
    return OnlyFromMemory() if policy.id in not_asked_for else None


def _end(policy: Policy, starts: Mapping[str, date]) -> date | None:
    """The first day without the policy: its own, that of its last rule where each rule has one, or else the first day
    of the policy that took its place. `starts` holds the first day of each known policy."""
    if policy.until is not None:
        return policy.until
    ends = [rule.until for rule in policy.rules]
    if len(known := [end for end in ends if end is not None]) == len(ends):
        return max(known)
    return starts.get(policy.superseded_by) if policy.superseded_by and policy.status in ENDED else None
