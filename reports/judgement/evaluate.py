"""May this stand here? One device, one placement, dated policies: findings, and the worst of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from fingerprints.model.device import Device, Level, WatchLevel
from reports.judgement.effect import Outcome, attributes_read, excepted, in_view, outcome
from reports.judgement.finding import Finding
from reports.judgement.maker_match import MakerTie, Ownership, match_maker, ties_of_component, ties_of_device
from reports.judgement.place_match import assumption
from reports.placement.placement import Origin, Placement
from reports.policy.action import Certainty
from reports.policy.policy import Named, OnlyThese, Policy, Rule
from reports.policy.verdict import Verdict, worst

MAX_POSITION = 120
"""Characters of a component's position in a finding: it is the device's own text."""

SURE = (WatchLevel.CONFIRMED, WatchLevel.PROBABLE)


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the rules ask of a device: where it stands, who is behind it and behind each of its parts, and the
    operator's own words on it that some rule reads."""

    device: Device
    placement: Placement
    ties: tuple[MakerTie, ...]
    parts: tuple[tuple[str, tuple[MakerTie, ...]], ...]

    def kind(self, read: frozenset[str]) -> tuple[object, ...]:
        """What all of it turns on: two devices of one kind get the same findings, but for the reason of their place."""
        place = self.placement
        where = (place.tier, place.segment, place.function, place.plane, place.generation, place.site_type)
        unplaced = None if place.origin is Origin.DECLARED else (place.origin, place.because)
        said = tuple(pair for pair in self.device.attributes if pair[0] in read)
        return (where, unplaced, said, self.ties, self.parts)


@dataclass(frozen=True, slots=True)
class Partial:
    """A finding whose reason has yet to begin with the place, where it begins with the device's own."""

    finding: Finding
    placed: bool


class PolicyEvaluator:
    """The policies of one judgement, on one day. What was worked out for a device serves the next of its kind, so the
    order in which they come makes no difference but to the time."""

    def __init__(self, policies: tuple[Policy, ...], as_of: date, companies: Ownership) -> None:
        self._rules = tuple((policy, rule) for policy in policies for rule in policy.rules if in_view(rule, as_of))
        self._as_of, self._companies = as_of, companies
        self._owners: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[object, ...], tuple[Partial, ...]] = {}

    def judge(self, device: Device, placement: Placement) -> tuple[Finding, ...]:
        """What every rule says of a device and of its components, in the order of the policies.

        A component is named only where a rule says worse of it than of the box it sits in.
        """
        case = self._case(device, placement)
        kind = case.kind(self._read)
        partials = self._known.get(kind)
        if partials is None:
            partials = self._known[kind] = tuple(self._partials(case))
        return _told(partials, placement)

    def judge_one(self, device: Device, placement: Placement) -> tuple[Finding, ...]:
        """The same, for a device of whose kind no other comes."""
        return _told(self._partials(self._case(device, placement)), placement)

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(name for policy, rule in self._rules for name in attributes_read(rule, policy.exceptions))

    def _case(self, device: Device, placement: Placement) -> DeviceFacts:
        parts = tuple(
            (component.position[:MAX_POSITION], self._owned(ties))
            for component in device.components
            if (ties := ties_of_component(component))
        )
        return DeviceFacts(device, placement, self._owned(ties_of_device(device)), parts)

    def _owned(self, ties: tuple[MakerTie, ...]) -> tuple[MakerTie, ...]:
        for tie in ties:
            if tie.company not in self._owners:
                self._owners[tie.company] = self._companies.owned_by_on(tie.company, self._as_of)
        return tuple(replace(tie, owners=owners) if (owners := self._owners[tie.company]) else tie for tie in ties)

    def _partials(self, case: DeviceFacts) -> Iterator[Partial]:
        for policy, rule in self._rules:
            supposed = assumption(rule.where, case.placement)
            if supposed is None:
                continue
            for finding in self._findings(case, policy, rule):
                yield Partial(_placed(finding, supposed) if supposed else finding, bool(supposed))

    def _findings(self, case: DeviceFacts, policy: Policy, rule: Rule) -> Iterator[Finding]:
        whole = self._finding(case, policy, rule, case.ties, None)
        if whole is not None:
            yield whole
        if not isinstance(rule.who, Named | OnlyThese):
            return
        for position, ties in case.parts:
            part = self._finding(case, policy, rule, ties, position)
            if part is not None and (whole is None or worst((whole.verdict, part.verdict)) is not whole.verdict):
                yield part

    def _finding(
        self, case: DeviceFacts, policy: Policy, rule: Rule, ties: tuple[MakerTie, ...], position: str | None
    ) -> Finding | None:
        about = match_maker(rule.who, ties, case.device, self._as_of, self._companies)
        result = None if about is None else outcome(rule, about, case.device, self._as_of)
        if about is None or result is None:
            return None
        exception = excepted(rule, policy.exceptions, case.device)
        if exception is not None:
            result = Outcome(Verdict.CLEAR, f"excepted ({exception.id}): {exception.says}")
        because = f"{about.because}; {result.because}"
        if rule.certainty is Certainty.KNOWLEDGE:
            because += "; this rule is from memory and has to be checked"
        return Finding(
            policy.id, rule.id, result.verdict, because, rule.citation, result.reason, result.deadline, position
        )


def judge(
    device: Device, placement: Placement, policies: tuple[Policy, ...], as_of: date, companies: Ownership
) -> tuple[Finding, ...]:
    """The same for one device alone; who has many asks one Bench."""
    return PolicyEvaluator(policies, as_of, companies).judge_one(device, placement)


def verdict_of(device: Device, findings: tuple[Finding, ...]) -> Verdict:
    """The worst verdict of the findings that no waiver covers and of the identity itself: a silent device is not clear.

    The placement has no say of its own: what it leaves open is in the findings already.
    """
    identity_verdict, _ = standing_of(device)
    return worst((identity_verdict, *(finding.verdict for finding in findings if finding.waiver is None)))


def standing_of(device: Device) -> tuple[Verdict, str]:
    """What a device's identity alone allows, and why: CLEAR only for one that is positively known."""
    match device.identity.level:
        case Level.CONFIRMED | Level.PROBABLE:
            return Verdict.CLEAR, "positively identified"
        case Level.CONFLICTING:
            return Verdict.REVIEW, "its evidence contradicts itself"
        case Level.POSSIBLE | Level.UNKNOWN if any(tie.level in SURE for tie in device.watched):
            return Verdict.CLEAR, "a watched maker is positively known to be behind it"
        case Level.POSSIBLE:
            return Verdict.NOT_ASSESSED, "who made it is only possible, not probable"
        case Level.UNKNOWN:
            return Verdict.NOT_ASSESSED, "nothing says who made it"


def _told(partials: Iterable[Partial], placement: Placement) -> tuple[Finding, ...]:
    stands = f"stands in {placement.segment or placement.tier or 'the network'} ({placement.because})"
    return tuple(partial.finding if partial.placed else _placed(partial.finding, stands) for partial in partials)


def _placed(finding: Finding, stands: str) -> Finding:
    return Finding(
        finding.policy,
        finding.rule,
        finding.verdict,
        f"{stands}; {finding.because}",
        finding.citation,
        finding.reason,
        finding.deadline,
        finding.component,
    )
