"""Why a finding has its verdict: one value for each thing that led to it.

A finding holds them in the order in which they were decided: the place, the maker, the rule, and what came after.
reports.document.finding_wording makes the sentence.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from fingerprints.model.device import Role, WatchLevel
from reports.judgement.exceptions import Permit, Waiver
from reports.judgement.share import Share
from reports.judgement.support_ends.reasons import ModelReason, SupportReason
from reports.placement.placement import OwnWords
from reports.placement.sign import SignReason
from reports.policy.action import Action, Counted, Standing
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier


class PlainReason(Enum):
    """A reason that needs no detail."""

    TIER_NOT_NAMED = auto()
    """The zone names no tier."""
    EVERY_MAKER = auto()
    """The rule is about every maker."""
    MAKER_UNKNOWN = auto()
    """The rule allows listed makers only, and the maker is not known."""
    NO_DEADLINE_KNOWN = auto()
    """Removal is ordered, and no source names the last day."""
    SHARE_NOT_MEASURED = auto()
    """The rule is a cap, and nobody measured the share."""
    RULE_FROM_MEMORY = auto()
    """No source backs the rule."""
    NO_PERMIT = auto()
    """The rule asks for consent, and no permit covers the device."""
    NOT_WORSE_THERE = auto()
    """No policy says worse of the device at the place that the evidence suggests."""


@dataclass(frozen=True, slots=True)
class PlacedIn:
    """The zones file puts the device in a part of the network (segment, tier, or None: somewhere in it)."""

    part: str | None
    placed_because: str


@dataclass(frozen=True, slots=True)
class Unclassified:
    """Nobody says where the device stands."""

    placed_because: str


@dataclass(frozen=True, slots=True)
class PlaceInferred:
    """The place is inferred from evidence, which never makes a verdict milder."""

    tier: Tier | None


@dataclass(frozen=True, slots=True)
class SegmentTooBroad:
    """The rule is about a part of the segment that the zone names."""

    segment: str


@dataclass(frozen=True, slots=True)
class TierTooBroad:
    """The rule is about a part of the tier that the zone names."""

    tier: Tier


@dataclass(frozen=True, slots=True)
class LabelMissing:
    """The rule is about some values of a label (`generation`), and the zone does not name that label."""

    label: str
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelTooBroad:
    """The rule is about some values of a label, and the zone names a family of them (`5g`)."""

    label: str
    declared: str
    meant: tuple[str, ...]


Assumption = PlainReason | Unclassified | PlaceInferred | SegmentTooBroad | TierTooBroad | LabelMissing | LabelTooBroad
"""What a placement leaves open, judged as the worst that it may be. The PlainReason is TIER_NOT_NAMED."""


@dataclass(frozen=True, slots=True)
class DatedOwner:
    """The company that another one belonged to on a day."""

    company: str
    on: date


@dataclass(frozen=True, slots=True)
class CompanyBehind:
    """A company behind the box or the part; `owner` is set where the rule names the owner and not the company.
    `on_record` is True where a public record names the company, and no evidence of this box."""

    company: str
    level: WatchLevel
    roles: tuple[Role, ...]
    owner: DatedOwner | None = None
    on_record: bool = False


@dataclass(frozen=True, slots=True)
class NotOnList:
    """The rule allows listed makers only, and this company is none of them."""

    behind: CompanyBehind


@dataclass(frozen=True, slots=True)
class TooDoubtfulForList:
    """The rule allows listed makers only, and it is not sure that this listed one made the device."""

    behind: CompanyBehind


@dataclass(frozen=True, slots=True)
class CriteriaOnly:
    """The rule names nobody; its authority decides by these criteria."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductionUnseen:
    """The rule is about what was produced inside or outside some countries, and the operator declares none."""

    countries: tuple[str, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class ProducedIn:
    """The operator declares this country of production (ISO 3166)."""

    country: str


MakerReason = (
    CompanyBehind
    | NotOnList
    | TooDoubtfulForList
    | CriteriaOnly
    | ProductionUnseen
    | ProducedIn
    | ModelReason
    | PlainReason
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The rule holds since a day."""

    action: Action
    since: date


@dataclass(frozen=True, slots=True)
class NotYetInForce:
    """The rule is known and will hold from a day on."""

    action: Action
    starts: date


@dataclass(frozen=True, slots=True)
class Excepted:
    """The policy's own exception holds, by the operator's word on the device."""

    exception: str
    says: str


@dataclass(frozen=True, slots=True)
class DeadlineAhead:
    """The last day to comply is still to come."""

    day: date


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The last day to comply is over."""

    day: date


@dataclass(frozen=True, slots=True)
class DeadlineNotDated:
    """The last day is some months after an event that the operator has not dated (attribute `declared_as`)."""

    months: int
    event: str
    declared_as: str


@dataclass(frozen=True, slots=True)
class ArrivalUnknown:
    """The rule is about new equipment, and nobody says when this unit came; `standing` is what the rule presumes."""

    standing: Standing | None


@dataclass(frozen=True, slots=True)
class ArrivedBefore:
    """The operator declares that this unit came before the rule held."""

    day: date


@dataclass(frozen=True, slots=True)
class ArrivedSince:
    """The operator declares that this unit came when the rule held already."""

    day: date


@dataclass(frozen=True, slots=True)
class CapLimit:
    """The cap, in percent of a metric."""

    percent: float
    metric: str | None


@dataclass(frozen=True, slots=True)
class PurposePresumed:
    """The rule is about some purposes, and the operator declares none for this device."""

    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionUnseen:
    """The rule turns on a condition that no scan sees."""

    condition: str


RuleReason = (
    InForce
    | NotYetInForce
    | Excepted
    | DeadlineAhead
    | DeadlinePassed
    | DeadlineNotDated
    | ArrivalUnknown
    | ArrivedBefore
    | ArrivedSince
    | CapLimit
    | PurposePresumed
    | ConditionUnseen
)


@dataclass(frozen=True, slots=True)
class ShareMeasured:
    """The share of a cap as the inventory counts it."""

    share: Share


@dataclass(frozen=True, slots=True)
class ShareAsHint:
    """The share of devices, where no inventory counts the cap's own metric."""

    share: Share


@dataclass(frozen=True, slots=True)
class ShareNotCountable:
    """So many devices have no declared number of what the cap counts."""

    devices: int
    counted: Counted


@dataclass(frozen=True, slots=True)
class PermitHolds:
    """A permit covers the device on the day."""

    permit: Permit


@dataclass(frozen=True, slots=True)
class PermitExpired:
    """The last permit that covered the device has ended."""

    permit: Permit


@dataclass(frozen=True, slots=True)
class WaiverExpired:
    """The last waiver that covered the finding has ended."""

    waiver: Waiver


@dataclass(frozen=True, slots=True)
class PlaceContradicted:
    """The evidence says core of a device that the zones file declares outside it (`suggests_core`), or the reverse."""

    declared_tier: Tier | None
    declared_core: bool
    zone: str | None
    suggests_core: bool
    strongest: SignReason


@dataclass(frozen=True, slots=True)
class WorseThere:
    """A rule says worse of the device at the place that the evidence suggests."""

    verdict: Verdict
    policy: str
    rule: str


LaterReason = (
    ShareMeasured
    | ShareAsHint
    | ShareNotCountable
    | PermitHolds
    | PermitExpired
    | WaiverExpired
    | PlaceContradicted
    | WorseThere
    | OwnWords
)

Because = PlacedIn | Assumption | MakerReason | RuleReason | SupportReason | LaterReason
