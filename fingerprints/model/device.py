"""What is known of a device once its evidence has been read: identity by role, claims, components, neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.evidence import Channel, EvidenceGroup, Gap, Source
from fingerprints.model.merging import NOT_MERGED, Merging
from fingerprints.model.neighbour import NO_TABLES, L2L3Tables, Neighbour


class Role(StrEnum):
    """In what sense a company is behind a box: five answers, never fused into one."""

    BRAND = "brand"
    """Whose name is on it: `vendor` in the document."""
    PLATFORM = "platform"
    """Who wrote the firmware."""
    MAKER = "maker"
    """Who built the hardware: `made_by` in the document."""
    COMPONENT = "component"
    """Who made a part of it."""
    OPERATOR = "operator"
    """Whose logo a customer's equipment carries."""


class Level(StrEnum):
    """How sure an identity is, surest first. fingerprints/data/weights.yaml holds the thresholds on `confidence`."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CONFLICTING = "conflicting"
    UNKNOWN = "unknown"


class WatchLevel(StrEnum):
    """How sure a tie to a watched company is, surest first. CLEARED: evidence named the company, and a second channel
    refuted it."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CONFLICTING = "conflicting"
    CLEARED = "cleared"


WATCH_LEVELS: Mapping[Level, WatchLevel] = {
    level: WatchLevel(level.value) for level in Level if level is not Level.UNKNOWN
}
"""The level of a tie for the level of an identity that rests on the same evidence. UNKNOWN gives none."""


class AttributeName(StrEnum):
    """What a text may be to a device. HARDWARE is a name of the hardware, used where no text is a model."""

    MODEL = "model"
    VERSION = "version"
    SERIAL = "serial"
    OS = "os"
    KIND = "kind"
    HARDWARE = "hardware"


@dataclass(frozen=True, slots=True)
class Party:
    """A company as a document names it: `id` from the companies data (or a plain form of the name), and `name`."""

    id: str
    name: str

    def __hash__(self) -> int:
        return hash(self.id)  # fusion counts claims by party: this takes half the time of a hash of both fields


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One reason to think a company is behind a box: the words seen (`text`), where (`source`, `at`), by which rule,
    and what they weigh: natural-log odds, positive for the company."""

    role: Role
    company: str
    source: str
    text: str
    rule: str
    weight: float
    at: str


class DifferenceReason(StrEnum):
    """Why evidence names a second company, in the order in which the reasons are tried."""

    VIRTUAL_MACHINE = "virtual-machine"
    VIRTUAL_GATEWAY = "virtual-gateway"
    DOCUMENTED_TIE = "documented-tie"
    REFUTED = "refuted"
    SHARED_NUMBER = "shared-number"
    PART_ONLY = "part-only"
    OTHER_SERVICE = "other-service"
    SPOOFING = "spoofing"
    """No harmless reason fits."""


@dataclass(frozen=True, slots=True)
class VendorDifference:
    """A second company that evidence names. `groups` name the vendor, `other_groups` the other company; both sorted."""

    vendor: Party
    groups: tuple[EvidenceGroup, ...]
    other: Party
    other_groups: tuple[EvidenceGroup, ...]
    reason: DifferenceReason


@dataclass(frozen=True, slots=True)
class WithoutGroups:
    """The smallest change that turns the answer: without these groups of evidence, `instead` is named, or nobody."""

    groups: tuple[EvidenceGroup, ...]
    instead: Party | None


@dataclass(frozen=True, slots=True)
class AnotherGroup:
    """The change that makes the answer surer: evidence of a group not among `known` that names the same vendor."""

    vendor: Party
    known: tuple[EvidenceGroup, ...]


TurningPoint = WithoutGroups | AnotherGroup


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What one group of one channel adds to the vendor's log odds. `strongest` is its strongest claim, `odds` that and
    a share of the others, `counted` what the channel counts of `odds`; `claims` is the number of distinct claims."""

    channel: Channel
    group: EvidenceGroup
    claims: int
    strongest: float
    odds: float
    counted: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a contradiction leaves of a confidence: log odds `against`, those that are `left`, and the `ceiling` that a
    device which contradicts itself cannot pass."""

    against: float
    left: float
    ceiling: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """How fusion reaches an identity's confidence.

    The `counted` of all `shares` add up to `odds`, the vendor's log odds. `rivals` are the log odds of the companies
    that it is weighed against, best first, and `none_of_these` those of no company. `ceiling` is the highest confidence
    that evidence can give.
    """

    shares: tuple[GroupShare, ...]
    odds: float
    rivals: tuple[tuple[Party, float], ...]
    none_of_these: float
    ceiling: float
    doubt: Doubt | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is behind a box, and what box it is. `confidence` is the probability, 0 to 1, that `vendor` is right.

    `conflicts` are the differences that make it conflicting, `explained` the others. `turning` is the smallest change
    of the evidence that would turn the answer. `breakdown` is the arithmetic behind `confidence`; None where nothing
    names a vendor. `owner` and `formerly` are those of identity.lineage.
    """

    level: Level
    confidence: float
    vendor: Party | None = None
    made_by: Party | None = None
    platform: Party | None = None
    operator: Party | None = None
    model: str | None = None
    version: str | None = None
    serial: str | None = None
    os: str | None = None
    kind: str | None = None
    claims: tuple[ClaimRecord, ...] = ()
    conflicts: tuple[VendorDifference, ...] = ()
    explained: tuple[VendorDifference, ...] = ()
    turning: tuple[TurningPoint, ...] = ()
    breakdown: Breakdown | None = None
    owner: Party | None = None
    formerly: Party | None = None


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A tie's reason: a claim's own words, and the source that they come from."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedOnPart:
    """A tie's reason: a part of this kind at this place carries its maker's name, in these words."""

    kind: ComponentKind
    position: str
    words: str


@dataclass(frozen=True, slots=True)
class SerialOfPart:
    """A tie's reason: a part of this kind at this place has a serial number that follows the company's scheme."""

    kind: ComponentKind
    position: str
    serial: str


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A tie's reason: a public record says that `builder` builds what bears the brand's name, or those of its models
    that `line` names (empty: all). `checked` is False for general knowledge, `in_part` is True where others build such
    boxes as well. The record holds from `since` up to `until`; None is unknown."""

    brand: Party
    builder: Party
    line: str
    checked: bool
    in_part: bool
    note: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DeclaredBuilder:
    """A tie's reason: the operator's own list says who built the box."""

    builder: Party


@dataclass(frozen=True, slots=True)
class ModelOfPart:
    """A tie's reason: a part of this kind at this place, whose maker no field names, is a model of the company's."""

    kind: ComponentKind
    position: str
    model: str


TieReason = QuotedText | NamedOnPart | SerialOfPart | ModelOfPart | OnRecord | DeclaredBuilder


@dataclass(frozen=True, slots=True)
class Watched:
    """A tie of a device or a component to a watched company, and the evidence that it rests on."""

    entity: str
    level: WatchLevel
    confidence: float
    roles: tuple[Role, ...]
    because: tuple[TieReason, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A part with a maker of its own."""

    kind: ComponentKind
    position: str
    made_by: Party | None = None
    model: str | None = None
    serial: str | None = None
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """One box: the subjects it answered as, who is behind it, its parts and its neighbours.

    `id` is stable across runs, `attributes` are from the operator's lists, `gaps` the questions that it did not answer,
    `sources` those of all that it said. `keys` are its match keys (`kind=text`, strongest first), `evidence` is the
    digest of what it said, whatever the data make of it. `command_line` is the platform of its command line as netmiko
    or ntc-templates name it (`cisco_xe`), empty if it is not known. `fleet_site` is the site of a fleet that collected
    it (`evidence.fleet_site_of`).
    """

    id: str
    labels: tuple[str, ...]
    addresses: tuple[str, ...]
    name: str
    attributes: tuple[tuple[str, str], ...]
    identity: Identity
    watched: tuple[Watched, ...] = ()
    components: tuple[Component, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    gaps: tuple[Gap, ...] = ()
    sources: frozenset[Source] = frozenset()
    l2_l3_tables: L2L3Tables = NO_TABLES
    merging: Merging = NOT_MERGED
    keys: tuple[str, ...] = ()
    evidence: str = ""
    command_line: str = ""
    fleet_site: str = ""
