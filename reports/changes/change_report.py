"""A comparison as it is reported: the one input of every format of changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from reports.changes.compare import compare
from reports.changes.redaction import redact_states
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import Comparison, Event
from reports.changes.state.run_state import RunState


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """Two runs and what happened between them. `judged_anew` has the numbers of those that were judged for this report,
    because no state of them was kept: by today's rules, as on the day of the run."""

    before: RunState
    after: RunState
    comparison: Comparison
    judged_anew: tuple[int, ...] = ()
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class DeviceChanges:
    """A device, and all that happened to it."""

    device: DeviceState
    events: tuple[Event, ...]


def redact_report(report: ChangeReport) -> ChangeReport:
    """The same report with pseudonyms for names, addresses, serial numbers, zones and sites."""
    before, after = redact_states((report.before, report.after))
    return replace(report, before=before, after=after, comparison=compare(before, after), redacted=True)


def by_device(events: tuple[Event, ...]) -> Iterator[DeviceChanges]:
    """The events of each device together, in their order."""
    for _, of_device in groupby(events, key=lambda event: event.device.lasting_id):
        told = tuple(of_device)
        yield DeviceChanges(told[0].device, told)
