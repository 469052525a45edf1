"""`kitscan receive`: takes the bundles that collectors left in a folder, on a stick for example, into the store."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.exit_codes import INCOMPLETE
from scanner.cli.options import DEFAULT_STORE

if TYPE_CHECKING:
    from scanner.fleet.ledger import FleetLedger, FleetRun

_ZIP = b"PK\x03\x04"
"""What a bundle begins with."""


@click.command("receive")
@click.argument("places", nargs=-1, required=True, metavar="DIR|FILE...", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--sites",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The files of the sites.  [sites, beside kitscan.yaml]",
)
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
@click.option("--end", "ends", is_flag=True, help="End runs of which slices are missing: what did not come is a gap.")
def command(places: tuple[Path, ...], sites: Path | None, store: str | None, ends: bool) -> int:
    """Take the bundles of sites into the store: every bundle in DIR, or FILE. They stay where they are.

    Only a key in a site's file speaks for the site, and for its scope alone; the rest is put aside and told. The same
    bundle again adds nothing. A run ends when all of its slices are there.
    """
    from reports.document.sanitize import sanitize
    from scanner.config import read_config
    from scanner.fleet.ledger import FleetLedger
    from scanner.fleet.receipt_wording import describe_received
    from scanner.fleet.receiving import receive_bundle
    from scanner.fleet.sites import read_sites
    from scanner.store.store import open_store

    config = read_config(Path())
    known = read_sites(sites or config.folder / "sites")
    is_whole = True
    with open_store(store or config.store or DEFAULT_STORE, create=True) as opened:
        for path in _bundles(places):
            received = receive_bundle(opened, known, path, datetime.now(UTC))
            is_whole = is_whole and received.reason is None
            click.echo(f"{sanitize(str(path), 4096)}: {describe_received(received)}")
        ledger = FleetLedger(opened)
        for run in ledger.unended():
            if not run.is_ordered:
                is_whole = _end(ledger, run, ends) and is_whole
    return 0 if is_whole else INCOMPLETE


def _bundles(places: tuple[Path, ...]) -> Iterator[Path]:
    """The files that were named, and of folders those that begin as a bundle does, sorted by name."""
    from fingerprints.model.input_file import octets_of

    for place in places:
        if not place.is_dir():
            yield place
            continue
        for path in sorted(place.iterdir()):
            is_listed = path.is_file() and not path.name.startswith(".")
            if is_listed and next(octets_of(path, sys.maxsize), b"").startswith(_ZIP):
                yield path


def _end(ledger: "FleetLedger", run: "FleetRun", ends: bool) -> bool:
    """End a run that no centre ordered, if all of it is there or nothing more is waited for, and say how it stands.
    False for one that ended incomplete."""
    from scanner.fleet.receipt_wording import describe_sites

    sites = ledger.sites_of(run.token)
    told = describe_sites(sites)
    if any(site.missing or site.of is None for site in sites) and not ends:
        click.echo(f"run {run.run}: waits; {told}; --end ends it so")
        return True
    ledger.end(run.token, datetime.now(UTC))
    is_complete = ledger.is_complete(run)
    state = "complete" if is_complete else "incomplete"
    click.echo(f"run {run.run}: {state}; {told}; kitscan assess {run.run} reports on it")
    return is_complete
