"""`kitscan assess`: a report from the store, without touching the network."""

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import assessment_of, assessment_options, store_of


@click.command("assess")
@click.argument("run", type=int, required=False)
@assessment_options
def command(run: int | None, **given: Any) -> int:
    """Report on a run (the latest by default): what each device is, where it stands, what the policies say."""
    from scanner.cli.report_file import check_out
    from scanner.cli.reporting import assessment_options_of, document_of, report, run_named
    from scanner.config import read_config
    from scanner.store.store import open_store

    asked = assessment_of(given)
    config = read_config(Path())
    check_out(asked, config)
    with open_store(store_of(asked, config)) as store:
        chosen = run_named(store, run)
        options = assessment_options_of(asked, config, chosen.started.date())
        document = document_of(store, chosen, options)
    return report(document, asked, config)
