"""Changes as CSV: one row for each event, the worst device first. Columns keep their names and order; new ones are
added at the end."""

from collections.abc import Iterator

from reports.changes.change_report import ChangeReport
from reports.changes.change_wording import describe_event
from reports.formats.csv_table import to_csv

COLUMNS = (
    "kind",
    "verdict",
    "place",
    "name",
    "addresses",
    "maker",
    "model",
    "version",
    "serial",
    "zone",
    "site",
    "at",
    "before",
    "after",
    "causes",
    "silent_since",
    "text",
    "lasting_id",
    "run_before",
    "run_after",
    "day_after",
)


def render(report: ChangeReport) -> str:
    """The whole table."""
    return to_csv(COLUMNS, _rows(report))


def _rows(report: ChangeReport) -> Iterator[dict[str, str]]:
    for event in report.comparison.events:
        device = event.device
        yield {
            "kind": event.kind.value,
            "verdict": device.verdict.value,
            "place": device.place.value,
            "name": device.name,
            "addresses": " ".join(device.addresses),
            "maker": device.maker,
            "model": device.model,
            "version": device.version,
            "serial": device.serial,
            "zone": device.zone,
            "site": device.site,
            "at": event.at,
            "before": event.before,
            "after": event.after,
            "causes": " ".join(cause.value for cause in event.causes),
            "silent_since": event.silent_since,
            "text": describe_event(event),
            "lasting_id": device.lasting_id,
            "run_before": str(report.before.run),
            "run_after": str(report.after.run),
            "day_after": report.after.started.date().isoformat(),
        }
