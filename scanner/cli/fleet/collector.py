"""`kitscan collector`: does a centre's orders at a site, within the site's own rules, until a signal comes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.courier.collector_settings import CollectorSettings
    from scanner.credentials.references import Reference
    from scanner.fleet.site.collector import Collector
    from scanner.fleet.site.spool import Spool
    from scanner.stop_signals import StopSignals
    from scanner.survey import ScanRequest


@click.command("collector")
@click.option("--site", required=True, metavar="NAME", help="The name of this site, as in kitscan.yaml.")
@click.option("--yes", is_flag=True, help="Allow more than 1,024 addresses, and public ones.")
@click.option("--source-address", metavar="ADDRESS", help="Open connections from this address.")
@click.pass_obj
def command(stop: "StopSignals", /, site: str, yes: bool, source_address: str | None) -> int:
    """Do the orders of a centre at this site, until a signal ends it.

    The block collector of kitscan.yaml says which centre and how it is reached. Scope, exclusions, credentials, profile
    and probes are those of this folder; an order that goes beyond them is refused. What is collected waits in the spool
    until the centre has it.
    """
    from scanner.config import read_config
    from scanner.fleet.own_secrets import nobody
    from scanner.fleet.site.local_scope import read_local_scope
    from scanner.fleet.site.spool import Spool
    from scanner.survey import ScanRequest, check_source_address, credentials_of

    config = read_config(Path())
    settings, centre, courier = _settings(config, site)
    # One process asks: a slice is small, and workers would need as much memory again for hours.
    request = ScanRequest((), source_address=source_address, yes=yes, jobs=1)
    check_source_address(source_address)
    local = read_local_scope(request, Path(), None)  # what is wrong in it is an error now, not at night
    credentials_of(request, config, local.scope, nobody)
    spool = Spool(settings.spool, settings.spool_limit)
    with spool.held():
        _collector(config, settings, centre, courier, request, spool, stop).run()
    return 0


def _settings(config: "Config", site: str) -> "tuple[CollectorSettings, str, Reference | Path]":
    """The collector's settings, the centre's public key, and the courier. Raises KitscanError for what is missing."""
    settings = config.collector
    if settings is None:
        raise KitscanError("kitscan.yaml has no block `collector`", "write it: docs/fleet-site.md shows one")
    if settings.site != site:
        raise KitscanError(f"--site {site}: kitscan.yaml here is of site {settings.site}", f"--site {settings.site}")
    if settings.centre is None or settings.courier is None:
        missing = "centre" if settings.centre is None else "courier"
        raise KitscanError(f"collector has no key `{missing}` in kitscan.yaml", "write it, or use kitscan collect")
    return settings, settings.centre, settings.courier


def _collector(
    config: "Config",
    settings: "CollectorSettings",
    centre: str,
    courier: "Reference | Path",
    request: "ScanRequest",
    spool: "Spool",
    stop: "StopSignals",
) -> "Collector":
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.reporting import database_of
    from scanner.cli.fleet.site_wording import print_site_event
    from scanner.cli.network_commands.scanning import RunClock
    from scanner.courier.opening import open_site
    from scanner.courier.parts import parts_of
    from scanner.fleet.own_secrets import nobody, read_courier, read_private_key
    from scanner.fleet.site.collector import Collector
    from scanner.fleet.site.collector_state import CollectorState
    from scanner.fleet.site.local_scope import read_local_scope
    from scanner.fleet.site.moment import moment_now
    from scanner.fleet.site.order_desk import OrderDesk
    from scanner.fleet.site.run_ledger import KeptLedger
    from scanner.fleet.site.sending import SpoolSender
    from scanner.fleet.site.site_event import SiteEvent, SiteEventKind
    from scanner.fleet.site.slice_collection import SliceEdge

    key = read_private_key(settings.key, config.folder, nobody, "collector.key")
    words = read_courier(courier, config.folder, "collector.courier")
    database, state = database_of(config), CollectorState()
    edge = SliceEdge(
        wanted=wanted_objects(database),
        data_version=database.version,
        key=key,
        new_clock=lambda: RunClock().now,
        stop=stop,
        prompt=nobody,
        note=lambda problem: print_site_event(SiteEvent(SiteEventKind.PROBLEM, detail=problem)),
    )
    desk = OrderDesk(
        settings=settings,
        centre=centre,
        spool=spool,
        ledger=KeptLedger(spool.folder / "ledger.json"),
        edge=edge,
        read=lambda: read_local_scope(request, Path(), None),
        state=state,
        now=moment_now,
        log=print_site_event,
    )
    opened = open_site(words, settings.site, settings.tls)
    return Collector(desk, SpoolSender(opened, spool, settings, key, state, print_site_event, parts_of), opened)
