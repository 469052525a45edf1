"""What an audit decides: begin or resume, whom to compare with, when its window ends."""

import os
import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import KitscanError
from scanner.audit.decisions import (
    AUDIT,
    Begin,
    ComparedWith,
    PastRun,
    Resume,
    begin_or_resume,
    compared_with,
    untold,
)
from scanner.audit.window import end_of_night, end_of_window, time_of_day
from scanner.run_request import RunRequest
from scanner.sink import RunOutcome
from scanner.store.store import Run

SCOPE = RunRequest("op@noc", ("192.0.2.0/24", "192.0.3.0/24"), ("192.0.2.9",), "normal", ("snmp", "ssh"))
TWO = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
NIGHT = partial(end_of_night, until=None)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    clock.tzset()
    yield
    monkeypatch.undo()
    os.environ.pop("TZ", None)
    clock.tzset()


def past(
    number: int,
    outcome: RunOutcome | None = RunOutcome.COMPLETE,
    states: bool = True,
    told: bool = True,
    kind: str = AUDIT,
    request: RunRequest = SCOPE,
    started: datetime = TWO,
) -> PastRun:
    run = Run(number, kind, "0.1", started, started if outcome else None, outcome)
    return PastRun(run, request, states, told)


KILLED = past(3, None, states=False, told=False)
STOPPED = past(3, RunOutcome.INTERRUPTED, states=False, told=False)
WINDOW_ENDED = past(3, RunOutcome.INTERRUPTED)


def test_the_first_night_begins_a_run() -> None:
    assert begin_or_resume((), SCOPE, TWO, NIGHT) == Begin()
    assert begin_or_resume((past(1, kind="scan"),), SCOPE, TWO, NIGHT) == Begin()


def test_a_night_after_a_complete_one_begins_a_run() -> None:
    assert begin_or_resume((past(1),), SCOPE, TWO + timedelta(days=1), NIGHT) == Begin()


@pytest.mark.parametrize("cut", [KILLED, STOPPED])
def test_an_audit_that_was_cut_off_is_resumed_in_the_same_night_only(cut: PastRun) -> None:
    assert begin_or_resume((past(1), cut), SCOPE, TWO + timedelta(hours=2), NIGHT) == Resume(3)
    assert begin_or_resume((past(1), cut), SCOPE, TWO + timedelta(hours=23), NIGHT) == Begin(3, too_old=True)


def test_an_audit_whose_window_is_over_is_not_resumed(berlin: None) -> None:
    until_five = partial(end_of_night, until=time(5))
    assert begin_or_resume((KILLED,), SCOPE, TWO + timedelta(hours=1, minutes=59), until_five) == Resume(3)
    assert begin_or_resume((KILLED,), SCOPE, TWO + timedelta(hours=2), until_five) == Begin(3, too_old=True)


def test_a_clock_that_went_back_before_the_start_resumes_nothing() -> None:
    assert begin_or_resume((KILLED,), SCOPE, TWO - timedelta(hours=1), NIGHT) == Begin(3, too_old=True)


def test_whom_a_window_left_out_is_asked_first_by_a_new_run() -> None:
    assert begin_or_resume((past(1), WINDOW_ENDED), SCOPE, TWO + timedelta(minutes=5), NIGHT) == Begin(3)


def test_another_scope_s_audit_is_not_resumed() -> None:
    assert begin_or_resume((KILLED,), RunRequest("op@noc", ("192.0.9.0/24",)), TWO, NIGHT) == Begin()


def test_a_run_behind_which_another_began_is_not_resumed() -> None:
    other = past(4, kind="scan")
    assert begin_or_resume((KILLED, other), SCOPE, TWO + timedelta(hours=1), NIGHT) == Begin(3, too_old=True)


def test_the_order_of_words_makes_no_other_scope() -> None:
    turned = RunRequest("root@host", SCOPE.targets[::-1], SCOPE.exclusions, "slow", SCOPE.probes[::-1])
    assert begin_or_resume((past(3, None, states=False, request=turned),), SCOPE, TWO, NIGHT) == Resume(3)


def test_nights_that_were_killed_after_they_collected_are_finished_oldest_first() -> None:
    judged_only, collected_only = past(2, told=False), past(3, states=False, told=False)
    cut = past(4, RunOutcome.INTERRUPTED, states=False, told=False)
    partial_one = past(5, RunOutcome.INTERRUPTED, told=False)
    assert untold(
        (past(1), judged_only, collected_only, cut, partial_one, past(6, kind="scan", told=False)), SCOPE
    ) == (
        judged_only,
        collected_only,
        partial_one,
    )


def test_a_partial_night_is_compared_with_and_replaces_no_baseline() -> None:
    nights = (past(1), past(2), past(3, RunOutcome.INTERRUPTED), past(4, RunOutcome.INTERRUPTED))
    assert compared_with(nights, SCOPE, 3) == ComparedWith(2, 2)
    assert compared_with(nights, SCOPE, 4) == ComparedWith(3, 2)
    assert compared_with(nights, SCOPE, 5) == ComparedWith(4, 2)
    assert compared_with(nights[2:], SCOPE, 5) == ComparedWith(4, None)
    assert compared_with(nights, SCOPE, 1) is None


def test_a_baseline_that_is_named_must_be_a_complete_audit() -> None:
    nights = (past(1), past(2, states=False), past(3, RunOutcome.INTERRUPTED), past(4))
    assert compared_with(nights, SCOPE, 5, 1) == ComparedWith(1, 1)
    for wrong in (2, 3, 9):
        with pytest.raises(KitscanError, match=rf"--baseline {wrong}: .* before this night; those are: 1, 4"):
            compared_with(nights, SCOPE, 5, wrong)


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([*RunOutcome, None]), st.booleans(), st.booleans()), max_size=9)
)
def test_no_run_that_is_not_finished_is_a_baseline_and_no_complete_one_is_resumed(
    rows: list[tuple[bool, RunOutcome | None, bool, bool]],
) -> None:
    nights = [
        past(number, outcome, states, told and states, AUDIT if own else "scan")
        for number, (own, outcome, states, told) in enumerate(rows, 1)
    ]
    chosen = compared_with(nights, SCOPE, len(nights) + 1)
    decision = begin_or_resume(nights, SCOPE, TWO, NIGHT)
    if chosen is not None:
        assert nights[chosen.run - 1].has_states
        assert chosen.baseline is None or nights[chosen.baseline - 1].is_baseline
    if isinstance(decision, Resume):
        resumed = nights[decision.run - 1]
        assert not resumed.run.complete and not resumed.has_states and resumed is nights[-1]
    assert not {known.run.id for known in untold(nights, SCOPE) if known.is_notified}


@pytest.mark.parametrize("text", ["05:00", "5:00", " 05:00 "])
def test_a_time_of_day_is_read(text: str) -> None:
    assert time_of_day(text) == time(5)


@pytest.mark.parametrize("text", ["", "5", "25:00", "05:60", "05:00:00", "-1:00", "noon", "05.00", "٥:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(KitscanError, match="write it as 05:00"):
        time_of_day(text)


def test_a_window_ends_at_the_next_occurrence_in_the_zone_of_the_machine(berlin: None) -> None:
    evening, early = datetime(2026, 11, 29, 22, 30, tzinfo=UTC), datetime(2026, 11, 30, 3, 59, tzinfo=UTC)
    assert end_of_window(evening, time(5)) == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert end_of_window(early, time(5)) == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert end_of_window(datetime(2026, 11, 30, 4, 0, tzinfo=UTC), time(5)) == datetime(2026, 12, 1, 4, 0, tzinfo=UTC)


def test_clocks_that_change_in_the_night_neither_lose_nor_prolong_a_window(berlin: None) -> None:
    forward, back = datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert end_of_window(forward, time(5)) == datetime(2026, 3, 29, 3, 0, tzinfo=UTC)
    assert end_of_window(back, time(5)) == datetime(2026, 10, 25, 4, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), st.times())
def test_a_window_lasts_a_day_at_most_and_never_no_time(start: datetime, until: time) -> None:
    end = end_of_window(start, until.replace(second=0, microsecond=0))
    assert timedelta() < end - start <= timedelta(days=1, hours=1)
    assert date(2019, 12, 31) < end.date()
