"""What the state of a run knows of each device: how the next comparison sees it, and what was told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.changes.coverage import filled
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import KnownDevice, RunState


@dataclass(frozen=True, slots=True)
class Earlier:
    """A device known before: `last` is how it was when it was last read, on the day `seen`. `reported` is what was told
    of it since, None where it is as it was. `fuller` is how it was when more of it was read, None where that is now.
    `successor` is the lasting id of the box that replaced it."""

    last: DeviceState
    seen: date
    reported: EventKind | None = None
    fuller: KnownDevice | None = None
    successor: str = ""

    @property
    def base(self) -> DeviceState:
        """The device with all that was ever read of it, as late as it was read."""
        return self.last if self.fuller is None else filled(self.last, self.fuller.device)


def earlier_devices(before: RunState) -> Mapping[str, Earlier]:
    """Every device that a run's state knows, by its lasting id. What a run that did not reach its end left out is known
    from before it."""
    day = before.started.date()
    kept = {known.device.lasting_id: known for known in before.known}
    found = {
        lasting: Earlier(known.device, known.seen, known.reported, successor=known.successor)
        for lasting, known in kept.items()
        if known.reported is not EventKind.COVERAGE_LOST
    }
    for device in before.devices:
        if device.lasting_id not in found:
            found[device.lasting_id] = Earlier(device, day, fuller=kept.get(device.lasting_id))
    for lasting, known in kept.items():
        if lasting not in found:
            found[lasting] = Earlier(known.device, known.seen, known.reported)
    return found
