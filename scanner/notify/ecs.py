"""A notice as events for a SIEM, in the fields of the Elastic Common Schema (ECS) 8; what it has no field for stands
under `kitscan`. `docs/notify.md` lists every field.
"""

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from reports.changes.change_wording import describe_event
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind
from reports.document.sanitize import sanitize
from reports.policy.verdict import Verdict
from scanner.notify.message import describe_reminder
from scanner.notify.news import name_of_device
from scanner.notify.notices import Notice, NoticeEvent, NoticeReminder

ECS_VERSION = "8.11.0"
DATASET = "kitscan.audit"

MAX_TEXT = 200
"""Characters of one text of a device. An event then is a line that syslog servers take."""

MAX_LISTED = 16
"""Addresses or companies that an event lists."""

TYPES: Mapping[EventKind, str] = {
    EventKind.NEW: "creation",
    EventKind.RETURNED: "start",
    EventKind.GONE: "end",
    EventKind.NOT_ASKED: "info",
    EventKind.COVERAGE_LOST: "info",
    EventKind.COVERAGE_GAINED: "info",
}
"""`event.type` of each kind; all others are `change`."""

SEVERITIES: Mapping[Verdict, int] = {
    Verdict.RESTRICTED: 4,
    Verdict.REVIEW: 5,
    Verdict.CONDITIONAL: 5,
    Verdict.NOT_ASSESSED: 6,
    Verdict.CLEAR: 6,
}
"""`event.severity`: the severity of RFC 5424 by the device's verdict. 4 is a warning, 5 a notice, 6 informational."""

Field = tuple[str, object]


def ecs_events(notice: Notice) -> Iterator[Mapping[str, object]]:
    """Each event and each reminder of a notice as one object, nested at the dots of its fields' names. Fields without a
    value are left out. Texts are safe to show."""
    for entry in notice.events:
        yield _nested((*_common(notice), *_event_fields(entry)))
    for reminder in notice.reminders:
        yield _nested((*_common(notice), *_reminder_fields(reminder)))


def line_of(event: Mapping[str, object]) -> str:
    """An event as one line of ASCII, without its line end."""
    return json.dumps(event, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def severity_of(event: Mapping[str, object]) -> int:
    """The severity that an event states."""
    about = event["event"]
    return int(about["severity"]) if isinstance(about, dict) else SEVERITIES[Verdict.CLEAR]


def _common(notice: Notice) -> Iterator[Field]:
    yield "@timestamp", notice.finished.isoformat()
    yield "ecs.version", ECS_VERSION
    yield "event.kind", "event"
    yield "event.category", ["configuration"]
    yield "event.module", "kitscan"
    yield "event.dataset", DATASET
    yield "observer.product", "kitscan"
    yield "observer.version", notice.tool
    yield "kitscan.run", notice.run
    yield "kitscan.before_run", notice.before
    yield "kitscan.partial", notice.partial
    yield "kitscan.redacted", notice.redacted


def _event_fields(entry: NoticeEvent) -> Iterator[Field]:
    event, device = entry.event, entry.event.device
    yield "event.id", entry.id
    yield "event.action", event.kind.value
    yield "event.type", [TYPES.get(event.kind, "change")]
    yield "event.severity", SEVERITIES[device.verdict]
    yield "message", f"{_text(name_of_device(device))}: {sanitize(describe_event(event), 2 * MAX_TEXT)}"
    yield from _device_fields(device)
    yield "kitscan.before", _text(event.before)
    yield "kitscan.after", _text(event.after)
    yield "kitscan.at", _text(event.at)
    yield "kitscan.causes", [cause.value for cause in event.causes]
    yield "kitscan.silent_since", event.silent_since


def _device_fields(device: DeviceState) -> Iterator[Field]:
    addresses = [_text(address) for address in device.addresses[:MAX_LISTED]]
    yield "host.id", _text(device.lasting_id)
    yield "host.name", _text(name_of_device(device))
    yield "host.ip", [address for address in addresses if _is_address(address)]
    yield "device.manufacturer", _text(device.maker)
    yield "device.model.name", _text(device.model)
    yield "device.serial_number", _text(device.serial)
    yield "kitscan.version", _text(device.version)
    yield "kitscan.companies", [_text(company) for company in device.companies[:MAX_LISTED]]
    yield "kitscan.level", device.level.value
    yield "kitscan.verdict", device.verdict.value
    yield "kitscan.place", device.place.value
    yield "kitscan.zone", _text(device.zone)
    yield "kitscan.site", _text(device.site)


def _reminder_fields(entry: NoticeReminder) -> Iterator[Field]:
    reminder = entry.reminder
    yield "event.id", entry.id
    yield "event.action", "reminder"
    yield "event.type", ["info"]
    yield "event.severity", min(SEVERITIES[device.verdict] for device in reminder.devices)
    yield "message", describe_reminder(reminder)
    yield "rule.ruleset", _text(reminder.policy)
    yield "rule.name", _text(reminder.rule)
    yield "rule.reference", _text(reminder.citation)
    yield "kitscan.due.day", reminder.day.isoformat()
    yield "kitscan.due.stage", reminder.stage.value
    yield "kitscan.due.milestone", reminder.milestone.value
    yield "kitscan.due.count", len(reminder.devices)
    yield "kitscan.due.devices", [_text(device.lasting_id) for device in reminder.devices[:MAX_LISTED]]


def _nested(fields: tuple[Field, ...]) -> Mapping[str, object]:
    nested: dict[str, object] = {}
    for name, value in fields:
        if value in ("", None, []):
            continue
        *outer, last = name.split(".")
        place = nested
        for part in outer:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ValueError(f"{name} is below a field that has a value")
            place = inner
        place[last] = value
    return nested


def _text(text: str) -> str:
    return sanitize(text, MAX_TEXT)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
