"""Judges a device of several addresses so that no merge hides what one of them alone would show.

A wrong merge that turns a restricted box into a part of a clear one is worse than one box counted twice, and a box can
forge what joins: a serial number, an engine ID, a MAC address. So the parts of a device that alone are not clear stay
with it only if it is judged as badly. Alone, a part has its own address and labels, and the place, the waivers, the
permits and the rows of the operator's lists that are about these.

An SSH host key cannot be forged: who shows it has signed with it (RFC 4253 section 8). So a part that hardly answers
stays with one that shows the same host key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fingerprints.identity.identify import identify
from fingerprints.matching.grouping import each_with_reports
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence
from fingerprints.model.merging import ApartBy, KeptApart, MatchedBy, Merging
from reports.declared.attribute_list import merged_attributes
from reports.judgement.assessment import AssessmentOptions, JudgedDevice
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.incomplete import incompleteness
from reports.judgement.permits import apply_permits
from reports.judgement.waivers import apply_waivers
from reports.placement.placement import Placement
from reports.placement.zones import places
from reports.policy.verdict import Verdict, is_worse, severity

Group = tuple[Evidence, ...]

MAX_NAMED = 8
"""Addresses that the reason of a split names."""


def judge_group(
    group: Group, merging: Merging, options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Iterator[tuple[Group, JudgedDevice]]:
    """The device that a group of evidence is, or the devices that it must be taken for, each with its evidence.
    `merging` is why its subjects are one device."""
    for part, judged in _split(group, _by_host_key(merging), options, evaluator):
        of_part = merging if len(part) == len(group) else _merging_of_part(part, merging)
        yield part, replace(judged, device=replace(judged.device, merging=of_part))


def device_verdict(device: Device, findings: tuple[Finding, ...]) -> Verdict:
    """The verdict of a device; one that was not asked to the end is never clear."""
    verdict = verdict_of(device, findings)
    return Verdict.NOT_ASSESSED if verdict is Verdict.CLEAR and incompleteness(device) else verdict


def _by_host_key(merging: Merging) -> tuple[frozenset[str], ...]:
    """The subjects that show one host key, for each key."""
    return tuple(frozenset(key.subjects) for key in merging.joined if key.by is MatchedBy.HOST_KEY)


def _split(
    group: Group, alike: tuple[frozenset[str], ...], options: AssessmentOptions, evaluator: PolicyEvaluator
) -> Iterator[tuple[Group, JudgedDevice]]:
    """The group as one device if no part of it alone is judged worse; else its parts, together by their verdicts.
    `alike` are the subjects that show one host key."""
    whole = _judge(group, options, evaluator)
    allowed = _allowed(whole.device, whole.findings, options)
    if len(group) == 1 or allowed is Verdict.RESTRICTED:
        yield group, whole
        return
    parts = each_with_reports(group)
    alone = _with_host_keys(parts, [_verdict_alone(part, options, evaluator) for part in parts], alike)
    if not any(is_worse(verdict, allowed) for verdict in alone):
        yield group, whole
        return
    by_verdict: dict[Verdict, list[Evidence]] = {}
    for part, verdict in zip(parts, alone, strict=True):
        by_verdict.setdefault(verdict, []).append(part)
    smaller = [tuple(alike) for alike in by_verdict.values()] if len(by_verdict) > 1 else [(part,) for part in parts]
    for part_group in smaller:
        yield from _split(part_group, alike, options, evaluator)


def _with_host_keys(parts: Group, alone: Sequence[Verdict], alike: tuple[frozenset[str], ...]) -> Sequence[Verdict]:
    """The verdicts of parts alone; for one that is not assessed, the worst among those that show its host key too."""
    assessed = {
        part.subject.key: verdict
        for part, verdict in zip(parts, alone, strict=True)
        if verdict is not Verdict.NOT_ASSESSED
    }
    verdicts = []
    for part, verdict in zip(parts, alone, strict=True):
        same = (key for keys in alike if part.subject.key in keys for key in sorted(keys & assessed.keys()))
        others = [assessed[key] for key in same] if verdict is Verdict.NOT_ASSESSED else []
        verdicts.append(min(others, key=severity, default=verdict))
    return verdicts


def _judge(group: Group, options: AssessmentOptions, evaluator: PolicyEvaluator) -> JudgedDevice:
    device = _declared(group, identify(group, options.database), options)
    return _judge_at_worst(device, places(device, options.zones), options, evaluator)


def _verdict_alone(part: Evidence, options: AssessmentOptions, evaluator: PolicyEvaluator) -> Verdict:
    """The verdict of a part as a device of its own, after its permits and waivers."""
    judged = _judge((part,), options, evaluator)
    return _allowed(judged.device, judged.findings, options)


def _allowed(device: Device, findings: tuple[Finding, ...], options: AssessmentOptions) -> Verdict:
    """The verdict of a device after permits and waivers."""
    if options.permits is not None:
        findings = apply_permits(findings, device, options.policies, options.permits, options.as_of)
    if options.waivers is not None:
        findings = apply_waivers(findings, device, options.waivers, options.as_of)
    return device_verdict(device, findings)


def _judge_at_worst(
    device: Device, possible: Sequence[Placement], options: AssessmentOptions, evaluator: PolicyEvaluator
) -> JudgedDevice:
    """A device at the worst of the places where it may stand, after permits and waivers and then before, the first of
    equals. Its placement says what its own words are that would put it in another one, the mildest first, and whether
    they would be milder there."""
    judged = []
    for placement in possible:
        findings = evaluator.judge(device, placement)
        judged.append(JudgedDevice(device, placement, findings, device_verdict(device, findings)))
    worst = min(judged, key=lambda one: (severity(_allowed(device, one.findings, options)), severity(one.verdict)))
    own = [(one.verdict, one.placement.against) for one in judged if one.placement.against is not None]
    if not own:
        return worst
    verdict, words = max(own, key=lambda entry: severity(entry[0]))
    others = [one.verdict for one in judged if one.placement.against is None]
    against = replace(words, are_milder=any(is_worse(other, verdict) for other in others))
    return replace(worst, placement=replace(worst.placement, against=against))


def _declared(group: Group, device: Device, options: AssessmentOptions) -> Device:
    """The device of a group with what the operator's list says of it."""
    declared = () if options.attributes is None else options.attributes.attributes_of(device)
    if not declared:
        return device
    return identify(tuple(_with_attributes(evidence, declared) for evidence in group), options.database)


def _with_attributes(evidence: Evidence, declared: tuple[tuple[str, str], ...]) -> Evidence:
    attributes = merged_attributes(evidence.subject.attributes, declared)
    return replace(evidence, subject=replace(evidence.subject, attributes=attributes))


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
