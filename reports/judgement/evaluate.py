"""Judges a device at its place by dated policies: the findings on it, and its verdict."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from functools import cached_property
from typing import assert_never

from fingerprints.model.device import Component, Device, Level, WatchLevel
from reports.judgement.because import Because, Excepted, PlacedIn, PlainReason
from reports.judgement.effect import (
    Outcome,
    attributes_read,
    exception_for,
    is_dated_by_operator,
    is_in_view,
    outcome_of,
)
from reports.judgement.finding import Finding
from reports.judgement.maker_match import (
    NO_MODEL,
    MakerTie,
    Ownership,
    RecognisedModel,
    match_maker,
    ties_of_component,
    ties_of_device,
)
from reports.judgement.place_match import match_place
from reports.placement.placement import Origin, Placement
from reports.policy.action import Certainty
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Verdict, is_worse, worst
from reports.policy.who import ModelUnknown, Named, OfModels, OnlyThese

MAX_POSITION = 120
"""Characters of a component's position in a finding: it is the device's own text."""

SURE = (WatchLevel.CONFIRMED, WatchLevel.PROBABLE)


_ABOUT_MODELS = OfModels | ModelUnknown


class IdentityReason(Enum):
    """Why a device's identity allows a verdict."""

    IDENTIFIED = auto()
    CONTRADICTORY = auto()
    WATCHED_MAKER_KNOWN = auto()
    ONLY_POSSIBLE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Judged:
    """A box, or its part at `position`: who is behind it, and its model where some rule asks for that."""

    position: str | None
    ties: tuple[MakerTie, ...]
    model: RecognisedModel


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the rules ask of a device: where it stands, who is behind it and behind each of its parts, and what the
    operator declares of it."""

    device: Device
    placement: Placement
    whole: Judged
    parts: tuple[Judged, ...]

    def cache_key(self, attributes: frozenset[str]) -> tuple[object, ...]:
        """Everything that decides the findings. Devices with the same key get the same findings, except that each
        finding names the device's own placement. `attributes` are those that some rule reads."""
        place = self.placement
        where = (place.tier, place.segment, place.function, place.plane, place.generation, place.site_type)
        unplaced = None if place.origin is Origin.DECLARED else (place.origin, place.because)
        declared = tuple(pair for pair in self.device.attributes if pair[0] in attributes)
        return (where, unplaced, declared, self.whole, self.parts)


@dataclass(frozen=True, slots=True)
class CachedFinding:
    """A finding that devices share. If `names_place`, its reasons begin with an assumption about the place, or the
    place does not matter; if not, the device's own placement must still be put first."""

    finding: Finding
    names_place: bool


class PolicyEvaluator:
    """The policies of one judgement, on one day.

    It keeps what it worked out for a device and uses it for the next device with the same facts. The order of the
    devices changes the time that this takes, and nothing else.
    """

    def __init__(self, policies: tuple[Policy, ...], as_of: date, companies: Ownership) -> None:
        self._rules = tuple((policy, rule) for policy in policies for rule in policy.rules if is_in_view(rule, as_of))
        self._as_of, self._companies = as_of, companies
        self._owners: dict[str, tuple[str, ...]] = {}
        self._cache: dict[tuple[object, ...], tuple[CachedFinding, ...]] = {}

    def judge(self, device: Device, placement: Placement) -> tuple[Finding, ...]:
        """The findings on a device and on its components, in the order of the policies.

        A component has a finding of its own only where a rule says worse of it than of the box that holds it.
        """
        facts = self._facts(device, placement)
        key = facts.cache_key(self._attributes)
        cached = self._cache.get(key)
        if cached is None:
            cached = self._cache[key] = tuple(self._evaluate(facts))
        return _with_placement(cached, placement)

    def judge_one(self, device: Device, placement: Placement) -> tuple[Finding, ...]:
        """The same findings, without the cache: for a device that no other device is like."""
        return _with_placement(self._evaluate(self._facts(device, placement)), placement)

    @cached_property
    def _attributes(self) -> frozenset[str]:
        return frozenset(name for policy, rule in self._rules for name in attributes_read(rule, policy.exceptions))

    @cached_property
    def _asks_models(self) -> bool:
        return any(isinstance(rule.who, _ABOUT_MODELS) for _, rule in self._rules)

    def _facts(self, device: Device, placement: Placement) -> DeviceFacts:
        ties = self._with_owners(ties_of_device(device))
        model = RecognisedModel(device.identity.model) if self._asks_models else NO_MODEL
        parts = (self._part(component, ties) for component in device.components)
        return DeviceFacts(device, placement, Judged(None, ties, model), tuple(part for part in parts if part.ties))

    def _part(self, component: Component, ties_of_box: tuple[MakerTie, ...]) -> Judged:
        position, own = component.position[:MAX_POSITION], self._with_owners(ties_of_component(component))
        if not self._asks_models or component.model is None:
            return Judged(position, own, NO_MODEL)
        return Judged(position, own or ties_of_box, RecognisedModel(component.model, own_ties=bool(own)))

    def _with_owners(self, ties: tuple[MakerTie, ...]) -> tuple[MakerTie, ...]:
        for tie in ties:
            if tie.company not in self._owners:
                self._owners[tie.company] = self._companies.owned_by_on(tie.company, self._as_of)
        return tuple(replace(tie, owners=owners) if (owners := self._owners[tie.company]) else tie for tie in ties)

    def _evaluate(self, facts: DeviceFacts) -> Iterator[CachedFinding]:
        for policy, rule in self._rules:
            if rule.support is not None:
                yield from (CachedFinding(finding, True) for finding in self._findings(facts, policy, rule))
                continue
            match = match_place(rule.where, facts.placement)
            if match is None:
                continue
            for finding in self._findings(facts, policy, rule):
                yield CachedFinding(_preceded_by(match.assumptions, finding), bool(match.assumptions))

    def _findings(self, facts: DeviceFacts, policy: Policy, rule: Rule) -> Iterator[Finding]:
        whole = self._finding(facts, policy, rule, facts.whole)
        if whole is not None:
            yield whole
        if not isinstance(rule.who, Named | OnlyThese | OfModels):
            return
        for judged in facts.parts:
            if not _is_asked_of(rule, judged, facts.whole):
                continue
            part = self._finding(facts, policy, rule, judged)
            if part is not None and (whole is None or is_worse(part.verdict, whole.verdict)):
                yield part

    def _finding(self, facts: DeviceFacts, policy: Policy, rule: Rule, judged: Judged) -> Finding | None:
        if judged.position is None and is_dated_by_operator(rule, facts.device):
            return None
        match = match_maker(rule.who, judged.ties, facts.device, self._as_of, self._companies, judged.model)
        result = None if match is None else outcome_of(rule, match, facts.device, self._as_of)
        if match is None or result is None:
            return None
        exception = exception_for(rule, policy.exceptions, facts.device)
        if exception is not None:
            result = Outcome(Verdict.CLEAR, (Excepted(exception.id, exception.says),))
        recalled = (PlainReason.RULE_FROM_MEMORY,) if rule.certainty is Certainty.KNOWLEDGE else ()
        because = (match.because, *result.because, *recalled)
        return Finding(
            policy.id, rule.id, result.verdict, because, rule.citation, result.reason, result.deadline, judged.position
        )


def _is_asked_of(rule: Rule, part: Judged, whole: Judged) -> bool:
    """Whether a rule is asked of a part. A part that names no maker is asked for its model alone; one that has the
    model of its box is the box itself, whose end of support the operator may have dated."""
    if not isinstance(rule.who, OfModels):
        return part.model.own_ties
    return rule.support is None or part.model.name != whole.model.name


def judge(
    device: Device, placement: Placement, policies: tuple[Policy, ...], as_of: date, companies: Ownership
) -> tuple[Finding, ...]:
    """The findings on one device alone. For many devices, make one PolicyEvaluator and ask it for each."""
    return PolicyEvaluator(policies, as_of, companies).judge_one(device, placement)


def verdict_of(device: Device, findings: tuple[Finding, ...]) -> Verdict:
    """The worst verdict of the findings that no waiver covers and of the identity itself: a silent device is not clear.

    The placement has no say of its own: what it leaves open is in the findings already.
    """
    by_identity, _ = identity_verdict(device)
    return worst((by_identity, *(finding.verdict for finding in findings if finding.waiver is None)))


def identity_verdict(device: Device) -> tuple[Verdict, IdentityReason]:
    """The verdict that a device's identity alone allows, and why. It is CLEAR only for a maker that is known."""
    match device.identity.level:
        case Level.CONFIRMED | Level.PROBABLE:
            return Verdict.CLEAR, IdentityReason.IDENTIFIED
        case Level.CONFLICTING:
            return Verdict.REVIEW, IdentityReason.CONTRADICTORY
        case Level.POSSIBLE | Level.UNKNOWN if any(tie.level in SURE for tie in device.watched):
            return Verdict.CLEAR, IdentityReason.WATCHED_MAKER_KNOWN
        case Level.POSSIBLE:
            return Verdict.NOT_ASSESSED, IdentityReason.ONLY_POSSIBLE
        case Level.UNKNOWN:
            return Verdict.NOT_ASSESSED, IdentityReason.UNKNOWN
        case _:
            assert_never(device.identity.level)


def _with_placement(cached: Iterable[CachedFinding], placement: Placement) -> tuple[Finding, ...]:
    placed = (PlacedIn(placement.segment or placement.tier, placement.because),)
    return tuple([entry.finding if entry.names_place else _preceded_by(placed, entry.finding) for entry in cached])


def _preceded_by(reasons: tuple[Because, ...], finding: Finding) -> Finding:
    """The same finding with these reasons first. Written out, because dataclasses.replace is slow here."""
    if not reasons:
        return finding
    return Finding(
        finding.policy,
        finding.rule,
        finding.verdict,
        reasons + finding.because,
        finding.citation,
        finding.reason,
        finding.deadline,
        finding.component,
    )
