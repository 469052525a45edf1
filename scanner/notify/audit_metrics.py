"""The counts of a night for Prometheus, beside those of its report: when it ran, what happened, how much was seen."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reports.changes.state.event import EventKind
from reports.formats.as_prometheus import SECONDS, Metric, Sample, metric_lines
from reports.policy.verdict import Verdict
from scanner.notify.news import News
from scanner.notify.outcome import Failed, NoticeOutcome


@dataclass(frozen=True, slots=True)
class AuditTimes:
    """When audits of this scope ended: this one, and the last that reached its end (None if none did)."""

    last_run: datetime
    last_success: datetime | None


def render_metrics(news: News, times: AuditTimes, outcomes: tuple[NoticeOutcome, ...], report: str) -> str:
    """The whole file. `report` are the counts of the run's report (`reports.formats.as_prometheus`), or empty."""
    lines = (line for metric in _metrics(news, times, outcomes) for line in metric_lines(metric))
    return report + "".join(f"{line}\n" for line in lines)


def _metrics(news: News, times: AuditTimes, outcomes: tuple[NoticeOutcome, ...]) -> Iterator[Metric]:
    yield _single("last_run_timestamp_seconds", f"When the last audit ended, {SECONDS}.", _seconds(times.last_run))
    if times.last_success is not None:
        meaning = f"When the last audit ended that reached its end, {SECONDS}."
        yield _single("last_success_timestamp_seconds", meaning, _seconds(times.last_success))
    yield _single("complete", "1 if the last audit reached its end.", int(news.after.complete))
    yield _single("coverage_ratio", "Of the devices and targets that were found, the share assessed.", _coverage(news))
    counts = Counter(event.kind for event in news.events) if news.before else Counter[EventKind]()
    samples = tuple(Sample(counts[kind], (("kind", kind.value),)) for kind in EventKind)
    yield Metric("kitscan_audit_events", "What happened since the audit before, by kind.", samples)
    yield _single("reminders", "Dates that the last audit reminded of.", len(news.reminders))
    failed = sum(isinstance(outcome, Failed) for outcome in outcomes)
    yield _single("notices_failed", "Destinations that the last audit could not tell.", failed)


def _single(name: str, meaning: str, value: float) -> Metric:
    return Metric(f"kitscan_audit_{name}", meaning, (Sample(value),))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _coverage(news: News) -> float:
    devices = news.after.devices
    found = len(devices) + len(news.after.missing)
    assessed = sum(device.verdict is not Verdict.NOT_ASSESSED for device in devices)
    return round(assessed / found, 4) if found else 1.0
