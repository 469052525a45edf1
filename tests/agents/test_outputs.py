"""A store that can only be read, several first starts into one store, and a standard output that takes nothing."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Observation, Source, Subject
from scanner.sink import RunOutcome
from scanner.store.store import open_store
from tests.warm_kitscan import run_kitscan

ROOT = Path(__file__).parents[2]
KITSCAN = (sys.executable, "-m", "scanner.cli.main")
THEN = datetime(2026, 3, 1, tzinfo=UTC)
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
"""As root in a mount namespace of its own: a folder that nobody may write."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store of one whole run and of one that was killed and left a -wal file."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with open_store(str(disk / "s.sqlite"), create=True) as store, store.writing("scan", "1.0", THEN) as writer:
        writer.add(Subject("a", "192.0.2.1"), "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", "VRP")], THEN)
        writer.done("a")
        writer.finish(RunOutcome.COMPLETE, THEN)
    return tmp_path


def kitscan(folder: Path, words: str, *before: str) -> "subprocess.CompletedProcess[str]":
    if not before:
        return run_kitscan(*words.split(), cwd=folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*before, *KITSCAN, *words.split()],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def read_only(folder: Path) -> tuple[str, ...]:
    """What runs a command for which the folder `disk` is read-only. For others than root its mode does it."""
    if os.geteuid() != 0:
        (folder / "disk").chmod(0o500)
        return ()
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace here")
    return ("unshare", "-m", "sh", "-ec", READ_ONLY, "sh", str(folder / "disk"))


@pytest.mark.finding(16)
@pytest.mark.parametrize("words", ["runs", "assess --fail-on never", "explain 192.0.2.1"])
def test_a_store_on_a_read_only_disk_can_be_read(folder: Path, words: str) -> None:
    before = sorted(path.name for path in (folder / "disk").iterdir())
    done = kitscan(folder, f"{words} --store disk/s.sqlite", *read_only(folder))
    assert (done.returncode in (0, 3), "cannot be used" in done.stderr) == (True, False)
    assert sorted(path.name for path in (folder / "disk").iterdir()) == before


KILLED = """
import os, sys
from datetime import UTC, datetime
from scanner.store.store import open_store
with open_store(sys.argv[1]).writing("scan", "1.0", datetime(2026, 3, 2, tzinfo=UTC)):
    os._exit(9)
"""


@pytest.mark.finding(16)
@pytest.mark.parametrize("with_index", [True, False])
def test_rows_in_a_wal_file_are_read_from_a_read_only_disk_or_missed_aloud(folder: Path, with_index: bool) -> None:
    subprocess.run([sys.executable, "-c", KILLED, folder / "disk" / "s.sqlite"], cwd=ROOT, timeout=60, check=False)
    if not with_index:
        (folder / "disk" / "s.sqlite-shm").unlink()
    done = kitscan(folder, "runs --store disk/s.sqlite", *read_only(folder))
    expected = (0, True, False) if with_index else (2, False, True)
    assert (done.returncode, "unfinished" in done.stdout, "copy the store and this file" in done.stderr) == expected


UNDONE = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode=DELETE")
database.execute("PRAGMA cache_size=2")
database.execute("BEGIN IMMEDIATE")
for _ in range(1000):
    database.execute("UPDATE runs SET outcome = ?", ("x" * 5000,))
    database.execute("INSERT INTO subjects (key, address, labels, attributes) VALUES ('', '', '', ?)", ("x" * 500,))
os._exit(9)
"""


def test_what_was_never_committed_is_not_read_from_a_read_only_disk(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", UNDONE, folder / "disk" / "s.sqlite"], cwd=ROOT, timeout=60, check=False)
    assert (folder / "disk" / "s.sqlite-journal").stat().st_size
    done = kitscan(folder, "runs --store disk/s.sqlite", *read_only(folder))
    assert (done.returncode, "cannot be taken back" in done.stderr) == (2, True)
    copied = shutil.copytree(folder / "disk", folder / "copy")
    assert kitscan(folder, f"runs --store {copied}/s.sqlite").returncode == 0


STARTS = """
import sys, time
from datetime import UTC, datetime
from scanner.store.errors import StoreBusyError
from scanner.store.store import open_store
sys.stdin.readline()
try:
    with open_store(sys.argv[1], create=True).writing("scan", "1.0", datetime(2026, 3, 1, tzinfo=UTC)):
        print("writes", flush=True)
        sys.stdin.readline()
except StoreBusyError:
    print("busy", flush=True)
"""


@pytest.mark.finding(17)
def test_of_six_first_starts_into_a_new_store_one_writes_and_the_others_are_told_so(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS, str(tmp_path / "new.sqlite")]
    started = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(6)
    ]
    pipes = [(process.stdin, process.stdout) for process in started]
    for stdin, _ in pipes:
        assert stdin is not None
        stdin.write("go\n")
        stdin.flush()
    said = [stdout.readline().strip() for _, stdout in pipes if stdout is not None]
    for process in started:
        process.communicate(timeout=60)
    assert sorted(said) == ["busy"] * 5 + ["writes"]


@pytest.mark.finding(18)
@pytest.mark.parametrize("words", ["runs", "assess --fail-on never"])
@pytest.mark.parametrize(
    ("output", "code", "message"),
    [(">&-", 2, "it is closed"), (">/dev/full", 2, "No space left on device"), ("| :", None, ""), ("2>&-", None, "")],
)
def test_a_standard_output_that_takes_nothing_is_an_error_and_a_reader_that_left_is_none(
    folder: Path, words: str, output: str, code: int | None, message: str
) -> None:
    line = " ".join((*KITSCAN, *words.split(), "--store", "disk/s.sqlite", output))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode in ((0, 3) if code is None else (code,))
    assert (message in done.stderr, "internal error" in done.stderr, "Traceback" in done.stderr) == (True, False, False)
