"""`kitscan assess`: a report from the store, without touching the network."""

from pathlib import Path
from typing import Any

import click

from scanner.cli.options import assessment_options, report_request_of, store_of


@click.command("assess")
@click.argument("run", type=int, required=False)
@assessment_options
def command(run: int | None, **given: Any) -> int:
    """Report on a run (the latest by default): what each device is, where it stands, what the policies say."""
    from scanner.cli.assessment.device_filter import device_filter_of
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.assessment.report_file import check_out
    from scanner.cli.assessment.reporting import assessment_options_of, judged_run, report, run_named
    from scanner.config import read_config
    from scanner.store.store import open_store

    request = report_request_of(given)
    config = read_config(Path())
    plan = check_out(request, config)
    with open_store(store_of(request, config)) as store:
        chosen = run_named(store, run)
        keeper = answer_keeper(request, config)
        options = assessment_options_of(request, config, chosen.started.date())
        wanted = device_filter_of(request, options, plan)
        judged = judged_run(store, chosen, options, request.jobs)
        keeper.keep(store, chosen, judged)
    return report(judged.document, plan, request, config, wanted)
