"""`kitscan waivers`: whether the waivers of a file still hold."""

from datetime import UTC, date, datetime
from pathlib import Path

import click


@click.group("waivers")
def command() -> None:
    """Check a waivers file."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--as-of", metavar="DATE", help="Check as on this date.  [today]")
def check(file: Path | None, as_of: str | None) -> int:
    """Name the waivers that have expired. Exits 1 where there is one."""
    from fingerprints.model.errors import KitscanError
    from reports.document.finding_wording import waiver_text
    from reports.judgement.waivers import read_waivers
    from scanner.cli.exit_codes import FINDINGS
    from scanner.config import read_config

    path = file or read_config(Path()).waivers
    if path is None:
        raise KitscanError("no waivers file", "name one, or write `waivers` in kitscan.yaml")
    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError as error:
        raise click.BadParameter(f"{as_of!r} is no date; write it as 2018-12-31") from error
    waivers = read_waivers(path)
    expired = waivers.expired(day)
    for waiver in expired:
        click.echo(f"expired: {waiver_text(waiver)}")
    click.echo(f"{len(waivers.waivers) - len(expired)} of {len(waivers.waivers)} waivers hold on {day.isoformat()}")
    return FINDINGS if expired else 0
