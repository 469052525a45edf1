"""The words for what happens at a collector: a line of its log for each event."""

from datetime import UTC, datetime

import click

from reports.document.sanitize import sanitize
from scanner.fleet.site.site_event import SiteEvent, SiteEventKind

_SENTENCES = {
    SiteEventKind.STARTED: "the collector has started",
    SiteEventKind.STOPPED: "the collector has ended",
    SiteEventKind.DISCARDED: "thrown away",
    SiteEventKind.PLANNED: "planned",
    SiteEventKind.REFUSED: "refused",
    SiteEventKind.LEFT: "is left to another collector of the site, since this one refuses it",
    SiteEventKind.WAITING: "waits for its time",
    SiteEventKind.COLLECTING: "is being collected",
    SiteEventKind.COLLECTED: "is collected",
    SiteEventKind.CUT_OFF: "is cut off, and goes on when its order comes again",
    SiteEventKind.AGAIN: "is here already, and is sent again",
    SiteEventKind.SENT: "is sent",
    SiteEventKind.COURIER_FAILED: "the courier takes nothing now; what waits stays in the spool",
    SiteEventKind.CENTRE_FULL: "the centre takes no more now; what waits stays in the spool",
    SiteEventKind.SPOOL_FAILED: "the spool fails",
    SiteEventKind.PROBLEM: "a problem",
}


def describe_site_event(event: SiteEvent) -> str:
    """An event in one line."""
    place = f"run {event.run[:8]}" if event.run else ""
    if event.ordinal:
        place = f"{place} slice {event.ordinal}"
    words = f"{place}: {_SENTENCES[event.kind]}" if place else _SENTENCES[event.kind]
    return sanitize(f"{words}: {event.detail}" if event.detail else words).replace("\n", " ")


def print_site_event(event: SiteEvent) -> None:
    """Print an event with its time on standard error. May be called from any thread."""
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {describe_site_event(event)}", err=True)
