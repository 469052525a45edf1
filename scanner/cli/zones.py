"""`kitscan zones`: where devices are placed, and why."""

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import assessment_of, assessment_options


@click.group("zones")
def command() -> None:
    """Test where devices are placed."""


@command.command()
@click.argument("run", type=int, required=False)
@assessment_options
def test(run: int | None, **given: Any) -> int:
    """Show for each device of a run which rule of the zones file decided, and which rules never do."""
    from fingerprints.errors import KitscanError
    from reports.judgement.zones import check
    from reports.output.overview import name_of
    from reports.output.visible import visible
    from scanner.cli.reporting import document_of, frame_of, store_of
    from scanner.config import read_config
    from scanner.store import open_store

    asked = assessment_of(given)
    config = read_config(Path())
    with open_store(store_of(asked, config)) as store:
        taken = store.run(run)
        frame = frame_of(asked, config, taken.started.date())
        if frame.zones is None:
            raise KitscanError("no zones file\nNext: name one with --zones, or in kitscan.yaml")
        devices = document_of(store, taken, frame).devices
    for one in devices:
        placed = one.placement
        split = {True: "core", False: "non-core", None: "unclassified"}[placed.core]
        click.echo(f"{visible(name_of(one), 40):<40}  {split:<12}  {visible(placed.because, 160)}")
    for told in check(frame.zones, tuple(one.device for one in devices)):
        click.echo(visible(told, 200), err=True)
    return 0
