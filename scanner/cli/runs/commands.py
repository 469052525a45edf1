"""`kitscan runs`: lists the runs of a store, and its subcommands."""

from pathlib import Path

import click

from scanner.cli.options import DEFAULT_STORE
from scanner.cli.runs.bundling import export_runs, import_runs, new_key
from scanner.cli.runs.pruning import prune


@click.group("runs", invoke_without_command=True)
@click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, store: str | None, output_format: str) -> None:
    """List the runs of a store, oldest first: what each was of, who answered, and what changed.

    ANSWERED counts targets, before those of one device are put together. NO ANSWER counts those that were named or
    showed life and said nothing, SILENT the other addresses of ranges. CHANGE is to the run of the same scope before:
    +4 -7 means that four answered which did not then, and seven no more. DEVICES, FINDINGS (devices that are
    restricted, under review or conditional) and NOT ASSESSED are what the audit of that night said.
    """
    from scanner.cli.runs.listing import list_runs
    from scanner.config import read_config
    from scanner.store.store import open_store

    if context.invoked_subcommand is not None:
        return
    with open_store(store or read_config(Path()).store or DEFAULT_STORE) as opened:
        list_runs(opened, output_format)


for subcommand in (prune, export_runs, import_runs, new_key):
    command.add_command(subcommand)
