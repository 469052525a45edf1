"""Whose name a box carries, and who stands behind it in other roles: claims fused into one company a role."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fingerprints.claims.claim import Claim, for_party, in_role
from fingerprints.claims.mac_owner import ADDRESS_KINDS
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.weights import Weights
from fingerprints.identity.conflicts import rivals_of, turning_points
from fingerprints.identity.fusion import (
    NO_GROUP,
    CompanyStanding,
    GroupOdds,
    break_down,
    company_odds,
    doubted,
    heaviest_groups,
    leading,
    level_of,
    odds_by_group,
)
from fingerprints.model.device import (
    Breakdown,
    Level,
    Party,
    Role,
    TurningPoint,
    VendorDifference,
)
from fingerprints.model.evidence import EvidenceGroup
from fingerprints.model.observation_index import ObservationIndex

_NAME_ON_BOX = {Role.BRAND: 1.0}
_NAMING = (Role.BRAND, Role.MAKER)


@dataclass(frozen=True, slots=True)
class Vendor:
    """The company whose name a box carries, how sure that is, and why; the fields are those of an Identity."""

    level: Level
    confidence: float = 0.0
    vendor: Party | None = None
    conflicts: tuple[VendorDifference, ...] = ()
    explained: tuple[VendorDifference, ...] = ()
    turning: tuple[TurningPoint, ...] = ()
    breakdown: Breakdown | None = None


@dataclass(frozen=True, slots=True)
class _Odds:
    """The odds of every company by group: from claims in all roles that count for a brand, and from names on the box
    alone. `system` is the device's operating system, `in_frames` are the companies that frames name in words."""

    all_roles: GroupOdds
    on_box: GroupOdds
    system: str | None
    in_frames: frozenset[Party]
    weights: Weights

    def named(self, gone: frozenset[EvidenceGroup]) -> CompanyStanding | None:
        """The best company without the groups that are `gone`; None where the evidence is too weak to name one."""
        best = leading(self.all_roles, self.weights, self.candidates(gone), gone)
        only_addresses = (
            best is not None and best.groups <= {EvidenceGroup.LAYER_2} and best.party not in self.in_frames
        )
        if only_addresses and self.system in self.weights.general_systems:
            return None
        return best if level_of(best, self.weights) is not Level.UNKNOWN else None

    def candidates(self, gone: frozenset[EvidenceGroup]) -> frozenset[Party] | None:
        """The companies to choose from; None for all. Where a name is on the box, only names compete: who wrote its
        software or built it is another question, and at most a contradiction."""
        on_box = company_odds(self.on_box, self.weights, gone)
        names = frozenset(party for party, odds in on_box.items() if odds >= self.weights.brand_from)
        return names or None


def vendor_of(
    claims: Sequence[Claim], system: str | None, index: ObservationIndex, database: FingerprintDatabase
) -> Vendor:
    """The company whose name a box carries. `system` is the operating system that its attributes name."""
    weights = database.weights
    attributed = tuple(_attributed([claim for claim in claims if not _of_software(claim, weights)], database))
    odds = _Odds(
        odds_by_group(attributed, weights, weights.roles),
        odds_by_group(attributed, weights, _NAME_ON_BOX),
        system,
        frozenset(
            claim.party
            for claim in attributed
            if claim.group is EvidenceGroup.LAYER_2 and claim.record.rule not in ADDRESS_KINDS
        ),
        weights,
    )
    best = odds.named(NO_GROUP)
    if best is None:
        return Vendor(Level.UNKNOWN)
    level = level_of(best, weights)
    rivals = rivals_of(best, claims, attributed, index, database)
    contradicting = [rival.standing for rival in rivals if rival.contradicts]
    answer = doubted(best, contradicting, weights)
    groups = heaviest_groups(odds.all_roles, best.party)
    return Vendor(
        Level.CONFLICTING if contradicting else level,
        round(answer.confidence, 4),
        best.party,
        tuple(rival.difference_from(best) for rival in rivals if rival.contradicts),
        tuple(rival.difference_from(best) for rival in rivals if not rival.contradicts),
        turning_points(best, groups, level, odds.named),
        break_down(answer, attributed, odds.all_roles, weights, odds.candidates(NO_GROUP), contradicting),
    )


def as_platform(claim: Claim, database: FingerprintDatabase) -> Claim:
    """The claim; one that names a maker of software as the brand is one for the platform."""
    is_software = claim.role is Role.BRAND and claim.party.id in database.weights.software_makers
    return in_role(claim, Role.PLATFORM) if is_software else claim


def _of_software(claim: Claim, weights: Weights) -> bool:
    """True if a claim says whose system runs on the box, which may be anybody's."""
    return claim.role is Role.PLATFORM and claim.party.id in weights.software_makers


def company_in_role(
    claims: Sequence[Claim], role: Role, vendor: Party | None, database: FingerprintDatabase
) -> Party | None:
    """The company of a role; None where it is the vendor, or where the evidence is too weak."""
    in_role = [claim for claim in claims if claim.role is role]
    if role is Role.MAKER:
        in_role = _of_the_builder(in_role, vendor, database.weights)
    best = leading(odds_by_group(in_role, database.weights, {role: 1.0}), database.weights) if in_role else None
    if best is None or best.odds < database.weights.made_by_from or best.party == vendor:
        return None
    return best.party


def _of_the_builder(claims: Sequence[Claim], vendor: Party | None, weights: Weights) -> list[Claim]:
    """The claims that say who built a box. A MAC address of a maker of network chips says who made the card. One of the
    vendor's says who ordered the box, which is no word against a builder that an EEPROM names."""
    others = any(claim.party != vendor and claim.group is EvidenceGroup.EEPROM for claim in claims)
    return [
        claim
        for claim in claims
        if claim.kind not in ADDRESS_KINDS
        or not (claim.party.id in weights.never_by_mention or (others and claim.party == vendor))
    ]


def _attributed(claims: Sequence[Claim], database: FingerprintDatabase) -> Iterator[Claim]:
    """The claims, each for the brand that it supports. A maker or platform that is no brand here, and that is on record
    to stand behind a brand of this box, counts for that brand. A bought company's claims count for its buyer, where
    something but a MAC address names the buyer: registries write the owner of today into prefixes of old."""
    brands = sorted({claim.party for claim in claims if claim.role is Role.BRAND}, key=lambda party: party.id)
    naming = (claim for claim in claims if claim.role in _NAMING and claim.kind not in ADDRESS_KINDS)
    named = {claim.party.id: claim.party for claim in naming}
    renamed = {party: _buyer_of(party, named, database) or party for party in brands}
    for claim in claims:
        if claim.party in renamed:
            brand: Party | None = renamed[claim.party]
        else:
            brand = next(
                (renamed[brand] for brand in brands if database.companies.are_tied(brand.id, claim.party.id)), None
            )
        yield claim if brand is None or brand == claim.party else for_party(claim, brand)


def _buyer_of(party: Party, named: Mapping[str, Party], database: FingerprintDatabase) -> Party | None:
    """The present owner of a company, where something names the owner too. A watched company keeps its own name, and no
    watched owner replaces a name."""
    known = database.companies.get(party.id)
    if known is None or known.watched:
        return None
    owners = (tie.company for tie in known.owners if tie.until is None and tie.company in named)
    return next((named[owner] for owner in owners if not database.companies.watched_behind(owner)), None)
