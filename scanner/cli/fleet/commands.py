"""`kitscan fleet`: the group of the centre's commands."""

import click

from scanner.cli.fleet.audit import audit
from scanner.cli.fleet.broker import broker
from scanner.cli.fleet.enrol import enrol
from scanner.cli.fleet.scan import scan
from scanner.cli.fleet.serve import serve
from scanner.cli.fleet.status import status


@click.group("fleet")
def command() -> None:
    """Scan and audit many sites: each is asked by its own collector, which keeps its credentials and its scope."""


for subcommand in (enrol, broker, serve, scan, audit, status):
    command.add_command(subcommand)
