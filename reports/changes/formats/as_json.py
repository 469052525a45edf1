"""Changes as JSON, schema `kitscan-changes/1`: docs/changes.md names every key. The same report gives the same text."""

import json

from reports.changes.change_report import ChangeReport
from reports.changes.change_wording import describe_event, headline
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Event
from reports.changes.state.run_state import RunState
from reports.formats.json_header import Json

SCHEMA = "kitscan-changes/1"


def render(report: ChangeReport) -> str:
    """One object, in ASCII."""
    return json.dumps(changes_of(report), indent=2) + "\n"


def changes_of(report: ChangeReport) -> Json:
    """The object that `render` writes."""
    comparison = report.comparison
    return {
        "schema": SCHEMA,
        "binding": report.after.judged.binding,
        "redacted": report.redacted,
        "before": _run(report.before),
        "after": _run(report.after),
        "judged_anew": list(report.judged_anew),
        "same_scope": comparison.same_scope,
        "partial": comparison.partial,
        "summary": headline(report),
        "same": comparison.same,
        "events": [event_of(event) for event in comparison.events],
        "not_assessed": [{"target": missing.target, "reason": missing.reason} for missing in report.after.missing],
    }


def event_of(event: Event) -> Json:
    """One event with its device."""
    return {
        "kind": event.kind.value,
        "text": describe_event(event),
        "before": event.before,
        "after": event.after,
        "at": event.at,
        "causes": [cause.value for cause in event.causes],
        "silent_since": event.silent_since or None,
        "device": device_of(event.device),
    }


def device_of(device: DeviceState) -> Json:
    """A device as far as the comparison knows it."""
    return {
        "lasting_id": device.lasting_id,
        "id": device.id,
        "name": device.name,
        "labels": list(device.labels),
        "addresses": list(device.addresses),
        "maker": device.maker,
        "level": device.level.value,
        "model": device.model,
        "version": device.version,
        "serial": device.serial,
        "companies": list(device.companies),
        "place": device.place.value,
        "zone": device.zone,
        "site": device.site,
        "stands": device.stands,
        "verdict": device.verdict.value,
    }


def _run(state: RunState) -> Json:
    judged = state.judged
    return {
        "run": state.run,
        "started": state.started.isoformat(),
        "finished": state.finished and state.finished.isoformat(),
        "complete": state.complete,
        "targets": list(state.targets),
        "exclusions": list(state.exclusions),
        "in_scope": state.in_scope,
        "silent": state.silent,
        "devices": len(state.devices),
        "judged": {
            "as_of": judged.as_of.isoformat(),
            "data": judged.data,
            "law": judged.law,
            "zones": judged.zones,
            "tool": judged.tool,
        },
    }
