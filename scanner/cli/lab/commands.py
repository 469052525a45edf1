"""`kitscan lab`: its subcommands."""

import click

from scanner.cli.lab.compare import compare
from scanner.cli.lab.device import device
from scanner.cli.lab.generate import generate
from scanner.cli.lab.serve import serve


@click.group("lab")
def command() -> None:
    """Play simulated devices, and run labs of them."""


for subcommand in (compare, device, generate, serve):
    command.add_command(subcommand)
