"""`kitscan audit`: one night of an operator's network, for a timer: scan, assess, compare, keep, tell."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.network_commands.scanning import scanning_options
from scanner.cli.options import assessment_options, report_request_of

if TYPE_CHECKING:
    from scanner.stop_signals import StopSignals

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("audit")
@click.argument("targets", nargs=-1)
@scanning_options
@click.option("--until", metavar="HH:MM", help="Stop asking at this time of day; who is left comes first next night.")
@click.option("--baseline", type=int, metavar="RUN", help="Compare with this complete audit.  [the last run]")
@click.option("--notify", multiple=True, metavar="REFERENCE", help="Also tell this place: env:NAME of an apprise URL.")
@click.option("--changes-out", multiple=True, type=_FILE, help="Write what changed here; the ending is the format.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing changed and all was seen.")
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@assessment_options
@click.pass_obj
def command(stop: "StopSignals", /, **given: Any) -> int:
    """Do one night: ask the network, judge it, and tell what changed since the last one.

    An audit that was cut off is resumed in the same night; one that was killed after it had asked is told by the next.
    Exits 1 where something new, or worse than before, is at --fail-on; 3 where less was seen than before or the window
    ended; 7 where somebody could not be told.
    """
    from fingerprints.sources.registry import wanted_objects
    from scanner.audit.night import AuditRequest, run_audit
    from scanner.audit.window import time_of_day
    from scanner.cli.assessment.reporting import database_of
    from scanner.cli.auditing.collecting import NightCollector
    from scanner.cli.auditing.judging import NightJudge
    from scanner.cli.auditing.telling import NightTeller, TellingRequest
    from scanner.cli.network_commands.scanning import RunClock
    from scanner.cli.options import store_of
    from scanner.cli.terminal.held_messages import held_messages
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.store.store import open_store
    from scanner.survey import ScanRequest, Survey, check_source_address, credentials_of, scope_of

    report_request = report_request_of(given)
    until, baseline = given.pop("until"), given.pop("baseline")
    window = None if until is None else time_of_day(until)
    telling = TellingRequest(given.pop("notify"), given.pop("changes_out"), given.pop("quiet"), window)
    given["targets"] += given.pop("inventory")
    request, clock, config = ScanRequest(**given, jobs=report_request.jobs), RunClock(), read_config(Path())
    scope = scope_of(request, config, stop.asking(ask))
    book = credentials_of(request, config, scope, stop.asking(ask))
    survey = Survey(request, config, scope, book, wanted_objects(database_of(config)))
    if request.dry_run:
        with closing(survey):
            click.echo(survey.dry_run(), nl=False)
        return 0
    check_source_address(request.source_address)
    with held_messages(telling.quiet) as held:
        judge = NightJudge(report_request, config, clock.now().date())
        teller = NightTeller(telling, report_request, config, held)
        teller.keep_to_filter(judge.options)
        with open_store(store_of(report_request, config), create=True) as store, store.held_by("kitscan audit"):
            collector = NightCollector(store, survey, book, window, clock.now, stop)
            audit = AuditRequest(survey.run_request, window, baseline)
            with stop.finishing():
                night = run_audit(
                    store, audit, collector.collect, judge.of(store), teller.of(store, clock.now), clock.now
                )
    return stop.exit_code if night is None or stop.received is not None else teller.exit_code_of(night)
