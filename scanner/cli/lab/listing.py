"""`kitscan lab list`: the labs that are up on this machine."""

import json
from dataclasses import asdict

import click


@click.command("list")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
def listing(output_format: str) -> int:
    """List the labs that are up on this machine: the engine, the number of nodes, since when (UTC), where."""
    from scanner.cli.lab.table import format_table
    from scanner.lab.engines import running_labs

    labs = running_labs()
    if output_format == "json":
        click.echo(json.dumps([asdict(lab) for lab in labs], indent=2))
        return 0
    rows = [
        (lab.name, lab.engine.value, str(lab.nodes), lab.since or "-", lab.folder + ("" if lab.whole else " (half up)"))
        for lab in labs
    ]
    click.echo(format_table(("LAB", "ENGINE", "NODES", "SINCE", "FOLDER"), rows) if rows else "No lab is up.")
    return 0
