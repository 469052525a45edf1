"""May this stand here? One device, one placement, dated policies: findings, and the worst of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fingerprints.device import Device, Level, WatchLevel
from reports.judgement.action import Certainty
from reports.judgement.effect import Outcome, excepted, in_view, outcome
from reports.judgement.policy import Named, OnlyThese, Policy, Rule
from reports.judgement.reach import supposition
from reports.judgement.ties import Ownership, Tie, concern, owned, ties_of_component, ties_of_device
from reports.judgement.verdict import Finding, Placement, Verdict, worst

MAX_POSITION = 120
"""Characters of a component's position in a finding: it is the device's own text."""

SURE = (WatchLevel.CONFIRMED, WatchLevel.PROBABLE)


@dataclass(frozen=True, slots=True)
class Case:
    """One device before the rules: who is behind it and behind each of its parts, and whose was what on the day."""

    device: Device
    placement: Placement
    as_of: date
    companies: Ownership
    ties: tuple[Tie, ...]
    parts: tuple[tuple[str, tuple[Tie, ...]], ...]


def judge(
    device: Device, placement: Placement, policies: tuple[Policy, ...], as_of: date, companies: Ownership
) -> tuple[Finding, ...]:
    """What every rule of the policies says of a device and of its components on a day, in the order of the policies.

    A component is named only where a rule says worse of it than of the box it sits in.
    """
    parts = tuple(
        (component.position[:MAX_POSITION], owned(ties, as_of, companies))
        for component in device.components
        if (ties := ties_of_component(component))
    )
    case = Case(device, placement, as_of, companies, owned(ties_of_device(device), as_of, companies), parts)
    return tuple(
        finding
        for policy in policies
        for rule in policy.rules
        if in_view(rule, as_of)
        for finding in _findings(case, policy, rule)
    )


def verdict_of(device: Device, placement: Placement, findings: tuple[Finding, ...]) -> Verdict:
    """The worst of what no waiver covers; what the identity alone leaves open counts too, so a silent box is not clear.

    `placement` has no say of its own: what it leaves open is in the findings already.
    """
    del placement
    open_question, _ = standing_of(device)
    return worst((open_question, *(finding.verdict for finding in findings if finding.waiver is None)))


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


def _findings(case: Case, policy: Policy, rule: Rule) -> Iterator[Finding]:
    supposed = supposition(rule.where, case.placement)
    if supposed is None:
        return
    place = case.placement
    stands = supposed or f"stands in {place.segment or place.tier or 'the network'} ({place.because})"
    whole = _finding(case, policy, rule, stands, case.ties, None)
    if whole is not None:
        yield whole
    if not isinstance(rule.who, Named | OnlyThese):
        return
    for position, ties in case.parts:
        part = _finding(case, policy, rule, stands, ties, position)
        if part is not None and (whole is None or worst((whole.verdict, part.verdict)) is not whole.verdict):
            yield part


def _finding(
    case: Case, policy: Policy, rule: Rule, stands: str, ties: tuple[Tie, ...], position: str | None
) -> Finding | None:
    about = concern(rule.who, ties, case.device, case.as_of, case.companies)
    result = None if about is None else outcome(rule, about, case.device, case.as_of)
    if about is None or result is None:
        return None
    exception = excepted(rule, policy.exceptions, case.device)
    if exception is not None:
        result = Outcome(Verdict.CLEAR, f"excepted ({exception.id}): {exception.says}")
    because = f"{stands}; {about.because}; {result.because}"
    if rule.certainty is Certainty.KNOWLEDGE:
        because += "; this rule is from memory and has to be checked"
    return Finding(policy.id, rule.id, result.verdict, because, rule.citation, result.reason, result.deadline, position)
