"""Where a report comes from, as terms with their values: its number, who collected the evidence, when and of what, and
what it was judged by.

By these a reader who did not see the scan knows which report this is and what it covers.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from reports.document.document import Coverage, Document, Header
from reports.document.report_number import report_number
from reports.document.wording import format_count, format_long_date
from reports.judgement.run_info import RunRecord

PROVENANCE_TITLE = "Where this report comes from"

NOT_RECORDED = "not recorded"
"""The value of a term of which the store says nothing: it is older than its table, or no store holds the evidence."""

SHOWN_WORDS = 12
"""Targets and exclusions that a fact lists; it counts the rest. The JSON document has them all."""

DATA_NAMES = {"mac-prefixes": "MAC prefixes", "enterprise-numbers": "enterprise numbers", "rules": "rules"}
"""The sets of fingerprint data in words, by their names in `kitscan db`."""

COLLECTED_BY = {"scan": "Scanned by", "audit": "Audited by", "import": "Imported by"}
"""Who collected the evidence, by the kind of run."""


COST = {
    "packets": "Packets sent",
    "retransmissions": "Of these sent again",
    "answers": "Answers received",
    "local_drops": "Packets that this machine dropped",
    "seconds": "Seconds",
    "cpu_seconds": "Seconds of processor time",
}
"""What a scan costs, by the names of scanner.rate_limit.traffic.Cost, in the order in which one reads it."""


def scan_cost(coverage: Coverage) -> tuple[tuple[str, float], ...]:
    """What the scan cost, each amount by its words and rounded to one decimal place; empty if nothing was measured."""
    amounts = dict(coverage.cost)
    names = [*(name for name in COST if name in amounts), *(name for name in amounts if name not in COST)]
    return tuple((COST.get(name, name), round(amounts[name], 1)) for name in names)


def provenance_facts(document: Document) -> tuple[tuple[str, str], ...]:
    """Each term with its value, in the order in which an auditor asks. The values may hold the user's own words."""
    header = document.header
    return (
        ("Report number", report_number(document)),
        ("Judged as of", format_long_date(header.as_of)),
        *(_without_record(header) if header.record is None else _of_record(header.record, header)),
        *_judged_by(header),
    )


def identify_report(document: Document) -> str:
    """The report in a few words, for a running head: `report 14-5d2f90ab, as of 22 November 2026`."""
    return f"report {report_number(document)}, as of {format_long_date(document.header.as_of)}"


def describe_run(document: Document) -> str:
    """The run in a few words: `run 14, by jo@scan1, 2026-11-22 02:10 to 03:52 UTC`."""
    header, record = document.header, document.header.record
    if record is None:
        return f"run {header.run}"
    by = f"by {record.by}" if record.by else ""
    return ", ".join(filter(None, (f"run {record.number}", by, format_period(record.started, record.finished))))


def format_period(started: datetime, finished: datetime | None) -> str:
    """`2026-11-22 02:10 to 03:52 UTC`, in UTC whatever the zone of the machine that reads it."""
    first = started.astimezone(UTC)
    begun = f"{first:%Y-%m-%d %H:%M}"
    if finished is None:
        return f"{begun} UTC, not finished"
    last = finished.astimezone(UTC)
    return f"{begun} to {last:%H:%M} UTC" if last.date() == first.date() else f"{begun} to {last:%Y-%m-%d %H:%M} UTC"


def describe_data_days(header: Header) -> str:
    """The days of the fingerprint data and their age: `MAC prefixes 2026-11-22; enterprise numbers 2024-08-17, 827 days
    before this report's day`. What a registry assigned after them names no maker here."""
    return "; ".join(_describe_data_day(name, day, (header.as_of - day).days) for name, day in header.data_days)


def _describe_data_day(name: str, day: date, age: int) -> str:
    shown = f"{DATA_NAMES.get(name, name)} {day.isoformat()}"
    return f"{shown}, {format_count(age, 'day')} before this report's day" if age > 0 else shown


def _without_record(header: Header) -> Iterator[tuple[str, str]]:
    yield "Evidence", header.run
    yield "Collected by", NOT_RECORDED
    yield "In scope", _in_scope(header)


def _of_record(record: RunRecord, header: Header) -> Iterator[tuple[str, str]]:
    is_recorded = bool(record.by)
    yield "Evidence", f"run {record.number} ({record.kind})"
    yield COLLECTED_BY.get(record.kind, "Collected by"), record.by or NOT_RECORDED
    yield "Begun and ended", _period_and_length(record)
    yield "Scope", _words(record.targets) if record.targets else NOT_RECORDED
    yield "Exclusions", _words(record.exclusions) or ("none" if is_recorded else NOT_RECORDED)
    yield "In scope", _in_scope(header)
    yield from (("Asked by", ", ".join(record.probes)),) if record.probes else ()
    yield from (("Profile", record.profile),) if record.profile else ()
    yield from (("Digest of the evidence", f"SHA-256 {record.sha256}"),) if record.sha256 else ()


def _judged_by(header: Header) -> Iterator[tuple[str, str]]:
    yield "Policies", f"{format_count(len(header.policies), 'policy', 'policies')}; {header.policies_chosen}"
    if header.policies_known_until is not None:
        yield "Policies known until", format_long_date(header.policies_known_until)
    for file in header.judged_by:
        digest = f", SHA-256 {file.sha256}" if file.sha256 else ""
        yield f"Judged by {file.kind}", f"{file.name}{digest}"
    if header.data_days:
        yield "Fingerprint data of", describe_data_days(header)
    yield "Made by", f"kitscan {header.tool_version}, fingerprint data {header.data_version}"


def _in_scope(header: Header) -> str:
    coverage = header.coverage
    return f"{format_count(coverage.in_scope, 'address', 'addresses')}, of which {coverage.answered:,} answered"


def _period_and_length(record: RunRecord) -> str:
    period = format_period(record.started, record.finished)
    return period if record.finished is None else f"{period} ({_format_length(record.finished - record.started)})"


def _format_length(length: timedelta) -> str:
    """`1 h 42 min`, `42 min`, `12 s`."""
    seconds = max(int(length.total_seconds()), 0)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def _words(words: Sequence[str]) -> str:
    more = len(words) - SHOWN_WORDS
    return f"{', '.join(words[:SHOWN_WORDS])}{f' and {more:,} more' if more > 0 else ''}"
