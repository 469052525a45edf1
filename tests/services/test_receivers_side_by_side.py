"""Several receivers on one PostgreSQL, and one inbox: nothing is doubled, nothing is lost, and none stops another."""

import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from fingerprints.model.recording import encode
from scanner.courier.envelope import seal
from scanner.courier.handling import Handled, hand_over
from scanner.courier.message import Heartbeat, PlannedSlice, SitePlan
from scanner.courier.parts import Inbox, parts_of
from scanner.fleet.centre.patience import patiently
from scanner.fleet.centre.reception import CentreDesk, Reception, ReceptionKind
from scanner.fleet.ledger import FleetLedger, SliceState
from scanner.fleet.received import Receipt
from scanner.fleet.receiving import receive_bundle
from scanner.store import opening
from scanner.store.bulk import staging
from scanner.store.bulk.copying import load
from scanner.store.bulk.staging import prepare
from scanner.store.bulk.writing import write_subjects
from scanner.store.bundles.signing import public_key_of
from scanner.store.errors import StoreError
from scanner.store.evidence_rows import EvidenceRow, SubjectRows, rows_of_run
from scanner.store.fleet import kept_fleet
from scanner.store.kept_texts import keep_text
from scanner.store.store import Store, open_store
from scanner.store.tables import CONTENTS, METADATA
from tests.services import postgresql
from tests.unit.fleet_bundles import LON1, NOW, SCOPE, TOKEN, UNRESOLVED, Bundler, Slice, box, sites

pytestmark = [pytest.mark.services, pytest.mark.timeout(120)]

PASSWORD = "canary-postgresql-2"
SLICES = 6
NUMBERS = range(1, SLICES + 1)
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """The folder of the socket of a running server."""
    pytest.importorskip("pg8000", reason="pg8000 is not installed (kitscan[postgresql])")
    found = postgresql.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with pytest.MonkeyPatch.context() as patch, postgresql.server(found, PASSWORD) as folder:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield folder


@pytest.fixture
def place(server: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a new database."""
    return postgresql.new_database(server, f"d{zlib.crc32(request.node.name.encode())}", PASSWORD)


def bundles(folder: Path) -> list[Path]:
    """A run of one site, in slices."""
    made = (Slice({f"10.0.{n}.1": box(f"edge{n}", f"S{n}"), "r1": UNRESOLVED}, ordinal=n, of=SLICES) for n in NUMBERS)
    return Bundler(folder).bundles(made)


def rows_in(store: Store) -> list[int]:
    """How many rows each table has."""
    with store.reading() as connection:
        asked = (f"select count(*) from {table.name}" for table in METADATA.sorted_tables)
        return [connection.exec_driver_sql(words).scalar() or 0 for words in asked]


def received_by_two(place: str, paths: list[Path]) -> list[Receipt]:
    """What became of bundles that two receivers take at the same moment, one in the order of the other's end."""
    together = threading.Barrier(2)

    def receive(order: list[Path]) -> list[Receipt]:
        with open_store(place, create=True) as store:
            together.wait(30)
            return [
                patiently(partial(receive_bundle, store, sites(), path, NOW), lambda _: time.sleep(0)).receipt
                for path in order
            ]

    with ThreadPoolExecutor(2) as pool:
        return [receipt for receipts in pool.map(receive, (paths, paths[::-1])) for receipt in receipts]


def until_somebody_waits(store: Store) -> None:
    """Wait until a transaction of the database waits for another one."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with store.reading() as connection:
            if connection.exec_driver_sql(WAITING).scalar():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("lock_is_cut", [False, True])
def test_two_that_receive_the_same_bundles_double_and_lose_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock_is_cut: bool
) -> None:
    """Also where the connection is cut that holds the lock of a writer, while the one that writes goes on."""
    paths = bundles(tmp_path / "site")
    with open_store(str(tmp_path / "alone.sqlite"), create=True) as store:
        assert {receive_bundle(store, sites(), path, NOW).receipt for path in paths} == {Receipt.TAKEN}
        expected = (rows_in(store), store.sha256(1))
    if lock_is_cut:
        monkeypatch.setattr(opening, "held", lambda *_: nullcontext())
    receipts = received_by_two(place, paths)
    assert sorted(receipts) == [Receipt.AGAIN] * SLICES + [Receipt.TAKEN] * SLICES
    with open_store(place) as store:
        assert (rows_in(store), store.sha256(1)) == expected


def test_two_receivers_of_one_inbox_take_each_bundle_once(place: str, tmp_path: Path) -> None:
    paths = bundles(tmp_path / "site")
    sent = [seal(part, LON1) for path in paths for part in parts_of(path.read_bytes(), "LON", "lon1")]
    logged: list[Reception] = []

    def serve(messages: list[bytes]) -> None:
        with open_store(place, create=True) as store:

            def take(path: Path) -> str:
                return receive_bundle(store, sites(), path, NOW).receipt.value

            ledger, inbox = FleetLedger(store), Inbox(tmp_path / "inbox")
            desk = CentreDesk(ledger, inbox, sites, take, lambda: NOW, lambda _: time.sleep(0), logged.append)
            for octets in messages:
                while hand_over(desk.handle, octets) is Handled.LATER:
                    time.sleep(0.001)
            desk.take_left()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(serve, (sent, sent)))
    with open_store(place) as store:
        assert {row.state for row in FleetLedger(store).slices(TOKEN)} == {SliceState.RECEIVED}
        assert (len(store.subjects(1)[0]), FleetLedger(store).aside(None)) == (SLICES, ())
    assert [one.detail for one in logged if one.kind is ReceptionKind.BUNDLE].count("taken") == SLICES
    assert Inbox(tmp_path / "inbox").whole() == ()


def test_a_plan_and_a_slice_of_one_site_wait_for_one_another_in_one_order(place: str, tmp_path: Path) -> None:
    (path,) = Bundler(tmp_path / "site").bundles([Slice({"10.0.0.1": box("edge", "S1")})])
    row = PlannedSlice(ordinal=1, addresses=256, words="10.0.0.0/24")
    own = {"token": TOKEN, "site": "LON"}
    plan = SitePlan(run=TOKEN, site="LON", collector="lon1", of=1, scope_sha256=SCOPE, slices=[row])
    beat = Heartbeat(site="LON", collector="lon1", version="1", sent=NOW.isoformat(), spool_bytes=0, spool_limit=1)
    with open_store(place, create=True) as store, open_store(place) as other, ThreadPoolExecutor(1) as pool:
        ledger = FleetLedger(store)
        ledger.note_plan(plan, NOW)
        ledger.note_heartbeat(public_key_of(LON1), beat, NOW)
        with store.changing() as connection:
            kept_fleet.add_plan(connection, own | {"slices": 1, "scope_sha256": SCOPE}, [own | row.model_dump()])
            received = pool.submit(receive_bundle, other, sites(), path, NOW)
            until_somebody_waits(store)
            kept_fleet.hear_at(connection, "LON", "lon1", (NOW + timedelta(1)).isoformat())
        assert received.result(30).receipt is Receipt.TAKEN
        assert [row.state for row in ledger.slices(TOKEN)] == [SliceState.RECEIVED]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_text_that_another_process_adds_meanwhile_is_kept_once(place: str, is_kept: bool) -> None:
    lines = "\n".join(encode(box("edge", "S1")))
    subject = SubjectRows("LON/10.0.0.1", "10.0.0.1", "[]", "[]", True, (EvidenceRow(1, "snmp", lines),) * 2)

    def write(store: Store) -> int:
        with store.writing("scan", "1.0", NOW) as writer, store.changing() as connection:
            write_subjects(connection, writer.run, [subject])
        return writer.run

    with open_store(place, create=True) as store, open_store(place) as other, ThreadPoolExecutor(1) as pool:
        with store._engine.connect() as connection:
            keep_text(connection, lines)
            written = pool.submit(write, other)
            until_somebody_waits(store)
            connection.commit() if is_kept else connection.rollback()
        run = written.result(30)
        with store.reading() as connection:
            assert list(rows_of_run(connection, run)) == [subject]
            assert connection.exec_driver_sql("select count(*) from contents").scalar() == 1


def test_an_error_of_the_driver_is_an_error_of_the_store(place: str) -> None:
    with open_store(place, create=True) as store:
        with pytest.raises(StoreError), store.changing() as connection:
            load(connection, CONTENTS, [(1, bytes(32), "what no text may hold: \0")])
        assert store.runs() == ()


def test_what_was_staged_does_not_grow_with_the_receiver(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = "select sum(pg_relation_size(oid)) from pg_class where relname like 'staged%'"
    monkeypatch.setattr(staging, "MAX_STAGED", 1)
    with open_store(place, create=True) as store:
        for path in bundles(tmp_path / "site"):
            receive_bundle(store, sites(), path, NOW)
            with store.changing() as connection:
                staged = connection.exec_driver_sql(size).scalar_one()
                prepare(connection)
                assert staged > connection.exec_driver_sql(size).scalar_one() == 0


def test_long_texts_are_packed_by_lz4(place: str) -> None:
    with open_store(place, create=True) as store, store.changing() as connection:
        known = "select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'"
        if not connection.exec_driver_sql(known).scalar():
            pytest.skip("this PostgreSQL has no LZ4")
        prepare(connection)
        load(connection, CONTENTS, [(1, bytes(32), "interface " * 1000)])
        assert connection.exec_driver_sql("select pg_column_compression(lines) from contents").scalar() == "lz4"
