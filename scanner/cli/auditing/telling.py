"""Tells of a night: the reports, the files of changes, the notices, and a few lines on standard output."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from reports.changes.change_report import ChangeReport, redact_report
from reports.changes.change_wording import describe_event, label_state
from reports.changes.formats.registry import change_format_of_name, render_changes
from reports.changes.redaction import redact_states
from reports.document.sanitize import sanitize
from reports.policy.verdict import Verdict
from scanner.audit.ending import is_less_seen, newly_failing
from scanner.audit.night import Night, Tell
from scanner.audit.night_wording import changes_of, format_night, format_quiet_night
from scanner.cli.assessment.report_file import check_out, check_place, write_whole
from scanner.cli.assessment.report_plan import PlannedReport
from scanner.cli.assessment.reporting import report
from scanner.cli.exit_codes import FINDINGS, INCOMPLETE, UNTOLD
from scanner.cli.options import NEVER, ReportRequest, is_redacted, store_of
from scanner.cli.terminal.held_messages import HeldMessages
from scanner.config import Config
from scanner.store.store import Store


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
    _plan: tuple[PlannedReport, ...] = field(init=False)

    def __post_init__(self) -> None:
        """A wrong place for a report is an error before the scan, not after it. Raises KitscanError."""
        self._plan = _reports(self.request, self.config)
        for out in self.telling.changes_out:
            change_format_of_name(out.name)
            check_place(out, Path(store_of(self.request, self.config)), ())

    def of(self, store: Store, now: Callable[[], datetime]) -> Tell:
        """The function that tells a night of this store."""

        def tell(night: Night) -> None:
            if night.document is not None and self._plan:
                report(night.document, self._plan, self.request, self.config)
            self._write_changes(night)
            self._print(night, ())

        return tell

    def _write_changes(self, night: Night) -> None:
        """The files of `--changes-out`. The first night has none."""
        changes = changes_of(redacted_night(night) if is_redacted(self.request, self.config) else night)
        if changes is None:
            return
        for out in self.telling.changes_out:
            write_whole(out, render_changes(changes, change_format_of_name(out.name)).encode())
            click.echo(f"Changes: {out}", err=True)

    def _print(self, night: Night, due: tuple[str, ...]) -> None:
        """The lines on standard output; none of a quiet night where none are wanted."""
        if has_news(night) or due or self.failed:
            self.held.release()
            shown = redacted_night(night) if is_redacted(self.request, self.config) else night
            for line in format_night(shown, tuple(_event_lines(shown)), due, self.telling.until):
                click.echo(line)
        elif not self.telling.quiet:
            click.echo(format_quiet_night(night))

    def exit_code_of(self, night: Night) -> int:
        """1 for what is new or worse at `--fail-on`, 7 where somebody was not told, 3 where less was seen, else 0."""
        fail_on = self.request.fail_on or self.config.fail_on or Verdict.RESTRICTED.value
        if any(newly_failing(night, None if fail_on == NEVER else Verdict(fail_on))):
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


def has_news(night: Night) -> bool:
    """True on the first night, and where anything changed or less was seen than before."""
    return night.comparison is None or bool(night.comparison.events) or is_less_seen(night)


def redacted_night(night: Night) -> Night:
    """The same night with pseudonyms for names, addresses, serial numbers, zones and sites."""
    if night.before is None or night.comparison is None:
        (state,) = redact_states((night.state,))
        return replace(night, state=state)
    changes = redact_report(ChangeReport(night.before, night.state, night.comparison))
    return replace(night, before=changes.before, state=changes.after, comparison=changes.comparison)


def _event_lines(night: Night) -> Iterator[str]:
    for event in () if night.comparison is None else night.comparison.events:
        label = label_state(event.device, night.state.judged.binding)
        yield sanitize(f"{event.device.name} ({label}): {describe_event(event)}")
