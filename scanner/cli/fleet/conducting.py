"""What `kitscan fleet scan` and `kitscan fleet audit` share: what they order of whom, until when, and what they say."""

import secrets
import time as clock
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.fleet.centre_setup import ALL, centre_courier, centre_key, centre_settings, chosen_sites, warner
from scanner.cli.options import ClickFunction
from scanner.cli.terminal.live_progress import shown
from scanner.cli.terminal.progress_line import WorkReading
from scanner.courier.message import Terms
from scanner.fleet.centre.coordinator import Centre, RunProgress, conduct
from scanner.fleet.centre.decisions import RunWindow
from scanner.fleet.ledger import FleetLedger, FleetRun
from scanner.fleet.receipt_wording import describe_sites
from scanner.fleet.sites import read_sites
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES
from scanner.run_request import RunRequest, this_user
from scanner.store.errors import StoreBusyError
from scanner.store.sqlite_file import locked

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.stop_signals import StopSignals
    from scanner.store.store import Store

DEFAULT_WITHIN = 240.0
"""Minutes in which slices begin, where nobody says another time."""

SHOWN_SITES = 10
"""Sites of which something is missing that a summary names."""

_ORDERING = (
    click.option("--sites", default=ALL, metavar="NAMES", help="Sites, such as LON,MAN.  [all]"),
    click.option("--until", metavar="HH:MM", help="No slice begins after this time of day."),
    click.option(
        "--within",
        type=click.FloatRange(min=0, min_open=True),
        metavar="MINUTES",
        help=f"No slice begins later than so long from now.  [{DEFAULT_WITHIN:g}]",
    ),
    click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to send, at most.  [the site's own]"),
    click.option(
        "--probe", "probes", multiple=True, type=click.Choice(PROBE_NAMES), help="Only this one; may be repeated."
    ),
)


def ordering_options(command: ClickFunction) -> ClickFunction:
    """Add the options that say which sites are ordered what, until when."""
    for option in reversed(_ORDERING):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class FleetOrder:
    """What a user orders: of which sites, by name and sorted, on which terms; `request` is kept with the run."""

    sites: tuple[str, ...]
    terms: Terms
    request: RunRequest


def fleet_order(given: dict[str, Any], config: "Config", now: datetime) -> FleetOrder:
    """Take the shared options out of a command's options. Raises KitscanError."""
    from scanner.audit.window import end_of_window, time_of_day

    wanted, until, within = given.pop("sites"), given.pop("until"), given.pop("within")
    profile, probes = given.pop("profile") or "", tuple(given.pop("probes"))
    if until is not None and within is not None:
        raise click.UsageError("--until and --within both name the end")
    settings = centre_settings(config)
    names = tuple(site.name for site in chosen_sites(read_sites(settings.sites), wanted))
    deadline = now + timedelta(minutes=within or DEFAULT_WITHIN)
    if until is not None:
        deadline = end_of_window(now, time_of_day(until))
    terms = Terms(
        seed=secrets.randbits(63),
        profile=profile,
        probes=list(probes),
        not_before=now.isoformat(),
        deadline=deadline.isoformat(),
    )
    return FleetOrder(names, terms, RunRequest(this_user(), (f"--sites {','.join(names)}",), (), profile, probes))


@contextmanager
def opened_centre(store: "Store", config: "Config", now: Callable[[], datetime]) -> Iterator[Centre]:
    """The centre of kitscan.yaml, with its courier open. Raises StoreBusyError while another process orders."""
    settings = centre_settings(config)
    key = centre_key(settings, config.folder)
    with _alone(settings.inbox):
        warn = warner()
        courier = centre_courier(settings, config.folder, warn)
        try:
            yield Centre(store, courier, key, now, clock.sleep, warn)
        finally:
            courier.close()


@contextmanager
def _alone(inbox: Path) -> Iterator[None]:
    """Hold the orders of a centre: two processes that order for one run would order everything twice."""
    try:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KitscanError(
            f"{inbox}: cannot be made ({error.strerror})", "name another folder as fleet.inbox"
        ) from error
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(str(inbox / "orders"), "kitscan fleet"))
        except StoreBusyError as error:
            problem = f"{inbox}: another kitscan fleet scan or audit is ordering"
            raise StoreBusyError(problem, "wait for it, or end it and continue it with --resume") from error
        yield


def conducted(centre: Centre, run: FleetRun, config: "Config", stop: "StopSignals") -> bool:
    """Conduct a run to its end, with a live line; False where a signal ended that. Then it may be continued."""
    deadline = datetime.fromisoformat(run.terms.deadline)
    end = deadline + centre_settings(config).grace
    window = RunWindow(datetime.fromisoformat(run.terms.not_before), deadline, end)
    progress = RunProgress()
    with stop.held(), shown(lambda: _reading(progress)):
        has_ended = conduct(centre, run, window, lambda: stop.received is not None, progress)
    if has_ended:
        for line in _summary(centre.store, run):
            click.echo(line, err=True)
    return has_ended


def _reading(progress: RunProgress) -> WorkReading:
    notes = (f"{progress.unplanned} sites have not planned yet",) if progress.unplanned else ()
    return WorkReading("collecting", "slices", progress.settled, progress.planned, notes)


def _summary(store: "Store", run: FleetRun) -> Iterator[str]:
    """How much of a run came, and of which sites something is missing."""
    from reports.document.wording import format_count

    sites = FleetLedger(store).sites_of(run.token)
    planned = sum(site.of or 0 for site in sites)
    came = planned - sum(len(site.missing) for site in sites)
    slices, of_sites = format_count(planned, "slice"), format_count(len(sites), "site")
    yield f"Run {run.run}: {came:,} of {slices} of {of_sites} came"
    missing = [site for site in sites if not site.is_complete]
    if missing:
        more = len(missing) - SHOWN_SITES
        named = f"{describe_sites(missing[:SHOWN_SITES])}{f', and {more} more sites' if more > 0 else ''}"
        yield f"Not all came: {named}. Next: kitscan fleet status"
