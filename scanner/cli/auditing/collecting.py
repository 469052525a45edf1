"""Collects for a night: by the survey of its scope, into a new run or into the one that was cut off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

import click

from scanner.audit.decisions import AUDIT, Begin, Resume
from scanner.audit.night import Collected, CollectionOrder
from scanner.audit.window import end_of_window
from scanner.cli.lists.wording import print_lists
from scanner.cli.network_commands.scanning import print_problems, print_summary, reading_of
from scanner.cli.terminal.live_progress import shown
from scanner.credentials.book import FileBook
from scanner.progress import Progress
from scanner.run_request import CollectionTerms, KnownLogin
from scanner.run_survey import survey_into
from scanner.stop_signals import StopSignals
from scanner.store.store import Store
from scanner.survey import Survey


@dataclass(frozen=True, slots=True)
class NightCollector:
    """Collects one night. `until` is the time of day at which its window ends, None without one."""

    store: Store
    survey: Survey
    book: FileBook
    until: time | None
    now: Callable[[], datetime]
    stop: StopSignals

    def collect(self, order: CollectionOrder) -> Collected:
        """Collect as the audit decided (scanner.audit.night.Collect), and say how on standard error."""
        click.echo(_describe_order(order), err=True)
        progress = Progress()
        terms = CollectionTerms(
            AUDIT,
            order.decision.run if isinstance(order.decision, Resume) else None,
            order.first,
            _known_logins(self.store),
            None if self.until is None else _seconds_until(end_of_window(self.now(), self.until)),
        )
        with shown(lambda: reading_of(progress)):
            result = survey_into(self.store, self.survey, terms, self.now, progress, self.stop)
        print_summary(progress, self.survey.sweep_cost, result.cost)
        print_problems(self.survey, self.book)
        print_lists(self.survey.scope.targets)
        stopped = self.stop.received is not None
        if stopped:
            kept = f"What was collected is kept as run {result.run}; the next kitscan audit of this night resumes it"
            click.echo(f"Interrupted by {self.stop.name}. {kept}.", err=True)
        return Collected(result.run, stopped)


def _seconds_until(end: datetime) -> Callable[[], float]:
    """The seconds that are left, by the clock of the day: an operator's window ends by it, whatever happens to it."""

    def left() -> float:
        return (end - datetime.now(UTC)).total_seconds()

    return left


def _known_logins(store: Store) -> tuple[KnownLogin, ...]:
    logins = store.good_logins().items()
    return tuple(KnownLogin(key, protocol, *worked) for (key, protocol), worked in logins)


def _describe_order(order: CollectionOrder) -> str:
    match order.decision:
        case Resume(run):
            return f"Resuming run {run}, which was cut off in this night."
        case Begin(None):
            return "A new run begins."
        case Begin(run, too_old):
            why = "was cut off, and its night is over" if too_old else "did not reach its end"
            return f"A new run begins: run {run} {why}. {len(order.first):,} targets that it did not finish come first."
