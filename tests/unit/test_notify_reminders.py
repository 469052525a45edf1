"""Reminders: each date is told once when 90, 30 and 7 days are left, and once when it has passed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.changes.state.device_state import DeviceState
from reports.judgement.policy_views.timeline import Milestone
from reports.policy.verdict import Verdict
from scanner.notify.message import describe_reminder
from scanner.notify.reminders import DueStage, ReminderRow, due_reminders, rows_of, stage_of
from tests.unit.device_states import RULE, box

LAST_DAY = date(2027, 12, 31)
BOX = box(1, verdict=Verdict.CONDITIONAL, findings=(RULE,))


def days_before(days: int) -> date:
    return LAST_DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (91, None),
        (90, DueStage.DAYS_90),
        (31, DueStage.DAYS_90),
        (30, DueStage.DAYS_30),
        (8, DueStage.DAYS_30),
        (7, DueStage.DAYS_7),
        (0, DueStage.DAYS_7),
        (-1, DueStage.PASSED),
        (-9000, DueStage.PASSED),
    ],
)
def test_a_stage_begins_on_its_day(days: int, stage: DueStage | None) -> None:
    assert stage_of(LAST_DAY, days_before(days)) is stage


def nightly(device: DeviceState, days: list[int]) -> list[tuple[int, str]]:
    """The days before the last day on which something was told, with what."""
    recorded: set[tuple[str, str, str]] = set()
    found = []
    for left in days:
        for reminder in due_reminders((device,), days_before(left), recorded):
            found.append((left, reminder.stage.value))
            recorded |= set(rows_of((reminder,)))
    return found


def test_each_stage_is_told_once_and_on_its_day() -> None:
    every_night = list(range(120, -40, -1))
    assert nightly(BOX, every_night) == [(90, "90"), (30, "30"), (7, "7"), (-1, "passed")]


def test_a_date_that_is_first_seen_late_is_told_at_its_stage_alone() -> None:
    assert nightly(BOX, [5, 4, 3]) == [(5, "7")]


def test_a_clock_that_goes_back_tells_no_earlier_stage() -> None:
    assert nightly(BOX, [6, 20, 80, 6]) == [(6, "7")]


@given(st.lists(st.integers(-30, 120), max_size=40))
def test_no_stage_is_told_twice_whatever_the_nights(days: list[int]) -> None:
    told = [stage for _, stage in nightly(BOX, days)]
    assert len(told) == len(set(told))
    assert sorted(told, key=[stage.value for stage in DueStage].index) == told


def test_devices_share_a_reminder_and_each_is_recorded() -> None:
    (reminder,) = due_reminders((BOX, box(2, findings=(RULE,)), box(3)), days_before(3), ())
    assert [device.lasting_id for device in reminder.devices] == ["id-1", "id-2"]
    assert rows_of((reminder,)) == tuple(
        ReminderRow(f"id-{number}", "gb-dvd-huawei-2022/core last day 2027-12-31", "7") for number in (1, 2)
    )


def test_a_device_that_joins_later_is_told_alone() -> None:
    first = due_reminders((BOX,), days_before(3), ())
    (second,) = due_reminders((BOX, box(2, findings=(RULE,))), days_before(2), rows_of(first))
    assert [device.lasting_id for device in second.devices] == ["id-2"]


def test_a_law_that_moves_its_day_is_told_anew() -> None:
    first = due_reminders((BOX,), days_before(3), ())
    moved = box(1, findings=(replace(RULE, deadline=LAST_DAY + timedelta(days=1)),))
    assert len(due_reminders((moved,), days_before(3), rows_of(first))) == 1


def test_a_waived_finding_and_one_on_two_parts_of_a_device() -> None:
    findings = (replace(RULE, waived=True), replace(RULE, rule="edge", component="1/0"), replace(RULE, rule="edge"))
    (reminder,) = due_reminders((box(1, findings=findings),), days_before(3), ())
    assert (reminder.rule, len(reminder.devices), len(rows_of((reminder,)))) == ("edge", 1, 1)


def test_where_the_last_day_is_the_eve_of_the_start_the_start_says_it() -> None:
    both = replace(RULE, starts=LAST_DAY + timedelta(days=1))
    (reminder,) = due_reminders((box(1, findings=(both,)),), days_before(3), ())
    assert (reminder.milestone, reminder.day) == (Milestone.STARTS, LAST_DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("days", "starts", "sentence"),
    [
        (20, False, "Within 30 days, on 2027-12-31, is the last day for 1 device by gb-dvd-huawei-2022/core: core-1."),
        (-5, False, "The last day, 2027-12-31, has passed for 1 device by gb-dvd-huawei-2022/core: core-1."),
        (0, True, "Within 7 days, on 2027-12-31, the rule starts for 1 device by gb-dvd-huawei-2022/core: core-1."),
        (-5, True, "Since 2027-12-31 the rule holds for 1 device by gb-dvd-huawei-2022/core: core-1."),
    ],
)
def test_the_sentence_of_a_reminder(days: int, starts: bool, sentence: str) -> None:
    finding = replace(RULE, deadline=None, starts=LAST_DAY) if starts else RULE
    (reminder,) = due_reminders((box(1, findings=(finding,)),), days_before(days), ())
    assert describe_reminder(reminder) == sentence


def test_a_reminder_of_many_devices_names_the_first_and_counts_all() -> None:
    devices = tuple(box(number, findings=(RULE,)) for number in range(1, 9))
    (reminder,) = due_reminders(devices, days_before(3), ())
    assert describe_reminder(reminder).endswith(
        "for 8 devices by gb-dvd-huawei-2022/core: core-1, core-2, core-3, core-4, core-5 and 3 more."
    )
