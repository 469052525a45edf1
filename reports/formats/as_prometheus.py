"""The document as counts for Prometheus (text exposition format 0.0.4), for the textfile collector of node_exporter.

It names no device, so that the number of time series does not grow with the network. Ages are left to the reader of
the series: every date is a timestamp, and `time() - kitscan_run_finished_timestamp_seconds` is the age of the evidence.
What is not known has no sample.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fingerprints.model.evidence import GapReason
from reports.document.document import Document, NotAssessedReason, Unidentified, Unjudged, devices_by, findings_by
from reports.document.due import DUE_DAYS, due, due_days, is_passed, next_day
from reports.document.overview import overview
from reports.document.report_number import report_number
from reports.document.sanitize import sanitize
from reports.document.totals import totals
from reports.policy.verdict import Verdict

REASONS: tuple[NotAssessedReason, ...] = (*GapReason, *Unidentified, *Unjudged)
"""Each has its sample, with 0 if need be: a series that comes and goes cannot be alerted on."""

SECONDS = "in seconds since 1970-01-01 UTC"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value, with its labels."""

    value: int | float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge: its name, what it counts, and its samples."""

    name: str
    meaning: str
    samples: tuple[Sample, ...]


def render(document: Document) -> str:
    """The whole file. Where nobody chose the policies, a comment says so first."""
    notice = overview(document).notice
    comment = [f"# {sanitize(notice, len(notice))}"] if notice else []
    metrics = (*_about(document), *_counts(document), *_coverage(document), *_dates(document))
    return "".join(f"{line}\n" for line in (*comment, *(line for metric in metrics for line in metric_lines(metric))))


def metric_lines(metric: Metric) -> Iterator[str]:
    """The lines of a metric; none without a sample."""
    if not metric.samples:
        return
    yield f"# HELP {metric.name} {_escaped(metric.meaning)}"
    yield f"# TYPE {metric.name} gauge"
    for sample in metric.samples:
        labels = ",".join(f'{name}="{_label_value(text)}"' for name, text in sample.labels)
        yield f"{metric.name}{{{labels}}} {sample.value}" if labels else f"{metric.name} {sample.value}"


def _label_value(text: str) -> str:
    return _escaped(sanitize(text)).replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _about(document: Document) -> Iterator[Metric]:
    header = document.header
    versions = (("tool_version", header.tool_version), ("data_version", header.data_version))
    info = Sample(1, (("report", report_number(document)), *versions))
    yield Metric("kitscan_report_info", "The report that these counts are of; always 1.", (info,))
    chosen = "1 if somebody chose the policies. Where it is 0 they bind nobody, and restricted only would be."
    yield _single("kitscan_policies_chosen", chosen, int(header.binding))


def _counts(document: Document) -> Iterator[Metric]:
    counts = findings_by(document)
    by_place = {place.value: by_verdict for place, by_verdict in devices_by(document).items()}
    yield Metric(
        "kitscan_devices",
        "Devices by place and worst verdict that no waiver covers. What is not assessed is not clear.",
        tuple(_by_verdict("place", by_place)),
    )
    yield Metric(
        "kitscan_findings",
        "Findings that no waiver covers, by policy and verdict.",
        tuple(_by_verdict("policy", counts.by_policy)),
    )
    yield _single("kitscan_findings_waived", "Findings that a waiver covers.", counts.waived)


def _coverage(document: Document) -> Iterator[Metric]:
    counted, coverage = totals(document), document.header.coverage
    by_reason = Counter(missing.reason for missing in document.not_assessed)
    yield _single("kitscan_targets_in_scope", "Addresses or captures in scope.", counted.in_scope)
    yield _single("kitscan_devices_assessed", "Devices with a verdict other than not assessed.", counted.assessed)
    yield _single("kitscan_devices_unclassified", "Assessed devices that no zone places.", counted.unclassified)
    missing = "Targets that were named or showed a sign of life and were not assessed."
    yield _single("kitscan_targets_not_assessed", missing, counted.not_assessed)
    yield Metric(
        "kitscan_targets_not_assessed_by_reason",
        "The same by cause, as far as each is listed.",
        tuple(Sample(by_reason[reason], (("reason", reason.value),)) for reason in REASONS),
    )
    silent = "Addresses without a sign of life. Silent does not mean unused."
    yield _single("kitscan_addresses_silent", silent, counted.silent)
    neighbours = "Devices of watched companies that only their neighbours report."
    yield _single("kitscan_neighbours_not_scanned", neighbours, len(document.seen_only_as_neighbour))
    complete = "1 if every target that was named or showed a sign of life was assessed."
    yield _single("kitscan_run_complete", complete, int(coverage.complete))
    enough = "1 if the share of the scope that --min-coverage asks for was identified, or none is asked for."
    yield _single("kitscan_coverage_enough", enough, int(coverage.enough))


def _dates(document: Document) -> Iterator[Metric]:
    header, record = document.header, document.header.record
    started, finished = (record.started, record.finished) if record else (None, None)
    as_of, until = header.as_of, header.policies_known_until
    ahead = [day for judged in document.devices if (day := next_day(judged, as_of))]
    passed = sum(any(is_passed(day, as_of) for day in due_days(judged)) for judged in document.devices)
    yield _moment("kitscan_run_started_timestamp_seconds", "When the run began", started)
    yield _moment("kitscan_run_finished_timestamp_seconds", "When the run ended", finished)
    yield _moment("kitscan_as_of_timestamp_seconds", "The day by whose law the report judges", _midnight(as_of))
    known = "The last day whose facts the policies hold"
    yield _moment("kitscan_policies_known_until_timestamp_seconds", known, _midnight(until) if until else None)
    days = tuple(Sample(int(_midnight(day).timestamp()), (("set", name),)) for name, day in header.data_days)
    about = f"The day of each set of fingerprint data, {SECONDS}. What a registry assigned later names no maker."
    yield Metric("kitscan_fingerprint_data_timestamp_seconds", about, days)
    first = "The next day on which a last day comes or a rule starts"
    yield _moment("kitscan_next_deadline_timestamp_seconds", first, _midnight(min(ahead)) if ahead else None)
    soon = f"Devices with a date within {DUE_DAYS} days of the day of judgement."
    yield _single("kitscan_devices_due", soon, due(document).devices)
    yield _single("kitscan_devices_past_a_deadline", "Devices with a date that has passed.", passed)


def _by_verdict(label: str, counts: Mapping[str, Mapping[Verdict, int]]) -> Iterator[Sample]:
    for name, by_verdict in counts.items():
        for verdict, count in by_verdict.items():
            yield Sample(count, ((label, name), ("verdict", verdict.value)))


def _single(name: str, meaning: str, value: int) -> Metric:
    return Metric(name, meaning, (Sample(value),))


def _moment(name: str, meaning: str, when: datetime | None) -> Metric:
    return Metric(name, f"{meaning}, {SECONDS}.", () if when is None else (Sample(int(when.timestamp())),))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
