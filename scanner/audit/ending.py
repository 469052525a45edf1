"""How a night ended, for whoever reads its exit code: what is new or worse than before, and what was seen before and is
not now. What is as it was on the night before says nothing."""

from collections.abc import Iterator

from fingerprints.model.evidence import GapReason
from reports.changes.state.device_state import DeviceState, FindingState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import RunState
from reports.policy.verdict import Verdict, severity
from scanner.audit.night import Night

_LESS_SEEN = frozenset((EventKind.GONE, EventKind.COVERAGE_LOST))

FindingKey = tuple[str, str, str]


def newly_failing(night: Night, fail_on: Verdict | None) -> Iterator[DeviceState]:
    """The devices that are at `fail_on` or worse, and were not so before: their verdict is worse than it was, or they
    have a finding that they had not. On the first night those at `fail_on` or worse; none where it is None."""
    if fail_on is None:
        return
    before = {} if night.before is None else {device.lasting_id: device for device in _devices_before(night.before)}
    for device in night.state.devices:
        if severity(device.verdict) <= severity(fail_on) and _is_news(device, before.get(device.lasting_id), fail_on):
            yield device


def _devices_before(state: RunState) -> Iterator[DeviceState]:
    """The devices of a run, and those that it did not reach, as they were before it."""
    yield from state.devices
    yield from (known.device for known in state.known if known.reported is None)


def _is_news(device: DeviceState, before: DeviceState | None, fail_on: Verdict) -> bool:
    if before is None or severity(device.verdict) < severity(before.verdict):
        return True
    return not frozenset(_failing(device, fail_on)) <= frozenset(_failing(before, fail_on))


def _failing(device: DeviceState, fail_on: Verdict) -> Iterator[FindingKey]:
    for finding in device.findings:
        if not finding.waived and severity(finding.verdict) <= severity(fail_on):
            yield _key(finding)


def _key(finding: FindingState) -> FindingKey:
    return finding.policy, finding.rule, finding.component


def newly_missing(night: Night) -> tuple[str, ...]:
    """The targets that could not be assessed, and could on the night before; on the first night all that could not."""
    before = frozenset[str]() if night.before is None else frozenset(_missing(night.before))
    return tuple(target for target in _missing(night.state) if target not in before)


def has_news(night: Night) -> bool:
    """True on the first night, and where anything changed or less was seen than before."""
    return night.comparison is None or bool(night.comparison.events) or is_less_seen(night)


def is_less_seen(night: Night) -> bool:
    """True if the night did not reach its end, or something that was seen before was not seen now, or less of it."""
    events = () if night.comparison is None else night.comparison.events
    return not night.state.complete or bool(newly_missing(night)) or any(one.kind in _LESS_SEEN for one in events)


def _missing(state: RunState) -> tuple[str, ...]:
    """The targets that a run could not assess. Whether one that it did not reach could be assessed is not known."""
    return tuple(missing.target for missing in state.missing if missing.reason != GapReason.INTERRUPTED)
