"""`kitscan lab`: its subcommands."""

import click

from scanner.cli.lab.check import check
from scanner.cli.lab.compare import compare
from scanner.cli.lab.device import device
from scanner.cli.lab.generate import generate
from scanner.cli.lab.listing import listing
from scanner.cli.lab.record import record
from scanner.cli.lab.scan import scan
from scanner.cli.lab.serve import serve
from scanner.cli.lab.up import down, up


@click.group("lab")
def command() -> None:
    """Play simulated devices, and run labs of them."""


for subcommand in (up, down, listing, scan, check, device, generate, record, serve, compare):
    command.add_command(subcommand)
