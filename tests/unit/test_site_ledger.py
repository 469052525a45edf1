"""The ledger of a site's runs: it survives restarts, and no clock that is set gives a centre more runs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from scanner.fleet.site.moment import Moment, moment_now, seconds_between
from scanner.fleet.site.run_ledger import DAY, BegunRun, KeptLedger, RunLedger
from tests.unit.site_parts import NOW, OTHER_RUN, RUN

FIRST = Moment(NOW, "boot", 500.0)
BEGUN = BegunRun(RUN, FIRST, 7, "c" * 64)


def at(seconds: float, clock: float | None = None, boot: str = "boot") -> Moment:
    """So many seconds later; the clock of the day may show another difference."""
    return Moment(NOW + timedelta(seconds=seconds if clock is None else clock), boot, 500.0 + seconds)


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    kept = KeptLedger(tmp_path / "ledger.json")
    ledger = kept.ledger.with_try(BEGUN, 3).with_try(BEGUN, 3).with_try(BEGUN, 5)
    ledger = ledger.with_refusals(RUN, [("cli", "10.0.0.1")]).with_refusals(RUN, [("cli", "10.0.0.2")])
    kept.keep(ledger)
    again = KeptLedger(tmp_path / "ledger.json").ledger
    assert again == ledger
    (run,) = again.runs
    assert (run.tries, run.refusals) == (((3, 2), (5, 1)), frozenset({("cli", "10.0.0.1"), ("cli", "10.0.0.2")}))


def test_a_file_that_is_no_ledger_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").write_text('{"runs": [{"run": "x"}]}')
    with pytest.raises(DataFileError, match="no ledger of runs"):
        KeptLedger(tmp_path / "ledger.json")


@pytest.mark.parametrize("clock", [-400 * DAY, -1.0, 5.0, 400 * DAY])
def test_a_clock_that_is_set_changes_no_count(clock: float) -> None:
    ledger = RunLedger((BEGUN,))
    assert ledger.settled(at(60, clock)).begun_within_a_day(at(60, clock)) == 1
    assert ledger.settled(at(DAY + 1, clock)).begun_within_a_day(at(DAY + 1, clock)) == 0


def test_a_restart_with_a_clock_that_is_behind_blocks_a_day_and_no_more() -> None:
    ledger = RunLedger((BEGUN,))
    after = Moment(NOW - timedelta(days=300), "another", 10.0)
    settled = ledger.settled(after)
    assert settled.begun_within_a_day(after) == 1
    day_later = Moment(NOW + timedelta(days=900), "another", 10.0 + DAY)
    assert settled.settled(day_later).begun_within_a_day(day_later) == 0


def test_runs_of_last_week_are_forgotten() -> None:
    ledger = RunLedger((BEGUN, replace(BEGUN, run=OTHER_RUN, begun=at(6 * DAY))))
    assert [run.run for run in ledger.settled(at(7 * DAY)).runs] == [OTHER_RUN]


def test_a_try_that_was_not_the_slices_fault_is_taken_back() -> None:
    ledger = RunLedger().with_try(BEGUN, 3).with_try(BEGUN, 3, -1).with_try(BEGUN, 3, -1)
    assert ledger.runs[0].tries_of(3) == 0


def test_a_run_keeps_the_moment_at_which_it_began() -> None:
    ledger = RunLedger().with_try(BEGUN, 1).with_try(replace(BEGUN, begun=at(3_600)), 2)
    assert [run.begun for run in ledger.runs] == [FIRST]


def test_this_machines_moments_follow_each_other() -> None:
    first = moment_now()
    assert 0 <= seconds_between(first, moment_now()) < 60
