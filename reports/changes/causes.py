"""Why a device is judged otherwise than before: its box, its place, the data, the law, or a day."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.changes.state.device_state import DeviceState, FindingState
from reports.changes.state.event import Cause
from reports.changes.state.run_state import JudgedWith


@dataclass(frozen=True, slots=True)
class Judgements:
    """What the two runs were judged by."""

    before: JudgedWith
    after: JudgedWith

    def of_verdict(self, before: DeviceState, after: DeviceState) -> tuple[Cause, ...]:
        """Why the verdict or a finding is another one; never empty."""
        return tuple(self._causes(before, after)) or (Cause.NETWORK,)

    def of_identity(self, before: DeviceState, after: DeviceState) -> tuple[Cause, ...]:
        """Why what is known of the box itself is another thing: the box, or the data that read it."""
        return (Cause.DATA,) if self._data_differ and before.evidence == after.evidence else (Cause.BOX,)

    @property
    def same_zones(self) -> bool:
        """True if the zones file is the same, so that a device in another zone has moved."""
        return self.before.zones == self.after.zones

    @property
    def _data_differ(self) -> bool:
        return (self.before.data, self.before.tool) != (self.after.data, self.after.tool)

    def _causes(self, before: DeviceState, after: DeviceState) -> Iterator[Cause]:
        if before.evidence != after.evidence:
            yield Cause.BOX
        elif self._data_differ:
            yield Cause.DATA
        if _stand(before) != _stand(after):
            yield Cause.PLACE
        if self.before.law != self.after.law:
            yield Cause.LAW
        elif any(map(self._has_come, (*before.findings, *after.findings))) or _lost_waiver(before, after):
            yield Cause.DAY

    def _has_come(self, finding: FindingState) -> bool:
        """True if the first day of a rule, or the day after its last one, lies between the two days of judgement."""
        first, last = sorted((self.before.as_of, self.after.as_of))
        starts, deadline = finding.starts, finding.deadline
        return (starts is not None and first < starts <= last) or (deadline is not None and first <= deadline < last)


def _stand(device: DeviceState) -> tuple[str, ...]:
    return device.place, device.zone, device.site, device.stands


def _lost_waiver(before: DeviceState, after: DeviceState) -> bool:
    """True if a waiver covers a finding on one day and not on the other."""
    waived = {(finding.policy, finding.rule, finding.component): finding.waived for finding in before.findings}
    return any(
        waived.get((finding.policy, finding.rule, finding.component), finding.waived) != finding.waived
        for finding in after.findings
    )
