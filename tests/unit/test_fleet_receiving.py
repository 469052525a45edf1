"""A slice is received once, wholly or not at all, for its own site alone; the document says nothing of how it came."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.courier.message import PlannedSlice, SitePlan, SiteRefusal, SiteRefusalReason, Terms
from scanner.fleet.ledger import FleetLedger, SliceState
from scanner.fleet.receipt_wording import describe_sites
from scanner.fleet.received import AsideReason, Receipt, Received
from scanner.fleet.receiving import receive_bundle
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.bundle_reader import Bundle, read_bundle
from scanner.store.errors import StoreBusyError
from scanner.store.pruning.deleting import delete_runs
from scanner.store.store import Store, open_store
from tests.unit.fleet_bundles import (
    NOW,
    SCOPE,
    SILENT,
    STRANGER,
    THEN,
    TOKEN,
    UNRESOLVED,
    Bundler,
    Slice,
    box,
    document_in,
    sites,
)

LON = {
    "10.0.0.1": box("edge", "S1"),
    "10.0.0.2": box("core", "S2"),
    "10.0.0.3": SILENT,
    "router.example": UNRESOLVED,
    "10.0.1.9:1161": box("edge-9", "S9"),
}
PAR = {"10.0.0.1": box("bord", "PARIS00001", "Cisco IOS Software"), "10.0.0.3": SILENT}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "centre.sqlite"), create=True) as opened:
        yield opened


@pytest.fixture
def bundler(tmp_path: Path) -> Bundler:
    return Bundler(tmp_path / "site")


def devices_of(store: Store, site: str) -> list[str]:
    """The devices and targets of a site in the document, as they stand there."""
    document = json.loads(document_in(store))
    told = [device for device in document["devices"] if ["site", site] in [list(pair) for pair in device["attributes"]]]
    missing = [target for target in document["not_assessed"] if target["target"].startswith(f"{site}/")]
    ranges = [part for part in document["coverage"]["silent"] if part["prefix"].startswith(f"{site}/")]
    return [json.dumps(part, sort_keys=True) for part in (*told, *missing, *ranges)]


def receive(store: Store, *paths: Path, lon_scope: str = "10.0.0.0/16") -> list[Received]:
    return [receive_bundle(store, sites(lon_scope), path, NOW) for path in paths]


def reasons(received: Sequence[Received]) -> list[AsideReason | None]:
    return [of_bundle.reason for of_bundle in received]


def all_rows(store: Store) -> tuple[object, ...]:
    """Everything that evidence is made of in a store."""
    with store.reading() as connection:
        tables = ("contents", "sequences", "sequence_rows", "subjects", "run_subjects", "bases", "ranges")
        return tuple(tuple(map(tuple, connection.exec_driver_sql(f"select * from {name}"))) for name in tables)


def test_a_site_is_a_namespace(store: Store, bundler: Bundler) -> None:
    lon = Slice(LON, ranges=(RangeCount("10.0.0.0/20", 4094, 4090), RangeCount("", 1, 0)))
    par = Slice(PAR, "PAR", "par1", attributes=(("site", "paris-2"), ("vlan", "7")))
    taken = receive(store, bundler.bundle(lon), bundler.bundle(par))
    assert [(one.receipt, one.run, one.subjects, one.rows) for one in taken] == [
        (Receipt.TAKEN, 1, 5, 5),
        (Receipt.TAKEN, 1, 2, 2),
    ]
    subjects = {evidence.subject.key: evidence.subject for evidence in store.evidence(1)}
    assert sorted(subjects) == sorted([f"LON/{key}" for key in LON] + [f"PAR/{key}" for key in PAR])
    assert subjects["LON/10.0.0.1"].address == "10.0.0.1"
    assert subjects["LON/10.0.0.1"].attributes == (("namespace", "LON"), ("site", "LON"))
    own = (("vlan", "7"), ("namespace", "PAR"), ("site", "PAR"), ("site", "PAR/paris-2"))
    assert subjects["PAR/10.0.0.1"].attributes == own
    assert store.ranges(1) == (RangeCount("", 1, 0), RangeCount("LON/10.0.0.0/20", 4094, 4090))


SPLITS = st.lists(st.integers(0, 3), min_size=len(LON), max_size=len(LON))


def sliced(slices_of_keys: Sequence[int], collectors: Sequence[str]) -> list[Slice]:
    """LON's evidence in slices, and PAR's in one."""
    numbers = sorted(set(slices_of_keys))
    made = []
    for ordinal, number in enumerate(numbers, 1):
        said = {key: LON[key] for key, own in zip(sorted(LON), slices_of_keys, strict=True) if own == number}
        counted = RangeCount("10.0.0.0/20", len(said), sum(answers == SILENT for answers in said.values()))
        cost = {"packets": 10.0 * len(said)}
        collector = collectors[ordinal % len(collectors)]
        made.append(Slice(said, "LON", collector, ordinal, len(numbers), ranges=(counted,), cost=cost))
    return [*made, Slice(PAR, "PAR", "par1", cost={"packets": 20.0})]


@cache
def whole_document() -> str:
    """The document of one slice a site, in order."""
    return document_of_slices(sliced([0] * len(LON), ("lon1",)), lambda paths: paths)


def document_of_slices(made: Sequence[Slice], arranged: Callable[[list[Path]], list[Path]]) -> str:
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "c.sqlite"), create=True) as store:
        receive(store, *arranged(Bundler(Path(folder) / "site").bundles(made)))
        FleetLedger(store).end(TOKEN, NOW)
        assert store.run(1).outcome is RunOutcome.COMPLETE
        return document_in(store)


@settings(max_examples=8, deadline=None)
@given(SPLITS, st.sampled_from((("lon1",), ("lon2", "lon1"))), st.randoms(use_true_random=False))
def test_any_slicing_and_order_makes_the_same_document(
    split: list[int], collectors: tuple[str, ...], random: Random
) -> None:
    def arranged(paths: list[Path]) -> list[Path]:
        random.shuffle(paths)
        return [*paths[:2], *paths, *paths[:1]]

    assert document_of_slices(sliced(split, collectors), arranged) == whole_document()


def test_the_same_again_adds_nothing(store: Store, bundler: Bundler) -> None:
    path = bundler.bundle(Slice(LON, of=2))
    receive(store, path)
    before = all_rows(store)
    assert [one.receipt for one in receive(store, path, path)] == [Receipt.AGAIN, Receipt.AGAIN]
    assert all_rows(store) == before


def test_a_slice_that_was_collected_twice_counts_once_and_is_noted(store: Store, bundler: Bundler) -> None:
    first = bundler.bundle(Slice(LON, of=2))
    second = bundler.bundle(Slice({"10.0.0.1": SILENT}, collector="lon2", of=2))
    assert reasons(receive(store, first, second)) == [None, AsideReason.COLLECTED_TWICE]
    ledger = FleetLedger(store)
    assert [(row.site, row.collector, row.reason, row.rows) for row in ledger.aside(TOKEN)] == [
        ("LON", "lon2", "collected-twice", 1)
    ]
    assert [(row.state, row.collector, row.complete) for row in ledger.slices(TOKEN)] == [
        (SliceState.RECEIVED, "lon1", True)
    ]


def written(row: str) -> Slice:
    return Slice({"10.0.0.1": SILENT}, lines={"10.0.0.1": row})


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Slice(LON, key=STRANGER), AsideReason.UNKNOWN_KEY),
        (Slice(LON, key=None), AsideReason.UNKNOWN_KEY),
        (Slice(LON, site="PAR", collector="lon1"), AsideReason.OTHER_COLLECTOR),
        (Slice(LON, site="LON", collector="lon2", key=""), None),
        (written("{}"), AsideReason.NOT_EVIDENCE),
        (written('{"gap":"bored","probe":"x"}'), AsideReason.NOT_EVIDENCE),
        (
            Slice({"10.0.0.1": SILENT}, lines={"10.0.0.1": '{"source":"snmp.sys_descr","said":[[1,2]]}'}),
            AsideReason.NOT_EVIDENCE,
        ),
        (
            Slice({"10.0.0.1": SILENT}, lines={"10.0.0.1": '{"source":"snmp.sys_descr","said":[["","\\ud800"]]}'}),
            AsideReason.NOT_EVIDENCE,
        ),
        (written('{"source":' + "[" * 100_000), AsideReason.NOT_EVIDENCE),
        (Slice({"10.0.\0.1": SILENT}), AsideReason.NOT_EVIDENCE),
        (Slice({"k" * 513: SILENT}, addresses={"k" * 513: "10.0.0.1"}), AsideReason.NOT_EVIDENCE),
        (Slice(LON, ranges=(RangeCount("10.0.0.0/30", 5, 1),)), AsideReason.NOT_EVIDENCE),
        (Slice(LON, ranges=(RangeCount(f"{' ' * 96}10.0.0.0/30", 4, 1),)), AsideReason.NOT_EVIDENCE),
        (Slice(LON, ranges=(RangeCount("outside\0", 4, 1),)), AsideReason.NOT_EVIDENCE),
        (Slice(LON, ranges=(RangeCount("", 2**40, 1),)), AsideReason.NOT_EVIDENCE),
        (Slice(LON, cost={"packets": -1.0}), AsideReason.NOT_EVIDENCE),
        (Slice(LON, of=100_001), AsideReason.NOT_EVIDENCE),
    ],
)
def test_what_is_not_the_sites_to_send_is_put_aside_whole(
    store: Store, bundler: Bundler, made: Slice, reason: AsideReason | None
) -> None:
    received = receive(store, bundler.bundle(made))
    assert reasons(received) == [reason]
    assert (store.runs() == ()) is (reason is not None)
    assert [row.reason for row in FleetLedger(store).aside(None)] == ([reason] if reason else [])


def test_a_file_that_is_no_bundle_is_noted_and_touches_no_run(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert reasons(receive(store, path, path)) == [AsideReason.BROKEN] * 2
    assert (len(FleetLedger(store).aside(None)), store.runs()) == (1, ())


def test_a_bundle_that_another_process_takes_meanwhile_is_not_noted_as_broken(
    store: Store, bundler: Bundler, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundler.bundle(Slice(LON))

    def read(taken: Path, *words: object) -> Bundle:
        taken.unlink()
        return read_bundle(taken, *words)  # type: ignore[arg-type]

    monkeypatch.setattr("scanner.fleet.receiving.read_bundle", read)
    with pytest.raises(DataFileError):
        receive(store, path)
    assert FleetLedger(store).aside(None) == ()


def test_addresses_outside_the_scope_are_left_out_and_counted(store: Store, bundler: Bundler) -> None:
    outside = {"10.1.0.1": box("x", "S7"), "192.0.2.1": SILENT, "not an address": SILENT, "2001:db8::1": SILENT}
    ranges = (
        RangeCount("10.0.0.0/20", 5, 5),
        RangeCount("10.0.0.0/8", 4096, 1),
        RangeCount("10.0.255.0-10.1.0.3", 9, 9),
    )
    path = bundler.bundle(Slice({**LON, **outside}, ranges=ranges))
    (received,) = receive(store, path)
    assert (received.receipt, received.reason, received.left_out) == (Receipt.TAKEN, AsideReason.OUTSIDE_SCOPE, 6)
    assert {evidence.subject.key for evidence in store.evidence(1)} == {f"LON/{key}" for key in LON}
    assert [part.prefix for part in store.ranges(1)] == ["LON/10.0.0.0/20"]
    (aside,) = FleetLedger(store).aside(TOKEN)
    assert (aside.rows, aside.detail) == (4, "10.1.0.1, 192.0.2.1, 2001:db8::1 and 3 more")
    FleetLedger(store).end(TOKEN, NOW)
    assert store.run(1).outcome is RunOutcome.INTERRUPTED
    missing = json.loads(document_in(store))["not_assessed"]
    (told,) = [cause for cause in missing if cause["reason"] == GapReason.OUTSIDE_SCOPE]
    assert told["target"] == "LON/slice 1 of 1, outside the scope"
    assert describe_sites(FleetLedger(store).sites_of(TOKEN)) == "1 of 1 slice of LON, only a part of 1"
    assert told["hint"].startswith("6 put aside: 10.1.0.1, 192.0.2.1, 2001:db8::1 and 3 more; correct the scope")


HOSTILE = {
    "10.0.0.1": box("bord", "PARIS00001", "Huawei Versatile Routing Platform Software VRP"),
    "10.0.0.2": box("bord", "PARIS00001", "Cisco IOS Software"),
    "PAR/10.0.0.1": SILENT,
    "../PAR/10.0.0.3": SILENT,
    "router.example": UNRESOLVED,
    "nowhere": box("bord", "PARIS00001", "Cisco IOS Software"),
}


@pytest.mark.parametrize("attributes", [(), (("namespace", "PAR"), ("site", "PAR"))])
def test_no_collector_changes_what_another_site_said(
    tmp_path: Path, bundler: Bundler, attributes: tuple[tuple[str, str], ...]
) -> None:
    par = bundler.bundle(Slice(PAR, "PAR", "par1", ranges=(RangeCount("10.0.0.0/20", 9, 8),)))
    addresses = {"PAR/10.0.0.1": "10.0.0.1", "../PAR/10.0.0.3": "10.0.0.3", "nowhere": ""}
    ranges = (RangeCount("10.0.0.0/20", 4096, 0),)
    lon = bundler.bundle(Slice(HOSTILE, attributes=attributes, addresses=addresses, ranges=ranges))
    told = []
    for number, paths in enumerate(((par,), (lon, par), (par, lon))):
        with open_store(str(tmp_path / f"{number}.sqlite"), create=True) as store:
            receive(store, *paths)
            told.append(devices_of(store, "PAR"))
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 3


def test_no_list_of_a_site_puts_a_device_where_another_sites_stand(store: Store, bundler: Bundler) -> None:
    said = {"10.0.0.1": box("edge", "S1")}
    receive(store, bundler.bundle(Slice(said, attributes=(("namespace", "PAR"), ("site", "PAR"), ("site", "LON")))))
    (device,) = json.loads(document_in(store))["devices"]
    own = [("namespace", "LON"), ("site", "LON"), ("namespace", "LON/PAR"), ("site", "LON/PAR")]
    assert list(map(tuple, device["attributes"])) == own


def test_a_device_without_an_address_is_of_its_site(store: Store, bundler: Bundler, tmp_path: Path) -> None:
    """As an attacker writes it: its id would be that of the other site's, which would change for that."""
    said = {"nowhere": box("bord", "PARIS00001")}
    for site, collector in (("LON", "lon1"), ("PAR", "par1")):
        receive(store, bundler.bundle(Slice(said, site, collector, addresses={"nowhere": ""}, labels=("core-1",))))
    ids = [device["id"] for device in json.loads(document_in(store))["devices"]]
    with open_store(str(tmp_path / "alone.sqlite"), create=True) as alone:
        receive(alone, bundler.bundle(Slice(said, "PAR", "par1", addresses={"nowhere": ""}, labels=("core-1",))))
        assert json.loads(document_in(alone))["devices"][0]["id"] in ids
    assert len(set(ids)) == 2


def ordered(store: Store, *sites_ordered: str) -> FleetLedger:
    """A run that the centre began."""
    with store.writing("audit", "1.0", THEN) as writer:
        pass
    ledger = FleetLedger(store)
    ledger.begin(TOKEN, writer.run, "audit", TERMS, sites_ordered, THEN)
    return ledger


TERMS = Terms(seed=1, not_before=THEN.isoformat(), deadline=NOW.isoformat())


def test_a_run_that_the_centre_ordered_takes_only_the_sites_and_plans_of_the_order(
    store: Store, bundler: Bundler
) -> None:
    ledger = ordered(store, "LON")
    planned = [PlannedSlice(ordinal=n, addresses=5, words=f"10.0.{n}.0/24") for n in (1, 2)]
    ledger.note_plan(SitePlan(run=TOKEN, site="LON", collector="lon1", of=2, scope_sha256=SCOPE, slices=planned), THEN)
    received = receive(
        store,
        bundler.bundle(Slice(PAR, "PAR", "par1")),
        bundler.bundle(Slice(LON, of=2, scope_sha256="d" * 64)),
        bundler.bundle(Slice(LON, of=3)),
        bundler.bundle(Slice(LON, of=2)),
    )
    assert reasons(received) == [AsideReason.NOT_ORDERED, AsideReason.OTHER_PLAN, AsideReason.OTHER_PLAN, None]
    assert [(row.state, row.words) for row in ledger.slices(TOKEN)] == [
        (SliceState.RECEIVED, "10.0.1.0/24"),
        (SliceState.PLANNED, "10.0.2.0/24"),
    ]
    assert store.run(1).started == THEN


def test_what_did_not_come_is_a_gap_and_never_clear(store: Store, bundler: Bundler) -> None:
    ledger = ordered(store, "LON", "PAR")
    planned = [PlannedSlice(ordinal=n, addresses=4096, words=f"10.0.{n}.0/20") for n in (1, 2, 3)]
    ledger.note_plan(SitePlan(run=TOKEN, site="LON", collector="lon1", of=3, scope_sha256=SCOPE, slices=planned), THEN)
    receive(store, bundler.bundle(Slice(LON, of=3)))
    reason = SiteRefusalReason.SPOOL_FULL
    ledger.note_refusal(SiteRefusal(run=TOKEN, site="LON", collector="lon1", ordinal=3, reason=reason), NOW)
    for hours in (0, 1):
        ledger.end(TOKEN, NOW + timedelta(hours=hours))
    assert (store.run(1).outcome, store.run(1).finished) == (RunOutcome.INTERRUPTED, NOW)
    heard = "collector lon1 last heard 2026-11-30 04:00"
    gaps = {
        evidence.subject.labels: evidence.gaps
        for evidence in store.evidence(1)
        if any(gap.reason is GapReason.NOT_RECEIVED for gap in evidence.gaps)
    }
    assert gaps == {
        ("LON/slice 2 of 3: 10.0.2.0/20",): (Gap("fleet", "", GapReason.NOT_RECEIVED, heard),),
        ("LON/slice 3 of 3: 10.0.3.0/20",): (
            Gap("fleet", "", GapReason.NOT_RECEIVED, f"{heard}; it was refused: spool-full"),
        ),
        ("PAR/site: no collector",): (Gap("fleet", "", GapReason.NOT_RECEIVED, "no collector of PAR was heard"),),
    }
    document = json.loads(document_in(store))
    told = {missing["target"]: (missing["reason"], missing["hint"]) for missing in document["not_assessed"]}
    step = "look after the site's collector, and collect there again"
    assert told["LON/slice 2 of 3: 10.0.2.0/20"] == ("not-received", f"{heard}; {step}")
    assert document["coverage"]["complete"] is False
    assert document["coverage"]["in_scope"] >= 2 * 4096
    assert reasons(receive(store, bundler.bundle(Slice(LON, ordinal=2, of=3)))) == [AsideReason.RUN_ENDED]


def test_a_slice_that_its_collector_did_not_finish_leaves_the_run_incomplete(store: Store, bundler: Bundler) -> None:
    receive(store, bundler.bundle(Slice(LON, outcome=RunOutcome.INTERRUPTED)))
    again = receive(store, bundler.bundle(Slice({**LON, "10.0.0.9": SILENT}, collector="lon2")))  # and is whole
    assert reasons(again) == [AsideReason.COLLECTED_TWICE]
    FleetLedger(store).end(TOKEN, NOW)
    assert store.run(1).outcome is RunOutcome.INTERRUPTED
    (told,) = (known for known in store.evidence(1) if known.subject.key.startswith("LON/slice"))
    in_part = Gap("fleet", "", GapReason.NOT_RECEIVED, "collector lon1 sent a part of it")
    assert (told.subject.labels, told.gaps) == (("LON/slice 1 of 1",), (in_part,))


def test_a_silent_address_of_a_slice_that_came_whole_is_silent_however_the_run_ends(
    tmp_path: Path, bundler: Bundler
) -> None:
    silent = bundler.bundle(Slice({"10.0.0.3": SILENT, "10.0.0.1": box("edge", "S1")}, of=2, unfinished=("10.0.0.3",)))
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        receive(store, silent)
        FleetLedger(store).end(TOKEN, NOW)
        assert store.run(1).outcome is RunOutcome.INTERRUPTED
        gaps = {evidence.subject.key: [gap.reason for gap in evidence.gaps] for evidence in store.evidence(1)}
    assert gaps["LON/10.0.0.3"] == [GapReason.NO_ANSWER]


def test_a_name_that_several_slices_bring_is_one_subject(store: Store, bundler: Bundler) -> None:
    heard = Observation(Source.LINK_MAC, "eth0", "\x00\x1b\x21\x00\x00\x01")
    parts = [
        Slice({"mac 00:1b": (heard,)}, addresses={"mac 00:1b": ""}),
        Slice({"mac 00:1b": SILENT}, ordinal=2, addresses={"mac 00:1b": ""}, collector="lon2"),
    ]
    for part in parts:
        part.of = 2
    receive(store, *bundler.bundles(parts))
    (evidence,) = store.evidence(1)
    assert (evidence.observations, [gap.reason for gap in evidence.gaps]) == ((heard,), [GapReason.NO_ANSWER])
    assert store.saw_something(1)


def test_costs_of_slices_add_up_in_any_order(tmp_path: Path, bundler: Bundler) -> None:
    made = [Slice({}, ordinal=n, of=4, cost={"seconds": seconds}) for n, seconds in enumerate((0.1, 0.2, 1e9, 0.3), 1)]
    paths, told = bundler.bundles(made), []
    for number, order in enumerate((paths, paths[::-1])):
        with open_store(str(tmp_path / f"{number}.sqlite"), create=True) as store:
            receive(store, *order)
            FleetLedger(store).end(TOKEN, NOW)
            told.append(store.cost(1))
    assert told[0] == told[1] != ()


def test_nothing_of_a_slice_stays_where_its_last_row_cannot_be_written(
    store: Store, bundler: Bundler, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = bundler.bundle(Slice(LON)), all_rows(store)

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("scanner.store.fleet.kept_fleet.receive_slice", fail)
        with pytest.raises(RuntimeError):
            receive(store, path)
    assert (all_rows(store), store.runs(), FleetLedger(store).collectors()) == (before, (), ())
    assert receive(store, path)[0].receipt is Receipt.TAKEN


def test_nothing_is_received_while_a_run_writes(store: Store, bundler: Bundler) -> None:
    path = bundler.bundle(Slice(LON))
    with store.writing("scan", "1.0", THEN), pytest.raises(StoreBusyError):
        receive(store, path)


def test_who_sent_a_slice_stands_in_the_ledger(store: Store, bundler: Bundler) -> None:
    receive(store, bundler.bundle(Slice(LON, collector="lon2")))
    (row,) = FleetLedger(store).collectors()
    assert (row.site, row.collector, row.version) == ("LON", "lon2", "1.0")
    assert (row.last_contact, row.clock_offset) == (NOW, 1.5)


def test_a_run_of_a_fleet_is_no_scan_to_resume(store: Store, bundler: Bundler) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        own = writer.run
    receive(store, bundler.bundle(Slice(LON, of=2)))
    assert store.interrupted()[0].id == own


def test_bundles_of_a_run_that_was_pruned_are_not_taken_again(store: Store, bundler: Bundler) -> None:
    paths = bundler.bundles([Slice(LON, of=2), Slice({"10.0.0.8": SILENT}, ordinal=2, of=2)])
    receive(store, paths[0])
    delete_runs(store, [1])
    assert reasons(receive(store, *paths)) == [AsideReason.RUN_ENDED] * 2
    assert (store.runs(), FleetLedger(store).slices(TOKEN), FleetLedger(store).unended()) == ((), (), ())
