"""What a night has to tell: what happened since the run before, and what falls due. A value, without a destination."""

from collections.abc import Collection
from dataclasses import dataclass

from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Comparison, Event, EventKind
from reports.changes.state.run_state import RunState
from reports.document.document import Place
from reports.policy.verdict import severity
from scanner.notify.reminders import Reminder, due_reminders

_PLACES = {place: rank for rank, place in enumerate(Place)}
_KINDS = {kind: rank for rank, kind in enumerate(EventKind)}


@dataclass(frozen=True, slots=True)
class News:
    """The events of a night, the worst device first, and its reminders, the earliest date first. `before` is None on
    the first night of a scope: then every device is new."""

    before: RunState | None
    after: RunState
    events: tuple[Event, ...]
    same: int
    same_scope: bool
    reminders: tuple[Reminder, ...]


def news_of(
    comparison: Comparison | None,
    before: RunState | None,
    after: RunState,
    recorded: Collection[tuple[str, str, str]] = (),
) -> News:
    """The news of a run with lasting ids. `comparison` and `before` are None on the first night of a scope; `recorded`
    are the reminders that were told before (`Store.reminders`)."""
    reminders = due_reminders(after.devices, after.judged.as_of, recorded)
    if comparison is None:
        events = in_order(tuple(Event(EventKind.NEW, device) for device in after.devices))
        return News(None, after, events, 0, True, reminders)
    return News(before, after, comparison.events, comparison.same, comparison.same_scope, reminders)


def in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the worst device first, then by place, by name and by what happened."""
    return tuple(sorted(events, key=_order))


def name_of_device(device: DeviceState) -> str:
    """What a person calls the device: its name, label, first address or lasting id, whichever it has first."""
    return next((name for name in (device.name, *device.labels, *device.addresses) if name), device.lasting_id)


def _order(event: Event) -> tuple[int, int, str, str, int, str, str, str]:
    device = event.device
    rank = severity(device.verdict), _PLACES[device.place], device.name, device.lasting_id
    return *rank, _KINDS[event.kind], event.at, event.before, event.after
