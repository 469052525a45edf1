"""Thirty nights of a small network: each change is told on its night, and nothing else is."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.year.__main__ import summary
from benchmarks.year.script import Expected
from benchmarks.year.simulation import NightResult, Year
from reports.changes.state.event import EventKind

NIGHTS, DEVICES = 30, 24


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[NightResult, ...]:
    return tuple(Year(tmp_path_factory.mktemp("year"), DEVICES, NIGHTS).advance())


def test_every_change_is_told_on_its_night(year: tuple[NightResult, ...]) -> None:
    assert [(result.night, result.missed) for result in year if result.missed] == []


def test_nothing_is_told_that_did_not_happen(year: tuple[NightResult, ...]) -> None:
    told = [(result.night, event.kind, event.device.name, event.at) for result in year for event in result.spurious]
    assert told == []


def test_the_script_holds_every_kind_of_change(tmp_path: Path) -> None:
    script = Year(tmp_path, DEVICES, NIGHTS)
    kinds: Counter[EventKind] = Counter()
    day = script.clock.date()
    for night in range(2, NIGHTS + 1):
        before, day = day, day.fromordinal(day.toordinal() + 1)
        kinds.update(event.kind for event in script.script.advance(night, day, before))
    assert set(kinds) == {
        EventKind.NEW,
        EventKind.GONE,
        EventKind.RETURNED,
        EventKind.RENAMED,
        EventKind.READDRESSED,
        EventKind.VERSION,
        EventKind.IDENTITY,
        EventKind.PART_SWAPPED,
        EventKind.MOVED,
        EventKind.VERDICT,
        EventKind.COVERAGE_LOST,
        EventKind.COVERAGE_GAINED,
    }


def test_the_store_grows_by_what_changes(year: tuple[NightResult, ...]) -> None:
    what, _, _, holds = summary(year)[2]
    assert (what, holds) == ("store, MB", True)


def test_a_missed_event_a_fat_store_and_a_slow_night_are_not_as_asked() -> None:
    good = NightResult(1, 0, (), (), 1.0, 100)
    missed = NightResult(2, 1, (Expected(EventKind.GONE, 1),), (), 1.0, 900)
    slow = NightResult(3, 0, (), (), 2.0, 900)
    assert [holds for *_, holds in summary((good, missed, *[slow] * 9))] == [False, True, False, True]
    assert [holds for *_, holds in summary((good, *[good] * 5, *[slow] * 5))] == [True, True, False, False]
