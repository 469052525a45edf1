"""Judges a device of several addresses so that no merge hides what one of them alone would show.

A wrong merge that turns a restricted box into a part of a clear one is worse than one box counted twice. So the parts
of a device that alone are restricted, under review or conditional stay with it only if it is judged as badly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fingerprints.identity.identify import identify
from fingerprints.matching.grouping import each_with_reports
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence
from fingerprints.model.merging import NOT_MERGED, ApartBy, KeptApart, MergeDecisions, Merging
from reports.declared.attribute_list import merged_attributes
from reports.judgement.assessment import AssessmentOptions, JudgedDevice
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.incomplete import incompleteness
from reports.placement.placement import Origin, Placement
from reports.placement.zones import places
from reports.policy.verdict import Verdict, is_worse, severity

Group = tuple[Evidence, ...]

MAX_NAMED = 8
"""Addresses that the reason of a split names."""

MUST_SHOW = (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.CONDITIONAL)


def judge_group(
    group: Group, decisions: MergeDecisions, options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Iterator[tuple[Group, JudgedDevice]]:
    """The device that a group of evidence is, or the devices that it must be taken for, each with its evidence."""
    merging = decisions.get(group[0].subject.key, NOT_MERGED)
    for part, judged in _split(group, options, evaluator):
        of_part = merging if len(part) == len(group) else _merging_of_part(part, merging)
        yield part, replace(judged, device=replace(judged.device, merging=of_part))


def device_verdict(device: Device, findings: tuple[Finding, ...]) -> Verdict:
    """The verdict of a device; one that was not asked to the end is never clear."""
    verdict = verdict_of(device, findings)
    return Verdict.NOT_ASSESSED if verdict is Verdict.CLEAR and incompleteness(device) else verdict


def _split(
    group: Group, options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Iterator[tuple[Group, JudgedDevice]]:
    """The group as one device if no part of it alone is judged worse; else its parts, together by their verdicts."""
    whole = _judge(group, options, evaluator)
    if len(group) == 1 or whole.verdict is Verdict.RESTRICTED:
        yield group, whole
        return
    parts = each_with_reports(group)
    alone = [_verdict_alone(part, whole, options, evaluator) for part in parts]
    if not any(verdict in MUST_SHOW and is_worse(verdict, whole.verdict) for verdict in alone):
        yield group, whole
        return
    by_verdict: dict[Verdict, list[Evidence]] = {}
    for part, verdict in zip(parts, alone, strict=True):
        by_verdict.setdefault(verdict, []).append(part)
    smaller = [tuple(alike) for alike in by_verdict.values()] if len(by_verdict) > 1 else [(part,) for part in parts]
    for part_group in smaller:
        yield from _split(part_group, options, evaluator)


def _judge(group: Group, options: AssessmentOptions, evaluator: PolicyEvaluator) -> JudgedDevice:
    device = identify(group, options.database)
    device = _declared(group, device, device, options)
    return _judge_at_worst(device, places(device, options.zones), evaluator)


def _judge_at_worst(device: Device, possible: Sequence[Placement], evaluator: PolicyEvaluator) -> JudgedDevice:
    """A device at the worst of the places where it may stand, the first of equals. Its placement says what its own
    words are that would put it in another one, the mildest first, and whether they would be milder there."""
    judged = []
    for placement in possible:
        findings = evaluator.judge(device, placement)
        judged.append(JudgedDevice(device, placement, findings, device_verdict(device, findings)))
    worst = min(judged, key=lambda one: severity(one.verdict))
    own = [(one.verdict, one.placement.against) for one in judged if one.placement.against is not None]
    if not own:
        return worst
    verdict, words = max(own, key=lambda entry: severity(entry[0]))
    others = [one.verdict for one in judged if one.placement.against is None]
    against = replace(words, are_milder=any(is_worse(other, verdict) for other in others))
    return replace(worst, placement=replace(worst.placement, against=against))


def _declared(group: Group, device: Device, whole: Device, options: AssessmentOptions) -> Device:
    """The device of a group with what the operator's list says of the `whole` device that it is or belongs to."""
    declared = () if options.attributes is None else options.attributes.attributes_of(whole)
    if not declared:
        return device
    return identify(tuple(_with_attributes(evidence, declared) for evidence in group), options.database)


def _with_attributes(evidence: Evidence, declared: tuple[tuple[str, str], ...]) -> Evidence:
    attributes = merged_attributes(evidence.subject.attributes, declared)
    return replace(evidence, subject=replace(evidence.subject, attributes=attributes))


def _verdict_alone(
    part: Evidence, whole: JudgedDevice, options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Verdict:
    """The verdict of a part as a device of its own. Where no zone holds its address and it is of the makers of the
    whole, it stands where the whole stands: only what a part is can be hidden by a merge, and the operator says where
    the device is."""
    device = _declared((part,), identify((part,), options.database), whole.device, options)
    return _judge_at_worst(device, _places_alone(device, whole, options), evaluator).verdict


def _places_alone(device: Device, whole: JudgedDevice, options: AssessmentOptions) -> tuple[Placement, ...]:
    own = places(device, options.zones)
    is_declared = own[0].origin is Origin.DECLARED
    return own if is_declared or not _same_makers(device, whole.device) else (whole.placement,)


def _same_makers(first: Device, second: Device) -> bool:
    ties = ({(tie.entity, tie.level) for tie in device.watched} for device in (first, second))
    return first.identity.vendor == second.identity.vendor and next(ties) == next(ties)


def _merging_of_part(part: Group, merging: Merging) -> Merging:
    """The merging of a part of a device: what its addresses share, and each key that it shares with the other parts."""
    own = frozenset(evidence.subject.key for evidence in part)
    within, across = [], []
    for key in merging.joined:
        inside = tuple(sorted(own.intersection(key.subjects)))
        outside = sorted(set(key.subjects) - own)
        if len(inside) > 1:
            within.append(replace(key, subjects=inside))
        if inside and outside:
            across.append(KeptApart(ApartBy.VERDICT, key.by, key.text, tuple(outside[:MAX_NAMED]), len(outside)))
    return Merging(tuple(within), (*merging.kept_apart, *across))
