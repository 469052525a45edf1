"""The desk where orders arrive: it does what the site allows, keeps what it did, and says why not the rest."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprints.model.errors import KitscanError
from scanner.courier.envelope import MessageRefusedError, seal
from scanner.courier.message import FleetMessage, Heartbeat, SitePlan, SiteRefusal, SiteRefusalReason
from scanner.fleet.site import order_desk
from scanner.fleet.site.local_scope import SLICES_A_MESSAGE
from scanner.fleet.site.moment import Moment
from scanner.fleet.site.order_checks import MAX_TRIES
from scanner.fleet.site.order_desk import CutOffError
from scanner.fleet.site.site_event import SiteEventKind
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES
from tests.unit.site_parts import (
    CENTRE,
    CONFIG,
    KEY,
    NOW,
    OTHER_RUN,
    RUN,
    SEED,
    Site,
    local_scope,
    plan_order,
    site,
    slice_order,
    terms,
)

REASON = SiteRefusalReason


def refusals(found: Site) -> list[tuple[int, SiteRefusalReason]]:
    return [(message.ordinal, message.reason) for message in found.messages() if isinstance(message, SiteRefusal)]


def order(found: Site, message: FleetMessage) -> None:
    found.desk.handle(seal(message, CENTRE))


def test_a_plan_names_the_slices_of_the_own_scope_and_no_more(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, plan_order())
    (plan,) = found.messages()
    assert isinstance(plan, SitePlan)
    assert (plan.run, plan.site, plan.collector, plan.of) == (RUN, "LON", "lon1", 3)
    assert [part.addresses for part in plan.slices] == [part.targets.count for part in local.slices(SEED)]
    assert sum(part.addresses for part in plan.slices) == 8_192 - 2 - 256 + 1
    assert found.collecting.tasks == []


def test_a_plan_of_many_slices_comes_in_several_messages(tmp_path: Path) -> None:
    local_scope(tmp_path, "targets: [10.0.0.0/9]\n")
    found = site(tmp_path)
    order(found, plan_order())
    plans = [plan for plan in found.messages() if isinstance(plan, SitePlan)]
    assert [len(plan.slices) for plan in plans] == [*[SLICES_A_MESSAGE] * 10, 48]
    assert [part.ordinal for plan in plans for part in plan.slices] == [*range(1, 2_049)]


def test_a_slice_is_collected_once_and_its_bundle_waits(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, 2))
    (task,) = found.collecting.tasks
    assert task.part == local.slices(SEED)[1]
    assert (task.profile, task.probes) == ("normal", ("snmp", "ssh"))
    assert (task.named.run, task.named.site, task.named.collector) == (RUN, "LON", "lon1")
    assert (task.named.ordinal, task.named.of, task.named.scope_sha256) == (2, 3, local.sha256)
    assert [(bundle.run, bundle.ordinal) for bundle in found.desk.spool.waiting()] == [(RUN, 2)]
    assert found.messages() == []


def test_the_same_order_again_asks_nobody(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, 2))
    found.desk.spool.mark_sent(found.desk.spool.waiting()[0])
    order(found, slice_order(local, 2, attempt=2))
    assert len(found.collecting.tasks) == 1
    assert [bundle.ordinal for bundle in found.desk.spool.waiting()] == [2]
    assert found.events[-1].kind is SiteEventKind.AGAIN


def test_a_slice_that_is_lost_here_too_is_collected_again_but_not_for_ever(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    for attempt in range(1, MAX_TRIES + 3):
        order(found, slice_order(local, 2, attempt=attempt))
        for bundle in found.desk.spool.waiting():
            bundle.path.unlink()
    assert len(found.collecting.tasks) == MAX_TRIES
    assert refusals(found) == [(2, REASON.FAILED)] * 2


def test_an_order_may_ask_for_less(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, terms=terms(profile="gentle", probes=["snmp"])))
    assert [(task.profile, task.probes) for task in found.collecting.tasks] == [("gentle", ("snmp",))]


def test_what_is_excluded_meanwhile_holds_at_once(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, 1))
    local_scope(tmp_path, CONFIG.replace("10.0.1.0/24", "10.0.0.0/22"))
    order(found, slice_order(local, 2))
    assert len(found.collecting.tasks) == 1
    assert refusals(found) == [(2, REASON.SCOPE_CHANGED)]


def test_what_this_collector_has_refused_is_left_to_another_one_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_desk, "LEAVE_SECONDS", 0.0)
    local, found = local_scope(tmp_path), site(tmp_path)
    too_fast = terms(profile="lab")
    for again in (
        plan_order(terms=too_fast, refused_by=["lon1"]),
        slice_order(local, terms=too_fast, refused_by=["lon1"]),
    ):
        with pytest.raises(order_desk.LeftToOthersError):
            order(found, again)
    assert (found.messages(), found.events[-1].kind) == ([], SiteEventKind.LEFT)
    order(found, slice_order(local, terms=too_fast, refused_by=["lon2"]))
    order(found, slice_order(local, refused_by=["lon1"]))  # its rules have changed since
    assert (refusals(found), len(found.collecting.tasks)) == ([(1, REASON.PROFILE)], 1)


def test_a_wrong_file_of_the_site_is_a_refusal_and_no_end(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("targets: [nonsense/99]\n")
    order(found, slice_order(local))
    order(found, plan_order())
    assert refusals(found) == [(1, REASON.FAILED), (0, REASON.FAILED)]


def test_a_full_spool_stops_collecting_and_says_so(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path, limit=10_000)
    found.desk.spool.add(OTHER_RUN, 1, b"x" * 9_000)
    order(found, slice_order(local))
    assert found.collecting.tasks == []
    (refusal,) = found.messages()
    assert isinstance(refusal, SiteRefusal)
    assert (refusal.reason, refusal.detail) == (REASON.SPOOL_FULL, "9,000 of 10,000 octets wait")
    assert len(found.desk.spool.waiting()) == 1


def test_a_slice_that_fails_is_refused_and_the_next_is_collected(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    found.collecting.ends.extend([KitscanError("no such store"), ValueError("s3cret"), OSError(28, "No space left")])
    for ordinal in (1, 2, 3):
        order(found, slice_order(local, ordinal))
    told = [(message.reason, message.detail) for message in found.messages() if isinstance(message, SiteRefusal)]
    assert told == [
        (REASON.FAILED, "no such store"),
        (REASON.FAILED, "ValueError"),
        (REASON.SPOOL_FULL, "No space left"),
    ]
    order(found, slice_order(local, 3))
    assert [bundle.ordinal for bundle in found.desk.spool.waiting()] == [3]


def test_a_slice_that_is_cut_off_comes_again_and_no_try_is_lost(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    found.collecting.ends.extend([None] * 5)
    for _ in range(5):
        with pytest.raises(CutOffError):
            order(found, slice_order(local))
    order(found, slice_order(local))
    assert len(found.desk.spool.waiting()) == 1
    assert refusals(found) == []


def test_a_login_that_one_slice_saw_refused_is_known_to_the_next_of_the_run(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, 1))
    ledger = found.desk.ledger
    ledger.keep(ledger.ledger.with_refusals(RUN, [("cli", "10.0.0.1")]))
    restarted = site(tmp_path)
    order(restarted, slice_order(local, 2))
    order(restarted, slice_order(local, 2, run=OTHER_RUN))
    assert restarted.collecting.refusals == [frozenset({("cli", "10.0.0.1")}), frozenset()]


def test_runs_of_a_day_are_counted_across_restarts_and_clocks(tmp_path: Path) -> None:
    local = local_scope(tmp_path)
    for run in ("1" * 32, "2" * 32, "3" * 32):
        found = site(tmp_path)
        found.clock[0] = Moment(NOW + timedelta(hours=1), "boot", 60.0)
        order(found, slice_order(local, run=run))
    assert refusals(found) == [(1, REASON.TOO_MANY_RUNS)]
    assert found.collecting.tasks == []


def test_an_order_that_is_a_little_early_waits(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    order(found, slice_order(local, terms=terms(not_before=(NOW + timedelta(milliseconds=30)).isoformat())))
    assert found.events[0].kind is SiteEventKind.WAITING
    assert len(found.collecting.tasks) == 1


def test_the_clock_offset_is_the_least_of_a_run(tmp_path: Path) -> None:
    local, found = local_scope(tmp_path), site(tmp_path)
    for ordinal, seconds in ((1, 40), (2, 5), (3, 300)):
        order(found, slice_order(local, ordinal, sent=(NOW - timedelta(seconds=seconds)).isoformat()))
    assert [task.named.clock_offset for task in found.collecting.tasks] == [40.0, 5.0, 5.0]


@pytest.mark.parametrize("key", [KEY, CENTRE], ids=["own", "centre"])
def test_what_is_no_order_of_the_centre_is_thrown_away(tmp_path: Path, key: str) -> None:
    local_scope(tmp_path)
    found = site(tmp_path)
    beat = Heartbeat(site="LON", collector="x", version="1", sent=NOW.isoformat(), spool_bytes=0, spool_limit=1)
    message: FleetMessage = plan_order() if key == KEY else beat
    if key == KEY:
        with pytest.raises(MessageRefusedError):
            found.desk.handle(seal(message, key))
    else:
        found.desk.handle(seal(message, key))
    assert [event.kind for event in found.events] == [SiteEventKind.DISCARDED]
    assert found.messages() == []


ORDERS = st.fixed_dictionaries(
    {},
    optional={
        "run": st.sampled_from(["1" * 32, "2" * 32, "3" * 32, "4" * 32]),
        "site": st.sampled_from(["LON", "MAN"]),
        "ordinal": st.integers(1, 5),
        "of": st.integers(1, 5),
        "scope_sha256": st.sampled_from(["0" * 64]),
        "attempt": st.integers(1, 1000),
        "sent": st.datetimes().map(lambda time: time.replace(tzinfo=NOW.tzinfo).isoformat()),
    },
)
HOSTILE_TERMS = st.fixed_dictionaries(
    {},
    optional={
        "seed": st.sampled_from([SEED, 8, 2**63 - 1]),
        "profile": st.sampled_from(["", *PROFILES, "lightning"]),
        "probes": st.lists(st.sampled_from([*PROBE_NAMES, "shell"]), max_size=4),
        "not_before": st.sampled_from([NOW - timedelta(days=9), NOW, NOW + timedelta(days=9)]).map(str),
        "deadline": st.sampled_from([NOW - timedelta(days=9), NOW, NOW + timedelta(days=99)]).map(str),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ORDERS, HOSTILE_TERMS), max_size=25))
def test_no_orders_of_a_hostile_centre_leave_the_sites_rules(
    tmp_path_factory: pytest.TempPathFactory, orders: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    folder = tmp_path_factory.mktemp("site")
    local, found = local_scope(folder), site(folder)
    speeds = list(PROFILES)
    for changes, of_terms in orders:
        order(found, slice_order(local, **({"terms": terms(**of_terms)} | changes)))
        for bundle in found.desk.spool.waiting():  # the worst case: nothing that was collected is kept
            bundle.path.unlink()
    for task in found.collecting.tasks:
        assert speeds.index(task.profile) <= speeds.index("normal")
        assert set(task.probes) <= {"snmp", "ssh"}
        for target in task.part.targets:
            assert local.scope.permits(target.address)
    runs = {task.named.run for task in found.collecting.tasks}
    assert len(runs) <= 2
    for run in runs:  # in one run no address is asked more often than a slice may be tried
        tasks = [task for task in found.collecting.tasks if task.named.run == run]
        parts = {task.part.ordinal: task.part for task in tasks}
        assert {(task.part.ordinal, task.part) for task in tasks} == set(parts.items())
        assert all(sum(task.part.ordinal == ordinal for task in tasks) <= MAX_TRIES for ordinal in parts)
    assert len(found.messages()) + len(found.collecting.tasks) == len(orders)
