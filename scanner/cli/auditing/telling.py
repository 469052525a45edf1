"""Tells of a night: the reports, the files of changes, the notices, and a few lines on standard output."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from reports.changes.change_wording import describe_event, label_state
from reports.changes.formats.registry import change_format_of_name, render_changes
from reports.document.filtering.device_filter import DeviceFilter
from reports.document.sanitize import sanitize
from reports.formats.registry import render
from reports.judgement.assessment import AssessmentOptions
from reports.policy.verdict import Verdict
from scanner.audit.ending import has_news, is_less_seen, newly_failing
from scanner.audit.night import DELIVERED, Night, Notify
from scanner.audit.night_wording import changes_of, format_night, format_quiet_night
from scanner.cli.assessment.device_filter import device_filter_of
from scanner.cli.assessment.report_file import check_out, check_place, write_whole
from scanner.cli.assessment.report_plan import PlannedReport
from scanner.cli.assessment.reporting import report
from scanner.cli.auditing.redacted_night import redacted_night
from scanner.cli.exit_codes import FINDINGS, INCOMPLETE, UNTOLD
from scanner.cli.options import NEVER, ReportRequest, is_redacted
from scanner.cli.terminal.held_messages import HeldMessages
from scanner.config import Config
from scanner.notify.audit_metrics import AuditTimes
from scanner.notify.destination import NoticeDestination
from scanner.notify.message import describe_reminder
from scanner.notify.news import News, news_of
from scanner.notify.outcome import Delivered, Failed, NoticeOutcome, Quiet
from scanner.notify.redaction import redacted_news
from scanner.notify.send import NoticeEdge, send_notices
from scanner.notify.settings import destination_of_word
from scanner.store.store import Store

PRINTED = "standard output"
"""The channel of what is printed, as the store names it."""


@dataclass(frozen=True, slots=True)
class TellingRequest:
    """Whom and where a night is told, besides the reports: references of `--notify`, files of `--changes-out`."""

    notify: tuple[str, ...]
    changes_out: tuple[Path, ...]
    quiet: bool
    until: time | None


@dataclass(slots=True)
class NightTeller:
    """Tells nights. `failed` is True once a destination of notices failed."""

    telling: TellingRequest
    request: ReportRequest
    config: Config
    held: HeldMessages
    failed: bool = False
    _wanted: DeviceFilter | None = None
    _plan: tuple[PlannedReport, ...] = field(init=False)
    _destinations: tuple[NoticeDestination, ...] = field(init=False)

    def __post_init__(self) -> None:
        """A wrong place for a report is an error before the scan, not after it. Raises KitscanError."""
        self._plan = _reports(self.request, self.config)
        self._destinations = (*self.config.notify, *map(destination_of_word, self.telling.notify))
        for out in self.telling.changes_out:
            change_format_of_name(out.name)
            check_place(out, self.request, self.config)
        reports = [planned.out for planned in self._plan if planned.out is not None]
        places = [out.resolve() for out in (*reports, *self.telling.changes_out)]
        if len(set(places)) < len(places):
            raise KitscanError("one file is named twice", "give each report, and the changes, a file of their own")

    def keep_to_filter(self, options: AssessmentOptions) -> None:
        """Write reports of those devices alone that the request asks for. Raises KitscanError for a name that is not
        known."""
        self._wanted = device_filter_of(self.request, options, self._plan)

    def of(self, store: Store, now: Callable[[], datetime]) -> Notify:
        """The function that tells a night of this store."""

        def notify(night: Night) -> bool:
            self._write_files(night)
            news = news_of(night.comparison, night.before, night.state, store.reminders())
            edge = NoticeEdge(self.config.folder, lambda: _counts_of(night))
            sending = send_notices(news, self._destinations, _times(store, night), edge, night.delivered)
            for outcome in sending.outcomes:
                if not isinstance(outcome, Quiet):
                    store.keep_notice(night.run.id, outcome.destination, now(), _describe(outcome))
            store.reminded(sending.recorded, night.run.id)
            failures = [outcome for outcome in sending.outcomes if isinstance(outcome, Failed)]
            self.failed = self.failed or bool(failures)
            if PRINTED not in night.delivered:
                self._print(night, news)
                store.keep_notice(night.run.id, PRINTED, now(), DELIVERED)
            for failure in failures:
                self.held.release()
                click.echo(f"{failure.destination}: {failure.problem}. Next: {failure.next_step}", err=True)
            return not failures

        return notify

    @property
    def _is_redacted(self) -> bool:
        return is_redacted(self.request, self.config)

    def _write_files(self, night: Night) -> None:
        """The reports, and the files of `--changes-out`, which the first night has none of. A night that an earlier
        process judged has none any more: the night after it writes them anew."""
        if night.document is None:
            return
        if self._plan:
            report(night.document, self._plan, self.request, self.config, self._wanted)
        changes = changes_of(redacted_night(night) if self._is_redacted else night)
        if changes is None:
            return
        for out in self.telling.changes_out:
            write_whole(out, render_changes(changes, change_format_of_name(out.name)).encode())
            click.echo(f"Changes: {out}", err=True)

    def _print(self, night: Night, news: News) -> None:
        """The lines on standard output; none of a quiet night where none are wanted."""
        if has_news(night) or news.reminders:
            self.held.release()
            shown = redacted_night(night) if self._is_redacted else night
            due = (redacted_news(news) if self._is_redacted else news).reminders
            reminders = tuple(map(describe_reminder, due))
            for line in format_night(shown, tuple(_event_lines(shown)), reminders, self.telling.until):
                click.echo(line)
        elif not self.telling.quiet:
            click.echo(format_quiet_night(night))

    def exit_code_of(self, night: Night) -> int:
        """1 for what is new or worse at `--fail-on`, 7 where somebody was not told, 3 where less was seen, else 0."""
        fail_on = self.request.fail_on or self.config.fail_on or Verdict.RESTRICTED.value
        if any(True for _ in newly_failing(night, None if fail_on == NEVER else Verdict(fail_on))):
            return FINDINGS
        if self.failed:
            return UNTOLD
        enough = night.document is None or night.document.header.coverage.enough
        return INCOMPLETE if is_less_seen(night) or not enough else 0


def _reports(request: ReportRequest, config: Config) -> tuple[PlannedReport, ...]:
    """The reports to write: none where no place is named, since standard output has the changes."""
    if not (request.out or request.template or config.out):
        if request.output_format:
            raise KitscanError("--format without --out: standard output says what changed", "name a file with --out")
        return ()
    plan = check_out(request, config)
    if any(planned.out is None for planned in plan):
        raise KitscanError("a report to standard output, which says what changed", "name a file in place of -")
    return plan


def _event_lines(night: Night) -> Iterator[str]:
    for event in () if night.comparison is None else night.comparison.events:
        label = label_state(event.device, night.state.judged.binding)
        yield sanitize(f"{event.device.name} ({label}): {describe_event(event)}")


def _counts_of(night: Night) -> str:
    """The counts of the report for Prometheus; empty where an earlier process judged the night."""
    if night.document is None:
        return ""
    counts = render(night.document, "prometheus")
    return counts if isinstance(counts, str) else counts.decode()


def _times(store: Store, night: Night) -> AuditTimes:
    """When this audit ended, and the last that reached its end, which may be this one."""
    ended = night.run.finished or night.run.started
    if night.run.complete:
        return AuditTimes(ended, ended)
    return AuditTimes(ended, None if night.baseline is None else store.run(night.baseline).finished)


def _describe(outcome: NoticeOutcome) -> str:
    """An outcome as the store keeps it."""
    match outcome:
        case Delivered():
            return DELIVERED
        case Failed(problem=problem):
            return f"failed: {problem}"
        case Quiet():
            return "quiet"
