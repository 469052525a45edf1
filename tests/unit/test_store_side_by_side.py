"""Who reads a store sees one state of it, whatever a scan or a prune does meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from fingerprints.model.evidence import Observation, Source, Subject
from scanner.sink import RunOutcome
from scanner.store import opening
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.pruning.deleting import delete_runs
from scanner.store.sqlite_file import locked
from scanner.store.store import Store, open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose run 1 was killed after its last answer."""
    opened = open_store(str(tmp_path / "s.sqlite"), create=True)
    with opened.writing("scan", "1.0", NOON) as writer:
        for number in range(3):
            subject = Subject(f"192.0.2.{number}")
            writer.add(subject, "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", f"box {number}")], NOON)
            writer.done(subject.key)
    return opened


def test_a_run_that_ends_while_it_is_read_loses_no_answer(store: Store) -> None:
    reader = store.evidence(1)
    assert len(next(reader).observations) == 1
    with store.resuming(1) as writer:
        writer.finish(RunOutcome.COMPLETE, NOON)
    assert [len(evidence.observations) for evidence in reader] == [1, 1]


def test_a_run_that_is_pruned_while_it_is_read_is_read_to_its_end(store: Store) -> None:
    reader = store.evidence(1)
    next(reader)
    delete_runs(store, (1,))
    assert [evidence.observations[0].value for evidence in reader] == ["box 1", "box 2"]


def test_a_run_that_was_pruned_is_not_read_as_an_empty_one(store: Store) -> None:
    delete_runs(store, (1,))
    with pytest.raises(StoreError, match="run 1 is not there"):
        list(store.evidence(1))


def test_nobody_writes_while_the_room_of_pruned_runs_is_given_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def give_back(_: sa.Connection) -> None:
        with pytest.raises(StoreBusyError, match="runs prune"), locked(store.place):
            pass
        refused.append(True)

    monkeypatch.setattr(opening, "give_room_back", give_back)
    delete_runs(store, (1,))
    assert refused == [True]
