"""What of a run did not come, and why: from values alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from scanner.courier.message import SiteRefusalReason
from scanner.fleet.centre.decisions import MAX_TRIES, SitePlanning
from scanner.fleet.ledger import CollectorRow, SliceRow, SliceState
from scanner.fleet.sites import Site


class MissingCause(Enum):
    """Why a slice, or all of a site, did not come."""

    NOT_PLANNED = auto()
    """The site sent no plan, or not all of it."""
    EMPTY = auto()
    """The site plans no slice at all: nothing of it was asked."""
    NOT_OFFERED = auto()
    """The time of the run was over before the slice was offered."""
    NOT_BACK = auto()
    """The slice was offered, and no bundle of it came."""
    GIVEN_UP = auto()
    """The slice was offered MAX_TRIES times while its site was heard of, and no bundle of it came."""
    REFUSED = auto()
    """The site refused."""


@dataclass(frozen=True, slots=True)
class LastHeard:
    """A collector that is enrolled, and when it was last heard of; None if never."""

    collector: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A slice that did not come, or all of a site (number 0). `addresses` and `named_as` are what the plan said of it;
    both are empty where no plan says anything."""

    site: str
    ordinal: int
    of: int
    addresses: int
    named_as: str
    cause: MissingCause
    refusal: SiteRefusalReason | None
    collectors: tuple[LastHeard, ...]


def missing_parts(
    slices: Sequence[SliceRow],
    plans: Sequence[SitePlanning],
    collectors: Iterable[CollectorRow],
    sites: Mapping[str, Site],
) -> tuple[MissingPart, ...]:
    """What did not come of a run, by site and number. `sites` has the sites that are enrolled now: of a site that is
    none any more, nobody is named."""
    heard = {(row.site, row.collector): row.last_heard for row in collectors}
    return tuple(
        part
        for plan in sorted(plans, key=lambda plan: plan.site)
        for part in _of_site(plan, slices, _last_heard(sites.get(plan.site), heard))
    )


def _last_heard(site: Site | None, heard: Mapping[tuple[str, str], datetime]) -> tuple[LastHeard, ...]:
    names = () if site is None else sorted(site.collectors)
    return tuple(LastHeard(name, heard.get((site.name, name))) for name in names if site is not None)


def _of_site(plan: SitePlanning, slices: Sequence[SliceRow], heard: tuple[LastHeard, ...]) -> Iterator[MissingPart]:
    if plan.of is None:
        cause = MissingCause.NOT_PLANNED if plan.refusal is None else MissingCause.REFUSED
        yield MissingPart(plan.site, 0, 0, 0, "", cause, plan.refusal, heard)
        return
    if plan.of == 0:
        yield MissingPart(plan.site, 0, 0, 0, "", MissingCause.EMPTY, None, heard)
    rows = {row.ordinal: row for row in slices if row.site == plan.site}
    for ordinal in range(1, plan.of + 1):
        row = rows.get(ordinal)
        if row is None:
            yield MissingPart(plan.site, ordinal, plan.of, 0, "", MissingCause.NOT_PLANNED, None, heard)
        elif row.state is not SliceState.RECEIVED:
            own = (plan.site, ordinal, plan.of, row.addresses, row.words)
            yield MissingPart(*own, _cause(row), row.refusal, heard)


def _cause(row: SliceRow) -> MissingCause:
    match row.state:
        case SliceState.REFUSED:
            return MissingCause.REFUSED
        case SliceState.OFFERED:
            return MissingCause.GIVEN_UP if row.attempt >= MAX_TRIES else MissingCause.NOT_BACK
        case _:
            return MissingCause.NOT_OFFERED
