"""A store in PostgreSQL says what a store in SQLite says, to the byte."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.cli.main import run
from scanner.fleet.ledger import FleetLedger
from scanner.fleet.received import AsideReason, Receipt
from scanner.fleet.receiving import receive_bundle
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.store import Store, open_store
from tests.services import postgresql
from tests.unit.fleet_bundles import NOW, SILENT, TOKEN, UNRESOLVED, Bundler, Slice, box, document_in, sites

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

GOLDEN = Path(__file__).parents[1] / "unit" / "golden"
THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
FORMATS = ("json", "csv", "html", "text", "markdown", "sarif", "cyclonedx", "junit", "prometheus")
PASSWORD = "canary-postgresql-1"
KEYS = ("192.0.2.10", "192.0.2.2", "_x", "Zürich", "a b", "ab", "A-b", "192.0.2.1")
"""Keys that a database sorts otherwise by its language than by code points."""


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    """The folder of the socket of a running server, whose language is not C."""
    pytest.importorskip("pg8000", reason="pg8000 is not installed (kitscan[postgresql])")
    found = postgresql.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with pytest.MonkeyPatch.context() as patch, postgresql.server(found, PASSWORD) as folder:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield folder


def url_of(socket: Path, database: str) -> str:
    """The URL of a new database, which sorts as English does."""
    return postgresql.new_database(socket, database, PASSWORD, "ICU_LOCALE 'en-US' LOCALE_PROVIDER icu")


def fill(store: Store) -> None:
    """Three nights: one is killed and resumed, in another a device says something else."""
    for night in range(3):
        started = THEN + timedelta(days=night)
        with store.writing("scan", "1.0", started) as writer:
            writer.record(RunRequest("jo@scan1", ("192.0.2.0/24",), (), "normal", ("snmp",)))
            writer.expect([Subject(key, key, (f"label {key}",)) for key in KEYS])
            for number, key in enumerate(KEYS[1:]):
                said = [
                    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", f"Huawei VRP 8.{night}\x00\xff ' \\ %"),
                    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.62.2.9"),
                    Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(8_640_000 * night + number)),
                    Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", f"box-{number}"),
                ]
                writer.add(Subject(key, key), "snmp", said, started + timedelta(microseconds=number))
                writer.add(Subject(key, key), "ssh", [Gap("ssh", "22/tcp", GapReason.REFUSED, "refused")], started)
                if night != 1 or number:
                    writer.done(key)
            writer.range(RangeCount("192.0.2.0/24", 254, 246))
            writer.spend({"packets": 10, "cpu_seconds": 0.5, "seconds": 1.5})
            writer.login_worked(KEYS[1], "ssh", "cli", "huawei_vrp")
            writer.refused("cli", KEYS[2])
            if night != 1:
                writer.finish(RunOutcome.COMPLETE, started + timedelta(minutes=9))
        if night == 1:
            with store.resuming(2) as writer:
                writer.add(Subject(KEYS[1]), "snmp", said, started)
                writer.finish(RunOutcome.INTERRUPTED, started + timedelta(minutes=8))
        head = {"run": night, "started": started.isoformat(), "targets": ["192.0.2.0/24"], "exclusions": []}
        store.keep_states(night + 1, json.dumps(head), [(key, f'{{"key": "{key}"}}') for key in KEYS])
    store.reminded([("dev-a", "x", "90")], 3)
    store.keep_notice(3, "mail", THEN, "sent")


@pytest.fixture(scope="module")
def places(socket: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The same runs in SQLite and in PostgreSQL."""
    both = str(tmp_path_factory.mktemp("sqlite") / "s.sqlite"), url_of(socket, "runs")
    for place in both:
        with open_store(place, create=True) as store:
            fill(store)
    return both


def test_every_answer_of_the_store_is_the_same(places: tuple[str, str]) -> None:
    told = []
    for place in places:
        with open_store(place) as store:
            told.append(
                [
                    store.runs(),
                    [store.sha256(number) for number in (1, 2, 3)],
                    [list(store.evidence(number)) for number in (1, 2, 3)],
                    [(store.ranges(n), store.cost(n), store.refusals(n), store.request(n)) for n in (1, 2, 3)],
                    [(store.subjects(n), store.declared(n), store.unfinished_subjects(n)) for n in (1, 2, 3)],
                    [store.states(number) for number in (1, 2, 3, 4)],
                    list(store.states_of(KEYS[3])),
                    store.runs_with_states(),
                    (store.good_logins(), store.reminders(), store.notices()),
                    [store.runs_that_name(word, 9) for word in ("8.2", "zürich", "box-3", "nobody")],
                ]
            )
    assert told[0] == told[1]


@pytest.mark.parametrize("output_format", FORMATS)
def test_documents_are_the_same_to_the_byte(places: tuple[str, str], tmp_path: Path, output_format: str) -> None:
    digests = []
    for number, place in enumerate(places):
        out = tmp_path / f"report-{number}"
        words = ["assess", "3", "--store", place, "--format", output_format, "--fail-on", "never", "--out", str(out)]
        assert run(words) in (0, 3)
        digests.append(hashlib.sha256(out.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_runs_lists_the_same(places: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for place in places:
        assert run(["runs", "--store", place, "--format", "json"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


def test_many_that_create_one_store_at_the_same_moment_all_have_it(socket: Path) -> None:
    place, together = url_of(socket, "created"), threading.Barrier(8)

    def create(number: int) -> int:
        together.wait(30)
        with open_store(place, create=True) as store:
            return number + len(store.runs())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(create, range(8))) == list(range(8))


def test_a_store_is_read_again_after_its_connections_were_cut(socket: Path) -> None:
    import sqlalchemy as sa

    place = url_of(socket, "cut")
    with open_store(place, create=True) as store, open_store(place) as other:
        fill(store)
        with other.reading() as connection:
            cut = "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            connection.execute(sa.text(f"{cut} AND datname = 'cut'"))
        assert len(store.runs()) == 3


def test_a_second_writer_is_refused(socket: Path) -> None:
    place = url_of(socket, "busy")
    with (
        open_store(place, create=True) as store,
        store.writing("scan", "1.0", THEN),
        open_store(place) as other,
        pytest.raises(StoreBusyError),
        other.writing("scan", "1.0", THEN),
    ):
        pass


def test_pruned_exported_and_taken_in_again(socket: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, out = url_of(socket, "pruned"), str(tmp_path / "b.zip")
    with open_store(place, create=True) as store:
        fill(store)
        before = [store.sha256(number) for number in (1, 3)]
    assert run(["runs", "export", "1", "3", "--store", place, "--out", out]) == 0
    assert run(["runs", "prune", "--keep", "1d", "--yes", "--store", place]) == 0
    with open_store(place) as store:
        assert ([one.id for one in store.runs()], store.sha256(3)) == ([3], before[1])
    assert run(["runs", "import", out, "--store", place]) == 0
    with open_store(place) as store:
        assert [store.sha256(number) for number in (1, 3)] == before
        with store.writing("scan", "1.0", THEN) as writer:
            assert writer.run == 4


def test_no_password_or_a_wrong_one_is_an_error_that_shows_none(
    places: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for password in ("", "canary-wrong-2"):
        monkeypatch.setenv("PGPASSWORD", password)
        assert run(["runs", "--store", places[1]]) == 2
    told = capsys.readouterr().err
    assert "cannot be used as a store" in told and "PGPASSWORD" in told and "canary" not in told


def test_another_programs_database_is_refused(socket: Path) -> None:
    import sqlalchemy as sa

    place = url_of(socket, "other")
    engine = sa.create_engine(place, connect_args={"password": PASSWORD})
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x integer)")
    engine.dispose()
    with pytest.raises(StoreError, match="is not a kitscan store"):
        open_store(place, create=True)


def _as_any_database_has_it(_inspector: object, _table: object, column: dict[str, Any]) -> None:
    column["type"] = column["type"].as_generic()


@pytest.mark.parametrize("schema", [1, 2])
def test_a_store_of_an_earlier_schema_is_upgraded(socket: Path, tmp_path: Path, schema: int) -> None:
    import sqlalchemy as sa

    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection:
        connection.executescript((GOLDEN / f"store_schema_{schema}.sql").read_text())
    url, tables = url_of(socket, f"old{schema}"), sa.MetaData()
    old = sa.create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    new = sa.create_engine(url, connect_args={"password": PASSWORD})
    sa.event.listen(tables, "column_reflect", _as_any_database_has_it)
    tables.reflect(old)
    tables.create_all(new)
    with old.connect() as source, new.begin() as target:
        for table in tables.sorted_tables:
            rows = [dict(row) for row in source.execute(table.select()).mappings()]
            if rows:
                target.execute(table.insert(), rows)
    new.dispose()
    with open_store(str(tmp_path / "old.sqlite")) as store:
        expected = [(run.id, store.sha256(run.id), store.ranges(run.id), store.cost(run.id)) for run in store.runs()]
    with open_store(url) as store:
        assert [
            (run.id, store.sha256(run.id), store.ranges(run.id), store.cost(run.id)) for run in store.runs()
        ] == expected
        assert len(expected) == 3
        with store.changing() as connection:  # as wide as the counts of a fleet
            connection.exec_driver_sql("update ranges set addresses = 9000000000")


def test_slices_of_sites_make_the_same_document_in_any_order(socket: Path, tmp_path: Path) -> None:
    huge = (RangeCount("", 2**31, 2**31), RangeCount("10.0.0.0/20", 4094, 4090))
    said = {"10.0.0.1": box("edge\t\\N", "S1"), "10.0.0.2": SILENT, "router.example": UNRESOLVED}
    parts = [Slice({key: answers}, ordinal=n, of=3) for n, (key, answers) in enumerate(said.items(), 1)]
    parts[0].ranges = parts[1].ranges = huge
    paths = Bundler(tmp_path / "site").bundles([*parts, Slice(said, "PAR", "par1")])
    told = []
    for place, order in ((str(tmp_path / "c.sqlite"), paths), (url_of(socket, "fleet"), [*paths[::-1], *paths])):
        with open_store(place, create=True) as store:
            receipts = [receive_bundle(store, sites(), path, NOW).receipt for path in order]
            assert receipts == [Receipt.TAKEN] * len(paths) + [Receipt.AGAIN] * (len(order) - len(paths))
            FleetLedger(store).end(TOKEN, NOW)
            ledger = FleetLedger(store)
            told.append((document_in(store), store.sha256(1), store.ranges(1), ledger.slices(TOKEN)))
    assert told[0] == told[1]


def test_a_second_night_in_slices_is_kept_beside_the_first(socket: Path, tmp_path: Path) -> None:
    bundler, told = Bundler(tmp_path / "site"), []
    for place in (str(tmp_path / "c.sqlite"), url_of(socket, "nights")):
        with open_store(place, create=True) as store:
            for night, maker in enumerate(("Huawei VRP", "Huawei VRP", "Huawei VRP 9")):
                made = Slice({"10.0.0.1": box("edge", "S1", maker * 20)}, token=f"{night:032}")
                receive_bundle(store, sites(), bundler.bundle(made), NOW)
            with store.reading() as connection:
                kept = connection.exec_driver_sql("select count(*) from contents").scalar()
            told.append((kept, [store.sha256(run.id) for run in store.runs()]))
    assert told[0] == told[1] == (1, told[0][1])


def test_what_postgresql_cannot_keep_is_put_aside_and_stops_nobody(socket: Path, tmp_path: Path) -> None:
    long_key = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(250))
    silent = {"10.0.0.1": SILENT}
    hostile = (
        Slice(silent, attributes=(("a", "\0"),), lines={"10.0.0.1": "\0"}),
        Slice(silent, ranges=(RangeCount("outside\0", 1, 1),)),
        Slice(silent, ranges=(RangeCount(f"{' ' * 128}10.0.0.0/24", 1, 1),)),
        Slice({long_key: SILENT}, addresses={long_key: "10.0.0.1"}),
    )
    with open_store(url_of(socket, "hostile"), create=True) as store:
        for path in Bundler(tmp_path / "site").bundles(hostile):
            received = receive_bundle(store, sites(), path, NOW)
            assert (received.reason, store.runs()) == (AsideReason.NOT_EVIDENCE, ())
