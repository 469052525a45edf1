"""What doctor says of a machine, from the files that it looks at."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.snapshots import DataSet, Fallback
from scanner.checks.machine import Check, State, check_data, check_layer_2, check_store, check_versions
from scanner.protocols.link.helper_program import read_status
from scanner.updates.status import DataStatus


@pytest.mark.parametrize(
    ("uid", "effective", "ambient", "state"),
    [
        ("0", "000001ffffffffff", "0000000000000000", State.OK),
        ("0", "0000000000000000", "0000000000000000", State.WARN),
        ("1000", "0000000000002000", "0000000000002000", State.OK),
        ("1000", "0000000000002000", "0000000000000000", State.WARN),
    ],
)
def test_the_helper_needs_a_capability_that_a_child_inherits(
    tmp_path: Path, uid: str, effective: str, ambient: str, state: State
) -> None:
    status = tmp_path / "status"
    status.write_text(f"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nCapEff:\t{effective}\nCapAmb:\t{ambient}\n")
    assert check_layer_2(read_status(status)).state is state


def test_a_machine_without_proc_has_no_known_privilege(tmp_path: Path) -> None:
    assert check_layer_2(read_status(tmp_path / "missing")).state is State.WARN


def test_every_library_is_there_and_new_enough() -> None:
    assert {check.state for check in check_versions()} == {State.OK}


def test_an_unknown_distribution_is_a_warning() -> None:
    assert [check.state for check in check_versions("kitscan-that-nobody-has")] == [State.OK, State.WARN]


def test_a_store_in_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    place = f"{tmp_path}/missing/store.sqlite"
    summary = f"store: {place} cannot be written"
    assert check_store(place) == Check(State.FAIL, summary, "correct its permissions, or name another with `store:`")


def test_a_store_that_is_a_folder_cannot_be_written(tmp_path: Path) -> None:
    assert check_store(str(tmp_path)).state is State.FAIL


def test_data_says_its_age() -> None:
    known = (
        DataStatus("mac-prefixes", "a list", date(2026, 8, 15), "1", own=True),
        DataStatus(
            "enterprise-numbers",
            "a list",
            date(2024, 2, 1),
            "1",
            fallback=Fallback(DataSet.ENTERPRISE_NUMBERS, "they are gone"),
        ),
    )
    assert list(check_data(known, date(2026, 11, 22))) == [
        Check(State.OK, "data mac-prefixes: of 2026-08-15, your own"),
        Check(
            State.WARN,
            "data enterprise-numbers: the shipped enterprise-numbers are used, not the updated ones: they are gone",
            "kitscan db update enterprise-numbers, or with --rollback",
        ),
        Check(
            State.WARN,
            "data enterprise-numbers: of 2024-02-01, 1,025 days old: "
            "an enterprise number that IANA assigned since then names no maker",
            "kitscan db update enterprise-numbers",
        ),
    ]
