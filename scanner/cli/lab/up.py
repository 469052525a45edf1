"""`kitscan lab up` and `kitscan lab down`."""

import time
from typing import TYPE_CHECKING

import click

from scanner.cli.lab.lab_argument import LAB

if TYPE_CHECKING:
    from scanner.stop_signals import StopSignals


@click.command("up")
@LAB
@click.option("--engine", type=click.Choice(("containerlab", "namespaces")), help="What runs it.  [what is installed]")
def up(word: str, engine: str | None) -> int:
    """Bring a lab up: every node, every link, every device.

    LAB is a folder with a containerlab topology, the topology file, or the name of a folder in lab/. It runs on
    containerlab where that is installed, and otherwise, as root, in network namespaces of its own.
    """
    from scanner.lab.engines import LabEngine, bring_up, open_lab

    began = time.monotonic()
    lab = open_lab(word)
    used = bring_up(lab, LabEngine(engine) if engine else None)
    took, name = time.monotonic() - began, lab.topology.name
    click.echo(f"Lab {name} is up: {len(lab.labels)} nodes on {used} in {took:.1f} s", err=True)
    click.echo(f"Next: kitscan lab scan {word}, or kitscan lab check {word}", err=True)
    return 0


@click.command("down")
@LAB
@click.pass_obj
def down(stop: "StopSignals", word: str) -> int:
    """Take a lab down, also one that was left half up. Ends what `up` started, and nothing else."""
    from scanner.lab.engines import open_lab, take_down

    lab = open_lab(word)
    with stop.held():
        take_down(lab)
    click.echo(f"Lab {lab.topology.name} is down", err=True)
    return 0
