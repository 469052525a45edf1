"""How a scan ends that is not left alone: signals, kills, full disks, clocks that jump, and many devices at once.

Each calls a measurement of benchmarks/reliability with a small count, in a process of its own, because it forks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def measured(name: str, *options: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.reliability.{name}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.alone
@pytest.mark.timeout(600)
@pytest.mark.finding(15)
def test_every_signal_ends_a_scan_in_time_with_a_report_of_what_was_had() -> None:
    assert re.search(r"^20 signals, 0 broken", measured("signals", "--count", "20"), re.MULTILINE)


@pytest.mark.timeout(600)
def test_a_killed_scan_that_is_resumed_says_what_an_unbroken_one_says() -> None:
    assert re.search(r"^20 runs killed, \d+ resumed, 0 not", measured("kill9", "--count", "20"), re.MULTILINE)


@pytest.mark.timeout(600)
def test_a_full_disk_ends_a_scan_with_one_message_and_loses_nothing_that_was_committed() -> None:
    assert re.search(r"^20 disks, \d+ of them", measured("failing_writes", "--count", "20"), re.MULTILINE)


@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_clock_that_jumps_in_mid_scan_changes_neither_its_length_nor_its_document() -> None:
    assert re.search(r"^1 jumps, 0 broken", measured("clock_jumps", "--count", "1"), re.MULTILINE)


@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler for the simulated devices")
def test_the_memory_of_a_scan_does_not_grow_with_its_length() -> None:
    assert re.search(r"^300 devices in ", measured("soak", "--devices", "300"), re.MULTILINE)
