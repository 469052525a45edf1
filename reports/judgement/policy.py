"""A policy as data: who is named, where, what follows, from when, and how sure we are that it says so.

Five shapes of law fit: named makers by part of a network and date (Named), criteria that name nobody (Criteria),
permission before use (Anyone with an action of consent), an allow-list that denies the rest (OnlyThese), and a place
of production (MadeIn). These are facts for an operator to check, not legal advice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from fingerprints.errors import KitscanError
from reports.judgement.verdict import Tier

SHIPPED = Path(__file__).with_name("policies")

DEFAULT_SET = ("gb-bt-policy-2018", "gb-dvd-huawei-2022", "us-889a")
"""What the demo judges by, and a run whose operator has named no policy. Criteria-only regimes refer every device in
their segments whoever made it, so they are judged only where an operator says that they bind him."""


class Action(StrEnum):
    """What a rule does, in the words of the regimes; `Effect` says what that means for a box that stands there."""

    PROHIBIT_USE = "prohibit_use"
    PROHIBIT_CONNECT = "prohibit_connect"
    PROHIBIT_PROCURE = "prohibit_procure"
    PROHIBIT_INSTALL = "prohibit_install"
    PROHIBIT_SALE = "prohibit_sale"
    PROHIBIT_CONTRACT_WITH = "prohibit_contract_with"
    PROHIBIT_FUNDING = "prohibit_funding"
    PROHIBIT_AUTHORIZATION = "prohibit_authorization"
    PROHIBIT_IMPORT_MARKETING = "prohibit_import_marketing"
    REMOVE_BY = "remove_by"
    ISOLATE_OR_REMOVE = "isolate_or_remove"
    CAP_PERCENT = "cap_percent"
    LIMIT_VENDOR_COUNT = "limit_vendor_count"
    REQUIRE_APPROVAL = "require_approval"
    REQUIRE_NOTIFICATION = "require_notification"
    REQUIRE_CERTIFICATION = "require_certification"
    REQUIRE_ASSURANCE_TESTING = "require_assurance_testing"
    REQUIRE_RISK_ASSESSMENT = "require_risk_assessment"
    ADVISE_AGAINST = "advise_against"
    ADVISE_REMOVE = "advise_remove"
    ADVISE_REVIEW_BEFORE_PROCURE = "advise_review_before_procure"
    REVIEW_AND_PHASE_OUT = "review_and_phase_out"
    TRANSITION_PURCHASE = "transition_purchase"
    RELOCATE_DEPENDENCY = "relocate_dependency"
    RECOMMEND_RESTRICT = "recommend_restrict"
    COVERED_LIST = "covered_list"
    MAY_PROHIBIT_USE = "may_prohibit_use"
    MAY_ORDER_REMOVAL = "may_order_removal"
    MAY_ORDER_PROHIBIT_OR_REMOVE = "may_order_prohibit_or_remove"
    MAY_ORDER_CHANGE_OR_STOP = "may_order_change_or_stop"
    INTENDED_RESTRICTION = "intended_restriction"
    ALLOW = "allow"
    WATCH = "watch"


class Effect(StrEnum):
    """What an action means for a box that stands where the rule applies."""

    BAN = "ban"
    """It may not be used there; before a deadline it still may."""
    BAN_NEW = "ban_new"
    """It may not be newly bought or installed there; what that says of a box already there is `Standing`."""
    CAP = "cap"
    """It may be used up to a share."""
    CONSENT = "consent"
    """It may be used once somebody was asked or told, or once it was tested."""
    ADVICE = "advice"
    """Nobody must, but somebody with a say advises against it."""
    NONE = "none"
    """The rule allows it, or only announces a power: it is cited, and nothing follows yet."""


EFFECTS: dict[Action, Effect] = {
    Action.PROHIBIT_USE: Effect.BAN,
    Action.PROHIBIT_CONNECT: Effect.BAN,
    Action.REMOVE_BY: Effect.BAN,
    Action.ISOLATE_OR_REMOVE: Effect.BAN,
    Action.PROHIBIT_PROCURE: Effect.BAN_NEW,
    Action.PROHIBIT_INSTALL: Effect.BAN_NEW,
    Action.PROHIBIT_SALE: Effect.BAN_NEW,
    Action.PROHIBIT_CONTRACT_WITH: Effect.BAN_NEW,
    Action.PROHIBIT_FUNDING: Effect.BAN_NEW,
    Action.PROHIBIT_AUTHORIZATION: Effect.BAN_NEW,
    Action.PROHIBIT_IMPORT_MARKETING: Effect.BAN_NEW,
    Action.COVERED_LIST: Effect.BAN_NEW,
    Action.CAP_PERCENT: Effect.CAP,
    Action.LIMIT_VENDOR_COUNT: Effect.CAP,
    Action.REQUIRE_APPROVAL: Effect.CONSENT,
    Action.REQUIRE_NOTIFICATION: Effect.CONSENT,
    Action.REQUIRE_CERTIFICATION: Effect.CONSENT,
    Action.REQUIRE_ASSURANCE_TESTING: Effect.CONSENT,
    Action.REQUIRE_RISK_ASSESSMENT: Effect.CONSENT,
    Action.ADVISE_AGAINST: Effect.ADVICE,
    Action.ADVISE_REMOVE: Effect.ADVICE,
    Action.ADVISE_REVIEW_BEFORE_PROCURE: Effect.ADVICE,
    Action.REVIEW_AND_PHASE_OUT: Effect.ADVICE,
    Action.TRANSITION_PURCHASE: Effect.ADVICE,
    Action.RELOCATE_DEPENDENCY: Effect.ADVICE,
    Action.RECOMMEND_RESTRICT: Effect.ADVICE,
    Action.MAY_PROHIBIT_USE: Effect.NONE,
    Action.MAY_ORDER_REMOVAL: Effect.NONE,
    Action.MAY_ORDER_PROHIBIT_OR_REMOVE: Effect.NONE,
    Action.MAY_ORDER_CHANGE_OR_STOP: Effect.NONE,
    Action.INTENDED_RESTRICTION: Effect.NONE,
    Action.ALLOW: Effect.NONE,
    Action.WATCH: Effect.NONE,
}


class Standing(StrEnum):
    """What a ban on new kit says of kit that a scan finds standing, since no scan sees a date of purchase."""

    MAY_STAY = "may_stay"
    """The regime leaves in place what stood before, or deals with it in a rule of its own."""
    PRESUMED_NEW = "presumed_new"
    """Nothing excuses it but proof of an earlier date."""


class Counted(StrEnum):
    """What a cap is counted in where an inventory can count it; traffic, ports and premises it cannot."""

    DEVICES = "devices"
    SITES = "sites"


class Certainty(StrEnum):
    """How well a fact is known: in a public source, from memory, or the frame from a source and details from memory."""

    FOUND = "found"
    MIXED = "mixed"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Named:
    """Makers by id; what belonged to one of them on the day of judgement counts as theirs."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Nobody by name: the authority judges by these. A scan can only refer what stands in the rule's segments."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every maker."""


@dataclass(frozen=True, slots=True)
class OnlyThese:
    """An allow-list: everybody but these makers."""

    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeIn:
    """Whoever made it, if it was produced in one of these countries (ISO 3166 codes)."""

    countries: tuple[str, ...]


Who = Named | Criteria | Anyone | OnlyThese | MadeIn


@dataclass(frozen=True, slots=True)
class Where:
    """The part of a network that a rule is about: every word that is not empty must be met.

    `segments` is complete (groups and what lies within are spelt out), `wider` holds the segments of which only a part
    is meant, `whole_tiers` and `part_tiers` the tiers all or some of whose segments are. `known` is every segment of
    the vocabulary with its tier. `everywhere` overrides the segments.
    """

    everywhere: bool
    segments: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    whole_tiers: frozenset[Tier] = frozenset()
    part_tiers: frozenset[Tier] = frozenset()
    functions: tuple[str, ...] = ()
    planes: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()
    site_types: tuple[str, ...] = ()
    known: Mapping[str, Tier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause. `announced` is the day from which it was known, `effective` when the duty starts, `until` the first
    day on which it no longer holds, `deadline` the last day to comply. `condition` is what a scan cannot see and the
    rule turns on; `purposes` the uses it is about, presumed met where the operator says nothing."""

    id: str
    action: Action
    who: Who
    where: Where
    effective: date
    citation: str
    announced: date | None = None
    until: date | None = None
    deadline: date | None = None
    cap_percent: float | None = None
    metric: str | None = None
    counted: Counted | None = None
    standing: Standing | None = None
    condition: str | None = None
    purposes: tuple[str, ...] = ()
    certainty: Certainty = Certainty.FOUND
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """What takes a box out of a policy: all of `when` (attribute, value) must be the operator's own words on it."""

    id: str
    says: str
    when: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    """The rules it excepts from; all where empty."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact can be read: an address, and what it supports."""

    ref: str
    supports: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One regime. `notes` is what a scan cannot tell about it, said once in a document."""

    id: str
    title: str
    jurisdiction: str
    authority: str
    instrument: str
    citation: str
    binding: bool
    binds: tuple[str, ...]
    status: str
    certainty: Certainty
    confidence: str
    rules: tuple[Rule, ...]
    exceptions: tuple[ExceptionRule, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()


def load_policies(ids: tuple[str, ...] | None, folder: Path | None = None) -> tuple[Policy, ...]:
    """The policies of these ids in that order, all that are known for None: shipped ones and the user's own `folder`.

    Raises KitscanError for an id that is not known, and DataFileError for a file that cannot be read.
    """
    from reports.judgement.policy_file import read_policies

    known = {policy.id: policy for policy in read_policies(SHIPPED)}
    if folder is not None:
        known |= _own(read_policies(folder), known, folder)
    if ids is None:
        return tuple(known[name] for name in sorted(known))
    return tuple(_known(name, known) for name in dict.fromkeys(ids))


def unknown_makers(policies: tuple[Policy, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Makers whom a policy names and the companies data does not know: such a rule could never find anybody."""
    told: dict[str, None] = {}
    for policy in policies:
        for rule in policy.rules:
            if isinstance(rule.who, Named | OnlyThese):
                for maker in rule.who.makers:
                    if maker not in known:
                        told[f"policy {policy.id}: there is no company {maker}{_meant(maker, known)}"] = None
    return tuple(told)


def _own(policies: tuple[Policy, ...], shipped: dict[str, Policy], folder: Path) -> dict[str, Policy]:
    for policy in policies:
        if policy.id in shipped:
            raise KitscanError(
                f"{folder}: the policy {policy.id} has the id of one that ships with kitscan\n"
                "Next: give your own policy an id of its own, such as the operator's name before it"
            )
    return {policy.id: policy for policy in policies}


def _known(name: str, known: dict[str, Policy]) -> Policy:
    if name in known:
        return known[name]
    raise KitscanError(
        f"there is no policy {name}{_meant(name, known)}\nNext: name one of these: {', '.join(sorted(known))}"
    )


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.casefold(), sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
