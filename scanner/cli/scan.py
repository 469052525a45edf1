"""`kitscan scan`: observe a scope, keep the evidence, and report on it."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import assessment_options, report_request_of
from scanner.cli.scanning import scanning_options

if TYPE_CHECKING:
    from scanner.stop_signals import StopSignals


@click.command("scan")
@click.argument("targets", nargs=-1)
@scanning_options
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("-v", "--verbose", is_flag=True, help="With --dry-run: a line for each request of each group.")
@click.option("--resume", is_flag=True, help="Continue the scan that was interrupted.")
@assessment_options
@click.pass_obj
def command(stop: "StopSignals", /, **given: Any) -> int:
    """Ask the devices in scope who they are, and report.

    TARGETS are addresses, CIDRs, ranges, names, or files: CSV, lists, containerlab topologies. A file's kind is
    recognised by its content; `csv:FILE` declares it.
    """
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.assessment.report_file import check_out
    from scanner.cli.assessment.reporting import assessment_options_of, database_of, document_of, report
    from scanner.cli.options import store_of
    from scanner.cli.scanning import RunClock, print_problems, print_summary, reading_of
    from scanner.cli.secret_columns import print_secret_columns
    from scanner.cli.terminal.live_progress import shown
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.progress import Progress
    from scanner.run_request import CollectionTerms
    from scanner.run_survey import survey_into
    from scanner.store.store import open_store
    from scanner.survey import ScanRequest, Survey, check_source_address, credentials_of, scope_of

    report_request, verbose = report_request_of(given), given.pop("verbose")
    request = ScanRequest(**given)
    clock = RunClock()
    config = read_config(Path())
    scope = scope_of(request, config)
    book = credentials_of(request, config, scope, stop.asking(ask))
    survey = Survey(request, config, scope, book, wanted_objects(database_of(config)))
    if request.dry_run:
        with closing(survey):
            click.echo(survey.dry_run(verbose), nl=False)
        return 0
    # A wrong zones file is an error before the scan, not after it.
    keeper = answer_keeper(report_request, config)
    options = assessment_options_of(report_request, config, clock.now().date())
    plan = check_out(report_request, config)
    check_source_address(request.source_address)
    with open_store(store_of(report_request, config), create=True) as store:
        progress = Progress()
        with shown(lambda: reading_of(progress)):
            terms = CollectionTerms(continues=store.interrupted()[0].id if request.resume else None)
            result = survey_into(store, survey, terms, clock.now, progress, stop)
        with stop.finishing():
            print_summary(progress, survey.sweep_cost, result.cost)
            print_problems(survey, book)
            print_secret_columns(scope.targets.secret_columns)
            if not result.complete:
                _print_interruption(stop, result.run)
            try:
                run = store.run(result.run)
                document = document_of(store, run, options)
                code = report(document, plan, report_request, config)
                keeper.keep(store, run, document)
            except KeyboardInterrupt:
                click.echo(f"The report was not done in time. Next: kitscan assess {result.run}", err=True)
                raise
        return code if stop.received is None else stop.exit_code


def _print_interruption(stop: "StopSignals", run: int) -> None:
    kept = f"What was collected is kept as run {run}, and reported."
    click.echo(f"Interrupted by {stop.name}. {kept} Next: kitscan scan --resume", err=True)
