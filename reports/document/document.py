"""The document: a header, the judged devices and what was not assessed. It is the only input of every format."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from fingerprints.model.device import Device, Party, Watched
from fingerprints.model.evidence import GapReason
from reports.judgement.run_info import JudgedBy, RunRecord, SilentRange
from reports.placement.placement import Placement
from reports.placement.sighting import Sighting
from reports.policy.action import Certainty
from reports.policy.verdict import Reason, Verdict, severity

SCHEMA = "kitscan-document/1"


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """What one rule says of a device, or of the component at `component`, with its reasons and its waiver in words.

    `starts` is the day on which a rule that does not hold yet begins to hold.
    """

    policy: str
    rule: str
    verdict: Verdict
    because: str
    citation: str
    reason: Reason | None = None
    deadline: date | None = None
    component: str | None = None
    waiver: str | None = None
    starts: date | None = None


@dataclass(frozen=True, slots=True)
class ReportedDevice:
    """A device, its placement, the findings of every rule, and the worst verdict that no waiver covers."""

    device: Device
    placement: Placement
    findings: tuple[ReportedFinding, ...]
    verdict: Verdict


class Unidentified(StrEnum):
    """The reason of a target that answered, and whose maker is still unknown or known by layer 2 alone."""

    UNIDENTIFIED = "unidentified"
    LAYER_2_ONLY = "layer-2-only"


class Unjudged(StrEnum):
    """The reason of a target whose maker is known and which nothing judges."""

    NO_POLICY = "no-policy"


NotAssessedReason = GapReason | Unidentified | Unjudged


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
    """A target that was named or showed a sign of life and could not be assessed, and why. `answered_from` is the
    address from which it answered, where that is another one than was asked; `address` is the one that was asked, empty
    where the target is a device of the document or has no address. `detail` says of which collector nothing came and
    when it was last heard, or which addresses were put aside. `fleet_site` is the site of a fleet that collected it,
    where it is no device."""

    target: str
    reason: NotAssessedReason
    answered_from: str = ""
    address: str = ""
    detail: str = ""
    fleet_site: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the scope was seen: counts of addresses and devices, and the silent ranges.

    `wanted_percent` is the share of the scope that must be identified (--min-coverage); None asks for no share.
    `cost` is what the scan took, by name: packets sent, seconds.
    """

    in_scope: int
    answered: int
    identified: int
    not_assessed: int
    silent: tuple[SilentRange, ...] = ()
    wanted_percent: float | None = None
    cost: tuple[tuple[str, float], ...] = ()

    @property
    def enough(self) -> bool:
        """True if at least `wanted_percent` of the scope was identified."""
        seen = 100.0 * self.identified / self.in_scope if self.in_scope else 100.0
        return self.wanted_percent is None or seen >= self.wanted_percent

    @property
    def complete(self) -> bool:
        """True if every target that was named or showed a sign of life was assessed."""
        return self.not_assessed == 0


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """A policy that this document applies, with what an auditor needs to cite it."""

    id: str
    title: str
    jurisdiction: str
    instrument: str
    binding: bool
    certainty: Certainty
    notes: tuple[str, ...] = ()
    """What a scan cannot see of what this policy asks for."""
    recalled_rules: tuple[str, ...] = ()
    """The rules whose text is from memory, in a policy that is otherwise checked against its source."""
    status: str = "in force"
    until: date | None = None
    """The first day on which it no longer holds."""
    binds: tuple[str, ...] = ()
    """Whom it binds, in its own words; `roles` says it in the words of kitscan.yaml."""
    roles: tuple[str, ...] = ()
    confidence: str = ""
    exceptions: tuple[str, ...] = ()
    """What takes a box out of it; a scan sees none of them."""

    @property
    def is_from_memory(self) -> bool:
        """True if the whole policy is from memory and not yet checked against its source."""
        return self.certainty is Certainty.KNOWLEDGE


@dataclass(frozen=True, slots=True)
class PolicyLeftOut:
    """A policy of the operator's jurisdictions that does not judge, and why, in words."""

    id: str
    title: str
    jurisdiction: str
    because: str


@dataclass(frozen=True, slots=True)
class Filtered:
    """Which of a run's devices a document holds, where it does not hold all: those `for_verdicts`, zones, sites and
    makers, each empty where it does not matter. `shown` are in it; `verdicts` counts all devices of the run."""

    for_verdicts: tuple[Verdict, ...]
    zones: tuple[str, ...]
    sites: tuple[str, ...]
    makers: tuple[str, ...]
    shown: int
    verdicts: tuple[tuple[Verdict, int], ...]

    @property
    def devices(self) -> int:
        """All devices of the run."""
        return sum(count for _, count in self.verdicts)


@dataclass(frozen=True, slots=True)
class Header:
    """What the devices were judged by. `data_version` names the fingerprint data and `data_days` has
    the day of the snapshot of each set of them; `run` names the evidence.

    `binding` is False where nobody chose the policies, so that they bind nobody. `policies_known_until` is the last day
    whose facts the policies hold. `record` says who collected the evidence, `judged_by` names the operator's own files.
    `fail_on` is the verdict from which on the run counts as failed (--fail-on); None
    means never. `redacted_from` is the number of the whole report of which this one is redacted; empty for a whole one.
    `filtered` says which devices alone are in it; None for all.
    """

    tool_version: str
    data_version: str
    run: str
    as_of: date
    policies: tuple[AppliedPolicy, ...]
    policies_chosen: str
    coverage: Coverage
    notes: tuple[str, ...] = ()
    fail_on: Verdict | None = Verdict.RESTRICTED
    binding: bool = True
    policies_left_out: tuple[PolicyLeftOut, ...] = ()
    policies_known_until: date | None = None
    record: RunRecord | None = None
    judged_by: tuple[JudgedBy, ...] = ()
    redacted_from: str = ""
    data_days: tuple[tuple[str, date], ...] = ()
    filtered: Filtered | None = None

    def fails(self, verdict: Verdict) -> bool:
        """True if `verdict` is `fail_on` or worse."""
        return self.fail_on is not None and severity(verdict) <= severity(self.fail_on)


@dataclass(frozen=True, slots=True)
class ReportedLink:
    """Two devices of the document that are neighbours, by their ids in order, and the protocols that say so."""

    device: str
    other: str
    protocols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Devices sorted by id, targets not assessed sorted by target, unscanned neighbours, and links sorted by ids."""

    header: Header
    devices: tuple[ReportedDevice, ...]
    not_assessed: tuple[NotAssessed, ...]
    seen_only_as_neighbour: tuple[ReportedNeighbour, ...] = ()
    links: tuple[ReportedLink, ...] = ()


class Place(StrEnum):
    """The column of the report a device stands in, by the operator's zones. Unclassified never means non-core."""

    CORE = "core"
    NON_CORE = "non_core"
    UNCLASSIFIED = "unclassified"


def place_of(placement: Placement) -> Place:
    """The column of the report for a placement."""
    match placement.core:
        case True:
            return Place.CORE
        case False:
            return Place.NON_CORE
        case None:
            return Place.UNCLASSIFIED


def build(header: Header, devices: Iterable[ReportedDevice], not_assessed: Iterable[NotAssessed]) -> Document:
    """A sorted document: devices by id, findings worst first with waived ones last, targets by name."""
    ordered = (replace(judged, findings=tuple(sorted(judged.findings, key=_finding_key))) for judged in devices)
    return Document(
        header,
        tuple(sorted(ordered, key=lambda judged: judged.device.id)),
        tuple(sorted(not_assessed, key=lambda missing: (missing.target, missing.reason))),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by verdict: overall, for each policy and for each place. Every verdict is present, with 0 if need be."""

    by_verdict: Mapping[Verdict, int]
    by_policy: Mapping[str, Mapping[Verdict, int]]
    by_place: Mapping[Place, Mapping[Verdict, int]]
    waived: int


def findings_by(document: Document) -> Counts:
    """Count the findings that no waiver covers. Every applied policy has a row, also one without findings."""
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
    """Count devices by place and verdict; every place and verdict is present."""
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
