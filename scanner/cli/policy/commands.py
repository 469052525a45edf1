"""The subcommands of `kitscan policy`."""

import click

from scanner.cli.policy.choosing import choose_policies
from scanner.cli.policy.listing import list_policies
from scanner.cli.policy.new_file import write_policy
from scanner.cli.policy.show import show, test
from scanner.cli.policy.timeline import show_timeline


@click.group("policy")
def command() -> None:
    """Choose, list, show, write and test policies. They are facts to check, not legal advice."""


for subcommand in (choose_policies, list_policies, show, test, show_timeline, write_policy):
    command.add_command(subcommand)
