"""`kitscan lab`: its subcommands."""

import click

from scanner.cli.lab.device import device
from scanner.cli.lab.record import record


@click.group("lab")
def command() -> None:
    """Play simulated devices, and run labs of them."""


for subcommand in (device, record):
    command.add_command(subcommand)
