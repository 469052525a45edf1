"""`kitscan policy`: the policies that ship with kitscan, and the user's own."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportRequest

if TYPE_CHECKING:
    from reports.judgement.timeline import TimelineEntry

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Also your own policies.",
)

_UNVERIFIED = click.option(
    "--include-unverified", is_flag=True, help="Also those that are from memory alone; check them first."
)


@click.group("policy")
def command() -> None:
    """List, show and test the policies. They are facts to check, not legal advice."""


@command.command("list")
@_FOLDER
@_UNVERIFIED
def list_policies(folder: Path | None, include_unverified: bool) -> int:
    """Print one line for each policy: id, jurisdiction, certainty of its facts, title."""
    from reports.policy.policy_set import load_policies

    for policy in load_policies(None, folder, include_unverified):
        click.echo(f"{policy.id:<28} {policy.jurisdiction:<3} {policy.certainty.value:<9} {policy.title}")
    return 0


@command.command()
@click.argument("policy")
@_FOLDER
def show(policy: str, folder: Path | None) -> int:
    """Print what a policy says: who, where, what, from when, until when, and its sources."""
    from reports.explanation.policy import explain_policy
    from reports.policy.policy_set import load_policies

    (shown,) = load_policies((policy,), folder, unverified=True)
    click.echo(explain_policy(shown), nl=False)
    return 0


@command.command()
@_FOLDER
def test(folder: Path | None) -> int:
    """Judge every worked example of the policy files. Exits 2 where one does not come out as written, or where a policy
    names a maker that the companies data does not know."""
    from fingerprints.database.companies.companies import load_companies
    from reports.document.finding_wording import difference_text
    from reports.judgement.worked_examples import run_examples
    from reports.policy.maker_names import unknown_maker_text, unknown_makers
    from reports.policy.policy_set import SHIPPED, load_policies
    from scanner.cli.exit_codes import USAGE

    files = sorted(path for place in (SHIPPED, *((folder,) if folder else ())) for path in place.glob("*.yaml"))
    companies = load_companies()
    examples = [example for path in files for example in run_examples(path, companies)]
    failed = [example for example in examples if example.differences]
    for example in failed:
        differences = "; ".join(map(difference_text, example.differences))
        click.echo(f"{example.policy}: {example.name}: {differences}", err=True)
    passed = len(examples) - len(failed)
    click.echo(f"{passed} of {len(examples)} examples of {len(files)} policies come out as written")
    unknown = unknown_makers(load_policies(None, folder, unverified=True), companies)
    for maker in unknown:
        click.echo(unknown_maker_text(maker), err=True)
    return USAGE if failed or unknown else 0


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date; write it as 2018-12-31") from error


_FILE = click.Path(path_type=Path, dir_okay=False)


@command.command("timeline")
@click.argument("run", type=int, required=False)
@click.option("--from", "start", callback=_day, metavar="DATE", help="The first day.  [the day of the run]")
@click.option("--to", "end", callback=_day, metavar="DATE", help="The last day.  [none]")
@click.option("--policy", multiple=True, metavar="ID", help="Judge by this policy; may be given again.")
@_UNVERIFIED
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
    include_unverified: bool,
    zones: Path | None,
    permits: Path | None,
    attributes: Path | None,
    support: Path | None,
    store: str | None,
) -> int:
    """Print what falls due when for the devices of a run (by default the latest), by segment. It sends nothing to the
    network."""
    from reports.judgement.timeline import timeline
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
    for entry in entries:
        click.echo(_entry_line(entry))
    if not entries:
        click.echo(f"Nothing falls due from {first.isoformat()} on" + (f" to {end.isoformat()}." if end else "."))
    return 0


def _entry_line(entry: "TimelineEntry") -> str:
    segments = ", ".join(f"{segment} {count:,}" for segment, count in entry.segments)
    verdicts = ", ".join(f"{count:,} {verdict.value}" for verdict, count in entry.verdicts)
    what = f"{entry.day.isoformat()}  {entry.milestone.value:<9}  {entry.policy}/{entry.rule}"
    return f"{what:<60}  {entry.devices:,} ({segments})" + (f": {verdicts}" if verdicts else "")
