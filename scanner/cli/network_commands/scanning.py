"""What commands that ask a network share: the options of a scan, its clock, and what is said of it as it goes."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import INVENTORY, ClickFunction
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES

if TYPE_CHECKING:
    from scanner.cli.terminal.progress_line import WorkReading
    from scanner.credentials.book import FileBook
    from scanner.progress import Progress
    from scanner.rate_limit.traffic import Cost
    from scanner.survey import Survey

_SCANNING = (
    INVENTORY,
    click.option("--exclude", multiple=True, metavar="WORD|FILE", help="Never touch these; wins over any target."),
    click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="References to secrets."),
    click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to send.  [normal]"),
    click.option(
        "--probe", "probes", multiple=True, type=click.Choice(PROBE_NAMES), help="Only this one; may be repeated."
    ),
    click.option("--listen", default=0.0, metavar="SECONDS", help="Listen for LLDP and CDP on attached segments."),
    click.option("--source-address", metavar="ADDRESS", help="Open connections from this address."),
    click.option("--known-hosts", type=click.Path(path_type=Path, dir_okay=False), help="SSH host keys seen before."),
    click.option("--yes", is_flag=True, help="Allow more than 1,024 addresses, and public ones."),
)


def scanning_options(command: ClickFunction) -> ClickFunction:
    """Add the options that say whom to ask and how, as `scanner.survey.ScanRequest` has them."""
    for option in reversed(_SCANNING):
        command = option(command)
    return command


def reading_of(progress: "Progress") -> "WorkReading":
    """How far a scan is, for the live line."""
    from scanner.cli.terminal.progress_line import WorkReading
    from scanner.progress import Stage

    unit = "targets" if progress.stage is Stage.ASKING else "packets"
    alive = f"{progress.alive:,} of {progress.targets:,} alive"
    notes = (alive,) if progress.stage is Stage.SWEEPING and progress.targets else ()
    return WorkReading(progress.stage.value, unit, *progress.work, notes)


def print_summary(progress: "Progress", sweep: "Cost", total: "Cost") -> None:
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


def print_problems(survey: "Survey", book: "FileBook") -> None:
    """What concerns no single target: a missing privilege, a secret that cannot be read."""
    for gap in survey.link_problems:
        click.echo(f"layer 2: {gap.at}: {gap.detail}; the other probes went on. Next: kitscan doctor", err=True)
    for problem in book.problems():
        click.echo(f"credential {problem.name}: {problem.problem}. Next: {problem.next_step}", err=True)


_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets (clock_gettime(2)). On Linux it counts the time of a suspended machine too."""


class RunClock:
    """The time of day as it was when the scan began, and what has passed since then by _CLOCK: a clock of the day that
    jumps in mid-run puts no time of the run before its beginning."""

    def __init__(self) -> None:
        self._began, self._ticks = datetime.now(UTC), time.clock_gettime(_CLOCK)

    def now(self) -> datetime:
        """The time now."""
        return self._began + timedelta(seconds=time.clock_gettime(_CLOCK) - self._ticks)
