"""What a pipeline format is known by: an identifier and a time, the same for the same evidence and judgement."""

from datetime import UTC, datetime, time
from uuid import NAMESPACE_URL, UUID, uuid5

from reports.document.document import Document
from reports.document.report_number import report_number
from reports.document.sanitize import sanitize


def report_uuid(document: Document) -> UUID:
    """A UUID of version 5 (RFC 9562) of the report's number and the digest of its evidence."""
    record = document.header.record
    name = f"urn:kitscan:report:{report_number(document)}:{record.sha256 if record else ''}"
    return uuid5(NAMESPACE_URL, sanitize(name))


def report_time(document: Document) -> datetime:
    """When the evidence was complete, in UTC: the end of the run, else its beginning, else the day of judgement."""
    header, record = document.header, document.header.record
    if record is None:
        return datetime.combine(header.as_of, time(), UTC)
    return (record.finished or record.started).astimezone(UTC)


def format_utc(when: datetime) -> str:
    """A time by RFC 3339 in whole seconds of UTC: `2026-11-22T03:52:00Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
