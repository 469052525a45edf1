"""Reminders of what falls due: each date of each finding is told once when 90, 30 and 7 days are left, and once when it
has passed. Pure: it takes what was told before, and gives what to tell now and what to record.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reports.changes.state.device_state import DeviceState, FindingState
from reports.judgement.policy_views.timeline import Milestone


class DueStage(StrEnum):
    """How near a date is, the farthest first."""

    DAYS_90 = "90"
    DAYS_30 = "30"
    DAYS_7 = "7"
    PASSED = "passed"


_RANK = {stage: number for number, stage in enumerate(DueStage)}
_NEXT_DAYS = ((7, DueStage.DAYS_7), (30, DueStage.DAYS_30), (90, DueStage.DAYS_90))


class ReminderRow(NamedTuple):
    """What the store keeps of a reminder: the device's lasting id, the date of a finding, and the stage."""

    device: str
    finding: str
    stage: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A date that devices share by one rule, and how near it is. Devices are in the order of the run."""

    policy: str
    rule: str
    citation: str
    milestone: Milestone
    day: date
    stage: DueStage
    devices: tuple[DeviceState, ...]


def stage_of(day: date, as_of: date) -> DueStage | None:
    """How near a date is on a day; None if it is more than 90 days away. The date itself has not passed."""
    left = (day - as_of).days
    if left < 0:
        return DueStage.PASSED
    return next((stage for days, stage in _NEXT_DAYS if left <= days), None)


def due_reminders(
    devices: Iterable[DeviceState], as_of: date, recorded: Collection[tuple[str, str, str]]
) -> tuple[Reminder, ...]:
    """What to tell on a day, the earliest date first. A stage that was recorded, or an earlier one, is not told."""
    reached = _reached(recorded)
    groups: dict[tuple[date, str, str, Milestone, DueStage], tuple[str, list[DeviceState]]] = {}
    for device in devices:
        for day, milestone, finding in _dates(device):
            stage = stage_of(day, as_of)
            if stage is None or _RANK[stage] <= reached[device.lasting_id, _key(day, milestone, finding)]:
                continue
            group = (day, finding.policy, finding.rule, milestone, stage)
            named = groups.setdefault(group, (finding.citation, []))[1]
            if not named or named[-1] is not device:
                named.append(device)
    return tuple(
        Reminder(policy, rule, citation, milestone, day, stage, tuple(named))
        for (day, policy, rule, milestone, stage), (citation, named) in sorted(groups.items(), key=_by_day)
    )


def rows_of(reminders: Iterable[Reminder]) -> tuple[ReminderRow, ...]:
    """What to record once these were told."""
    return tuple(
        ReminderRow(device.lasting_id, _key_of(reminder), reminder.stage.value)
        for reminder in reminders
        for device in reminder.devices
    )


def _by_day(group: tuple[tuple[date, str, str, Milestone, DueStage], object]) -> tuple[date, str, str, str]:
    day, policy, rule, milestone, _ = group[0]
    return day, policy, rule, milestone.value


def _reached(recorded: Collection[tuple[str, str, str]]) -> defaultdict[tuple[str, str], int]:
    """The latest stage that was told of each date; -1 where none was. A stage of an unknown name counts as none."""
    reached: defaultdict[tuple[str, str], int] = defaultdict(lambda: -1)
    ranks = {stage.value: rank for stage, rank in _RANK.items()}
    for device, finding, stage in recorded:
        reached[device, finding] = max(reached[device, finding], ranks.get(stage, -1))
    return reached


def _dates(device: DeviceState) -> Iterator[tuple[date, Milestone, FindingState]]:
    """Each date of an open finding. Where the last day is only the eve of a rule's start, the start says it."""
    for finding in device.findings:
        if finding.waived:
            continue
        if finding.starts is not None:
            yield finding.starts, Milestone.STARTS, finding
        if finding.deadline is not None and (finding.starts is None or finding.deadline >= finding.starts):
            yield finding.deadline, Milestone.LAST_DAY, finding


def _key(day: date, milestone: Milestone, finding: FindingState) -> str:
    """A date of a finding, as the store keeps it. A law that moves its day is told anew."""
    return f"{finding.policy}/{finding.rule} {milestone.value} {day.isoformat()}"


def _key_of(reminder: Reminder) -> str:
    return f"{reminder.policy}/{reminder.rule} {reminder.milestone.value} {reminder.day.isoformat()}"
