"""`kitscan fleet serve`: takes in what the collectors of all sites send, for as long as it runs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from reports.document.sanitize import sanitize
from scanner.cli.options import DEFAULT_STORE

if TYPE_CHECKING:
    from scanner.courier.courier import Handler
    from scanner.fleet.centre.reception import Reception
    from scanner.fleet.sites import Sites
    from scanner.stop_signals import StopSignals

SHOWN = 1000
"""Characters of one line of the log: what a collector says is in it."""


@click.command("serve")
@click.option("--for", "seconds", type=click.FloatRange(min=0), metavar="SECONDS", help="End after so long.  [never]")
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
@click.pass_obj
def serve(stop: "StopSignals", /, seconds: float | None, store: str | None) -> int:
    """Take in what the collectors send: evidence into the store, all else into its ledger.

    A site is believed about itself only. What it may not send is put aside: kitscan fleet status shows it. A signal
    ends it; what had come is kept, and what had not waits.
    """
    from scanner.cli.fleet.centre_setup import centre_courier, centre_settings, warner
    from scanner.config import read_config
    from scanner.courier.parts import Inbox
    from scanner.fleet.centre.reception import CentreDesk
    from scanner.fleet.ledger import FleetLedger
    from scanner.fleet.receipt_wording import describe_received
    from scanner.fleet.receiving import receive_bundle
    from scanner.store.store import open_store

    config = read_config(Path())
    settings = centre_settings(config)
    enrolled = EnrolledSites(settings.sites)
    warn = warner()
    courier = centre_courier(settings, config.folder, warn)
    with open_store(store or config.store or DEFAULT_STORE, create=True) as opened:

        def take_bundle(path: Path) -> str:
            return describe_received(receive_bundle(opened, enrolled(), path, _now(), ordered=True))

        ledger, inbox = FleetLedger(opened), Inbox(settings.inbox)
        desk = CentreDesk(ledger, inbox, enrolled, take_bundle, _now, time.sleep, _log)
        try:
            with stop.calling(courier.stop):
                desk.take_left()
                click.echo(f"Receiving for {len(enrolled().by_name)} sites.", err=True)
                courier.serve(_telling(desk.handle, warn), seconds)
        finally:
            courier.close()
    return 0


class EnrolledSites:
    """The sites of a folder, read again once a file of it has changed. A folder that cannot be read any more leaves
    those that were read last, and is told once."""

    def __init__(self, folder: Path) -> None:
        from scanner.fleet.sites import read_sites, site_files

        self._folder, self._read, self._files = folder, read_sites, site_files
        self._seen = self._signature()
        self._sites = read_sites(folder)

    def __call__(self) -> "Sites":
        signature = self._signature()
        if signature != self._seen:
            self._seen = signature
            try:
                self._sites = self._read(self._folder)
            except KitscanError as error:
                click.echo(f"The sites stay as they were: {error}", err=True)
        return self._sites

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        found = ((path, path.stat()) for path in self._files(self._folder))
        return tuple((path.name, status.st_mtime_ns, status.st_size) for path, status in found)


def _telling(handle: "Handler", warn: Callable[[str], None]) -> "Handler":
    """A handler that says why a message waits: the courier brings it again, and says nothing."""

    def handled(octets: bytes) -> None:
        try:
            handle(octets)
        except (KitscanError, OSError) as error:
            words = error.summary if isinstance(error, KitscanError) else error.strerror or "the disk failed"
            warn(f"A message waits, and is tried again: {words}")
            raise
        warn("")

    return handled


def _log(reception: "Reception") -> None:
    from scanner.fleet.centre.reception import ReceptionKind

    who = f"{reception.site}/{reception.collector}" if reception.site else "somebody"
    match reception.kind:
        case ReceptionKind.HEARTBEAT | ReceptionKind.PART:
            return
        case ReceptionKind.ASIDE:
            words = f"{who}: put aside: {reception.detail}"
        case ReceptionKind.PLAN:
            words = f"{who}: plans {reception.detail}"
        case ReceptionKind.REFUSAL:
            words = f"{who}: refuses {reception.detail}"
        case ReceptionKind.BUNDLE:
            words = f"{who}: {reception.detail}"
    click.echo(f"{_now():%Y-%m-%d %H:%M:%S} {sanitize(words.rstrip(), SHOWN)}", err=True)


def _now() -> datetime:
    return datetime.now(UTC)
