"""A centre's run from its beginning to its end: complete only if all came, and whoever was killed is continued."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason
from scanner.courier.message import SiteRefusalReason
from scanner.fleet.centre.coordinator import RunProgress, begin_run, conduct
from scanner.fleet.centre.decisions import MAX_TRIES, RunWindow
from scanner.fleet.ledger import FleetLedger, FleetRun
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.store import Store, open_store
from tests.unit.fleet_sites import NOW, TERMS, KilledError, MadeUpFleet, MadeUpSite, made_up_fleet

WINDOW = RunWindow(NOW, NOW + timedelta(hours=3), NOW + timedelta(hours=4))
REQUEST = RunRequest("op@noc", ("--site LON", "--site MAN"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as opened:
        yield opened


def begun(fleet: MadeUpFleet) -> FleetRun:
    return begin_run(fleet.centre, "scan", TERMS, tuple(fleet.courier.sites), REQUEST)


def conducted(fleet: MadeUpFleet, run: FleetRun | None = None) -> tuple[FleetRun, RunOutcome | None]:
    run = run or begun(fleet)
    assert conduct(fleet.centre, run, WINDOW, lambda: False, RunProgress())
    assert FleetLedger(fleet.store).unended() == ()
    return run, fleet.store.run(run.run).outcome


def gaps(store: Store, run: int) -> dict[str, tuple[tuple[str, ...], tuple[Gap, ...]]]:
    return {one.subject.key: (one.subject.labels, one.gaps) for one in store.evidence(run) if one.gaps}


def not_received(detail: str) -> tuple[Gap, ...]:
    return (Gap("fleet", "", GapReason.NOT_RECEIVED, detail),)


def test_a_run_of_which_all_came_is_complete(store: Store) -> None:
    fleet = made_up_fleet(store, MadeUpSite("LON", 3), MadeUpSite("MAN", 1))
    run, outcome = conducted(fleet)
    kept = store.run(run.run)
    assert (outcome, kept.outcome, kept.kind) == (RunOutcome.COMPLETE, RunOutcome.COMPLETE, "scan")
    assert store.request(run.run) == REQUEST
    assert sorted(one.subject.key for one in store.evidence(run.run)) == [
        "LON/10.0.1.1",
        "LON/10.0.2.1",
        "LON/10.0.3.1",
        "MAN/10.0.1.1",
    ]
    assert gaps(store, run.run) == {}
    assert FleetLedger(store).unended() == ()
    assert fleet.now() < WINDOW.deadline


def test_a_site_that_is_silent_is_a_gap_and_the_run_is_not_complete(store: Store) -> None:
    fleet = made_up_fleet(store, MadeUpSite("LON", 1), MadeUpSite("MAN", silent=True))
    run, outcome = conducted(fleet)
    assert (outcome, store.run(run.run).outcome) == (RunOutcome.INTERRUPTED, RunOutcome.INTERRUPTED)
    assert gaps(store, run.run) == {
        "MAN/site": (("MAN/site: no collector",), not_received("no collector of MAN was heard"))
    }
    assert fleet.now() >= WINDOW.end


def test_a_slice_that_never_comes_back_is_a_gap_after_three_orders(store: Store) -> None:
    poisoned = MadeUpSite("LON", 3, fails=frozenset({2}))
    fleet = made_up_fleet(store, poisoned)
    run, outcome = conducted(fleet)
    time = fleet.now().strftime("%Y-%m-%d %H:%M")
    assert outcome is RunOutcome.INTERRUPTED
    assert gaps(store, run.run) == {
        "LON/slice 2 of 3": (
            ("LON/slice 2 of 3: 10.0.2.0/24",),
            not_received(f"collector lon1 last heard {time}; it was ordered {MAX_TRIES} times"),
        )
    }
    assert (poisoned.orders.count(2), poisoned.orders.count(1)) == (MAX_TRIES, 1)
    assert store.ranges(run.run) == (RangeCount("", 256, 256),)


def test_a_site_that_refuses_is_a_gap_that_says_so(store: Store) -> None:
    fleet = made_up_fleet(store, MadeUpSite("LON", 1), MadeUpSite("MAN", refuses=SiteRefusalReason.TOO_MANY_RUNS))
    run, outcome = conducted(fleet)
    assert outcome is RunOutcome.INTERRUPTED
    (gap,) = gaps(store, run.run)["MAN/site"][1]
    assert gap.detail.endswith("; it was refused: too-many-runs")
    assert fleet.now() < WINDOW.deadline  # nobody waits for whom is not coming


def test_a_site_that_plans_nothing_is_a_gap(store: Store) -> None:
    run, outcome = conducted(made_up_fleet(store, MadeUpSite("LON", 1), MadeUpSite("MAN", 0)))
    assert outcome is RunOutcome.INTERRUPTED
    (gap,) = gaps(store, run.run)["MAN/site"][1]
    assert gap.detail.endswith("; it was refused: its scope is empty")


def test_a_courier_that_is_down_costs_no_try(store: Store) -> None:
    fleet = made_up_fleet(store, MadeUpSite("LON", 2))
    run = begun(fleet)
    fleet.courier.down = frozenset({"LON"})
    calls = iter(range(1000))
    assert not conduct(fleet.centre, run, WINDOW, lambda: next(calls) > 20, RunProgress())
    assert fleet.warnings
    assert "the broker is gone" in fleet.warnings[0]
    fleet.courier.down = frozenset()
    progress = RunProgress()
    assert conduct(fleet.centre, run, WINDOW, lambda: False, progress)
    assert store.run(run.run).complete
    assert (progress.settled, progress.planned, progress.unplanned) == (2, 2, 0)


@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_a_run_whose_coordinator_was_killed_is_continued(store: Store, dies_at: int) -> None:
    lon = MadeUpSite("LON", 3)
    fleet = made_up_fleet(store, lon)
    run = begun(fleet)
    fleet.courier.dies_at = dies_at
    with pytest.raises(KilledError):
        conducted(fleet, run)
    (left,) = FleetLedger(store).unended()
    assert left == run
    fleet.courier.dies_at = 0
    assert conducted(fleet, left)[1] is RunOutcome.COMPLETE
    assert [one.subject.key for one in store.evidence(run.run)] == ["LON/10.0.1.1", "LON/10.0.2.1", "LON/10.0.3.1"]
    assert max(map(lon.orders.count, lon.orders)) == 1


def test_a_run_that_is_continued_after_its_time_ends_at_once(store: Store) -> None:
    fleet = made_up_fleet(store, MadeUpSite("LON", 2, silent=True))
    run = begun(fleet)
    fleet.clock[0] = WINDOW.end
    assert conducted(fleet, run)[1] is RunOutcome.INTERRUPTED
    assert fleet.courier.sent == 0
    assert conducted(fleet, replace(run))[1] is RunOutcome.INTERRUPTED  # an outcome stays
    assert list(gaps(store, run.run)) == ["LON/site"]
