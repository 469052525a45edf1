"""`kitscan policy timeline`: what falls due when for the devices of a run."""

from datetime import date
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportRequest
from scanner.cli.policy.options import FOLDER, UNVERIFIED

if TYPE_CHECKING:
    from reports.judgement.policy_views.timeline import TimelineEntry


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date; write it as 2018-12-31") from error


_WIDTH = 100

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("timeline")
@click.argument("run", type=int, required=False)
@click.option("--from", "start", callback=_day, metavar="DATE", help="The first day.  [the day of the run]")
@click.option("--to", "end", callback=_day, metavar="DATE", help="The last day.  [none]")
@click.option("--policy", multiple=True, metavar="ID", help="Judge by this policy; may be given again.")
@FOLDER
@UNVERIFIED
@click.option("--zones", type=_FILE, help="Where devices stand (zones.yaml).")
@click.option("--permits", type=_FILE, help="Permissions with their last days (permits.yaml).")
@click.option("--attributes", type=_FILE, help="What you know of devices: a CSV by address, label or serial.")
@click.option("--support", type=_FILE, help="When makers' support ends (support.yaml, or CSV).")
@click.option("--store", metavar="PATH|URL", help="Where evidence is kept.")
def show_timeline(
    run: int | None,
    start: date | None,
    end: date | None,
    policy: tuple[str, ...],
    folder: Path | None,
    include_unverified: bool,
    zones: Path | None,
    permits: Path | None,
    attributes: Path | None,
    support: Path | None,
    store: str | None,
) -> int:
    """Print what falls due when for the devices of a run (by default the latest), by segment. It sends nothing to the
    network."""
    from reports.document.force_wording import NOBODY_CHOSE
    from reports.judgement.policy_views.timeline import timeline
    from scanner.cli.assessment.reporting import assessment_options_of, document_of, with_declared_support
    from scanner.cli.options import store_of
    from scanner.config import read_config
    from scanner.store.store import open_store

    asked = ReportRequest(
        store=store,
        zones=zones,
        policy=policy,
        permits=permits,
        include_unverified=include_unverified,
        folder=folder,
        support=support,
        attributes=attributes,
    )
    config = read_config(Path())
    with open_store(store_of(asked, config)) as opened:
        stored = opened.run(run)
        first = start or stored.started.date()
        options = with_declared_support(assessment_options_of(asked, config, stored.started.date()), opened, stored)
        devices = document_of(opened, stored, options).devices
    placed = [(judged.device, judged.placement) for judged in devices]
    companies = options.database.companies
    entries = timeline(placed, options.policies, companies, first, end or date.max, options.permits)
    if not options.binding:
        click.echo(fill(NOBODY_CHOSE, _WIDTH))
    for entry in entries:
        click.echo(_entry_line(entry, options.binding))
    if not entries:
        click.echo(f"Nothing falls due from {first.isoformat()} on" + (f" to {end.isoformat()}." if end else "."))
    return 0


def _entry_line(entry: "TimelineEntry", binding: bool) -> str:
    from reports.document.force_wording import label_verdict

    segments = ", ".join(f"{segment} {count:,}" for segment, count in entry.segments)
    verdicts = ", ".join(f"{count:,} {label_verdict(verdict, binding).lower()}" for verdict, count in entry.verdicts)
    what = f"{entry.day.isoformat()}  {entry.milestone.value:<9}  {entry.policy}/{entry.rule}"
    return f"{what:<60}  {entry.devices:,} ({segments})" + (f": {verdicts}" if verdicts else "")
