"""`kitscan fleet scan`: have the sites collect, wait for what comes, and report on it as `kitscan scan` does."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.fleet.conducting import ordering_options
from scanner.cli.options import assessment_options, report_request_of

if TYPE_CHECKING:
    from scanner.fleet.ledger import FleetRun
    from scanner.stop_signals import StopSignals
    from scanner.store.store import Store


@click.command("scan")
@ordering_options
@click.option("--resume", is_flag=True, help="Continue the last run of the fleet that has not ended.")
@assessment_options
@click.pass_obj
def scan(stop: "StopSignals", /, **given: Any) -> int:
    """Have each site collect its own scope, wait, and report.

    `kitscan fleet serve` must run: it takes in what the sites send. What does not come until the deadline and the grace
    after it is not assessed, and exits 3. Ctrl-C ends the waiting; --resume continues it.
    """
    from scanner.cli.assessment.device_filter import device_filter_of
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.assessment.report_file import check_out
    from scanner.cli.assessment.reporting import assessment_options_of, judged_run, report
    from scanner.cli.fleet.conducting import conducted, fleet_order, opened_centre
    from scanner.cli.network_commands.scanning import RunClock
    from scanner.cli.options import store_of
    from scanner.config import read_config
    from scanner.fleet.centre.coordinator import begin_run
    from scanner.store.store import open_store

    request, resume, config, clock = report_request_of(given), given.pop("resume"), read_config(Path()), RunClock()
    if resume and (ignored := sorted(_ordered(click.get_current_context()))):
        raise click.UsageError(f"--resume keeps the order of the run: leave out {', '.join(ignored)}")
    order = fleet_order(given, config, clock.now())
    # A wrong zones file is an error before the scan, not after it.
    keeper = answer_keeper(request, config)
    options, plan = assessment_options_of(request, config, clock.now().date()), check_out(request, config)
    wanted = device_filter_of(request, options, plan)
    with open_store(store_of(request, config), create=not resume or request.store is None) as store:
        with opened_centre(store, config, clock.now) as centre:
            run = _unended(store) if resume else begin_run(centre, "scan", order.terms, order.sites, order.request)
            has_ended = conducted(centre, run, config, stop)
        if not has_ended:
            step = "Next: kitscan fleet scan --resume"
            click.echo(f"Interrupted by {stop.name}. The sites go on with run {run.run}. {step}", err=True)
            return stop.exit_code
        with stop.finishing():
            kept = store.run(run.run)
            judged = judged_run(store, kept, options, request.jobs)
            code = report(judged.document, plan, request, config, wanted)
            keeper.keep(store, kept, judged)
        return code if stop.received is None else stop.exit_code


def _ordered(context: click.Context) -> set[str]:
    """The options of the command line that would say what is ordered."""
    names = {"sites": "--sites", "until": "--until", "within": "--within", "profile": "--profile", "probes": "--probe"}
    given = click.core.ParameterSource.COMMANDLINE
    return {option for name, option in names.items() if context.get_parameter_source(name) is given}


def _unended(store: "Store") -> "FleetRun":
    """The last run that a centre ordered with `fleet scan` and that has not ended. Raises KitscanError."""
    from fingerprints.model.errors import KitscanError
    from scanner.fleet.ledger import FleetLedger

    runs = [run for run in FleetLedger(store).unended() if run.is_ordered and run.kind == "scan" and run.run]
    if not runs:
        raise KitscanError(f"{store.place}: no run of the fleet is left to continue", "kitscan fleet scan")
    return runs[-1]
