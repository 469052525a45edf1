"""Whom a rule is about, and whether this box is one of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, assert_never

from fingerprints.model.device import (
    WATCH_LEVELS,
    Component,
    Device,
    Identity,
    OnRecord,
    Role,
    Watched,
    WatchLevel,
)
from reports.judgement.because import (
    CompanyBehind,
    CriteriaOnly,
    DatedOwner,
    MakerReason,
    NotOnList,
    PlainReason,
    ProducedIn,
    ProductionUnseen,
    TooDoubtfulForList,
)
from reports.judgement.support_ends.reasons import DayDeclared, ModelListed, ModelNotKnown, ModelOfNobody
from reports.policy.verdict import Reason
from reports.policy.who import (
    Anyone,
    Criteria,
    Dated,
    MadeIn,
    MadeOutside,
    ModelUnknown,
    Named,
    OfModels,
    OnlyThese,
    Who,
    fits,
)

COUNTRY = "country_of_production"
"""The operator's own attribute (ISO 3166) that a rule on places of production reads."""


class NamedCompany(Protocol):
    """A company, as far as a judgement reads it."""

    @property
    def name(self) -> str:
        """The name as people write it."""


class Ownership(Protocol):
    """What a judgement asks about companies; fingerprints.database.companies.companies.Companies answers it."""

    def get(self, company_id: str) -> NamedCompany | None:
        """The company of that id."""

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        """The ids of every company that owned this one on that day, owners of owners included."""


@dataclass(frozen=True, slots=True)
class MakerTie:
    """A company behind a box or a part: how sure that is, in which roles, and who owned the company on the day.
    `on_record` is True where nothing but public records of who builds for whom name the company."""

    company: str
    level: WatchLevel
    roles: tuple[Role, ...]
    owners: tuple[str, ...] = ()
    on_record: bool = False


@dataclass(frozen=True, slots=True)
class MakerMatch:
    """A rule is about this box: why, and the reason for doubt, where there is one."""

    because: MakerReason
    doubt: Reason | None = None


DOUBT = {WatchLevel.POSSIBLE: Reason.SUSPECTED, WatchLevel.CONFLICTING: Reason.CONTRADICTORY}
SUREST = tuple(WatchLevel)


def ties_of_device(device: Device) -> tuple[MakerTie, ...]:
    """Who is behind a box, surest first: its watched companies, then the other companies of its identity.

    A company that is only behind a part is left out here: the part has a finding of its own.
    """
    in_parts = {tie.company for component in device.components for tie in ties_of_component(component)}
    whole = (tie for tie in _watched(device.watched) if tie.roles != (Role.COMPONENT,) or tie.company not in in_parts)
    return _sorted((*whole, *_of_identity(device.identity, device.watched)))


def ties_of_component(component: Component) -> tuple[MakerTie, ...]:
    """Who is behind a part. A maker that nobody watches is probable, because it stands in the part's own memory; one
    with a watched company behind it is no surer than that."""
    ties = [*_watched(component.watched)]
    known = {watched.entity for watched in component.watched}
    if component.made_by is not None and component.made_by.id not in known:
        surest = min((watched.level for watched in component.watched), key=SUREST.index, default=WatchLevel.PROBABLE)
        level = surest if surest in DOUBT else WatchLevel.PROBABLE
        ties.append(MakerTie(component.made_by.id, level, (Role.COMPONENT,)))
    return _sorted(tuple(ties))


@dataclass(frozen=True, slots=True)
class RecognisedModel:
    """The model of a box or of a part, None where nothing says it. `own_ties` is False where the part names no maker,
    and the ties are those of the box that holds it."""

    name: str | None
    own_ties: bool = True


NO_MODEL = RecognisedModel(None)


def match_maker(
    who: Who,
    ties: tuple[MakerTie, ...],
    device: Device,
    as_of: date,
    companies: Ownership,
    model: RecognisedModel = NO_MODEL,
) -> MakerMatch | None:
    """How a rule on `who` is about a box or a part with these ties (owners filled in) on that day; None where it is
    not."""
    match who:
        case Named(makers):
            return _match_named(makers, ties, as_of, companies)
        case OnlyThese(makers):
            return _match_unlisted(makers, ties, as_of, companies)
        case Criteria(criteria):
            return MakerMatch(CriteriaOnly(criteria), Reason.REFER)
        case MadeIn(countries):
            return _match_production(countries, device, inside=True)
        case MadeOutside(countries):
            return _match_production(countries, device, inside=False)
        case OfModels() | ModelUnknown():
            return _match_model(who, ties, model, companies)
        case Dated(names):
            declared = next((name for name, _ in device.attributes if name in names), None)
            return None if declared is None else MakerMatch(DayDeclared(declared))
        case Anyone():
            return MakerMatch(PlainReason.EVERY_MAKER)
        case _:
            assert_never(who)


def _match_named(
    makers: tuple[str, ...], ties: tuple[MakerTie, ...], as_of: date, companies: Ownership
) -> MakerMatch | None:
    for tie in ties:
        maker = next((company for company in (tie.company, *tie.owners) if company in makers), None)
        if maker is not None:
            return MakerMatch(_behind(tie, maker, as_of, companies), DOUBT.get(tie.level))
    return None


def _match_unlisted(
    makers: tuple[str, ...], ties: tuple[MakerTie, ...], as_of: date, companies: Ownership
) -> MakerMatch | None:
    if not ties:
        return MakerMatch(PlainReason.MAKER_UNKNOWN, Reason.UNIDENTIFIED)
    for tie in ties:
        if not {tie.company, *tie.owners} & set(makers):
            return MakerMatch(NotOnList(_behind(tie, tie.company, as_of, companies)), DOUBT.get(tie.level))
    if all(tie.level in DOUBT for tie in ties):
        behind = _behind(ties[0], ties[0].company, as_of, companies)
        return MakerMatch(TooDoubtfulForList(behind), Reason.UNIDENTIFIED)
    return None


def _match_model(
    who: OfModels | ModelUnknown, ties: tuple[MakerTie, ...], model: RecognisedModel, companies: Ownership
) -> MakerMatch | None:
    """How a rule on models is about something of these ties. Where its model is not known, only a rule on all that the
    maker made, or on its unknown models, is."""
    tie = next((tie for tie in ties if who.maker in (tie.company, *tie.owners)), None)
    if tie is None:
        return None
    company, doubt = _name(who.maker, companies), DOUBT.get(tie.level)
    if isinstance(who, ModelUnknown):
        return MakerMatch(ModelNotKnown(company)) if model.name is None and doubt is None else None
    if model.name is None:
        return MakerMatch(ModelListed(company, tie.level, None), doubt) if not (who.models or who.but) else None
    if (who.models and not fits(model.name, who.models)) or fits(model.name, who.but):
        return None
    if not model.own_ties:
        return MakerMatch(ModelOfNobody(company, model.name), doubt) if who.models else None
    return MakerMatch(ModelListed(company, tie.level, model.name), doubt)


def _match_production(countries: tuple[str, ...], device: Device, inside: bool) -> MakerMatch | None:
    declared = [value.upper() for name, value in device.attributes if name == COUNTRY]
    if not declared:
        return MakerMatch(ProductionUnseen(countries, inside), Reason.UNSEEN)
    hit = next((country for country in declared if (country in countries) is inside), None)
    return None if hit is None else MakerMatch(ProducedIn(hit))


def _behind(tie: MakerTie, maker: str, as_of: date, companies: Ownership) -> CompanyBehind:
    owner = None if maker == tie.company else DatedOwner(_name(maker, companies), as_of)
    return CompanyBehind(_name(tie.company, companies), tie.level, tie.roles, owner, tie.on_record)


def _name(company_id: str, companies: Ownership) -> str:
    company = companies.get(company_id)
    return company.name if company is not None else company_id


def _watched(watched: tuple[Watched, ...]) -> Iterator[MakerTie]:
    """The watched companies behind a box. The operator's logo says whom the box serves, not who made it."""
    for item in watched:
        if item.level is not WatchLevel.CLEARED and item.roles != (Role.OPERATOR,):
            on_record = bool(item.because) and all(isinstance(reason, OnRecord) for reason in item.because)
            yield MakerTie(item.entity, item.level, item.roles, on_record=on_record)


def _of_identity(identity: Identity, watched: tuple[Watched, ...]) -> Iterator[MakerTie]:
    """The companies of an identity of which the watched ties say nothing; the operator's logo is nobody's make."""
    level = WATCH_LEVELS.get(identity.level)
    if level is None:
        return
    watched_ids = {item.entity for item in watched}
    parties = ((Role.BRAND, identity.vendor), (Role.MAKER, identity.made_by), (Role.PLATFORM, identity.platform))
    roles: dict[str, tuple[Role, ...]] = {}
    for role, party in parties:
        if party is not None and party.id not in watched_ids:
            roles[party.id] = (*roles.get(party.id, ()), role)
    for company, its_roles in roles.items():
        yield MakerTie(company, level, its_roles)


def _sorted(ties: tuple[MakerTie, ...]) -> tuple[MakerTie, ...]:
    return tuple(sorted(ties, key=lambda tie: (SUREST.index(tie.level), tie.company)))
