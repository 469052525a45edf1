"""Nights after each other: each event is told once and on its night, whatever is killed or cut off by a window."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints.model.errors import KitscanError
from reports.changes.state.event import EventKind
from reports.policy.verdict import Verdict
from scanner.audit.decisions import Begin, Resume
from scanner.audit.ending import is_less_seen, newly_failing, newly_missing
from scanner.audit.night import Night
from scanner.audit.night_wording import format_night, format_quiet_night
from scanner.cli.runs.listing import format_runs, summarize_runs
from scanner.store.store import Store, open_store
from tests.unit.nights import FIRST_NIGHT, STEPS, Box, KilledError, Operator, boxes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as opened:
        yield opened


def upgrade(operator: Operator, address: str) -> None:
    operator.boxes[address] = replace(operator.boxes[address], release=operator.boxes[address].release + 1)


def test_the_first_night_has_nothing_to_compare_with_and_the_second_tells_what_changed(store: Store) -> None:
    operator = Operator(store, boxes(3))
    first = operator.night()
    assert (first.comparison, first.before, first.baseline) == (None, None, None)
    upgrade(operator, "192.0.2.2")
    operator.boxes["192.0.2.9"] = Box("sw9")
    second = operator.night()
    assert operator.told == [(2, EventKind.VERSION, "sw2"), (2, EventKind.NEW, "sw9")]
    assert (second.baseline, second.before and second.before.run) == (1, 1)
    assert operator.night().comparison is not None
    assert len(operator.told) == 2


def test_a_box_that_goes_and_comes_back_is_told_on_both_days_and_keeps_its_lasting_id(store: Store) -> None:
    operator = Operator(store, boxes(3))
    first = operator.night()
    box = operator.boxes.pop("192.0.2.1")
    for _ in range(3):
        operator.night()
    operator.boxes["192.0.2.1"] = box
    last = operator.night()
    assert operator.told == [(2, EventKind.GONE, "sw1"), (5, EventKind.RETURNED, "sw1")]
    assert {one.lasting_id for one in first.state.devices} == {one.lasting_id for one in last.state.devices}


@pytest.mark.parametrize("step", STEPS)
def test_a_night_that_is_killed_is_told_once_by_the_next_process(step: str, store: Store) -> None:
    operator = Operator(store, boxes(4))
    operator.night()
    upgrade(operator, "192.0.2.2")
    operator.dies_at = step
    with pytest.raises(KilledError):
        operator.audit()
    operator.clock += timedelta(hours=1)
    operator.night()
    expected = [(2, EventKind.VERSION, "sw2")]
    assert operator.told == (expected * 2 if step == "told" else expected)
    assert {notice.channel for notice in store.notices(2)} == {"audit"}


@pytest.mark.parametrize("step", STEPS)
def test_a_night_that_is_killed_and_seen_only_on_the_next_one_loses_no_event(step: str, store: Store) -> None:
    operator = Operator(store, boxes(4))
    operator.night()
    upgrade(operator, "192.0.2.2")
    operator.dies_at = step
    with pytest.raises(KilledError):
        operator.audit()
    operator.clock += timedelta(days=1)
    upgrade(operator, "192.0.2.3")
    operator.night()
    told = [(kind, name) for _, kind, name in dict.fromkeys(operator.told)]
    assert sorted(told) == [(EventKind.VERSION, "sw2"), (EventKind.VERSION, "sw3")]
    decision = operator.orders[-1].decision
    assert isinstance(decision, Begin) and decision.too_old == (step == "collecting")


def test_an_audit_killed_while_it_collected_is_resumed_and_asks_nobody_twice(store: Store) -> None:
    operator = Operator(store, boxes(6), dies_at="collecting")
    with pytest.raises(KilledError):
        operator.audit()
    before = list(operator.asked)
    operator.clock += timedelta(hours=1)
    night = operator.night()
    assert operator.orders[-1].decision == Resume(1)
    assert sorted(before + operator.asked) == sorted(operator.boxes)
    assert (night.run.id, night.state.complete, len(night.state.devices)) == (1, True, 6)


def test_whom_a_window_left_out_comes_first_next_night_and_is_not_called_gone(store: Store) -> None:
    operator = Operator(store, boxes(6))
    operator.night()
    operator.at_most = 2
    upgrade(operator, "192.0.2.2")
    upgrade(operator, "192.0.2.5")
    partial = operator.night()
    assert not partial.state.complete
    assert operator.told == [(2, EventKind.VERSION, "sw2")]
    assert is_less_seen(partial)
    operator.at_most = 1_000
    whole = operator.night()
    assert operator.orders[-1].decision == Begin(unreached=2)
    assert operator.asked[:4] == [f"192.0.2.{number}" for number in (3, 4, 5, 6)]
    assert operator.told[1:] == [(3, EventKind.VERSION, "sw5")]
    assert (whole.baseline, whole.before and whole.before.run) == (1, 2)
    assert not is_less_seen(whole)


def test_a_partial_night_in_which_a_box_went_tells_it_on_the_first_whole_one(store: Store) -> None:
    operator = Operator(store, boxes(6))
    operator.night()
    del operator.boxes["192.0.2.1"]
    operator.at_most = 2
    operator.night()
    assert operator.told == []
    operator.at_most = 1_000
    operator.night()
    operator.night()
    assert operator.told == [(3, EventKind.GONE, "sw1")]


def test_somebody_who_could_not_be_told_is_told_on_a_later_night(store: Store) -> None:
    operator = Operator(store, boxes(2))
    operator.night()
    upgrade(operator, "192.0.2.1")
    operator.is_deaf = True
    operator.night()
    operator.is_deaf = False
    operator.night()
    assert operator.told == [(2, EventKind.VERSION, "sw1")]
    assert [night.run.id for night in operator.nights] == [1, 2, 2, 3]


@dataclass
class QuietOperator(Operator):
    """Sends nothing on a night on which nothing happened, as the notices do: then nothing fails either."""

    def tell(self, night: Night) -> bool:
        told = super().tell(night)
        return told or night.comparison is None or not night.comparison.events


def test_a_quiet_night_in_between_does_not_end_the_trying(store: Store) -> None:
    operator = QuietOperator(store, boxes(2))
    operator.night()
    upgrade(operator, "192.0.2.1")
    operator.is_deaf = True
    operator.night()
    operator.night()
    operator.is_deaf = False
    operator.night()
    assert operator.told == [(2, EventKind.VERSION, "sw1")]
    assert [night.run.id for night in operator.nights] == [1, 2, 2, 3, 2, 4]


def test_a_wrong_baseline_names_no_run_that_is_none(store: Store) -> None:
    operator = Operator(store, boxes(2))
    operator.night()
    with pytest.raises(KitscanError, match="--baseline 9: this is no complete audit before this night; those are: 1"):
        operator.audit(baseline=9)


def test_somebody_who_never_answers_is_tried_on_three_nights_and_no_more(store: Store) -> None:
    operator = Operator(store, boxes(2), is_deaf=True)
    for _ in range(6):
        operator.night()
    assert [night.run.id for night in operator.nights] == [1, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6]


def test_a_baseline_that_the_user_names_is_compared_with_instead(store: Store) -> None:
    operator = Operator(store, boxes(2))
    for _ in range(3):
        operator.night()
        upgrade(operator, "192.0.2.1")
    night = operator.audit(baseline=1)
    assert night is not None and night.comparison is not None
    assert (night.comparison.before, night.baseline) == (1, 1)
    asked = list(operator.asked)
    with pytest.raises(KitscanError, match="--baseline 77"):
        operator.audit(baseline=77)
    assert operator.asked == asked


def test_a_scope_of_its_own_has_a_baseline_of_its_own(store: Store) -> None:
    operator = Operator(store, boxes(2))
    operator.night()
    with store.writing("scan", "1.0", operator.clock) as writer:
        writer.record(replace(operator.store.request(1), targets=("198.51.100.0/24",)))
    operator.night()
    assert operator.told == []


def test_only_what_is_new_or_worse_fails_a_night(store: Store) -> None:
    operator = Operator(store, boxes(2))
    first, second = operator.night(), operator.night()
    assert len([*newly_failing(first, Verdict.CLEAR)]) == 2
    assert [*newly_failing(second, Verdict.CLEAR)] == []
    assert [*newly_failing(first, None)] == []
    device = second.state.devices[0]
    worse = replace(second.state, devices=(replace(device, verdict=Verdict.RESTRICTED), *second.state.devices[1:]))
    assert [one.lasting_id for one in newly_failing(replace(second, state=worse), Verdict.RESTRICTED)] == [
        device.lasting_id
    ]
    third = replace(second, before=worse, state=worse)
    assert [*newly_failing(third, Verdict.RESTRICTED)] == []
    better = replace(second, before=worse)
    assert [*newly_failing(better, Verdict.RESTRICTED)] == []


def test_a_night_is_told_in_ten_lines_at_most(store: Store) -> None:
    operator = Operator(store, boxes(6))
    assert [*format_night(operator.night(), (), (), None)] == [
        "Run 1, 2026-11-01, the first audit of this scope. 6 devices: 6 clear.",
        "Next: kitscan assess 1",
    ]
    operator.at_most = 3
    upgrade(operator, "192.0.2.1")
    night = operator.night()
    events = [f"event {number}" for number in range(40)]
    lines = [*format_night(night, events, ("2027-01-01 a day", "2027-01-02 another"), time(5))]
    assert len(lines) <= 10
    assert lines[0] == "Run 2, 2026-11-02, since run 1: 1 changed; 2 devices as they were."
    assert lines[1:5] == ["  event 0", "  event 1", "  event 2", "  and 37 more"]
    assert lines[5] == "Due, the first of 2 dates: 2027-01-01 a day"
    assert lines[6] == "The window ended at 05:00: 3 targets not asked to the end. They come first next night."
    assert lines[-1] == "Next: kitscan diff 1 2"
    assert newly_missing(night) == ()


def test_a_quiet_night_is_one_line(store: Store) -> None:
    operator = Operator(store, boxes(2))
    operator.night()
    assert (
        format_quiet_night(operator.night())
        == "Run 2, 2026-11-02, since run 1: Nothing changed; 2 devices as they were."
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_nights_are_killed_each_change_is_told_and_only_by_a_repeated_notice_twice(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("nights") / "s.sqlite"
    with open_store(str(place), create=True) as store:
        operator, changed = Operator(store, boxes(4)), 0
        operator.night()
        for _ in range(data.draw(st.integers(1, 4))):
            if data.draw(st.booleans()):
                upgrade(operator, "192.0.2.3")
                changed += 1
            for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=2)):
                operator.dies_at = step
                with suppress(KilledError):
                    operator.audit()
                operator.dies_at = ""
                operator.clock += timedelta(minutes=30)
            operator.night()
        versions = [run for run, kind, name in dict.fromkeys(operator.told) if kind is EventKind.VERSION]
        assert len(versions) == len(set(versions)) == changed
        assert {kind for _, kind, _ in operator.told} <= {EventKind.VERSION}
    assert operator.clock > FIRST_NIGHT > datetime(2026, 1, 1, tzinfo=UTC)


def test_the_table_of_runs_marks_the_baseline_and_partial_nights(store: Store) -> None:
    operator = Operator(store, boxes(4))
    operator.night()
    operator.night()
    operator.at_most = 1
    operator.night()
    summaries = tuple(summarize_runs(store))
    assert [summary.is_baseline for summary in summaries] == [False, True, False]
    table = [*format_runs(summaries, None)]
    assert ["baseline" in row for row in table] == [False, False, True, False]
    assert "partial" in table[3]


def test_the_first_night_says_restricted_only_where_somebody_chose_the_policies(store: Store) -> None:
    night = Operator(store, boxes(2)).night()
    worse = tuple(replace(device, verdict=Verdict.RESTRICTED) for device in night.state.devices)
    for binding, said in ((False, "2 devices: 2 would be restricted."), (True, "2 devices: 2 restricted.")):
        judged = replace(night.state.judged, binding=binding)
        shown = replace(night, state=replace(night.state, devices=worse, judged=judged))
        assert next(format_night(shown, (), (), None)).endswith(said)
