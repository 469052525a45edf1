"""What a centre knows of its fleet, put together from the ledger and the files of sites."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fingerprints.model.errors import KitscanError
from scanner.fleet.ledger import AsideRow, CollectorRow, FleetLedger, FleetRun, SliceState
from scanner.fleet.sites import Sites


@dataclass(frozen=True, slots=True)
class KnownCollector:
    """A collector that is enrolled. `row` is what it last said, None if it never did. `data_from` is when the last
    run began that brought evidence of its site, None if none did."""

    site: str
    collector: str
    row: CollectorRow | None
    data_from: datetime | None


@dataclass(frozen=True, slots=True)
class SiteSlices:
    """The slices of a run at a site: how many are planned in all, None without a plan, and how many are how far."""

    site: str
    of: int | None
    states: Mapping[SliceState, int]


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The collectors by site and name; the slices of `run` by site, none without a run; the messages that wait for each
    site, where that is known; and what was put aside of all runs, oldest first."""

    collectors: tuple[KnownCollector, ...]
    run: FleetRun | None
    slices: tuple[SiteSlices, ...]
    waiting: Mapping[str, int]
    aside: tuple[AsideRow, ...]

    def silent_since(self, time: datetime) -> tuple[str, ...]:
        """The collectors that were never heard, or not since a time: `LON/lon1`."""
        return tuple(
            f"{known.site}/{known.collector}"
            for known in self.collectors
            if known.row is None or known.row.last_contact < time
        )


def fleet_status(ledger: FleetLedger, sites: Sites, number: int | None, waiting: Mapping[str, int]) -> FleetStatus:
    """The status of a fleet, with the slices of the run of this number, or of the last. Raises KitscanError where no
    run of the fleet has the number."""
    runs = ledger.runs()
    rows = {(row.site, row.collector): row for row in ledger.collectors()}
    data_from = _data_from(ledger, runs, frozenset(sites.by_name))
    collectors = tuple(
        KnownCollector(site.name, name, rows.get((site.name, name)), data_from.get(site.name))
        for site in sorted(sites.by_name.values(), key=lambda site: site.name)
        for name in sorted(site.collectors)
    )
    run = next((run for run in reversed(runs) if number in (None, run.run)), None)
    if run is None and number is not None:
        known = ", ".join(str(run.run) for run in runs if run.run) or "none"
        raise KitscanError(f"run {number} is none of the fleet; runs of the fleet: {known}", "name one of them")
    slices = () if run is None else tuple(_slices(ledger, run))
    return FleetStatus(collectors, run, slices, waiting, ledger.aside(None))


def _data_from(ledger: FleetLedger, runs: tuple[FleetRun, ...], sites: frozenset[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for run in reversed(runs):
        if sites <= found.keys():
            break
        for row in ledger.slices(run.token):
            if row.state is SliceState.RECEIVED:
                found.setdefault(row.site, run.began)
    return found


def _slices(ledger: FleetLedger, run: FleetRun) -> list[SiteSlices]:
    rows = ledger.slices(run.token)
    found = []
    for site in run.sites:
        plan = ledger.plan(run.token, site)
        states = Counter(row.state for row in rows if row.site == site and row.ordinal)
        found.append(SiteSlices(site, None if plan is None else plan[0], states))
    return found
