"""`kitscan fleet audit`: one night of many sites, for a timer: as `kitscan audit`, but the sites collect."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.fleet.conducting import ordering_options
from scanner.cli.options import assessment_options, report_request_of

if TYPE_CHECKING:
    from scanner.audit.night import Collected, CollectionOrder
    from scanner.cli.fleet.conducting import FleetOrder
    from scanner.config import Config
    from scanner.fleet.centre.coordinator import Centre
    from scanner.fleet.ledger import FleetRun
    from scanner.stop_signals import StopSignals

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("audit")
@ordering_options
@click.option("--baseline", type=int, metavar="RUN", help="Compare with this complete audit.  [the last run]")
@click.option("--notify", multiple=True, metavar="REFERENCE", help="Also tell this place: env:NAME of an apprise URL.")
@click.option("--changes-out", multiple=True, type=_FILE, help="Write what changed here; the ending is the format.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing changed and all was seen.")
@assessment_options
@click.pass_obj
def audit(stop: "StopSignals", /, **given: Any) -> int:
    """Do one night of many sites: have them collect, judge it, and tell what changed since the last one.

    An audit that was cut off is continued in the same night. A night of which anything is missing replaces no baseline,
    and exits as `kitscan audit` does: 1 for what is new at --fail-on, 3 for less seen, 7 for somebody not told.
    """
    from scanner.audit.night import AuditRequest, run_audit
    from scanner.audit.window import time_of_day
    from scanner.cli.auditing.judging import NightJudge
    from scanner.cli.auditing.telling import NightTeller, TellingRequest
    from scanner.cli.fleet.conducting import fleet_order, opened_centre
    from scanner.cli.network_commands.scanning import RunClock
    from scanner.cli.options import store_of
    from scanner.cli.terminal.held_messages import held_messages
    from scanner.config import read_config
    from scanner.fleet.ledger import FleetLedger
    from scanner.store.store import open_store

    report_request, config, clock = report_request_of(given), read_config(Path()), RunClock()
    until = None if given["until"] is None else time_of_day(given["until"])
    order = fleet_order(given, config, clock.now())
    telling = TellingRequest(given["notify"], given["changes_out"], given["quiet"], until)
    with held_messages(telling.quiet) as held:
        judge = NightJudge(report_request, config, clock.now().date())
        teller = NightTeller(telling, report_request, config, held)
        teller.keep_to_filter(judge.options)
        # The store is not held, unlike that of `kitscan audit`: what the sites send is taken in meanwhile.
        with (
            open_store(store_of(report_request, config), create=True) as store,
            opened_centre(store, config, clock.now) as centre,
            stop.finishing(),
        ):
            collector = FleetNightCollector(centre, order, config, stop)
            request = AuditRequest(order.request, until, given["baseline"])
            judging, telling_of = judge.of(store), teller.of(store, clock.now)
            ended = frozenset(run.run for run in FleetLedger(store).runs() if run.ended is not None)
            night = run_audit(store, request, collector.collect, judging, telling_of, clock.now, ended)
    return stop.exit_code if night is None or stop.received is not None else teller.exit_code_of(night)


@dataclass(frozen=True, slots=True)
class FleetNightCollector:
    """Has the sites collect for one night."""

    centre: "Centre"
    order: "FleetOrder"
    config: "Config"
    stop: "StopSignals"

    def collect(self, order: "CollectionOrder") -> "Collected":
        """Collect as the audit decided (scanner.audit.night.Collect), and say how on standard error."""
        from scanner.audit.night import Collected
        from scanner.cli.fleet.conducting import conducted

        run = self._run_of(order)
        if run.ended is not None:
            click.echo(f"Run {run.run} of this night has ended, and was not judged.", err=True)
            return Collected(run.run)
        has_ended = conducted(self.centre, run, self.config, self.stop)
        if not has_ended:
            step = "the next kitscan fleet audit of this night continues it"
            click.echo(f"Interrupted by {self.stop.name}. The sites go on with run {run.run}; {step}.", err=True)
        return Collected(run.run, stopped=not has_ended)

    def _run_of(self, order: "CollectionOrder") -> "FleetRun":
        """The run of this night: a new one, or that which was cut off. That may have been killed before anything was
        ordered, or after it had ended: then nobody is asked again."""
        from scanner.audit.decisions import AUDIT, Resume
        from scanner.fleet.centre.coordinator import adopt_run, begin_run
        from scanner.fleet.ledger import FleetLedger

        own = (AUDIT, self.order.terms, self.order.sites)
        if not isinstance(order.decision, Resume):
            click.echo("A new run begins.", err=True)
            return begin_run(self.centre, *own, self.order.request)
        number = order.decision.run
        known = next((run for run in FleetLedger(self.centre.store).runs() if run.run == number), None)
        if known is None or known.ended is None:
            click.echo(f"Continuing run {number}, which was cut off in this night.", err=True)
        return known or adopt_run(self.centre, number, *own)
