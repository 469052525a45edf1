"""A killed scan that is resumed knows which logins were refused. It offers none of them again, and locks no account."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from benchmarks.reliability.ssh_peers import book_of, served

ROOT = Path(__file__).parents[2]
SECONDS = 180.0
ASKED = "SELECT * FROM contents WHERE lines LIKE '%credential-stopped%'"
REFUSES, SILENT = "127.0.13.1", "127.0.13.2"


def scanning(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    """A scan of both devices. The one that is silent keeps it from ending."""
    program = "from scanner.cli.main import main; main()"
    command = [sys.executable, "-c", program, "scan", "targets.csv", "--credentials", "credentials.yaml", *words]
    command += ["--probe", "ssh", "--fail-on", "never", "--format", "json", "--out", "report.json"]
    return subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


def recorded(store: Path, statement: str) -> bool:
    """True once the statement finds a row in the store, and that in time."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as rows,
        ):
            if rows.execute(statement).fetchone():
                return True
        time.sleep(0.02)
    return False


@pytest.mark.timeout(600)
async def test_no_refused_login_is_offered_again_after_a_kill(tmp_path: Path) -> None:
    book_of(tmp_path, ["name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]"])
    peers = {"refuses": ("refuses", REFUSES), "silent": ("terminal stalls", SILENT)}
    async with served(peers) as (ports, got):
        rows = (f"{address},{ports[label]}" for label, (_, address) in peers.items())
        (tmp_path / "targets.csv").write_text("\n".join(("address,ssh_port", *rows)) + "\n")
        for resume in ((), ("--resume",), ("--resume",)):
            process = scanning(tmp_path, *resume)
            try:
                assert recorded(tmp_path / "kitscan.sqlite", ASKED if resume else "SELECT * FROM refusals")
            finally:
                process.kill()
                process.wait()
            with closing(sqlite3.connect(tmp_path / "kitscan.sqlite")) as database:  # as if killed before it was done
                database.execute("UPDATE run_subjects SET done = 0")
                database.execute("DELETE FROM evidence")
                database.execute("DELETE FROM contents")
                database.execute("DELETE FROM bases")
                database.commit()
    assert got["refuses"]["secrets"] == 1
