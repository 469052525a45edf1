"""The five verbs in order: what was observed is identified, placed, judged and reported.

Observing is scanner.collection's; from there on all is a pure function of stored evidence, data, options and a date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from fingerprints.correlate import correlate
from fingerprints.device import Level
from fingerprints.evidence import Evidence
from fingerprints.identify import identify
from fingerprints.knowledge import Knowledge
from reports.judgement.caps import settled, shares
from reports.judgement.judge import judge, verdict_of
from reports.judgement.policy import Policy
from reports.judgement.verdict import Verdict
from reports.judgement.waivers import Waivers, apply
from reports.judgement.zones import Zones, place
from reports.output.document import AppliedPolicy, Coverage, Document, Header, JudgedDevice, NotAssessed, SilentRange
from reports.output.document import build as build_document
from reports.output.not_assessed import silent, unidentified


@dataclass(frozen=True, slots=True)
class Frame:
    """By what a run is judged. `policies_chosen` says who chose the policies, for the header."""

    knowledge: Knowledge
    zones: Zones | None
    policies: tuple[Policy, ...]
    policies_chosen: str
    waivers: Waivers | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the evidence comes from: the run's name, the tool that judges it, how many addresses or captures were in
    scope, and the ranges among them."""

    run: str
    tool_version: str
    in_scope: int
    ranges: tuple[SilentRange, ...]


def assess(evidence: Iterable[Evidence], frame: Frame, taken: Taken) -> Document:
    """Identify, place, judge and report everything that one run observed."""
    mute: list[NotAssessed] = []
    asked = [judged(gathered, frame) for gathered in correlate(_spoken(evidence, mute))]
    devices = _concluded(asked, frame)
    unknown = [unidentified(one.device) for one in devices if one.verdict is Verdict.NOT_ASSESSED]
    header = Header(
        tool_version=taken.tool_version,
        data_version=frame.knowledge.version,
        run=taken.run,
        as_of=frame.as_of,
        policies=tuple(_cited(policy) for policy in frame.policies),
        policies_chosen=frame.policies_chosen,
        coverage=_coverage(devices, len(mute), len(unknown), taken),
    )
    return build_document(header, devices, (*mute, *unknown))


def judged(gathered: tuple[Evidence, ...], frame: Frame) -> JudgedDevice:
    """One device from its evidence to what each rule says of it alone."""
    device = identify(gathered, frame.knowledge)
    placement = place(device, frame.zones)
    findings = judge(device, placement, frame.policies, frame.as_of, frame.knowledge.companies)
    return JudgedDevice(device, placement, findings, verdict_of(device, placement, findings))


def _concluded(asked: list[JudgedDevice], frame: Frame) -> list[JudgedDevice]:
    """What only the whole run can say: the share that each cap is about; then waivers, and the verdict anew."""
    measured = shares(asked, frame.policies)
    concluded = []
    for one in asked:
        if not one.findings:
            concluded.append(one)
            continue
        findings = settled(one.findings, measured, frame.as_of)
        if frame.waivers is not None:
            findings = apply(findings, one.device, frame.waivers, frame.as_of)
        verdict = verdict_of(one.device, one.placement, findings)
        concluded.append(replace(one, findings=findings, verdict=verdict))
    return concluded


def _spoken(evidence: Iterable[Evidence], mute: list[NotAssessed]) -> Iterator[Evidence]:
    for said in evidence:
        if said.observations:
            yield said
        else:
            mute.append(silent(said.subject.labels[0] if said.subject.labels else said.subject.key, said.gaps))


def _coverage(devices: list[JudgedDevice], mute: int, unknown: int, taken: Taken) -> Coverage:
    return Coverage(
        in_scope=taken.in_scope,
        answered=len(devices),
        identified=sum(one.device.identity.level is not Level.UNKNOWN for one in devices),
        not_assessed=mute + unknown,
        silent=taken.ranges,
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
    )
