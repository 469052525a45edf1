"""`kitscan lab check`: a lab scanned, and compared with what its topology expects."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import click

from scanner.cli.exit_codes import FINDINGS
from scanner.cli.lab.lab_argument import LAB

if TYPE_CHECKING:
    from scanner.lab.engines import Lab
    from scanner.stop_signals import StopSignals


@click.command("check", context_settings={"ignore_unknown_options": True})
@LAB
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[SCAN OPTIONS]")
@click.option("--up", "bring_up", is_flag=True, help="Bring the lab up first, and take it down afterwards.")
@click.option("--links", "with_links", is_flag=True, help="Also compare the declared links with LLDP.")
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json", "junit")), default="text", show_default=True
)
@click.pass_obj
def check(
    stop: "StopSignals", word: str, options: tuple[str, ...], bring_up: bool, with_links: bool, output_format: str
) -> int:
    """Scan a lab that is up, and compare every node with what its topology expects.

    The labels kitscan-expect-maker, -place, -verdict and -parts of a node say what is to be found. Exits with 1 where
    anything differs. The report of the scan stays in clab-NAME/check.json.
    """
    from scanner.cli.lab.check_formats import FORMATS
    from scanner.lab.checking import check_lab, expectations_of
    from scanner.lab.engines import open_lab

    lab = open_lab(word)
    expectations = expectations_of(lab)
    with _standing(lab, stop) if bring_up else nullcontext():
        checked = check_lab(lab, expectations, options, with_links)
    click.echo(FORMATS[output_format](checked), nl=False)
    return 0 if checked.is_right else FINDINGS


@contextmanager
def _standing(lab: "Lab", stop: "StopSignals") -> Iterator[None]:
    """A lab that is up for the time of a block."""
    from scanner.lab.engines import bring_up, take_down

    bring_up(lab)
    try:
        yield
    finally:
        with stop.held():
            take_down(lab)
