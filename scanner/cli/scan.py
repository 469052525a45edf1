"""`kitscan scan`: observe a scope, keep the evidence, and report on it."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INVENTORY, assessment_options, report_request_of
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES

if TYPE_CHECKING:
    from scanner.cli.terminal.progress_line import WorkReading
    from scanner.credentials.book import FileBook
    from scanner.progress import Progress
    from scanner.rate_limit.traffic import Cost
    from scanner.stop_signals import StopSignals
    from scanner.survey import Survey


@click.command("scan")
@click.argument("targets", nargs=-1)
@INVENTORY
@click.option("--exclude", multiple=True, metavar="WORD|FILE", help="Never touch these; wins over any target.")
@click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="References to secrets.")
@click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to send.  [normal]")
@click.option(
    "--probe", "probes", multiple=True, type=click.Choice(PROBE_NAMES), help="Only this one; may be repeated."
)
@click.option("--listen", default=0.0, metavar="SECONDS", help="Listen for LLDP and CDP on attached segments.")
@click.option("--source-address", metavar="ADDRESS", help="Open connections from this address.")
@click.option("--known-hosts", type=click.Path(path_type=Path, dir_okay=False), help="SSH host keys seen before.")
@click.option("--yes", is_flag=True, help="Allow more than 1,024 addresses, and public ones.")
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("-v", "--verbose", is_flag=True, help="With --dry-run: a line for each request of each group.")
@click.option("--resume", is_flag=True, help="Continue the scan that was interrupted.")
@assessment_options
@click.pass_obj
def command(stop: "StopSignals", /, **given: Any) -> int:
    """Ask the devices in scope who they are, and report.

    TARGETS are addresses, CIDRs, ranges, names, or files: CSV, lists, and inventories of Ansible, NetBox, nornir and
    others. A file's kind is recognised by its content; --inventory declares it.
    """
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.assessment.report_file import check_out
    from scanner.cli.assessment.reporting import assessment_options_of, database_of, document_of, report
    from scanner.cli.lists.wording import print_lists
    from scanner.cli.options import store_of
    from scanner.cli.secret_columns import print_secret_columns
    from scanner.cli.terminal.live_progress import shown
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.progress import Progress
    from scanner.store.store import open_store
    from scanner.survey import ScanRequest, Survey, check_source_address, credentials_of, scope_of, survey_into

    report_request, verbose = report_request_of(given), given.pop("verbose")
    given["targets"] += given.pop("inventory")
    request = ScanRequest(**given)
    clock = _RunClock()
    config = read_config(Path())
    scope = scope_of(request, config, stop.asking(ask))
    book = credentials_of(request, config, scope, stop.asking(ask))
    survey = Survey(request, config, scope, book, wanted_objects(database_of(config)))
    if request.dry_run:
        with closing(survey):
            click.echo(survey.dry_run(verbose), nl=False)
        print_lists(scope.targets.lists)
        return 0
    # A wrong zones file is an error before the scan, not after it.
    keeper = answer_keeper(report_request, config)
    options = assessment_options_of(report_request, config, clock.now().date())
    plan = check_out(report_request, config)
    check_source_address(request.source_address)
    with open_store(store_of(report_request, config), create=True) as store:
        progress = Progress()
        with shown(lambda: _reading_of(progress)):
            result = survey_into(store, survey, request.resume, clock.now, progress, stop)
        with stop.finishing():
            _print_summary(progress, survey.sweep_cost, result.cost)
            _print_problems(survey, book)
            print_secret_columns(scope.targets.secret_columns)
            print_lists(scope.targets.lists)
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


def _reading_of(progress: "Progress") -> "WorkReading":
    """How far a scan is, for the live line."""
    from scanner.cli.terminal.progress_line import WorkReading
    from scanner.progress import Stage

    unit = "targets" if progress.stage is Stage.ASKING else "packets"
    alive = f"{progress.alive:,} of {progress.targets:,} alive"
    notes = (alive,) if progress.stage is Stage.SWEEPING and progress.targets else ()
    return WorkReading(progress.stage.value, unit, *progress.work, notes)


def _print_summary(progress: "Progress", sweep: "Cost", total: "Cost") -> None:
    click.echo(_summary_of(progress), err=True)
    if sweep.packets:
        click.echo(f"SNMP sweep: {sweep}", err=True)
    click.echo(f"In all: {total}", err=True)


def _summary_of(progress: "Progress") -> str:
    """Who was asked and who answered. A sweep that was cut short did not ask everybody."""
    from reports.document.wording import format_count
    from scanner.progress import Stage

    addresses = format_count(progress.targets, "address", "addresses")
    if progress.stage is Stage.SWEEPING:
        return f"{addresses} in scope, not all of them asked; {progress.alive:,} answered"
    return f"{addresses} asked, {progress.alive:,} answered"


def _print_problems(survey: "Survey", book: "FileBook") -> None:
    """What concerns no single target: a missing privilege, a secret that cannot be read."""
    for gap in survey.link_problems:
        click.echo(f"layer 2: {gap.at}: {gap.detail}; the other probes went on. Next: kitscan doctor", err=True)
    for problem in book.problems():
        click.echo(f"credential {problem.name}: {problem.problem}. Next: {problem.next_step}", err=True)


def _print_interruption(stop: "StopSignals", run: int) -> None:
    kept = f"What was collected is kept as run {run}, and reported."
    click.echo(f"Interrupted by {stop.name}. {kept} Next: kitscan scan --resume", err=True)


_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets (clock_gettime(2)). On Linux it counts the time of a suspended machine too."""


class _RunClock:
    """The time of day as it was when the scan began, and what has passed since then by _CLOCK: a clock of the day that
    jumps in mid-run puts no time of the run before its beginning."""

    def __init__(self) -> None:
        self._began, self._ticks = datetime.now(UTC), time.clock_gettime(_CLOCK)

    def now(self) -> datetime:
        """The time now."""
        return self._began + timedelta(seconds=time.clock_gettime(_CLOCK) - self._ticks)
