"""What a centre decides: every slice of a run comes in or is missing, none is ordered twice at once, and it ends."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.courier.message import OWN_RULES, SiteRefusalReason
from scanner.fleet.centre.decisions import (
    LEASE,
    MAX_OUT,
    MAX_OUT_OF_COLLECTOR,
    MAX_TRIES,
    PLAN_PATIENCE,
    PRESENCE,
    AskPlan,
    Decision,
    End,
    Offer,
    RunWindow,
    SitePlanning,
    decide,
    is_settled,
)
from scanner.fleet.ledger import CollectorRow, SliceRow, SliceState

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
WINDOW = RunWindow(NOW, NOW + timedelta(hours=3), NOW + timedelta(hours=4))
LON = SitePlanning("LON", 2, NOW)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def planned(ordinal: int, site: str = "LON", of: int = 2) -> SliceRow:
    words = f"10.0.{ordinal}.0/24"
    return SliceRow(site, ordinal, of, 256, words, SliceState.PLANNED, 0, None, "", "", False, "")


def offered(ordinal: int, attempt: int = 1, until: datetime = NOW + LEASE) -> SliceRow:
    return replace(planned(ordinal), state=SliceState.OFFERED, attempt=attempt, leased_until=until)


def received(ordinal: int) -> SliceRow:
    return replace(offered(ordinal), state=SliceState.RECEIVED, collector="lon1", sha256="a" * 64, complete=True)


def refused(ordinal: int, reason: SiteRefusalReason, attempt: int = 1) -> SliceRow:
    by = ("lon1",) if reason in OWN_RULES else ()
    row = offered(ordinal, attempt)
    return replace(row, state=SliceState.REFUSED, collector="lon1", detail=f"{reason.value}: x", refused_by=by)


def collector(time: datetime, name: str = "lon1", site: str = "LON", spooled: int = 0, spool: int = 0) -> CollectorRow:
    return CollectorRow(site, name, "ed25519:" + "0" * 64, "0.1.0", time, spool, 1000, spooled, "", None)


def decided(
    rows: tuple[SliceRow, ...], collectors: tuple[CollectorRow, ...], now: datetime, plan: SitePlanning = LON
) -> list[Decision]:
    return decide(rows, (plan,), collectors, now, WINDOW)


def test_a_plan_is_asked_for_at_once_and_again_where_a_site_that_is_heard_of_does_not_answer() -> None:
    new = SitePlanning("LON")
    silent, late = collector(NOW - minutes(90)), NOW + PLAN_PATIENCE + minutes(1)
    assert decided((), (), NOW, new) == [AskPlan("LON")]
    assert decided((), (silent,), late, replace(new, asked=NOW)) == []
    assert decided((), (collector(late),), late, replace(new, asked=NOW)) == [AskPlan("LON")]
    assert decided((), (collector(late),), late, replace(new, asked=late)) == []


def test_a_plan_of_which_a_part_is_lost_is_asked_for_again() -> None:
    late = NOW + PLAN_PATIENCE + minutes(1)
    assert AskPlan("LON") in decided((received(1),), (collector(late),), late)
    assert not any(isinstance(one, End) for one in decided((received(1),), (collector(late),), late))


def test_each_collector_is_given_one_slice_to_do_and_one_that_waits() -> None:
    rows = tuple(planned(ordinal, of=9) for ordinal in range(1, 10))
    plan = replace(LON, of=9)
    two = (collector(NOW, "lon1"), collector(NOW, "lon2"))
    assert decided(rows, two[:1], NOW, plan) == [Offer("LON", ordinal, 1, NOW + LEASE) for ordinal in (1, 2)]
    assert decided(rows, two, NOW, plan) == [Offer("LON", ordinal, 1, NOW + LEASE) for ordinal in (1, 2, 3, 4)]
    assert decided((offered(1), offered(2), *rows[2:]), two[:1], NOW, plan) == []


def test_sites_are_served_in_turn_as_far_as_the_centre_can_take_in() -> None:
    sites = [f"S{number:03}" for number in range(MAX_OUT)]
    rows = tuple(planned(ordinal, site) for site in sites for ordinal in (1, 2))
    offers = decide(rows, [SitePlanning(site, 2, NOW) for site in sites], (), NOW, WINDOW)
    assert Counter(type(offer) for offer in offers) == {Offer: MAX_OUT}
    assert {offer.site for offer in offers if isinstance(offer, Offer)} == set(sites)


def test_a_site_whose_spool_is_full_is_offered_nothing() -> None:
    assert decided((planned(1), planned(2)), (collector(NOW, spool=900),), NOW) == []


def test_a_slice_whose_lease_ran_out_is_offered_again_once_its_site_is_heard_of() -> None:
    until = NOW + LEASE
    rows, late = (offered(1, 1, until), received(2)), until + minutes(2)
    assert decided(rows, (collector(late),), late) == [Offer("LON", 1, 2, late + LEASE)]
    assert decided(rows, (collector(until - minutes(1)),), late) == []
    assert decided(rows, (), late) == []
    assert decided(rows, (collector(late, spooled=1),), late) == []  # it may be on its way


def test_a_slice_that_never_comes_back_is_given_up_after_three_tries() -> None:
    late = NOW + LEASE + minutes(2)
    assert decided((offered(1, MAX_TRIES), received(2)), (collector(late),), late) == [End(in_time=True)]
    assert decided((offered(1, MAX_TRIES), received(2)), (), late) == []  # nobody is heard: the order still waits


@pytest.mark.parametrize("reason", [*SiteRefusalReason])
def test_what_may_pass_is_tried_again_and_what_may_not_is_missing(reason: SiteRefusalReason) -> None:
    decisions = decided((refused(1, reason), received(2)), (collector(NOW),), NOW)
    later = decided((refused(1, reason), received(2)), (), NOW + LEASE)
    match reason:
        case SiteRefusalReason.FAILED:
            assert decisions == [Offer("LON", 1, 2, NOW + LEASE)]
            assert decided((refused(1, reason, MAX_TRIES), received(2)), (), NOW) == [End(in_time=True)]
        case SiteRefusalReason.SPOOL_FULL | SiteRefusalReason.TOO_EARLY:
            assert (decisions, later) == ([], [Offer("LON", 1, 1, NOW + 2 * LEASE)])
        case _:
            assert decisions == later == [End(in_time=True)]


@pytest.mark.parametrize("reason", sorted(OWN_RULES))
def test_what_one_collector_refuses_by_its_own_rules_is_ordered_of_another_one(reason: SiteRefusalReason) -> None:
    row, two = refused(1, reason), (collector(NOW, "lon1"), collector(NOW, "lon2"))
    assert decided((row, received(2)), two, NOW) == [Offer("LON", 1, 1, NOW + LEASE, ("lon1",))]
    by_both = replace(row, refused_by=("lon1", "lon2"))
    assert decided((by_both, received(2)), two, NOW) == [End(in_time=True)]
    gone = (two[0], collector(NOW - PRESENCE, "lon2"))
    assert decided((row, received(2)), gone, NOW) == [End(in_time=True)]


def test_a_plan_that_one_collector_refuses_is_asked_of_another_one() -> None:
    later, two = NOW + PLAN_PATIENCE, (collector(NOW + minutes(4), "lon1"), collector(NOW + minutes(4), "lon2"))
    refusing = SitePlanning("LON", None, NOW, SiteRefusalReason.TOO_MANY_RUNS, ("lon1",))
    assert decided((), two, NOW + minutes(1), refusing) == []
    assert decided((), two, later, refusing) == [AskPlan("LON", ("lon1",))]
    assert decided((), two, later, replace(refusing, refused_by=("lon1", "lon2"))) == [End(in_time=True)]


def test_a_site_that_refuses_to_plan_is_waited_for_no_longer() -> None:
    refusing = SitePlanning("LON", None, NOW, SiteRefusalReason.TOO_MANY_RUNS)
    assert decided((), (), NOW, refusing) == [End(in_time=True)]


def test_nothing_is_offered_outside_the_time_of_the_run() -> None:
    rows = (planned(1), planned(2))
    assert decided(rows, (), NOW - minutes(1)) == []
    assert decided(rows, (), WINDOW.deadline) == []
    assert decided(rows, (), WINDOW.end) == [End(in_time=False)]


@dataclass
class World:
    """Sites that do as they like, and a centre that decides: minute by minute, until it ends the run."""

    draw: st.DataObject
    counts: dict[str, int]
    now: datetime = NOW
    rows: dict[tuple[str, int], SliceRow] = field(default_factory=dict)
    plans: dict[str, SitePlanning] = field(default_factory=dict)
    seen: dict[str, CollectorRow] = field(default_factory=dict)
    offers: Counter[tuple[str, int, int]] = field(default_factory=Counter)

    def decisions(self) -> list[Decision]:
        rows = tuple(self.rows.values())
        return decide(rows, tuple(self.plans.values()), tuple(self.seen.values()), self.now, WINDOW)

    def run(self) -> End:
        self.plans = {site: SitePlanning(site) for site in self.counts}
        for _ in range(500):
            for decision in self.decisions():
                match decision:
                    case End():
                        return decision
                    case AskPlan(site):
                        self.plans[site] = replace(self.plans[site], asked=self.now)
                    case Offer():
                        self.offer(decision)
            assert self.decisions() == []  # what was done is not decided again
            self.site_acts()
            self.now += minutes(self.draw.draw(st.sampled_from([0.5, 3, 12])))
        raise AssertionError("it never ended")

    def offer(self, offer: Offer) -> None:
        row = self.rows[offer.site, offer.ordinal]
        assert row.state is not SliceState.RECEIVED
        leased = row.state is SliceState.OFFERED and row.leased_until is not None and self.now < row.leased_until
        assert not leased
        assert offer.attempt <= MAX_TRIES
        assert WINDOW.not_before <= self.now < WINDOW.deadline
        self.offers[offer.site, offer.ordinal, offer.attempt] += 1
        kept = replace(row, state=SliceState.OFFERED, attempt=offer.attempt, leased_until=offer.until)
        self.rows[offer.site, offer.ordinal] = kept
        out = [row for row in self.rows.values() if row.site == offer.site and row.state is SliceState.OFFERED]
        within = [row for row in out if row.leased_until is not None and self.now < row.leased_until]
        assert len(within) <= MAX_OUT_OF_COLLECTOR

    def site_acts(self) -> None:
        for site, count in self.counts.items():
            if self.draw.draw(st.booleans()):
                spooled = self.draw.draw(st.sampled_from([0, 0, 0, 1]))
                self.seen[site] = collector(self.now, site.lower(), site, spooled)
                if self.plans[site].asked and self.plans[site].of is None and self.draw.draw(st.booleans()):
                    self.plans[site] = replace(self.plans[site], of=count)
                    self.rows |= {(site, number): planned(number, site, count) for number in range(1, count + 1)}
        for place, row in self.rows.items():
            if row.state is SliceState.OFFERED:
                self.rows[place] = self.after(row)

    def after(self, row: SliceRow) -> SliceRow:
        acts = ["nothing", "nothing", "received", "refused"] if row.ordinal != 1 else ["nothing"]
        match self.draw.draw(st.sampled_from(acts)):
            case "received":
                return replace(row, state=SliceState.RECEIVED, complete=True)
            case "refused":
                reason = self.draw.draw(st.sampled_from([*SiteRefusalReason]))
                return replace(row, state=SliceState.REFUSED, detail=reason.value)
            case _:
                return row


@settings(max_examples=60, deadline=None)
@given(st.data(), st.dictionaries(st.sampled_from(["LON", "MAN", "PAR"]), st.integers(0, 5), min_size=1))
def test_a_run_ends_in_its_time_and_early_only_where_nothing_more_can_come(
    data: st.DataObject, counts: dict[str, int]
) -> None:
    world = World(data, counts)
    end = world.run()
    assert world.now < WINDOW.end + minutes(12)
    assert end.in_time == (world.now < WINDOW.end)
    if end.in_time:  # then nothing is left that could still come
        rows, seen = world.rows.values(), tuple(world.seen.values())
        assert all(is_settled(row, [one for one in seen if one.site == row.site], world.now) for row in rows)
        assert all(plan.of is not None for plan in world.plans.values())
