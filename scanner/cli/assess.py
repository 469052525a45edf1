"""`kitscan assess`: a report from the store alone; the network is not touched."""

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import assessment_of, assessment_options


@click.command("assess")
@click.argument("run", type=int, required=False)
@assessment_options
def command(run: int | None, **given: Any) -> int:
    """Report on a run (the latest by default): what each device is, where it stands, what the policies say."""
    from scanner.cli.reporting import document_of, frame_of, report, run_named, store_of
    from scanner.config import read_config
    from scanner.store.store import open_store

    asked = assessment_of(given)
    config = read_config(Path())
    with open_store(store_of(asked, config)) as store:
        taken = run_named(store, run)
        document = document_of(store, taken, frame_of(asked, config, taken.started.date()))
    return report(document, asked, config)
