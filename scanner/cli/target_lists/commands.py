"""`kitscan targets`: what is understood of the lists that name targets, and how it compares with what answered."""

import click

from scanner.cli.lists.targets import show
from scanner.cli.target_lists.compare import compare
from scanner.cli.target_lists.push import push


@click.group("targets")
def command() -> None:
    """Show what is understood of lists of targets, and compare it with what answered."""


for _subcommand in (show, compare, push):
    command.add_command(_subcommand)
