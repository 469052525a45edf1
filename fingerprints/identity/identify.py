"""Who is behind a box, and what box it is: everything that was said, weighed, and the reasons kept.

Roles are not fused into one answer: `vendor` is whose name is on it, `made_by` who built it where that is another,
`platform` who wrote its software where that is another. Texts of a device decide nothing by order; weights do.
"""

from collections.abc import Iterator, Mapping, Sequence

from fingerprints.claims.attribute import Attribute, best_attribute
from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.ownership import related, watched_entities
from fingerprints.database.weights import Group, Weights
from fingerprints.identity.components import components_of
from fingerprints.identity.conflicts import Difference, differences, turning
from fingerprints.identity.fusion import (
    NO_GROUP,
    Counted,
    Standing,
    counted,
    doubted,
    heaviest,
    leading,
    level_of,
    odds_in,
)
from fingerprints.identity.l2_l3_tables import l2_l3_tables_of
from fingerprints.identity.watched_companies import watched_ties
from fingerprints.matching.merge_addresses import device_id
from fingerprints.model.device import Device, Identity, Level, Party, Role
from fingerprints.model.evidence import Evidence, Source
from fingerprints.model.observation_index import ObservationIndex, clean, index_observations
from fingerprints.sources.registry import extracted_items, neighbours_of

MAX_CLAIMS = 60
"""Claims of one identity that are kept, heaviest first."""


def identify(gathered: tuple[Evidence, ...], database: FingerprintDatabase) -> Device:
    """One device from all the evidence about it. Never raises on what a device said."""
    said = index_observations(gathered)
    leads = tuple(extracted_items(said, database))
    votes = tuple(lead for lead in leads if isinstance(lead, Claim))
    traits = tuple(lead for lead in leads if isinstance(lead, Attribute))
    identity = _identity(votes, traits, said, database)
    subjects = [evidence.subject for evidence in gathered]
    return Device(
        id=device_id(gathered, said),
        labels=tuple(dict.fromkeys(label for subject in subjects for label in (subject.labels or (subject.key,)))),
        addresses=tuple(dict.fromkeys(subject.address for subject in subjects if subject.address)),
        name=_name(said, gathered),
        attributes=tuple(dict.fromkeys(pair for subject in subjects for pair in subject.attributes)),
        identity=identity,
        watched=watched_ties(votes, identity, database),
        components=components_of(said, database),
        neighbours=neighbours_of(said),
        gaps=tuple(gap for evidence in gathered for gap in evidence.gaps),
        l2_l3_tables=l2_l3_tables_of(said),
    )


def _name(said: ObservationIndex, gathered: Sequence[Evidence]) -> str:
    """What the device calls itself, else what the operator's list calls it, else where it answered."""
    named = said.first(Source.SNMP_SYS_NAME)
    if named is not None:
        return clean(named.value)
    labels = (label for evidence in gathered for label in evidence.subject.labels)
    return next(labels, gathered[0].subject.key)


def _identity(
    votes: Sequence[Claim], traits: Sequence[Attribute], said: ObservationIndex, database: FingerprintDatabase
) -> Identity:
    attributed = tuple(_attributed(votes, database))
    system = best_attribute(traits, "os")

    ballot = _ballot(attributed, database)

    def named(gone: frozenset[Group]) -> Standing | None:
        return _named(ballot, gone, system, database)

    best = named(NO_GROUP)
    level = level_of(best, database.weights)
    vendor = best.party if best is not None else None
    beside: tuple[Difference, ...] = ()
    if best is not None:
        beside = differences(best, votes, attributed, said, database)
        best = doubted(best, [one.other for one in beside if one.contradicts], database.weights)
    claims = sorted((one.claim for one in votes), key=lambda claim: -claim.weight)
    return Identity(
        level=Level.CONFLICTING if any(one.contradicts for one in beside) else level,
        confidence=round(best.confidence, 4) if best is not None else 0.0,
        vendor=vendor,
        made_by=_other(votes, Role.MAKER, vendor, database),
        platform=_other(votes, Role.PLATFORM, vendor, database),
        operator=_other(votes, Role.OPERATOR, vendor, database),
        model=best_attribute(traits, "model") or best_attribute(traits, "hardware"),
        version=best_attribute(traits, "version"),
        serial=best_attribute(traits, "serial"),
        os=system,
        kind=best_attribute(traits, "kind"),
        claims=tuple(dict.fromkeys(claims))[:MAX_CLAIMS],
        conflicts=tuple(one.told(best) for one in beside if best is not None and one.contradicts),
        explained=tuple(one.told(best) for one in beside if best is not None and not one.contradicts),
        turning=turning(best, heaviest(ballot[0], best.party), level, named) if best is not None else (),
    )


_ON_THE_BOX = {Role.BRAND: 1.0}
_Ballot = tuple[Counted, Counted]
"""Votes counted in all roles that speak for a brand, and as names on the box alone."""


def _ballot(votes: Sequence[Claim], database: FingerprintDatabase) -> _Ballot:
    weights = database.weights
    return counted(votes, weights, weights.roles), counted(votes, weights, _ON_THE_BOX)


def _named(
    ballot: _Ballot, gone: frozenset[Group], system: str | None, database: FingerprintDatabase
) -> Standing | None:
    """Who stands best without the groups that are `gone`, where that is enough to be named at all."""
    best = _best(ballot, gone, database.weights)
    if best is not None and system in database.weights.general_systems and best.groups <= {Group.LAYER_2}:
        return None
    return best if level_of(best, database.weights) is not Level.UNKNOWN else None


def _best(ballot: _Ballot, gone: frozenset[Group], weights: Weights) -> Standing | None:
    """Who stands best. Where a name is on the box, only names are weighed against each other: who wrote its software or
    built it is another question, and a contradiction at most."""
    in_all, on_the_box = ballot
    named = odds_in(on_the_box, weights, gone)
    names = frozenset(party for party, odds in named.items() if odds >= weights.brand_from)
    return leading(in_all, weights, names or None, gone)


def _attributed(votes: Sequence[Claim], database: FingerprintDatabase) -> Iterator[Claim]:
    """The votes as they speak for a brand. A maker or platform that nobody calls the brand, and that is known to stand
    behind a company somebody does, speaks for that one; so does a bought company's number for its buyer's name."""
    brands = sorted({one.party for one in votes if one.role is Role.BRAND}, key=_id)
    named = {one.party.id: one.party for one in votes if one.role in _BRANDING}
    renamed = {party: _bought_by(party, named, database) or party for party in brands}
    for one in votes:
        if one.party in renamed:
            behind: Party | None = renamed[one.party]
        else:
            behind = next((renamed[brand] for brand in brands if related(brand.id, one.party.id, database)), None)
        yield one if behind is None or behind == one.party else Claim(one.claim, behind, one.group, one.channel)


_BRANDING = (Role.BRAND, Role.MAKER)


def _bought_by(party: Party, named: Mapping[str, Party], database: FingerprintDatabase) -> Party | None:
    """The owner of a company, where something names the owner too; a watched one keeps its own name."""
    known = database.companies.get(party.id)
    if known is None or known.watched:
        return None
    owners = (tie.company for tie in known.owners if tie.until is None and tie.company in named)
    return next((named[owner] for owner in owners if not watched_entities(owner, database)), None)


def _id(party: Party) -> str:
    return party.id


def _other(votes: Sequence[Claim], role: Role, vendor: Party | None, database: FingerprintDatabase) -> Party | None:
    """The company of a role where it is another than the vendor."""
    of_it = [one for one in votes if one.claim.role is role]
    best = leading(counted(of_it, database.weights, {role: 1.0}), database.weights) if of_it else None
    if best is None or best.odds < database.weights.made_by_from or best.party == vendor:
        return None
    return best.party
