"""A store of an earlier schema is upgraded when it is opened: its evidence stays the same, or the old store stays."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.cli.main import run
from scanner.fleet.ledger import FleetLedger
from scanner.sink import RangeCount, RunOutcome
from scanner.store import migrations
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.run_mark import run_mark
from scanner.store.sqlite_file import locked
from scanner.store.store import open_store
from scanner.store.tables import SCHEMA_VERSION

OLD = Path(__file__).parent / "golden" / "store_schema_1.sql"
"""A store as the last kitscan with schema 1 wrote it: a complete, an interrupted and a killed scan."""

SCHEMA_2 = OLD.with_name("store_schema_2.sql")
"""The same runs as the last kitscan with schema 2 kept them."""

SHA256 = (
    "f26c3ca770b49be15bc5aff975a3b35e6373f61ccb2a164b195f5b8af84e173f",
    "ef443369ee268353e0bff346cc84f9f68be6a9a4d8308eeec3d147b55f53e38f",
    "e48a6f10fa2758a053dbeed6710f697bb44b54b51428b8f1d1da87188c3ae8b7",
)
"""The digests of its runs, as that kitscan told them."""

KILLED = """
import os, signal, sys
from scanner.store import evidence_rows, upgrade
evidence_rows.fold_ended_runs = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
upgrade.upgrade(sys.argv[1])
"""


@pytest.fixture
def old(tmp_path: Path) -> str:
    place = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(OLD.read_text())
    return str(place)


def schema_in(place: str) -> int:
    with closing(sqlite3.connect(place)) as connection:
        return int(connection.execute("select schema_version from kitscan_store").fetchone()[0])


def test_every_run_has_the_digest_that_it_had_before(old: str) -> None:
    with open_store(old) as store:
        assert tuple(store.sha256(run.id) for run in store.runs()) == SHA256


@pytest.mark.parametrize("changed", ["select 1", "drop table alembic_version"])
def test_a_store_of_schema_2_gets_a_ledger_and_keeps_its_runs(tmp_path: Path, changed: str) -> None:
    place = str(tmp_path / "two.sqlite")
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(SCHEMA_2.read_text())
        connection.execute(changed)
        connection.commit()
    with open_store(place) as store:
        assert tuple(store.sha256(run.id) for run in store.runs()) == SHA256
        assert store.ranges(3) == (RangeCount("192.0.2.0/29", 6, 3),)
        assert FleetLedger(store).unended() == ()
    assert schema_in(place) == SCHEMA_VERSION


def test_evidence_gaps_counts_costs_and_refusals_come_over(old: str) -> None:
    with open_store(old) as store:
        router = next(evidence for evidence in store.evidence(2) if evidence.subject.key == "192.0.2.1")
        assert router.subject == Subject(
            "192.0.2.1", "192.0.2.1", ("r1", "Zürich-\U0001f4bb"), (("site", "lon-1"), ("tag", "5g"))
        )
        assert router.observations[2] == Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", "8763456")
        assert router.gaps == (Gap("ssh", "22/tcp", GapReason.REFUSED, "audit was refused"),)
        assert [run.outcome for run in store.runs()] == [RunOutcome.COMPLETE, RunOutcome.INTERRUPTED, None]
        assert store.subjects(1) == ({"192.0.2.1", "192.0.2.2"}, {"192.0.2.7", "Größe.walk"})
        assert (store.ranges(3), store.cost(2)) == (
            (RangeCount("192.0.2.0/29", 6, 3),),
            (("packets", 10.0), ("seconds", 1.5)),
        )
        assert store.refusals(1) == {("cli", "192.0.2.1")}
        assert store.request(1).by == "jo@scan1"


def test_a_run_that_was_killed_before_is_resumed_after(old: str) -> None:
    with open_store(old) as store:
        killed, done = store.interrupted()
        with store.resuming(killed.id) as writer:
            writer.add(
                Subject("192.0.2.7"), "ssh", [Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-x")], killed.started
            )
            writer.done("192.0.2.7")
            writer.finish(RunOutcome.COMPLETE, killed.started)
        last = next(evidence for evidence in store.evidence(killed.id) if evidence.subject.key == "192.0.2.7")
    assert done == {"192.0.2.1", "192.0.2.2"}
    assert (len(last.observations), [gap.reason for gap in last.gaps]) == (1, [GapReason.NO_ANSWER])


def test_the_upgrade_is_told_once_and_in_one_line(old: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            open_store(old)
    told = f"{old}: upgraded to store schema {SCHEMA_VERSION}; earlier versions of kitscan cannot read it"
    assert caplog.messages == [told]


def test_stores_without_the_tables_of_later_versions_are_upgraded_too(old: str) -> None:
    with closing(sqlite3.connect(old)) as connection:
        for table in ("costs", "refusals", "records"):
            connection.execute(f"drop table {table}")
        connection.commit()
    with open_store(old) as store:
        assert (store.cost(1), store.refusals(1), store.request(1).by) == ((), frozenset(), "")
        assert store.sha256(1) == SHA256[0]


def test_a_kill_in_mid_upgrade_leaves_the_old_store(old: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, old], check=False, cwd=Path(__file__).parents[2])
    assert (ended.returncode, schema_in(old)) == (-signal.SIGKILL, 1)
    with open_store(old) as store:
        assert store.sha256(2) == SHA256[1]


def test_a_store_that_cannot_be_read_is_left_as_it_is(old: str) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("update evidence set time = 'yesterday' where id = 3")
        connection.commit()
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(old)
    assert schema_in(old) == 1


def test_a_store_that_nobody_may_write_says_what_to_do(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="must be upgraded where nothing can be written") as refused:
        open_store(old)
    assert "copy it to a folder that can be written" in str(refused.value)


def test_a_store_that_a_run_is_writing_to_is_not_upgraded(old: str) -> None:
    with locked(old), pytest.raises(StoreBusyError):
        open_store(old)
    assert schema_in(old) == 1


def test_answers_are_not_looked_up_before_the_upgrade(old: str) -> None:
    before = run_mark(old, 1)
    with open_store(old):
        pass
    assert (before, run_mark(old, 1) is None) == (None, False)


def test_runs_lists_an_old_store(old: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["runs", "--store", old]) == 0
    assert "192.0.2.0/29" in capfd.readouterr().out


def test_the_store_says_to_alembic_which_upgrades_it_has_had(old: str) -> None:
    with open_store(old), closing(sqlite3.connect(old)) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [(str(SCHEMA_VERSION),)]


def test_the_newest_upgrade_leads_to_the_present_schema() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_heads() == [str(SCHEMA_VERSION)]
    assert script.get_bases() == ["1"]
