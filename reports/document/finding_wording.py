"""The words of findings, waivers and permits.

Judgement keeps every reason as a value; this module is the one place where such a value becomes a sentence.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

from fingerprints.model.device import Role, WatchLevel
from reports.document.reasons.action_wording import ACTION
from reports.document.reasons.support_wording import support_text
from reports.document.wording import format_count, join_words
from reports.judgement.because import (
    ArrivalUnknown,
    ArrivedBefore,
    ArrivedSince,
    Because,
    CapLimit,
    CompanyBehind,
    ConditionUnseen,
    CriteriaOnly,
    DeadlineAhead,
    DeadlineNotDated,
    DeadlinePassed,
    Excepted,
    InForce,
    LabelMissing,
    LabelTooBroad,
    LaterReason,
    NotOnList,
    NotYetInForce,
    PermitExpired,
    PermitHolds,
    PlaceContradicted,
    PlacedIn,
    PlaceInferred,
    PlainReason,
    ProducedIn,
    ProductionUnseen,
    PurposePresumed,
    RuleReason,
    SegmentTooBroad,
    ShareAsHint,
    ShareMeasured,
    ShareNotCountable,
    TierTooBroad,
    TooDoubtfulForList,
    Unclassified,
    WaiverExpired,
    WorseThere,
)
from reports.judgement.exceptions import Permit, Waiver
from reports.judgement.misplaced import reason_for
from reports.judgement.policy_views.worked_examples import Difference
from reports.judgement.share import Share
from reports.judgement.support_ends.reasons import SupportReason
from reports.placement.placement import OwnWords
from reports.placement.sighting import UnscannedNeighbour
from reports.placement.sign_wording import sign_text
from reports.placement.suggest import Contradiction
from reports.policy.action import Standing

PLAIN_REASON: Mapping[PlainReason, str] = {
    PlainReason.TIER_NOT_NAMED: "unclassified: the zone names no tier, so it is judged as if in every tier",
    PlainReason.EVERY_MAKER: "the rule applies to every maker",
    PlainReason.MAKER_UNKNOWN: "its maker is not known, so it cannot be one of those allowed",
    PlainReason.NO_DEADLINE_KNOWN: "no deadline for the removal is known",
    PlainReason.SHARE_NOT_MEASURED: "the share is not measured",
    PlainReason.RULE_FROM_MEMORY: "this rule is written from memory and must be checked",
    PlainReason.NO_PERMIT: "no permit covers it",
    PlainReason.NOT_WORSE_THERE: "no policy of this report is stricter there",
}

LEVEL: Mapping[WatchLevel, str] = {
    WatchLevel.CONFIRMED: "is confirmed as",
    WatchLevel.PROBABLE: "is probably",
    WatchLevel.POSSIBLE: "is possibly",
    WatchLevel.CONFLICTING: "is, by conflicting evidence,",
    WatchLevel.CLEARED: "is not",
}

BEHIND: Mapping[Role, str] = {
    Role.BRAND: "its brand",
    Role.PLATFORM: "its platform",
    Role.MAKER: "its maker",
    Role.COMPONENT: "the maker of a part",
    Role.OPERATOR: "the operator on its badge",
}
"""What a company is to a box."""

MAX_SENTENCES = 4_096
"""Sentences that are remembered: few reasons stand behind the findings of many devices."""


@lru_cache(MAX_SENTENCES)
def because_text(reasons: tuple[Because, ...]) -> str:
    """The reasons of a finding as one sentence."""
    return "; ".join(map(reason_text, reasons))


def reason_text(reason: Because) -> str:
    """One reason as a clause."""
    if isinstance(reason, SupportReason):
        return support_text(reason)
    match reason:
        case PlainReason():
            return PLAIN_REASON[reason]
        case PlacedIn() | Unclassified() | PlaceInferred() | SegmentTooBroad() | TierTooBroad():
            return _place_text(reason)
        case LabelMissing(label, meant):
            return f"the zone names no {label}, so it is judged as if {' or '.join(meant)}"
        case LabelTooBroad(label, declared, meant):
            return f"the zone says {label} {declared}, so it is judged as if {' or '.join(meant)}"
        case CompanyBehind() | NotOnList() | TooDoubtfulForList():
            return _maker_text(reason)
        case CriteriaOnly(criteria):
            return f"the rule names nobody, and no scan can decide its criteria ({'; '.join(criteria)})"
        case ProductionUnseen(countries, inside):
            where = "in" if inside else "outside"
            return (
                f"no scan sees where it was produced, and the rule is about what is made {where} {', '.join(countries)}"
            )
        case ProducedIn(country):
            return f"produced in {country}, as the operator declares"
        case (
            ShareMeasured()
            | ShareAsHint()
            | ShareNotCountable()
            | PermitHolds()
            | PermitExpired()
            | WaiverExpired()
            | PlaceContradicted()
            | WorseThere()
            | OwnWords()
        ):
            return _later_text(reason)
        case _:
            return _rule_text(reason)


def waiver_text(waiver: Waiver) -> str:
    """A waiver as a report prints it beside the finding."""
    answers = f"owner {waiver.owner}, approved by {waiver.approved_by}, until {waiver.expires:%Y-%m-%d}"
    return f"{waiver.id}: {waiver.reason} ({answers})"


def neighbour_text(neighbour: UnscannedNeighbour) -> str:
    """Where an unscanned neighbour was seen, and the policies that would restrict its maker, as one sentence."""
    companies = " or ".join(tie.entity for tie in neighbour.watched)
    known_as = ", ".join(word for word in (neighbour.name, neighbour.mac, neighbour.address) if word)
    nearest = neighbour.sightings[0]
    beside = f" with {nearest.others} others" if nearest.others else ""
    seen = f"{known_as} ({companies}) was not scanned: it sits behind port {nearest.port} of {nearest.name}{beside}"
    policies = dict.fromkeys(rule.policy for rule in neighbour.rules)
    return f"{seen}; {', '.join(policies)} would restrict its maker" if policies else seen


def contradiction_text(contradiction: Contradiction) -> str:
    """A device whose declared place the evidence contradicts, in words without the device's name."""
    return _contradicted_text(reason_for(contradiction))


def difference_text(difference: Difference) -> str:
    """A difference between a worked example and what came of it."""
    actual, expected = (", ".join(words) or "none" for words in (difference.actual, difference.expected))
    return f"{difference.what}: {actual}, expected {expected}"


def _place_text(reason: PlacedIn | Unclassified | PlaceInferred | SegmentTooBroad | TierTooBroad) -> str:
    match reason:
        case PlacedIn(part, placed_because):
            return f"it stands in {part or 'the network'} ({placed_because})"
        case Unclassified(placed_because):
            return f"unclassified: {placed_because}, so it is judged as if in every tier"
        case PlaceInferred(tier):
            inferred = f" ({tier})" if tier else ""
            return f"unclassified: its place is only inferred{inferred}, so it is judged as if in every tier"
        case SegmentTooBroad(segment):
            return f"the rule applies to a part of {segment}, and the zone does not say which: judged as if in it"
        case TierTooBroad(tier):
            return f"the rule applies to a part of the {tier} tier, and the zone does not say which: judged as if in it"
        case _:
            assert_never(reason)


def _maker_text(reason: CompanyBehind | NotOnList | TooDoubtfulForList) -> str:
    match reason:
        case CompanyBehind(company, level, roles, owner, on_record):
            behind = join_words([BEHIND[role] for role in roles]) or "the company behind it"
            owned = f", which belonged to {owner.company} on {owner.on:%Y-%m-%d}," if owner else ""
            by = " by a public record of who builds for whom" if on_record else ""
            return f"{company}{owned} {LEVEL[level]} {behind}{by}"
        case NotOnList(behind):
            return f"{_maker_text(behind)}, and is not one of those allowed"
        case TooDoubtfulForList(behind):
            return f"{_maker_text(behind)}, which is too uncertain to count as one of those allowed"
        case _:
            assert_never(reason)


def _rule_text(reason: RuleReason) -> str:
    match reason:
        case InForce(action, since):
            return f"{ACTION[action]} since {since:%Y-%m-%d}"
        case NotYetInForce(action, starts):
            return f"{ACTION[action]} from {starts:%Y-%m-%d} on"
        case Excepted(exception, says):
            return f"the exception {exception} holds: {says}"
        case DeadlineAhead() | DeadlinePassed() | DeadlineNotDated():
            return _deadline_text(reason)
        case ArrivalUnknown() | ArrivedBefore() | ArrivedSince():
            return _arrival_text(reason)
        case CapLimit(percent, metric):
            return f"the cap is {percent:g} percent of {metric or 'a metric that the source does not name'}"
        case PurposePresumed(purposes):
            return f"its purpose is not declared and presumed to be {' or '.join(purposes)}"
        case ConditionUnseen(condition):
            return f"it depends on what no scan can see: {condition}"
        case _:
            assert_never(reason)


def _deadline_text(reason: DeadlineAhead | DeadlinePassed | DeadlineNotDated) -> str:
    match reason:
        case DeadlineAhead(day):
            return f"the deadline is {day:%Y-%m-%d}"
        case DeadlinePassed(day):
            return f"the deadline was {day:%Y-%m-%d}"
        case DeadlineNotDated(months, event, declared_as):
            return f"the deadline is {months} months after {event}; declare the date of that as {declared_as}"
        case _:
            assert_never(reason)


def _arrival_text(reason: ArrivalUnknown | ArrivedBefore | ArrivedSince) -> str:
    match reason:
        case ArrivalUnknown(Standing.MAY_STAY):
            return "no scan sees when this unit arrived, and what was in place before may stay"
        case ArrivalUnknown():
            return "no scan sees when this unit arrived, so it counts as new until an earlier date is shown"
        case ArrivedBefore(day):
            return f"this unit arrived on {day:%Y-%m-%d}, before the rule, as the operator declares"
        case ArrivedSince(day):
            return f"this unit arrived on {day:%Y-%m-%d}, when the rule held already"
        case _:
            assert_never(reason)


def _later_text(reason: LaterReason) -> str:
    match reason:
        case ShareMeasured(share):
            return _share_text(share)
        case ShareAsHint(share):
            return f"as a hint, {_share_text(share)}"
        case ShareNotCountable(devices, counted):
            return f"no share can be counted: no {counted} are declared for {format_count(devices, 'device')}"
        case PermitHolds(permit):
            until = f" until {permit.expires:%Y-%m-%d}" if permit.expires else ""
            conditions = f", on these conditions: {permit.conditions}" if permit.conditions else ""
            return f"allowed by {_permit_text(permit)}{until}{conditions}"
        case PermitExpired(permit):
            return f"{_permit_text(permit)}, ended on {permit.expires:%Y-%m-%d}"
        case WaiverExpired(waiver):
            return f"waiver {waiver.id} expired on {waiver.expires:%Y-%m-%d}"
        case PlaceContradicted():
            return _contradicted_text(reason)
        case WorseThere(verdict, policy, rule):
            return f"there it would be {verdict} by {policy}, rule {rule}"
        case OwnWords():
            return _own_words_text(reason)
        case _:
            assert_never(reason)


def _share_text(share: Share) -> str:
    named = (
        f"{share.named:g} of {share.units:g} {share.counted} there are of a named maker ({share.percent:.1f} percent)"
    )
    return f"{named}, and {share.doubtful:g} more may be" if share.doubtful else named


def _permit_text(permit: Permit) -> str:
    return f"permit {permit.id} of {permit.granted_by}, {permit.granted:%Y-%m-%d}"


def _own_words_text(reason: OwnWords) -> str:
    said = f"its own words ({', '.join(reason.words)}) put it in zone {reason.zone}"
    stands = f"without them it stands in zone {reason.declared_zone}"
    return f"{said}, and {stands}, where it is judged worse" if reason.are_milder else f"{said}, and {stands}"


def _contradicted_text(reason: PlaceContradicted) -> str:
    place = reason.declared_tier or ("core" if reason.declared_core else "not core")
    declared = f"declared {place} (zone {reason.zone})" if reason.zone else f"declared {place}"
    suggested = "core" if reason.suggests_core else "not core"
    return f"{declared}, but the evidence says {suggested}: {sign_text(reason.strongest)}"
