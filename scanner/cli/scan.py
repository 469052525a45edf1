"""`kitscan scan`: observe a scope, keep the evidence, and report on it."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.following.crawl_options import crawl_options, fence_words_of, print_crawl
from scanner.cli.following.retry_options import causes_of, print_retry, retry_of, retry_options
from scanner.cli.network_commands.scanning import scanning_options
from scanner.cli.options import assessment_options, report_request_of, store_of

if TYPE_CHECKING:
    from datetime import date

    from reports.document.filtering.device_filter import DeviceFilter
    from reports.judgement.assessment import AssessmentOptions
    from scanner.cli.assessment.report_plan import PlannedReport
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.run_survey import SurveyResult
    from scanner.stop_signals import StopSignals
    from scanner.survey import ScanRequest


@click.command("scan")
@click.argument("targets", nargs=-1)
@scanning_options
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("-v", "--verbose", is_flag=True, help="With --dry-run: a line for each request of each group.")
@click.option("--resume", is_flag=True, help="Continue the scan that was interrupted.")
@crawl_options
@retry_options
@assessment_options
@click.pass_obj
def command(stop: "StopSignals", /, **given: Any) -> int:
    """Ask the devices in scope who they are, and report.

    TARGETS are addresses, CIDRs, ranges, names, or files: CSV, lists, and inventories of Ansible, NetBox, nornir and
    others. A file's kind is recognised by its content; --inventory declares it.
    """
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.assessment.reporting import database_of, judged_run, report
    from scanner.cli.lists.wording import print_lists
    from scanner.cli.network_commands.scanning import RunClock, print_problems, print_summary, reading_of
    from scanner.cli.terminal.live_progress import shown
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.progress import Progress
    from scanner.run_request import CollectionTerms
    from scanner.run_survey import survey_into
    from scanner.store.store import open_store
    from scanner.survey import Survey, check_source_address, crawl_of, credentials_of, scope_of

    report_request, verbose, config = report_request_of(given), given.pop("verbose"), read_config(Path())
    request = _scan_request(given, report_request, config)
    if request.retry is not None and not request.retry.keys:
        return 0
    clock = RunClock()
    scope = scope_of(request, config, stop.asking(ask))
    print_retry(request.retry, scope.targets)
    book, crawl = credentials_of(request, config, scope, stop.asking(ask)), crawl_of(request, config, scope)
    survey = Survey(request, config, scope, book, wanted_objects(database_of(config)), crawl)
    if request.dry_run:
        with closing(survey):
            click.echo(survey.dry_run(verbose), nl=False)
        print_lists(scope.targets)
        return 0
    # A wrong zones file is an error before the scan, not after it.
    keeper = answer_keeper(report_request, config)
    options, plan, wanted = _report_terms(report_request, config, clock.now().date())
    check_source_address(request.source_address)
    with open_store(store_of(report_request, config), create=True) as store:
        progress = Progress()
        with shown(lambda: reading_of(progress)):
            terms = CollectionTerms(continues=store.interrupted()[0].id if request.resume else None)
            result = survey_into(store, survey, terms, clock.now, progress, stop)
        with stop.finishing():
            print_summary(progress, survey.sweep_cost, result.cost)
            print_crawl(crawl)
            print_problems(survey, book)
            print_lists(scope.targets)
            _print_interruption(stop, result)
            try:
                run = store.run(result.run)
                judged = judged_run(store, run, options, report_request.jobs)
                code = report(judged.document, plan, report_request, config, wanted)
                keeper.keep(store, run, judged)
            except KeyboardInterrupt:
                click.echo(f"The report was not done in time. Next: kitscan assess {result.run}", err=True)
                raise
        return code if stop.received is None else stop.exit_code


def _report_terms(
    request: "ReportRequest", config: "Config", today: "date"
) -> "tuple[AssessmentOptions, tuple[PlannedReport, ...], DeviceFilter | None]":
    """What to judge by, which reports to write, and of which devices. Raises KitscanError for what is wrong in them."""
    from scanner.cli.assessment.device_filter import device_filter_of
    from scanner.cli.assessment.report_file import check_out
    from scanner.cli.assessment.reporting import assessment_options_of

    options, plan = assessment_options_of(request, config, today), check_out(request, config)
    return options, plan, device_filter_of(request, options, plan)


def _scan_request(given: dict[str, Any], report_request: "ReportRequest", config: "Config") -> "ScanRequest":
    """What the options ask of the scan. Raises UsageError for options that exclude each other."""
    from scanner.survey import ScanRequest

    given["targets"] += given.pop("inventory")
    fence, (run, causes) = fence_words_of(given), causes_of(given)
    if run is None:
        return ScanRequest(**given, fence=fence, jobs=report_request.jobs)
    if given["resume"] or fence is not None:
        raise click.UsageError("--retry-failed goes with neither --resume nor --crawl")
    return _retry_request(given, run, causes, report_request, config)


def _retry_request(
    given: dict[str, Any], number: int, causes: tuple[str, ...], report_request: "ReportRequest", config: "Config"
) -> "ScanRequest":
    """The request of a retry. One that has no target is told. Without targets today, those of that run count, and then
    its exclusions too."""
    from scanner.store.store import open_store
    from scanner.survey import ScanRequest

    with open_store(store_of(report_request, config)) as store:
        retry, before = retry_of(store, number, causes, report_request, config), store.request(number)
    if not retry.keys:
        for_causes = f" for {', '.join(causes)}" if causes else ""
        click.echo(f"Run {number} left no target unassessed{for_causes}: nothing to ask again", err=True)
    if not given["targets"] and not config.targets:
        given["targets"] = tuple(word for word in before.targets if not word.startswith("--"))
        given["exclude"] = (*given["exclude"], *before.exclusions)
    return ScanRequest(**given, retry=retry, jobs=report_request.jobs)


def _print_interruption(stop: "StopSignals", result: "SurveyResult") -> None:
    if not result.complete:
        kept = f"What was collected is kept as run {result.run}, and reported."
        click.echo(f"Interrupted by {stop.name}. {kept} Next: kitscan scan --resume", err=True)
