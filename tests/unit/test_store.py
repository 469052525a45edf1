"""The store keeps evidence word for word, keeps what an interrupted run wrote, and lets one run write at a time."""

import logging
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject
from scanner.sink import RangeCount, RunOutcome
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.evidence_rows import rows_of_run
from scanner.store.store import Store, open_store

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
ROUTER = Subject("192.0.2.1", "192.0.2.1", ("r1",), (("site", "lon-1"), ("tag", "5g"), ("tag", "edge")))
OBSERVED = (
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", 'tabs\there, "quotes", \xff\x00 octets'),
    Observation(Source.SNMP_IF_PHYS_ADDRESS, "1.3.6.1.2.1.2.2.1.6.1", "\x00\xe0\xfc\x01\x02\x03"),
)
GAP = Gap("ssh", "22/tcp", GapReason.REFUSED, "audit was refused")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "s.sqlite"), create=True)


def test_evidence_comes_back_word_for_word_in_the_order_in_which_it_came(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.add(ROUTER, "snmp", OBSERVED, THEN)
        writer.add(ROUTER, "ssh", [GAP], THEN)
        writer.done(ROUTER.key)
        writer.finish(RunOutcome.COMPLETE, THEN)
    assert tuple(store.evidence(1)) == (Evidence(ROUTER, OBSERVED, (GAP,)),)


def test_subjects_come_sorted_by_key_whatever_the_order_of_writing(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        for key, observed in (("b", OBSERVED[:1]), ("a", OBSERVED[:1]), ("b", OBSERVED)):
            writer.add(Subject(key), "snmp", observed, THEN)
    assert [(e.subject.key, len(e.observations)) for e in store.evidence(1)] == [("a", 1), ("b", 2)]


def test_some_subjects_of_a_run_are_found_without_going_through_the_others(store: Store) -> None:
    """Who judges by several processes asks for fifty subjects a thousand times."""
    with store.writing("scan", "1.0", THEN) as writer:
        for last in range(99):
            writer.add(Subject(f"192.0.2.{last}", f"192.0.2.{last}"), "snmp", OBSERVED, THEN)
        writer.finish(RunOutcome.COMPLETE, THEN)
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        asked.append((statement, values))

    with store.reading() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        found = [rows.key for rows in rows_of_run(connection, 1, keys=("192.0.2.7", "192.0.2.8"))]
        plans = [connection.exec_driver_sql(f"explain query plan {sql}", values).all() for sql, values in asked[:2]]
    assert found == ["192.0.2.7", "192.0.2.8"]
    assert "SEARCH run_subjects USING PRIMARY KEY (run=? AND subject=?)" in str(plans)


def test_a_run_that_broke_keeps_what_it_had_and_is_not_the_latest(store: Store) -> None:
    def broken() -> None:
        with store.writing("scan", "1.0", THEN) as writer:
            writer.add(ROUTER, "snmp", OBSERVED, THEN)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert len(tuple(store.evidence(1))) == 1
    with pytest.raises(StoreError, match="no finished run"):
        store.run(None)


def test_a_second_run_on_the_same_store_is_refused(store: Store) -> None:
    with store.writing("scan", "1.0", THEN), pytest.raises(StoreBusyError), store.writing("scan", "1.0", THEN):
        pass


def test_silent_ranges_are_kept_as_counts(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.range(RangeCount("192.0.2.0/24", 254, 250))
    assert store.ranges(1) == (RangeCount("192.0.2.0/24", 254, 250),)


def test_a_store_is_readable_by_its_owner_only(store: Store) -> None:
    assert Path(store.place).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"not a database at all, but some text that is long enough to look at", b""])
def test_a_file_that_is_no_store_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "x.sqlite"
    place.write_bytes(content)
    with pytest.raises(StoreError, match=str(place)):
        open_store(str(place))


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute("create table t (x)")
    with pytest.raises(StoreError, match="is not a kitscan store"):
        open_store(str(place), create=True)


def test_a_missing_store_names_the_commands_that_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kitscan scan"):
        open_store(str(tmp_path / "none.sqlite"))


def test_subjects_that_an_interrupted_run_did_not_finish_get_a_gap(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.expect([Subject("192.0.2.7", "192.0.2.7")])
        writer.add(ROUTER, "snmp", OBSERVED, THEN)
        writer.add(Subject("192.0.2.2"), "snmp", OBSERVED[:1], THEN)
        writer.done("192.0.2.2")
        writer.finish(RunOutcome.INTERRUPTED, THEN)
    reasons = {one.subject.key: [gap.reason for gap in one.gaps] for one in store.evidence(1)}
    interrupted = [GapReason.INTERRUPTED]
    assert reasons == {"192.0.2.1": interrupted, "192.0.2.2": [], "192.0.2.7": interrupted}


def test_a_range_is_kept_once_however_often_it_is_recorded(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.range(RangeCount("192.0.2.0/24", 254, 254))
        writer.range(RangeCount("192.0.2.0/24", 254, 250))
    assert store.ranges(1) == (RangeCount("192.0.2.0/24", 254, 250),)


def test_no_file_beside_the_store_is_readable_by_others_while_a_run_writes(store: Store, tmp_path: Path) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.add(ROUTER, "snmp", OBSERVED, THEN)
        writer.commit()
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("s.sqlite", "s.sqlite-wal", "s.sqlite-shm", "s.sqlite.lock"), 0)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(StoreError) as refused:
        open_store("postgresql://audit:canary-1@db.example/kitscan")
    assert "canary-1" not in str(refused.value)


def test_a_full_disk_is_named_and_what_was_committed_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    program = f"""
import resource, signal
from datetime import datetime
from fingerprints.model.evidence import Observation, Source, Subject
from scanner.sink import RunOutcome
from scanner.store.store import open_store
from scanner.store.errors import StoreError
store = open_store({str(place)!r}, create=True)
try:
    with store.writing("scan", "1.0", datetime(2026, 3, 1)) as writer:
        said = [Observation(Source.SNMP_SYS_DESCR, "1", "x" * 60000)]
        writer.add(Subject("kept"), "snmp", said, datetime(2026, 3, 1))
        writer.commit()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, -1))
        for number in range(100):
            writer.add(Subject(f"lost {{number}}"), "snmp", said, datetime(2026, 3, 1))
            writer.commit()
except StoreError as error:
    print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
with store.resuming(1) as writer:
    writer.finish(RunOutcome.INTERRUPTED, datetime(2026, 3, 1))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.splitlines()[:1], done.stderr) == (
        [f"{place}: cannot be used as a store (disk I/O error)"],
        "",
    )
    kept = open_store(str(place))
    assert (next(iter(kept.evidence(1))).subject.key, kept.run(1).outcome) == ("kept", "interrupted")


def test_a_store_that_is_held_for_several_steps_says_who_holds_it(store: Store) -> None:
    other = open_store(store.place)
    with store.held_by("kitscan audit"):
        with store.writing("audit", "1.0", THEN) as writer:
            writer.finish(RunOutcome.COMPLETE, THEN)
        refused = pytest.raises(StoreBusyError, match=r"kitscan audit \(process \d+\) is writing to this store")
        with refused, other.writing("scan", "1.0", THEN):
            pass
        with store.resuming(1), pytest.raises(StoreBusyError), other.held_by("kitscan audit"):
            pass
    with other.writing("scan", "1.0", THEN) as writer, pytest.raises(StoreBusyError, match="kitscan scan"):
        store.held_by("kitscan audit").__enter__()


def test_a_connection_of_a_pool_that_is_gone_is_no_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with open_store(str(tmp_path / "s.sqlite"), create=True):
        logging.getLogger("sqlalchemy.pool.impl.QueuePool").error("Exception terminating connection")
    assert capfd.readouterr().err == ""
