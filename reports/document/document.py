"""The document: a header and a sorted run of judged devices. It is the only input of every format."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from fingerprints.model.device import Device, Party, Watched
from reports.judgement.assessment import SilentRange
from reports.judgement.unscanned_neighbours import Sighting
from reports.placement.placement import Placement
from reports.policy.action import Certainty
from reports.policy.verdict import Reason, Verdict, severity

SCHEMA = "kitscan-document/1"


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """What one rule says of a device, or of the component at `component`, with its reasons and its waiver in words."""

    policy: str
    rule: str
    verdict: Verdict
    because: str
    citation: str
    reason: Reason | None = None
    deadline: date | None = None
    component: str | None = None
    waiver: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedDevice:
    """A device, its placement, its findings, and the worst verdict of those that no waiver covers."""

    device: Device
    placement: Placement
    findings: tuple[ReportedFinding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ReportedNeighbour:
    """A device that the scan did not reach and that others report. `rules` (`policy/rule`) would restrict its maker
    somewhere; `text` says where it was seen."""

    name: str
    mac: str
    address: str
    description: str
    made_by: Party | None
    watched: tuple[Watched, ...]
    sightings: tuple[Sighting, ...]
    rules: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A target that was named or showed life, and that nothing could be learned of: why, and what to do about it."""

    target: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the scope was seen: counts of addresses and devices, and the silent ranges. `wanted_percent` is the
    share of the scope that must be identified before anything may be said of the whole (--min-coverage). `cost` is what
    it took to see that, by name: packets sent, seconds."""

    in_scope: int
    answered: int
    identified: int
    not_assessed: int
    silent: tuple[SilentRange, ...] = ()
    wanted_percent: float | None = None
    cost: tuple[tuple[str, float], ...] = ()

    @property
    def enough(self) -> bool:
        """Whether as much was identified as was asked for."""
        seen = 100.0 * self.identified / self.in_scope if self.in_scope else 100.0
        return self.wanted_percent is None or seen >= self.wanted_percent

    @property
    def complete(self) -> bool:
        """Whether nothing that was named or showed life went unassessed."""
        return self.not_assessed == 0


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """A policy that this document was judged by, as an auditor cites it."""

    id: str
    title: str
    jurisdiction: str
    instrument: str
    binding: bool
    certainty: Certainty
    notes: tuple[str, ...] = ()
    """What a scan cannot tell about this policy, said once."""
    recalled_rules: tuple[str, ...] = ()
    """Its rules that are from memory where the policy as a whole is not."""


@dataclass(frozen=True, slots=True)
class Header:
    """Under what the devices were judged. `data_version` names the fingerprint data; `run` the evidence."""

    tool_version: str
    data_version: str
    run: str
    as_of: date
    policies: tuple[AppliedPolicy, ...]
    policies_chosen: str
    coverage: Coverage
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Devices sorted by id, targets not assessed sorted by target, and what nobody asked but others tell of."""

    header: Header
    devices: tuple[ReportedDevice, ...]
    not_assessed: tuple[NotAssessed, ...]
    seen_only_as_neighbour: tuple[ReportedNeighbour, ...] = ()


class Place(StrEnum):
    """The report's own split, which is the operator's: unclassified is its own answer and never means non-core."""

    CORE = "core"
    NON_CORE = "non_core"
    UNCLASSIFIED = "unclassified"


def place_of(placement: Placement) -> Place:
    """The column a device stands in."""
    match placement.core:
        case True:
            return Place.CORE
        case False:
            return Place.NON_CORE
        case None:
            return Place.UNCLASSIFIED


def build(header: Header, devices: Iterable[ReportedDevice], not_assessed: Iterable[NotAssessed]) -> Document:
    """A document in its one order: devices by id, findings worst first and waived ones last, targets by name."""
    ordered = (replace(judged, findings=tuple(sorted(judged.findings, key=_finding_key))) for judged in devices)
    return Document(
        header,
        tuple(sorted(ordered, key=lambda judged: judged.device.id)),
        tuple(sorted(not_assessed, key=lambda missing: (missing.target, missing.reason, missing.hint))),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of something stand at each verdict: in all, under each policy or place. Every verdict is present."""

    by_verdict: Mapping[Verdict, int]
    by_policy: Mapping[str, Mapping[Verdict, int]]
    by_place: Mapping[Place, Mapping[Verdict, int]]
    waived: int


def findings_by(document: Document) -> Counts:
    """Findings no waiver covers, by verdict, by policy (each that applied, found or not) and by place."""
    open_findings = [
        (place_of(judged.placement), finding)
        for judged in document.devices
        for finding in judged.findings
        if finding.waiver is None
    ]
    by_policy = Counter((finding.policy, finding.verdict) for _, finding in open_findings)
    by_place = Counter((place, finding.verdict) for place, finding in open_findings)
    policies = sorted({policy.id for policy in document.header.policies} | {policy for policy, _ in by_policy})
    total = sum(len(judged.findings) for judged in document.devices)
    return Counts(
        by_verdict=_each_verdict(Counter(finding.verdict for _, finding in open_findings)),
        by_policy={policy: {verdict: by_policy[policy, verdict] for verdict in Verdict} for policy in policies},
        by_place={place: {verdict: by_place[place, verdict] for verdict in Verdict} for place in Place},
        waived=total - len(open_findings),
    )


def devices_by(document: Document) -> Mapping[Place, Mapping[Verdict, int]]:
    """Devices by place and by their worst verdict that no waiver covers; every place and verdict is present."""
    counted = Counter((place_of(judged.placement), judged.verdict) for judged in document.devices)
    return {place: {verdict: counted[place, verdict] for verdict in Verdict} for place in Place}


def _each_verdict(counted: Counter[Verdict]) -> Mapping[Verdict, int]:
    return {verdict: counted[verdict] for verdict in Verdict}


def _finding_key(finding: ReportedFinding) -> tuple[bool, int, str, str, str, str]:
    return (
        finding.waiver is not None,
        severity(finding.verdict),
        finding.policy,
        finding.rule,
        finding.component or "",
        finding.because,
    )
