"""The argument LAB that the commands of `kitscan lab` share."""

import click

LAB = click.argument("word", metavar="LAB")
"""A lab's folder, its topology file, or the name of a folder in `lab/`."""
