"""`kitscan fleet status`: who was heard when, how old what is known of each site is, and how far runs are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.exit_codes import INCOMPLETE
from scanner.cli.options import DEFAULT_STORE

if TYPE_CHECKING:
    from scanner.courier.centre_settings import CentreSettings
    from scanner.fleet.sites import Sites


@click.command("status")
@click.option("--run", "number", type=int, metavar="RUN", help="The slices of this run.  [the last of the fleet]")
@click.option(
    "--unheard",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="Exit 3 if a collector was not heard for so long.",
)
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
def status(number: int | None, unheard: float, store: str | None, output_format: str) -> int:
    """Show the collectors, how old the data of each site are, the slices of a run, and what was put aside.

    Exits 3 where a collector that is enrolled was not heard for --unheard hours.
    """
    from scanner.cli.fleet.centre_setup import centre_settings
    from scanner.cli.fleet.status_format import as_json, format_status
    from scanner.config import read_config
    from scanner.fleet.centre.fleet_status import fleet_status
    from scanner.fleet.ledger import FleetLedger
    from scanner.fleet.sites import read_sites
    from scanner.store.store import open_store

    config = read_config(Path())
    settings, now = centre_settings(config), datetime.now(UTC)
    sites = read_sites(settings.sites)
    waiting = _waiting(settings, config.folder, sites)
    with open_store(store or config.store or DEFAULT_STORE, create=store is None) as opened:
        known = fleet_status(FleetLedger(opened), sites, number, waiting)
    if output_format == "json":
        click.echo(json.dumps(as_json(known), indent=2))
    else:
        click.echo("\n".join(format_status(known)))
    unheard_of = known.silent_since(now - timedelta(hours=unheard))
    if unheard_of:
        click.echo(f"Not heard for {unheard:g} hours: {', '.join(unheard_of)}", err=True)
    return INCOMPLETE if unheard_of else 0


def _waiting(settings: "CentreSettings", folder: Path, sites: "Sites") -> dict[str, int]:
    """How many messages wait for each site. Where the courier cannot be asked, that is said, and the rest is shown."""
    from scanner.cli.fleet.centre_setup import centre_courier, warner

    found: dict[str, int] = {}
    try:
        courier = centre_courier(settings, folder, warner())
        try:
            for site in sites.by_name:
                if (count := courier.waiting(site)) is not None:
                    found[site] = count
        finally:
            courier.close()
    except KitscanError as error:
        click.echo(f"The courier cannot be asked what waits: {error.problem}", err=True)
    return found
