"""Whom a rule is about, and whether this box is one of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, assert_never

from fingerprints.model.device import WATCH_LEVELS, Component, Device, Identity, Role, Watched, WatchLevel
from reports.policy.policy import Anyone, Criteria, MadeIn, MadeOutside, Named, OnlyThese, Who
from reports.policy.verdict import Reason

COUNTRY = "country_of_production"
"""The operator's own attribute (ISO 3166) that a rule on places of production reads."""


class CompanyNamed(Protocol):
    """What a judgement says of a company: its name."""

    @property
    def name(self) -> str:
        """As people write it."""


class Ownership(Protocol):
    """What a judgement asks about companies; fingerprints.database.companies.Companies answers it."""

    def get(self, company_id: str) -> CompanyNamed | None:
        """The company of that id."""

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        """Ids of all that the company belonged to on that day, owners of owners too."""


@dataclass(frozen=True, slots=True)
class MakerTie:
    """A company behind a box or a part, how surely, and in what sense; `owners` are whom it belonged to on the day."""

    company: str
    level: WatchLevel
    roles: tuple[Role, ...]
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakerMatch:
    """A rule is about this box: why in words, and why it is no plain matter, where it is none."""

    because: str
    reason: Reason | None = None


DOUBT = {WatchLevel.POSSIBLE: Reason.SUSPECTED, WatchLevel.CONFLICTING: Reason.CONTRADICTORY}
SUREST = tuple(WatchLevel)


def ties_of_device(device: Device) -> tuple[MakerTie, ...]:
    """Who is behind a box, surest first: its watched ties, and by its identity everybody else's.

    A tie that is only through a part is left to the part, which has a place of its own in the report.
    """
    in_parts = {tie.company for component in device.components for tie in ties_of_component(component)}
    whole = (tie for tie in _watched(device.watched) if tie.roles != (Role.COMPONENT,) or tie.company not in in_parts)
    return _sorted((*whole, *_of_identity(device.identity, device.watched)))


def ties_of_component(component: Component) -> tuple[MakerTie, ...]:
    """Who is behind a part. A maker nobody watches was read from the part's own memory: probable."""
    ties = [*_watched(component.watched)]
    known = {watched.entity for watched in component.watched}
    if component.made_by is not None and component.made_by.id not in known:
        ties.append(MakerTie(component.made_by.id, WatchLevel.PROBABLE, (Role.COMPONENT,)))
    return _sorted(tuple(ties))


def match_maker(
    who: Who, ties: tuple[MakerTie, ...], device: Device, as_of: date, companies: Ownership
) -> MakerMatch | None:
    """Whether a rule on `who` is about a box with these ties (owners filled in) on that day, or None."""
    match who:
        case Named(makers):
            return _named(makers, ties, as_of, companies)
        case OnlyThese(makers):
            return _unlisted(makers, ties, as_of, companies)
        case Criteria(criteria):
            said = "; ".join(criteria)
            return MakerMatch(
                f"the rule names nobody, its criteria are not for a scan to decide ({said})", Reason.REFER
            )
        case MadeIn(countries):
            return _made_in(countries, device)
        case MadeOutside(countries):
            return _made_outside(countries, device)
        case Anyone():
            return MakerMatch("the rule is about every maker")
        case _:
            assert_never(who)


def _named(makers: tuple[str, ...], ties: tuple[MakerTie, ...], as_of: date, companies: Ownership) -> MakerMatch | None:
    for tie in ties:
        maker = next((company for company in (tie.company, *tie.owners) if company in makers), None)
        if maker is not None:
            return MakerMatch(_told(tie, maker, as_of, companies), DOUBT.get(tie.level))
    return None


def _unlisted(
    makers: tuple[str, ...], ties: tuple[MakerTie, ...], as_of: date, companies: Ownership
) -> MakerMatch | None:
    if not ties:
        return MakerMatch("its maker is not known, so it cannot be on the list of those allowed", Reason.UNIDENTIFIED)
    for tie in ties:
        if not {tie.company, *tie.owners} & set(makers):
            return MakerMatch(_told(tie, tie.company, as_of, companies) + ", not on the list", DOUBT.get(tie.level))
    doubtful = tuple(tie for tie in ties if tie.level in DOUBT)
    if len(doubtful) == len(ties):
        told = _told(ties[0], ties[0].company, as_of, companies)
        return MakerMatch(f"{told}, too little to be on the list of those allowed", Reason.UNIDENTIFIED)
    return None


def _made_in(countries: tuple[str, ...], device: Device) -> MakerMatch | None:
    declared = [value for name, value in device.attributes if name == COUNTRY]
    if not declared:
        return MakerMatch(
            f"where it was produced no scan sees (the rule is about {', '.join(countries)})", Reason.UNSEEN
        )
    hit = next((value for value in declared if value.upper() in countries), None)
    return None if hit is None else MakerMatch(f"produced in {hit.upper()}, by the operator's own word")


def _made_outside(countries: tuple[str, ...], device: Device) -> MakerMatch | None:
    declared = [value for name, value in device.attributes if name == COUNTRY]
    if not declared:
        meant = f"the rule is about what is made outside {', '.join(countries)}"
        return MakerMatch(f"where it was produced no scan sees ({meant})", Reason.UNSEEN)
    hit = next((value for value in declared if value.upper() not in countries), None)
    return None if hit is None else MakerMatch(f"produced in {hit.upper()}, by the operator's own word")


def _told(tie: MakerTie, maker: str, as_of: date, companies: Ownership) -> str:
    roles = f" as {', '.join(tie.roles)}" if tie.roles else ""
    told = f"{_name(tie.company, companies)} {tie.level}{roles}"
    if maker != tie.company:
        told += f", which belonged to {_name(maker, companies)} on {as_of:%Y-%m-%d}"
    return told


def _name(company_id: str, companies: Ownership) -> str:
    company = companies.get(company_id)
    return company.name if company is not None else company_id


def _watched(watched: tuple[Watched, ...]) -> Iterator[MakerTie]:
    """What stands against a box; a logo alone says whose customer it serves, not who made it."""
    for item in watched:
        if item.level is not WatchLevel.CLEARED and item.roles != (Role.OPERATOR,):
            yield MakerTie(item.entity, item.level, item.roles)


def _of_identity(identity: Identity, watched: tuple[Watched, ...]) -> Iterator[MakerTie]:
    """The companies of an identity of which the watched ties say nothing; the operator's logo is nobody's make."""
    level = WATCH_LEVELS.get(identity.level)
    if level is None:
        return
    said = {item.entity for item in watched}
    parties = ((Role.BRAND, identity.vendor), (Role.MAKER, identity.made_by), (Role.PLATFORM, identity.platform))
    roles: dict[str, tuple[Role, ...]] = {}
    for role, party in parties:
        if party is not None and party.id not in said:
            roles[party.id] = (*roles.get(party.id, ()), role)
    for company, its_roles in roles.items():
        yield MakerTie(company, level, its_roles)


def _sorted(ties: tuple[MakerTie, ...]) -> tuple[MakerTie, ...]:
    return tuple(sorted(ties, key=lambda tie: (SUREST.index(tie.level), tie.company)))
