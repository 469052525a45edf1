"""The five verbs in order: what was observed is identified, placed, judged and reported.

Observing is scanner.collect's; from there on all is a pure function of stored evidence, data, options and a date.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.identify import identify
from fingerprints.matching.grouping import Reading, group_evidence
from fingerprints.matching.merge_addresses import disambiguate_ids
from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Evidence, Gap, GapReason
from reports.document.document import AppliedPolicy, Coverage, Document, Header, ReportedDevice, NotAssessed, SilentRange
from reports.document.document import build as build_document
from reports.document.not_assessed import silent, unidentified
from reports.judgement.caps import settled, shares
from reports.judgement.evaluate import PolicyEvaluator, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.incomplete import VOLUNTEERED, incompleteness
from reports.judgement.misplaced import misplaced
from reports.judgement.permits import Permits, permitted
from reports.judgement.unscanned_neighbours import judged_neighbour, unscanned_neighbours
from reports.judgement.waivers import Waivers, apply
from reports.placement.placement import Placement
from reports.placement.zones import Zones, lowered, place
from reports.policy.policy import Policy, recalled_rules
from reports.policy.verdict import OWN_ZONES, Verdict


@dataclass(frozen=True, slots=True)
class AssessmentOptions:
    """By what a run is judged. `policies_chosen` says who chose the policies, for the header."""

    database: FingerprintDatabase
    zones: Zones | None
    policies: tuple[Policy, ...]
    policies_chosen: str
    waivers: Waivers | None
    as_of: date
    permits: Permits | None = None
    min_coverage: float | None = None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Where the evidence comes from: the run's name, the tool that judges it, how many addresses or captures were in
    scope, the ranges among them, whether the run came to its end, and what it has cost by name."""

    run: str
    tool_version: str
    in_scope: int
    ranges: tuple[SilentRange, ...]
    complete: bool = True
    cost: tuple[tuple[str, float], ...] = ()


def run_assessment(read: Reading, frame: AssessmentOptions, taken: RunInfo) -> Document:
    """Identify, place, judge and report everything that one run observed."""
    mute: list[NotAssessed] = []
    asked: list[ReportedDevice] = []
    answers: list[int] = []
    bench = PolicyEvaluator(frame.policies, frame.as_of, frame.database.companies)
    for said in group_evidence(read):
        if any(one.observations for one in said):
            asked.append(judged(said, frame, bench))
            answers.append(sum(map(_answered, said)))
        else:
            mute += map(_mute, said)
    named = disambiguate_ids([one.device for one in asked])
    asked = [replace(one, device=device) for one, device in zip(asked, named, strict=True)]
    devices = _concluded(asked, frame, bench)
    unknown = [unidentified(one.device) for one in devices if one.verdict is Verdict.NOT_ASSESSED]
    left_out = (*mute, *unknown, *(() if taken.complete else (_cut_off(taken),)))
    header = Header(
        tool_version=taken.tool_version,
        data_version=frame.database.version,
        run=taken.run,
        as_of=frame.as_of,
        policies=tuple(_cited(policy) for policy in frame.policies),
        policies_chosen=frame.policies_chosen,
        coverage=replace(_coverage(devices, answers, len(left_out), taken), wanted_percent=frame.min_coverage),
        notes=(*frame.database.notes, *_placed_notes(devices, frame.zones)),
    )
    heard = unscanned_neighbours([one.device for one in devices], frame.database)
    seen = tuple(judged_neighbour(one, bench) for one in heard)
    return replace(build_document(header, devices, left_out), seen_only_as_neighbour=seen)


def judged(said: tuple[Evidence, ...], frame: AssessmentOptions, bench: PolicyEvaluator) -> ReportedDevice:
    """One device from its evidence to what each rule says of it alone."""
    device = identify(said, frame.database)
    placement = place(device, frame.zones)
    findings = bench.judge(device, placement)
    return ReportedDevice(device, placement, findings, _verdict(device, placement, findings))


def _verdict(device: Device, placement: Placement, findings: tuple[Finding, ...]) -> Verdict:
    """What is known of it alone would be clear; what was not asked to the end is not."""
    verdict = verdict_of(device, placement, findings)
    return Verdict.NOT_ASSESSED if verdict is Verdict.CLEAR and incompleteness(device) else verdict


def _concluded(asked: list[ReportedDevice], frame: AssessmentOptions, bench: PolicyEvaluator) -> list[ReportedDevice]:
    """What only the whole run can say: the share of each cap, and where the evidence speaks against a declared place;
    then permits and waivers, and the verdict."""
    measured, elsewhere = shares(asked, frame.policies), misplaced(asked, bench)
    concluded = []
    for one in asked:
        findings = settled(one.findings, measured, frame.as_of)
        if frame.permits is not None:
            findings = permitted(findings, one.device, frame.policies, frame.permits, frame.as_of)
        if one.device.id in elsewhere:
            findings = (*findings, elsewhere[one.device.id])
        if frame.waivers is not None:
            findings = apply(findings, one.device, frame.waivers, frame.as_of)
        verdict = _verdict(one.device, one.placement, findings)
        concluded.append(replace(one, findings=findings, verdict=verdict))
    return concluded


def _mute(one: Evidence) -> NotAssessed:
    return silent(one.subject.labels[0] if one.subject.labels else one.subject.key, one.gaps)


def _cut_off(taken: RunInfo) -> NotAssessed:
    """A run that did not reach its end may owe an answer to addresses that nothing else here speaks of."""
    return silent(f"run {taken.run}", (Gap("scan", "", GapReason.INTERRUPTED),))


def _answered(one: Evidence) -> bool:
    """Whether it answered anybody: one that only announced itself has not, and need not be in scope."""
    return any(said.source not in VOLUNTEERED for said in one.observations)


def _coverage(devices: list[ReportedDevice], answers: list[int], left_out: int, taken: RunInfo) -> Coverage:
    """Counted by address, as the scope is: a device with three of them (`answers`) has answered three times."""
    named = [one.device.identity.level is not Level.UNKNOWN for one in devices]
    silent_in_ranges = sum(found.silent for found in taken.ranges)
    return Coverage(
        in_scope=max(taken.in_scope, sum(answers) + silent_in_ranges),
        answered=sum(answers),
        identified=sum(count for count, is_named in zip(answers, named, strict=True) if is_named),
        not_assessed=left_out,
        silent=taken.ranges,
        cost=taken.cost,
    )


def _placed_notes(devices: list[ReportedDevice], zones: Zones | None) -> Iterator[str]:
    """What there is to know of the zones file, once for the whole run."""
    low = sum(1 for one in devices if zones is not None and lowered(one.device, one.placement, zones))
    if low:
        yield (
            f"The zones file places by the addresses that were asked alone (place_by: management). By all addresses of "
            f"their own tables {low:,} of {len(devices):,} devices would stand higher; each says where."
        )
    against = sum(any(finding.policy == OWN_ZONES for finding in one.findings) for one in devices)
    if against:
        yield (
            f"The evidence speaks against the declared place of {against:,} of {len(devices):,} devices; each has a "
            f"finding of {OWN_ZONES}."
        )


def _cited(policy: Policy) -> AppliedPolicy:
    return AppliedPolicy(
        id=policy.id,
        title=policy.title,
        jurisdiction=policy.jurisdiction,
        instrument=policy.instrument,
        binding=policy.binding,
        certainty=policy.certainty,
        notes=policy.notes,
        recalled_rules=recalled_rules(policy),
    )
