"""What the command says when a run cannot be, or cannot end: each exit code of the contract, by really running it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason
from scanner.store.store import open_store
from tests.warm_kitscan import run_kitscan

KITSCAN = (sys.executable, "-m", "scanner.cli.main")
QUICK = ("--profile", "lab", "--probe", "snmp")
HERE = Path(__file__).parents[2]


@pytest.fixture
def silent() -> Iterator[str]:
    """A target that keeps a scan waiting: it takes what it is sent and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sink.getsockname()[1]}"


def kitscan(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return run_kitscan(*words, cwd=folder, timeout=60)


def started(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """A scan that has begun to write: its store says so."""
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    running = subprocess.Popen(
        [*KITSCAN, "scan", *words],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not begun(folder / "kitscan.sqlite"):
        assert running.poll() is None
        time.sleep(0.05)
    return running


def begun(store: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            unfinished = "select count(*) from run_subjects where run in (select id from runs where outcome is null)"
            return bool(connection.execute(unfinished).fetchone()[0])
    except sqlite3.Error:
        return False


def test_an_interrupted_scan_exits_130_keeps_its_evidence_and_can_be_resumed(tmp_path: Path, silent: str) -> None:
    running = started(tmp_path, silent, *QUICK)
    running.send_signal(signal.SIGINT)
    _, message = running.communicate(timeout=30)
    assert (running.returncode, "kitscan scan --resume" in message) == (130, True)
    assessed = kitscan(tmp_path, "assess", "--format", "json")
    missing = {one["target"]: one["reason"] for one in json.loads(assessed.stdout)["not_assessed"]}
    before = json.loads(assessed.stdout)["coverage"]["cost"]["packets"]
    assert (assessed.returncode, missing[silent]) == (3, "interrupted")
    resumed = kitscan(tmp_path, "scan", silent, *QUICK, "--resume", "--format", "json")
    document = json.loads(resumed.stdout)
    assert [(one["target"], one["reason"]) for one in document["not_assessed"]] == [(silent, "no-answer")]
    assert (resumed.returncode, document["coverage"]["in_scope"]) == (3, 1)
    assert document["coverage"]["cost"]["packets"] > before
    assert " packets sent (" in resumed.stderr


def test_a_scan_that_was_killed_leaves_a_run_that_owes_an_answer(tmp_path: Path, silent: str) -> None:
    running = started(tmp_path, silent, *QUICK)
    running.kill()
    running.communicate(timeout=30)
    with open_store(str(tmp_path / "kitscan.sqlite")) as store:
        (evidence,) = store.evidence(1)
    why = "the run ended before every probe had finished here"
    assert evidence.gaps == (Gap("scan", "", GapReason.INTERRUPTED, why),)
    assert "no finished run" in kitscan(tmp_path, "assess").stderr
    assert kitscan(tmp_path, "scan", silent, *QUICK, "--resume").returncode == 3


def test_a_report_on_an_older_run_says_that_the_latest_was_cut_short(tmp_path: Path, silent: str) -> None:
    kitscan(tmp_path, "scan", silent, *QUICK)
    running = started(tmp_path, silent, *QUICK)
    running.kill()
    running.communicate(timeout=30)
    assert "run 2 did not finish, so this is run 1" in kitscan(tmp_path, "assess").stderr


def test_a_second_scan_into_the_same_store_exits_5(tmp_path: Path, silent: str) -> None:
    running = started(tmp_path, silent, *QUICK)
    running.send_signal(signal.SIGSTOP)  # or it might end before the second has begun
    try:
        second = kitscan(tmp_path, "scan", silent, *QUICK)
    finally:
        running.send_signal(signal.SIGINT)
        running.send_signal(signal.SIGCONT)
        running.communicate(timeout=30)
    assert (second.returncode, "is writing to this store" in second.stderr) == (5, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("scan", "8.8.8.8"), 6, "--yes"),
        (("scan", "127.0.0.1", "--exclude", "127.0.0.0/8"), 6, "nothing is left"),
        (("scan", "127.0.0.1", "--out", "nowhere/r.html"), 2, "the report cannot be written"),
        (("scan", "127.0.0.1", "--source-address", "203.0.113.7"), 2, "an address of this machine"),
        (("scan", "127.0.0.1", "--known-hosts", "broken_hosts"), 2, "is not a host key"),
        (("scan", "127.0.0.1", "--store", "nowhere/s.sqlite"), 2, "cannot be created"),
        (("assess", "--store", "postgresql://audit:canary-1@db.example/x"), 2, "holds a password"),
        (("assess", "--store", "broken_hosts"), 2, "cannot be used as a store"),
        (("assess",), 2, "no such store"),
        (("discover", "fe80::1%nosuch0"), 2, "this host cannot send to some addresses"),
    ],
)
def test_what_cannot_be_done_is_an_error_before_anything_is_sent(
    tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    (tmp_path / "broken_hosts").write_text("this is no file of known hosts, nor is it a store\n" * 9)
    done = kitscan(tmp_path, *words)
    assert (done.returncode, message in done.stderr, "canary-1" in done.stderr) == (code, True, False)


def test_an_address_that_cannot_be_sent_to_from_here_is_not_assessed_and_costs_the_others_nothing(
    tmp_path: Path, silent: str
) -> None:
    done = kitscan(tmp_path, "scan", "fe80::1%nosuch0", silent, *QUICK, "--format", "json")
    targets = [one["target"] for one in json.loads(done.stdout)["not_assessed"]]
    assert (done.returncode, targets) == (3, [silent, "discovery by snmp", "fe80::1%nosuch0"])
