"""`kitscan runs`: what a store holds."""

import click

from scanner.cli.options import DEFAULT_STORE


@click.command("runs")
@click.option("--store", default=DEFAULT_STORE, metavar="PATH|URL", show_default=True)
def command(store: str) -> int:
    """List the runs of a store, oldest first."""
    from scanner.store import open_store

    with open_store(store) as opened:
        for run in opened.runs():
            ended = run.finished.isoformat(timespec="seconds") if run.finished else "not finished"
            started = run.started.isoformat(timespec="seconds")
            click.echo(f"{run.id:>5}  {run.kind:<7} {started}  {ended}  {run.outcome or 'interrupted'}")
    return 0
