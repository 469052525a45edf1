"""What happened between two runs. Each event is told on its own day and once: a run is compared with what the state of
the run before it knows, also of devices that it did not see.

Lasting ids must have been assigned: `assign_lasting(after, before)`.
"""

from collections.abc import Iterator, Mapping

from reports.changes.absence import absence_of, asked_by
from reports.changes.causes import Judgements
from reports.changes.coverage import was_interrupted
from reports.changes.device_events import events_of
from reports.changes.earlier import Earlier, earlier_devices
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Comparison, Event, EventKind
from reports.changes.state.run_state import RunState
from reports.document.document import Place
from reports.policy.verdict import severity

_KINDS = {kind: rank for rank, kind in enumerate(EventKind)}
_PLACES = {place: rank for rank, place in enumerate(Place)}


def compare(before: RunState, after: RunState) -> Comparison:
    """What happened between two runs, `after` with lasting ids by `before`."""
    earlier = earlier_devices(before)
    judgements = Judgements(before.judged, after.judged)
    events: list[Event] = []
    same = 0
    replaced = {known.successor: known for known in after.known if known.successor}
    for device in after.devices:
        if not after.complete and was_interrupted(device):
            continue
        known = earlier.get(device.lasting_id)
        if known is not None:
            told = tuple(_seen_again(known, device, judgements))
            events += told
            same += not told
        elif device.lasting_id in replaced:
            old = replaced[device.lasting_id]
            texts = _box(old.device), _box(device)
            events.append(Event(EventKind.REPLACED, device, *texts, silent_since=old.seen.isoformat()))
        else:
            events.append(Event(EventKind.NEW, device))
    events += _absent(earlier, after)
    return Comparison(
        before=before.run,
        after=after.run,
        events=tuple(sorted(events, key=_event_order)),
        same=same,
        same_scope=_same_scope(before, after),
        partial=not after.complete,
    )


def _seen_again(known: Earlier, device: DeviceState, judgements: Judgements) -> Iterator[Event]:
    """What happened to a device that both know."""
    day = known.seen.isoformat()
    if known.reported is EventKind.COVERAGE_LOST:
        yield Event(EventKind.COVERAGE_GAINED, device, at=", ".join(device.read), silent_since=day)
    elif known.reported is not None:
        yield Event(EventKind.RETURNED, device, silent_since=day)
    yield from events_of(known.last, known.base, device, judgements)


def _absent(earlier: Mapping[str, Earlier], after: RunState) -> Iterator[Event]:
    """What is told of devices that the run did not see, and was not told before."""
    here = {device.lasting_id for device in after.devices}
    asked = asked_by(after)
    for known in after.known:
        device = known.device
        before = earlier.get(device.lasting_id)
        if before is None or known.reported in (None, before.reported) or device.lasting_id in here:
            continue  # what came and went between the two runs was in neither
        day = known.seen.isoformat()
        if known.reported is EventKind.REPLACED:
            if known.successor not in here or known.successor in earlier:
                yield Event(EventKind.GONE, device, silent_since=day)
            continue
        _, reason = absence_of(device, asked)
        at = ", ".join(device.read) if known.reported is EventKind.COVERAGE_LOST else ""
        yield Event(known.reported, device, after=reason, at=at, silent_since=day)


def _box(device: DeviceState) -> str:
    """A box in a few words: its maker, model and serial number."""
    return " ".join(filter(None, (device.maker, device.model, device.serial)))


def _same_scope(before: RunState, after: RunState) -> bool:
    """False where the two runs were asked different targets or exclusions, in whatever order. A run of an older store
    does not say."""
    if not (before.targets and after.targets):
        return True
    return before.scope == after.scope


def _event_order(event: Event) -> tuple[int, int, str, str, int, str, str, str]:
    device = event.device
    rank = severity(device.verdict), _PLACES[device.place], device.name, device.lasting_id
    return *rank, _KINDS[event.kind], event.at, event.before, event.after
