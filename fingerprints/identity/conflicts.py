"""Why evidence names more than one company, the harmless reasons first, and what would turn the answer.

A difference with a harmless reason changes nothing; one without makes an identity conflicting. For a watched company
only a documented tie, or a second channel that refutes it, is harmless: nobody pretends to be a watched company.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.identity.fusion import CompanyStanding, refuted, standings
from fingerprints.model.device import (
    AnotherGroup,
    DifferenceReason,
    Level,
    Party,
    TurningPoint,
    VendorDifference,
    WithoutGroups,
)
from fingerprints.model.evidence import EvidenceGroup, Source
from fingerprints.model.mac_address import parse_mac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.if_mib import interface_macs

HARMLESS = frozenset(
    (
        DifferenceReason.VIRTUAL_MACHINE,
        DifferenceReason.VIRTUAL_GATEWAY,
        DifferenceReason.DOCUMENTED_TIE,
        DifferenceReason.REFUTED,
    )
)
"""Reasons that explain a difference however strong its evidence; with the others, strong evidence contradicts."""

MAX_PORTS = 64
"""Interface addresses that are looked up."""

_SHARED = frozenset(
    ("object-id-squatted", "private-tree-squatted", "private-tree-small", "private-tree-arc", "engine-id-enterprise")
)
"""Kinds of evidence that a number gives which other companies use too."""

_PARTS = frozenset(
    (
        "entity-part-makers",
        "identity-object-part",
        "maker-named",
        "mac-majority",
        "bridge-address",
        "engine-id-mac",
        "address-eui64",
    )
)
"""Kinds of evidence that may be true of a part of a box alone."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A company other than the best one that evidence names, why that may be, and whether its evidence is strong."""

    standing: CompanyStanding
    reason: DifferenceReason
    strong: bool

    @property
    def contradicts(self) -> bool:
        """True if it makes the identity conflicting."""
        return self.strong and self.reason not in HARMLESS

    def difference_from(self, best: CompanyStanding) -> VendorDifference:
        """The difference between it and the best company."""
        other = self.standing
        return VendorDifference(
            best.party, tuple(sorted(best.groups)), other.party, tuple(sorted(other.groups)), self.reason
        )


def rivals_of(
    best: CompanyStanding,
    claims: Sequence[Claim],
    attributed: Sequence[Claim],
    index: ObservationIndex,
    database: FingerprintDatabase,
) -> tuple[Rival, ...]:
    """The companies beside the best that `attributed` claims name, in their order; then those whose `claims` were
    attributed to a brand that they are on record to stand behind."""
    weights = database.weights
    others = [
        standing
        for standing in standings(attributed, weights, weights.roles)
        if standing.party != best.party and standing.odds > 0
    ]
    counted = {claim.party for claim in attributed}
    behind = [claim for claim in claims if claim.party not in counted]
    if not others and not behind:
        return ()
    macs = _mac_kinds(index, database)
    kinds: dict[Party, set[str]] = {}
    for claim in attributed:
        kinds.setdefault(claim.party, set()).add(claim.kind)
    return (
        *(
            Rival(other, _reason(best, other, kinds[other.party], macs, database), _is_strong(other, database))
            for other in others
        ),
        *(
            Rival(builder, DifferenceReason.DOCUMENTED_TIE, False)
            for builder in standings(behind, weights, weights.roles)
        ),
    )


def _is_strong(other: CompanyStanding, database: FingerprintDatabase) -> bool:
    """True if evidence for another company is enough to contradict: two groups of it, or any for a watched company."""
    if len(other.groups) > 1 and other.odds >= database.weights.conflict_from:
        return True
    return other.odds >= database.weights.watched_from and bool(database.companies.watched_behind(other.party.id))


def _reason(
    best: CompanyStanding,
    other: CompanyStanding,
    kinds: set[str],
    macs: frozenset[MacKind],
    database: FingerprintDatabase,
) -> DifferenceReason:
    watched = bool(database.companies.watched_behind(other.party.id))
    on_box = {EvidenceGroup.LAYER_2, EvidenceGroup.EEPROM}
    if not watched and MacKind.HYPERVISOR in macs and other.groups <= on_box:
        return DifferenceReason.VIRTUAL_MACHINE
    if not watched and MacKind.VIRTUAL_GATEWAY in macs and other.groups <= {EvidenceGroup.LAYER_2}:
        return DifferenceReason.VIRTUAL_GATEWAY
    if database.companies.are_tied(best.party.id, other.party.id):
        return DifferenceReason.DOCUMENTED_TIE
    if refuted(other, best):
        return DifferenceReason.REFUTED
    if kinds and kinds <= _SHARED:
        return DifferenceReason.SHARED_NUMBER
    if kinds and kinds <= _PARTS:
        return DifferenceReason.PART_ONLY
    if other.groups <= {EvidenceGroup.STACK, EvidenceGroup.CRYPTO}:
        return DifferenceReason.OTHER_SERVICE
    return DifferenceReason.SPOOFING


def _mac_kinds(index: ObservationIndex, database: FingerprintDatabase) -> frozenset[MacKind]:
    seen = (parse_mac(observation.value) for observation in index.of(Source.LINK_MAC))
    macs = (*interface_macs(index)[:MAX_PORTS], *seen)
    return frozenset(database.oui.kind_of(mac) for mac in macs if len(mac) == 6)


def turning_points(
    best: CompanyStanding,
    groups: Sequence[EvidenceGroup],
    level: Level,
    named_without: Callable[[frozenset[EvidenceGroup]], CompanyStanding | None],
) -> tuple[TurningPoint, ...]:
    """The smallest change of the evidence that would turn the answer, and the one that would make a likely one surer.

    `groups` are the best company's, the heaviest first: they are removed in that order until `named_without` them names
    another company or none. Empty where nothing turns it.
    """
    for count in range(1, len(groups) + 1):
        gone = groups[:count]
        left = named_without(frozenset(gone))
        if left is None or left.party != best.party:
            instead = left.party if left is not None else None
            return (WithoutGroups(tuple(sorted(gone)), instead), *_surer(best, level))
    return ()


def _surer(best: CompanyStanding, level: Level) -> Iterator[AnotherGroup]:
    if level in (Level.PROBABLE, Level.POSSIBLE):
        yield AnotherGroup(best.party, tuple(sorted(best.groups)))
