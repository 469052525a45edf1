"""The ledger of a fleet: what it was told it tells again, however often it is told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.courier.message import Heartbeat, PlannedSlice, SitePlan, SiteRefusal, SiteRefusalReason, Terms
from scanner.fleet.ledger import CollectorRow, FleetLedger, FleetRun, SliceState
from scanner.store.store import open_store

NOW = datetime(2026, 11, 30, 2, 14, tzinfo=UTC)
TOKEN, OTHER = "a" * 32, "b" * 32
TERMS = Terms(seed=7, not_before=NOW.isoformat(), deadline=(NOW + timedelta(hours=3)).isoformat(), probes=["snmp"])
SCOPE = "c" * 64
KEY = "ed25519:" + "0" * 64


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[FleetLedger]:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        yield FleetLedger(store)


def plan(*ordinals: int, of: int = 3, scope: str = SCOPE, site: str = "LON") -> SitePlan:
    slices = [PlannedSlice(ordinal=ordinal, addresses=4096, words=f"10.0.{ordinal}.0/20") for ordinal in ordinals]
    return SitePlan(run=TOKEN, site=site, collector="lon1", of=of, scope_sha256=scope, slices=slices)


def test_a_run_is_begun_and_ended_once(ledger: FleetLedger) -> None:
    for number in (4, 5):
        ledger.begin(TOKEN, number, "audit", TERMS, ("PAR", "LON"), NOW)
    run = FleetRun(TOKEN, 4, "audit", TERMS, ("LON", "PAR"), True, NOW, None)
    assert (ledger.fleet_run(TOKEN), ledger.unended(), ledger.fleet_run(OTHER)) == (run, (run,), None)
    for hour in (1, 2):
        ledger.end(TOKEN, NOW + timedelta(hours=hour))
    ended = ledger.fleet_run(TOKEN)
    assert ended is not None
    assert (ended.ended, ledger.unended()) == (NOW + timedelta(hours=1), ())


def test_the_first_plan_of_a_site_counts_in_however_many_messages(ledger: FleetLedger) -> None:
    for part in (
        plan(1, 2),
        plan(3),
        plan(1, 2),
        plan(1, of=1),
        plan(1, 2, 3, scope="d" * 64),
        plan(1, of=1, site="PAR"),
    ):
        ledger.note_plan(part, NOW)
    assert (ledger.plan(TOKEN, "LON"), ledger.plan(TOKEN, "PAR"), ledger.plan(OTHER, "LON")) == (
        (3, SCOPE),
        (1, SCOPE),
        None,
    )
    told = [(row.site, row.ordinal, row.of, row.words, row.state) for row in ledger.slices(TOKEN)]
    assert told == [("LON", n, 3, f"10.0.{n}.0/20", SliceState.PLANNED) for n in (1, 2, 3)] + [
        ("PAR", 1, 1, "10.0.1.0/20", SliceState.PLANNED)
    ]


def test_a_lease_and_a_refusal_stand_with_their_slice(ledger: FleetLedger) -> None:
    ledger.note_plan(plan(1, 2, 3), NOW)
    until = NOW + timedelta(minutes=20)
    ledger.lease(TOKEN, "LON", 1, 1, until)
    ledger.lease(TOKEN, "LON", 2, 2, until)
    reason = SiteRefusalReason.SPOOL_FULL
    ledger.note_refusal(
        SiteRefusal(run=TOKEN, site="LON", collector="lon2", ordinal=2, reason=reason, detail="no room"), NOW
    )
    told = [(row.state, row.attempt, row.leased_until, row.collector, row.detail) for row in ledger.slices(TOKEN)]
    assert told == [
        (SliceState.OFFERED, 1, until, "", ""),
        (SliceState.REFUSED, 2, until, "lon2", "spool-full: no room"),
        (SliceState.PLANNED, 0, None, "", ""),
    ]


def test_a_slice_knows_who_refused_it_by_his_own_rules(ledger: FleetLedger) -> None:
    ledger.note_plan(plan(1), NOW)
    reasons = (SiteRefusalReason.PROFILE, SiteRefusalReason.SPOOL_FULL, SiteRefusalReason.PROBES)
    for site, ordinal in (("LON", 1), ("PAR", 0)):
        for number, reason in enumerate(reasons, 1):
            ledger.lease(TOKEN, site, ordinal, 1, NOW)
            name = f"lon{number}"
            ledger.note_refusal(SiteRefusal(run=TOKEN, site=site, collector=name, ordinal=ordinal, reason=reason), NOW)
    assert {row.refused_by for row in ledger.slices(TOKEN)} == {("lon1", "lon3")}


def test_a_refused_plan_is_told_until_a_plan_comes(ledger: FleetLedger) -> None:
    refusal = SiteRefusal(run=TOKEN, site="LON", collector="lon1", ordinal=0, reason=SiteRefusalReason.TOO_MANY_RUNS)
    for _ in range(2):
        ledger.note_refusal(refusal, NOW)
    assert [(row.ordinal, row.state, row.detail) for row in ledger.slices(TOKEN)] == [
        (0, SliceState.REFUSED, "too-many-runs")
    ]
    ledger.note_plan(plan(1, of=1), NOW)
    ledger.note_refusal(refusal, NOW)
    assert [row.ordinal for row in ledger.slices(TOKEN)] == [1]


def test_a_collector_is_what_it_said_last(ledger: FleetLedger) -> None:
    for minute, offset in ((0, None), (1, -2.5)):
        beat = Heartbeat(
            site="LON",
            collector="lon1",
            version="1.0",
            sent=NOW.isoformat(),
            spool_bytes=2**40,
            spool_limit=2**41,
            spooled=3,
            working_on="slice 2",
            clock_offset=offset,
        )
        ledger.note_heartbeat(KEY, beat, NOW + timedelta(minutes=minute))
    ledger.note_plan(plan(1, of=1), NOW + timedelta(minutes=2))
    heard = CollectorRow("LON", "lon1", KEY, "1.0", NOW + timedelta(minutes=2), 2**40, 2**41, 3, "slice 2", -2.5)
    assert ledger.collectors() == (heard,)


@pytest.mark.parametrize(
    ("sent", "offset", "heard"),
    [
        (NOW - timedelta(minutes=5), None, NOW),
        (NOW - timedelta(hours=5), None, NOW - timedelta(hours=5)),  # it waited for the centre, or somebody repeats it
        (NOW - timedelta(hours=5), -5 * 3600.0, NOW),  # its clock is behind
        (NOW - timedelta(hours=5), -1e308, NOW),
        (NOW + timedelta(hours=5), 5 * 3600.0, NOW),
        ("0001-01-01T00:00:00+23:59", None, NOW - timedelta(seconds=1e9)),
    ],
)
def test_a_heartbeat_that_waited_counts_when_it_was_sent(
    ledger: FleetLedger, sent: datetime | str, offset: float | None, heard: datetime
) -> None:
    said = sent if isinstance(sent, str) else sent.isoformat()
    beat = Heartbeat(site="LON", collector="lon1", version="1", sent=said, spool_bytes=0, spool_limit=9)
    ledger.note_heartbeat(KEY, beat.model_copy(update={"clock_offset": offset}), NOW)
    assert ledger.collectors()[0].last_contact == heard
    ledger.note_heartbeat(KEY, beat.model_copy(update={"sent": (NOW - timedelta(days=90)).isoformat()}), NOW)
    assert ledger.collectors()[0].last_contact == max(heard, NOW - timedelta(days=90))
