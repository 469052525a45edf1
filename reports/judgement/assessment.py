"""The values of an assessment: what goes into it, and everything that it yields. reports.judgement.run makes one."""

from dataclasses import dataclass
from datetime import date

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.matching.grouping import DevicePlan
from fingerprints.model.device import Device
from fingerprints.model.evidence import Gap
from reports.declared.attribute_list import AttributeList
from reports.judgement.finding import Finding
from reports.judgement.permits import Permits
from reports.judgement.run_info import JudgedBy, RunInfo
from reports.judgement.share import Share
from reports.judgement.waivers import Waivers
from reports.placement.placement import Placement
from reports.placement.sighting import UnscannedNeighbour
from reports.placement.topology import NeighbourPair
from reports.placement.zones import UnknownWord, Zones
from reports.policy.choice import NO_LIMITS, PolicyLimits
from reports.policy.policy import Policy
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class AssessmentOptions:
    """What a run is judged by. `policies_chosen` names who chose the policies, for the report's header; `binding` is
    False where nobody did. `min_coverage` is the percentage of the scope that must be identified. `attributes` is the
    operator's list, beside what the run itself holds. `judged_by` names the operator's own files."""

    database: FingerprintDatabase
    zones: Zones | None
    policies: tuple[Policy, ...]
    policies_chosen: str
    waivers: Waivers | None
    as_of: date
    permits: Permits | None = None
    min_coverage: float | None = None
    binding: bool = True
    policy_limits: PolicyLimits = NO_LIMITS
    attributes: AttributeList | None = None
    judged_by: tuple[JudgedBy, ...] = ()

    @property
    def has_law(self) -> bool:
        """True if some policy judges, the operator's list of support ends apart: it says what is old, not what may
        stand."""
        return any(policy.id != SUPPORT for policy in self.policies)


@dataclass(frozen=True, slots=True)
class JudgedDevice:
    """A device, its placement, the findings of every rule, and the worst verdict of those that no waiver covers."""

    device: Device
    placement: Placement
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SilentTarget:
    """A target that was named or showed life and yielded no observation; `gaps` are the causes, `address` is where it
    was asked, empty where that is not known, `fleet_site` who collected it (`evidence.fleet_site_of`)."""

    target: str
    gaps: tuple[Gap, ...]
    address: str = ""
    fleet_site: str = ""


@dataclass(frozen=True, slots=True)
class CoverageCounts:
    """Addresses in scope, addresses that answered, and those of them whose device is identified."""

    in_scope: int
    answered: int
    identified: int


@dataclass(frozen=True, slots=True)
class PlacedByManagementAddress:
    """So many devices of all would stand higher if the zones file counted every address of theirs."""

    devices: int
    of: int


@dataclass(frozen=True, slots=True)
class EvidenceAgainstPlaces:
    """The evidence contradicts the declared place of so many devices of all."""

    devices: int
    of: int


@dataclass(frozen=True, slots=True)
class RowsWithoutDevice:
    """Rows of the operator's list of attributes, by their places, that are about no device of the run, of all rows."""

    file: str
    places: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class OwnNamesNotCounted:
    """Zones, waivers and permits that so many devices of all fit only by the name that they give themselves or by their
    id. It does not count there."""

    entries: tuple[str, ...]
    devices: int
    of: int


@dataclass(frozen=True, slots=True)
class WaiversWithoutFinding:
    """Waivers, by their ids, that match no finding of the run, of all waivers: perhaps a word in them is misspelt."""

    waivers: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class SegmentsNotKnown:
    """Zones that name a segment which no policy knows, each with the near word that one does know."""

    zones: tuple[UnknownWord, ...]


@dataclass(frozen=True, slots=True)
class FunctionsNotKnown:
    """Zones that name a function which no policy knows, each with the near word that one does know."""

    zones: tuple[UnknownWord, ...]


Note = (
    PlacedByManagementAddress
    | EvidenceAgainstPlaces
    | RowsWithoutDevice
    | OwnNamesNotCounted
    | WaiversWithoutFinding
    | SegmentsNotKnown
    | FunctionsNotKnown
)
"""What there is to know of the operator's own files, once for the whole run."""


@dataclass(frozen=True, slots=True)
class DeviceOfRun:
    """What only the whole run tells of one of its devices, beside the shares of caps: which subjects are planned as one
    device, which of the devices that these must be taken for it is, its id among all, and the finding of evidence
    against its place. With these it can be judged again without the others."""

    plan: DevicePlan
    part: int
    id: str
    misplaced: Finding | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that one run comes to under some options. Its order is that of the evidence, so it is not sorted.
    `of_run` has an entry for each device, in their order, and `shares` one for each cap; both are empty where less than
    the whole run was judged."""

    run: RunInfo
    options: AssessmentOptions
    devices: tuple[JudgedDevice, ...]
    silent: tuple[SilentTarget, ...]
    counts: CoverageCounts
    neighbours: tuple[UnscannedNeighbour, ...]
    neighbour_pairs: tuple[NeighbourPair, ...]
    notes: tuple[Note, ...]
    of_run: tuple[DeviceOfRun, ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def unidentified(self) -> tuple[Device, ...]:
        """Devices of which too little is known to judge them."""
        return tuple(judged.device for judged in self.devices if judged.verdict is Verdict.NOT_ASSESSED)
