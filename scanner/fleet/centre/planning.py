"""How far the plans of a run's sites are, from the ledger."""

from collections.abc import Mapping
from datetime import datetime

from scanner.fleet.centre.decisions import SitePlanning
from scanner.fleet.ledger import FleetLedger, FleetRun


def plannings(ledger: FleetLedger, run: FleetRun, asked: Mapping[str, datetime]) -> tuple[SitePlanning, ...]:
    """The planning of each site of a run. `asked` has when this process asked which site last."""
    refused = {row.site: row for row in ledger.slices(run.token) if not row.ordinal}
    found = []
    for site in run.sites:
        plan, row = ledger.plan(run.token, site), refused.get(site)
        refusal = (None, ()) if row is None else (row.refusal, row.refused_by)
        found.append(SitePlanning(site, None if plan is None else plan[0], asked.get(site), *refusal))
    return tuple(found)
