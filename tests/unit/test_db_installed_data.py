"""The data folder: what is in use, what was before, and that a kill at any moment leaves one of the two, whole."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.snapshots import STATE, DataSet, InstalledGenerations, in_use, read_state
from fingerprints.model.errors import KitscanError
from scanner.updates.build import generation_files, provenance_file
from scanner.updates.installed_data import data_folder, install, roll_back

ROOT = Path(__file__).parents[2]
NUMBERS = DataSet.ENTERPRISE_NUMBERS

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.test_db_installed_data import NUMBERS, numbers
from scanner.updates.installed_data import install

left = int(sys.argv[2])

def dying(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(os, name, call)

for name in ("fsync", "rename", "replace", "mkdir", "open", "unlink", "rmdir"):
    dying(name)
install(Path(sys.argv[1]), NUMBERS, numbers("new"))
"""


def numbers(holder: str, day: date = date(2026, 11, 20)) -> dict[str, bytes]:
    """A generation of enterprise numbers with one holder in it."""
    return generation_files(NUMBERS, {"9": holder}, provenance_file("test", ["file"], day, "test", {"numbers": 1}))


def used(data: Path) -> str:
    """The folder in use, and why not another."""
    found = in_use(data, NUMBERS)
    return str(found.fallback or found.folder.name)


def test_without_an_update_the_shipped_data_are_in_use(tmp_path: Path) -> None:
    assert (used(tmp_path), used(tmp_path / "nowhere")) == ("products", "products")


def test_an_update_is_in_use_and_knows_what_was_before(tmp_path: Path) -> None:
    first = install(tmp_path, NUMBERS, numbers("first"))
    second = install(tmp_path, NUMBERS, numbers("second"))
    assert (first.previous, second.previous, used(tmp_path)) == ("", first.current, second.current)


def test_the_same_data_again_change_nothing(tmp_path: Path) -> None:
    install(tmp_path, NUMBERS, numbers("first"))
    second = install(tmp_path, NUMBERS, numbers("second"))
    assert install(tmp_path, NUMBERS, numbers("second")) == second


def test_only_the_generation_before_is_kept(tmp_path: Path) -> None:
    states = [install(tmp_path, NUMBERS, numbers(name)) for name in ("first", "second", "third")]
    folders = {path.name for path in (tmp_path / NUMBERS.value).iterdir() if path.is_dir()}
    assert folders == {states[1].current, states[2].current}


def test_a_rollback_returns_and_a_second_one_goes_forth_again(tmp_path: Path) -> None:
    state = install(tmp_path, NUMBERS, numbers("first"))
    assert roll_back(tmp_path, NUMBERS) == InstalledGenerations("", state.current)
    assert (used(tmp_path), roll_back(tmp_path, NUMBERS), used(tmp_path)) == ("products", state, state.current)


def test_a_rollback_with_nothing_before_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match="there are no data before"):
        roll_back(tmp_path, NUMBERS)


def test_a_rollback_to_damaged_data_is_refused(tmp_path: Path) -> None:
    first = install(tmp_path, NUMBERS, numbers("first"))
    install(tmp_path, NUMBERS, numbers("second"))
    (tmp_path / NUMBERS.value / first.current / "enterprises.tsv.gz").write_bytes(b"rot")
    with pytest.raises(KitscanError, match="the earlier data are damaged"):
        roll_back(tmp_path, NUMBERS)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"current": "../../etc", "previous": null}', b"\xff" * 9000])
def test_a_damaged_state_falls_back_to_the_shipped_data_and_says_so(tmp_path: Path, damage: bytes) -> None:
    install(tmp_path, NUMBERS, numbers("first"))
    (tmp_path / NUMBERS.value / STATE).write_bytes(damage)
    found = in_use(tmp_path, NUMBERS)
    assert (found.folder.name, found.fallback is not None) == ("products", True)
    assert str(found.fallback).startswith("the shipped enterprise-numbers are used, not the updated ones: ")


def test_a_rollback_from_a_damaged_state_returns_to_the_shipped_data(tmp_path: Path) -> None:
    install(tmp_path, NUMBERS, numbers("first"))
    (tmp_path / NUMBERS.value / STATE).write_bytes(b"rot")
    assert (roll_back(tmp_path, NUMBERS), used(tmp_path)) == (InstalledGenerations(), "products")


def test_a_changed_octet_falls_back_to_the_shipped_data_and_says_so(tmp_path: Path) -> None:
    state = install(tmp_path, NUMBERS, numbers("first"))
    table = tmp_path / NUMBERS.value / state.current / "enterprises.tsv.gz"
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    assert used(tmp_path) == (
        "the shipped enterprise-numbers are used, not the updated ones: "
        "their files were changed or damaged. Next: kitscan db update enterprise-numbers, or with --rollback"
    )


def test_a_generation_that_is_gone_falls_back_to_the_shipped_data(tmp_path: Path) -> None:
    state = install(tmp_path, NUMBERS, numbers("first"))
    (tmp_path / NUMBERS.value / state.current).rename(tmp_path / "elsewhere")
    assert "their files are gone" in used(tmp_path)


def test_an_update_older_than_what_ships_is_not_used_and_says_so(tmp_path: Path) -> None:
    install(tmp_path, NUMBERS, numbers("old", date(2020, 1, 1)))
    assert "they are of 2020-01-01, the shipped ones of 20" in used(tmp_path)


def test_an_update_mends_a_damaged_generation(tmp_path: Path) -> None:
    state = install(tmp_path, NUMBERS, numbers("first"))
    (tmp_path / NUMBERS.value / state.current / "enterprises.tsv.gz").unlink()
    install(tmp_path, NUMBERS, numbers("first"))
    assert used(tmp_path) == state.current


def test_two_updates_at_once_are_one_too_many(tmp_path: Path) -> None:
    import fcntl

    folder = tmp_path / NUMBERS.value
    folder.mkdir()
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(KitscanError, match="another update is running"):
            install(tmp_path, NUMBERS, numbers("first"))


def test_a_folder_that_cannot_be_made_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KitscanError, match=r"cannot be written .*\nNext: correct its permissions"):
        install(tmp_path / "file", NUMBERS, numbers("first"))


def test_a_kill_at_any_step_leaves_the_old_or_the_new_data_whole(tmp_path: Path) -> None:
    seen = set()
    for step in range(1, 100):
        data = tmp_path / str(step)
        old = install(data, NUMBERS, numbers("old"))
        run = [sys.executable, "-c", KILLED, str(data), str(step)]
        ended = subprocess.run(run, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
        state = read_state(data, NUMBERS)
        seen.add((used(data) == state.current, state.current == old.current))
        again = install(data, NUMBERS, numbers("new"))
        assert (used(data), again.previous) == (again.current, old.current)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
    assert (seen, step > 8) == ({(True, True), (True, False)}, True)


@pytest.mark.parametrize(
    ("configured", "environment", "folder"),
    [
        (Path("here"), {"XDG_DATA_HOME": "/d"}, Path("here")),
        (None, {"XDG_DATA_HOME": "/d"}, Path("/d/kitscan")),
        (None, {"XDG_DATA_HOME": "relative"}, Path("~/.local/share/kitscan").expanduser()),
        (None, {}, Path("~/.local/share/kitscan").expanduser()),
    ],
)
def test_the_data_folder_is_the_configured_one_or_the_users_own(
    configured: Path | None, environment: dict[str, str], folder: Path
) -> None:
    assert data_folder(configured, environment) == folder
