"""A command leaves no core dump, nor does a program that it starts; and it still reads what it needs in /proc."""

import ctypes
import os
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from scanner.credentials.core_dumps import PR_SET_DUMPABLE, forbid_core_dumps

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) and /proc are Linux's")

BEGIN = "from scanner.cli import main; main.run = work; sys.argv = ['kitscan', 'scan']; main.main()"
"""The program `kitscan`, with `work` in the place of a command."""


def printed(work: str) -> list[str]:
    """What a command prints that does `work`. It may become a user who cannot write what coverage.py measured."""
    program = f"import ctypes, os, resource, subprocess, sys\ndef work(arguments, stop):\n    {work}\n{BEGIN}"
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False, env=unmeasured
    )
    assert finished.stderr == ""
    return finished.stdout.splitlines()


@pytest.mark.finding(21)
def test_a_command_cannot_be_dumped_nor_can_a_program_that_it_starts() -> None:
    get_dumpable = "ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)"
    work = f"print({get_dumpable}, resource.getrlimit(resource.RLIMIT_CORE), flush=True); os.system('ulimit -Hc')"
    assert printed(work) == ["0 (0, 0)", "0"]


def test_the_layer_2_helper_starts_from_such_a_process() -> None:
    work = (
        "print(subprocess.run([sys.executable, '-P', '-m', 'scanner.link_helper'], capture_output=True, "
        """input=b'{"ranges": [], "rate": 1, "wait": 0, "listen": 0}').stdout.decode().splitlines()[-1][:7])"""
    )
    assert printed(work) == ['{"done"']


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_user_without_privilege_still_opens_its_own_descriptors_by_name() -> None:
    """As `--out /dev/stdout` does. The kernel gives /proc/self to root once a process cannot be dumped."""
    work = (
        "os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534); ends = os.pipe(); "
        "open(f'/proc/self/fd/{ends[1]}', 'w').write(open('/proc/self/status').readline()); "
        "print(os.read(ends[0], 5).decode())"
    )
    assert printed(work) == ["Name:"]


@pytest.mark.parametrize(("platform", "closed"), [("linux", [(PR_SET_DUMPABLE, 0, 0, 0, 0)]), ("darwin", [])])
def test_another_system_than_linux_keeps_to_the_limit_alone(
    platform: str, closed: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[tuple[int, tuple[int, int]]] = []
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: limits.append(limit))
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(prctl=lambda *words: asked.append(words)))
    monkeypatch.setattr(sys, "platform", platform)
    forbid_core_dumps()
    assert limits == [(resource.RLIMIT_CORE, (0, 0))]
    assert asked == closed


def test_a_sandbox_that_allows_neither_stops_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    forbid_core_dumps()
