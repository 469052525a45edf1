"""Who is behind a box, and what box it is: everything that was said, weighed, and the reasons kept.

Roles are not fused into one answer: `vendor` is whose name is on it, `made_by` who built it where that is another,
`platform` who wrote its software where that is another. Texts of a device decide nothing by order; weights do.
"""

from collections.abc import Iterator, Mapping, Sequence

from fingerprints.attachment import attachment_of
from fingerprints.components import components_of
from fingerprints.contradictions import Difference, differences, turning
from fingerprints.correlate import device_id
from fingerprints.device import Device, Identity, Level, Party, Role
from fingerprints.evidence import Evidence, Source
from fingerprints.fusion import NO_GROUP, Counted, Standing, counted, doubted, heaviest, leading, level_of, odds_in
from fingerprints.knowledge import Knowledge
from fingerprints.leads.address_serial import address_serials
from fingerprints.leads.agent import agent_leads
from fingerprints.leads.elsewhere import second_introductions
from fingerprints.leads.entity import entity_traits
from fingerprints.leads.eui64 import eui64_leads
from fingerprints.leads.extends import extend_traits
from fingerprints.leads.hardware import hardware_leads
from fingerprints.leads.introductions import introduction_leads
from fingerprints.leads.lead import Lead
from fingerprints.leads.mac import mac_leads
from fingerprints.leads.objects import object_traits
from fingerprints.leads.session import session_leads
from fingerprints.leads.tree import tree_leads
from fingerprints.leads.web import web_leads
from fingerprints.neighbours import neighbours_of
from fingerprints.said import Said, clean, said_by
from fingerprints.ties import related, watched_entities
from fingerprints.traits import Trait, chosen
from fingerprints.votes import Vote
from fingerprints.watched import watched_ties
from fingerprints.weights import Group, Weights

MOST_CLAIMS = 60
"""Claims of one identity that are kept, heaviest first."""


def identify(gathered: tuple[Evidence, ...], knowledge: Knowledge) -> Device:
    """One device from all the evidence about it. Never raises on what a device said."""
    said = said_by(gathered)
    leads = (*_leads(said, knowledge), *eui64_leads(said, gathered, knowledge))
    votes = tuple(lead for lead in leads if isinstance(lead, Vote))
    traits = tuple(lead for lead in leads if isinstance(lead, Trait))
    identity = _identity(votes, traits, said, knowledge)
    subjects = [evidence.subject for evidence in gathered]
    return Device(
        id=device_id(gathered, said),
        labels=tuple(dict.fromkeys(label for subject in subjects for label in (subject.labels or (subject.key,)))),
        addresses=tuple(dict.fromkeys(subject.address for subject in subjects if subject.address)),
        name=_name(said, gathered),
        attributes=tuple(dict.fromkeys(pair for subject in subjects for pair in subject.attributes)),
        identity=identity,
        watched=watched_ties(votes, identity, knowledge),
        components=components_of(said, knowledge),
        neighbours=neighbours_of(said),
        gaps=tuple(gap for evidence in gathered for gap in evidence.gaps),
        attachment=attachment_of(said),
    )


def _leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    yield from agent_leads(said, knowledge)
    yield from introduction_leads(said, knowledge)
    yield from hardware_leads(said, knowledge)
    yield from tree_leads(said, knowledge)
    yield from object_traits(said, knowledge)
    yield from entity_traits(said, knowledge)
    yield from extend_traits(said, knowledge)
    yield from second_introductions(said, knowledge)
    yield from mac_leads(said, knowledge)
    yield from address_serials(said, knowledge)
    yield from session_leads(said, knowledge)
    yield from web_leads(said, knowledge)


def _name(said: Said, gathered: Sequence[Evidence]) -> str:
    """What the device calls itself, else what the operator's list calls it, else where it answered."""
    named = said.first(Source.SNMP_SYS_NAME)
    if named is not None:
        return clean(named.value)
    labels = (label for evidence in gathered for label in evidence.subject.labels)
    return next(labels, gathered[0].subject.key)


def _identity(votes: Sequence[Vote], traits: Sequence[Trait], said: Said, knowledge: Knowledge) -> Identity:
    attributed = tuple(_attributed(votes, knowledge))
    system = chosen(traits, "os")

    ballot = _ballot(attributed, knowledge)

    def named(gone: frozenset[Group]) -> Standing | None:
        return _named(ballot, gone, system, knowledge)

    best = named(NO_GROUP)
    level = level_of(best, knowledge.weights)
    vendor = best.party if best is not None else None
    beside: tuple[Difference, ...] = ()
    if best is not None:
        beside = differences(best, votes, attributed, said, knowledge)
        best = doubted(best, [one.other for one in beside if one.contradicts], knowledge.weights)
    claims = sorted((one.claim for one in votes), key=lambda claim: -claim.weight)
    return Identity(
        level=Level.CONFLICTING if any(one.contradicts for one in beside) else level,
        confidence=round(best.confidence, 4) if best is not None else 0.0,
        vendor=vendor,
        made_by=_other(votes, Role.MAKER, vendor, knowledge),
        platform=_other(votes, Role.PLATFORM, vendor, knowledge),
        operator=_other(votes, Role.OPERATOR, vendor, knowledge),
        model=chosen(traits, "model") or chosen(traits, "hardware"),
        version=chosen(traits, "version"),
        serial=chosen(traits, "serial"),
        os=system,
        kind=chosen(traits, "kind"),
        claims=tuple(dict.fromkeys(claims))[:MOST_CLAIMS],
        conflicts=tuple(one.told(best) for one in beside if best is not None and one.contradicts),
        explained=tuple(one.told(best) for one in beside if best is not None and not one.contradicts),
        turning=turning(best, heaviest(ballot[0], best.party), level, named) if best is not None else (),
    )


_ON_THE_BOX = {Role.BRAND: 1.0}
_Ballot = tuple[Counted, Counted]
"""Votes counted in all roles that speak for a brand, and as names on the box alone."""


def _ballot(votes: Sequence[Vote], knowledge: Knowledge) -> _Ballot:
    weights = knowledge.weights
    return counted(votes, weights, weights.roles), counted(votes, weights, _ON_THE_BOX)


def _named(ballot: _Ballot, gone: frozenset[Group], system: str | None, knowledge: Knowledge) -> Standing | None:
    """Who stands best without the groups that are `gone`, where that is enough to be named at all."""
    best = _best(ballot, gone, knowledge.weights)
    if best is not None and system in knowledge.weights.general_systems and best.groups <= {Group.LAYER_2}:
        return None
    return best if level_of(best, knowledge.weights) is not Level.UNKNOWN else None


def _best(ballot: _Ballot, gone: frozenset[Group], weights: Weights) -> Standing | None:
    """Who stands best. Where a name is on the box, only names are weighed against each other: who wrote its software or
    built it is another question, and a contradiction at most."""
    in_all, on_the_box = ballot
    named = odds_in(on_the_box, weights, gone)
    names = frozenset(party for party, odds in named.items() if odds >= weights.brand_from)
    return leading(in_all, weights, names or None, gone)


def _attributed(votes: Sequence[Vote], knowledge: Knowledge) -> Iterator[Vote]:
    """The votes as they speak for a brand. A maker or platform that nobody calls the brand, and that is known to stand
    behind a company somebody does, speaks for that one; so does a bought company's number for its buyer's name."""
    brands = sorted({one.party for one in votes if one.role is Role.BRAND}, key=_id)
    named = {one.party.id: one.party for one in votes if one.role in _BRANDING}
    renamed = {party: _bought_by(party, named, knowledge) or party for party in brands}
    for one in votes:
        if one.party in renamed:
            behind: Party | None = renamed[one.party]
        else:
            behind = next((renamed[brand] for brand in brands if related(brand.id, one.party.id, knowledge)), None)
        yield one if behind is None or behind == one.party else Vote(one.claim, behind, one.group, one.channel)


_BRANDING = (Role.BRAND, Role.MAKER)


def _bought_by(party: Party, named: Mapping[str, Party], knowledge: Knowledge) -> Party | None:
    """The owner of a company, where something names the owner too; a watched one keeps its own name."""
    known = knowledge.companies.get(party.id)
    if known is None or known.watched:
        return None
    owners = (tie.company for tie in known.owners if tie.until is None and tie.company in named)
    return next((named[owner] for owner in owners if not watched_entities(owner, knowledge)), None)


def _id(party: Party) -> str:
    return party.id


def _other(votes: Sequence[Vote], role: Role, vendor: Party | None, knowledge: Knowledge) -> Party | None:
    """The company of a role where it is another than the vendor."""
    of_it = [one for one in votes if one.claim.role is role]
    best = leading(counted(of_it, knowledge.weights, {role: 1.0}), knowledge.weights) if of_it else None
    if best is None or best.odds < knowledge.weights.made_by_from or best.party == vendor:
        return None
    return best.party
