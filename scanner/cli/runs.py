"""`kitscan runs`: the runs that a store holds."""

from pathlib import Path

import click

from scanner.cli.options import DEFAULT_STORE


@click.command("runs")
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
def command(store: str | None) -> int:
    """List the runs of a store, oldest first."""
    from scanner.config import read_config
    from scanner.store.store import open_store

    with open_store(store or read_config(Path()).store or DEFAULT_STORE) as opened:
        for run in opened.runs():
            ended = run.finished.isoformat(timespec="seconds") if run.finished else "not finished"
            started = run.started.isoformat(timespec="seconds")
            click.echo(f"{run.id:>5}  {run.kind:<7} {started}  {ended}  {run.outcome or 'interrupted'}")
    return 0
