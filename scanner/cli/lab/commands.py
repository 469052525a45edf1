"""`kitscan lab`: its subcommands."""

import click

from scanner.cli.lab.device import device


@click.group("lab")
def command() -> None:
    """Play simulated devices, and run labs of them."""


command.add_command(device)
