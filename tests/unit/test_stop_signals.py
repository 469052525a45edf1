"""Signals end a command in time, however it is stuck, and what was ignored from the start stays ignored."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from scanner.stop_signals import EXIT_SECONDS, STOP_SIGNALS
from scanner.store.errors import StoreBusyError, StoreError
from scanner.store.sqlite_file import locked

ROOT = Path(__file__).parents[2]
STUCK = """
import ctypes, threading
from scanner.stop_signals import StopSignals
with StopSignals():
    mutex = ctypes.create_string_buffer(64)
    threading.Timer(0.2, print, ("up",), {"flush": True}).start()
    for _ in range(2):  # a thread that locks it twice waits for ever, and no handler of Python's runs meanwhile
        ctypes.CDLL(None).pthread_mutex_lock(mutex)
"""
HOLDS = """
import sys, time
from scanner.stop_signals import StopSignals
with StopSignals() as stop, stop.held():
    print("up", flush=True)
    while True:
        time.sleep(0.01)
"""
TAKES_NO_END = """
import asyncio, sys
from scanner.stop_signals import AbandonedError, StopSignals, leave
async def work():
    print("up", flush=True)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
with StopSignals() as stop:
    try:
        stop.run(work(), lambda: print("at the signal", flush=True))
    except AbandonedError:
        print("left", flush=True)
leave(stop.exit_code, stop)
"""


def started(program: str, *before: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [*before, sys.executable, "-c", program], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    return process


@pytest.mark.alone
@pytest.mark.finding(15)
def test_a_process_that_is_stuck_in_a_library_ends_in_time() -> None:
    process = started(STUCK)
    began = time.monotonic()
    process.terminate()
    process.communicate(timeout=30)
    assert (process.returncode, time.monotonic() - began < EXIT_SECONDS + 0.5) == (128 + signal.SIGTERM, True)


@pytest.mark.finding(15)
@pytest.mark.parametrize(("first", "second"), [(signal.SIGINT, signal.SIGINT), (signal.SIGHUP, signal.SIGTERM)])
def test_a_second_signal_ends_the_process_at_once(first: signal.Signals, second: signal.Signals) -> None:
    process = started(HOLDS)
    began = time.monotonic()
    process.send_signal(first)
    time.sleep(0.2)
    process.send_signal(second)
    process.communicate(timeout=30)
    assert (process.returncode, time.monotonic() - began < EXIT_SECONDS - 1) == (128 + second, True)


@pytest.mark.finding(15)
def test_work_that_will_not_be_cancelled_is_left_after_what_must_be_done_at_the_signal() -> None:
    process = started(TAKES_NO_END)
    process.send_signal(signal.SIGHUP)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said) == (128 + signal.SIGHUP, "at the signal\nleft\n")


def test_a_hang_up_that_nohup_ignores_stays_ignored() -> None:
    process = started(HOLDS, "nohup")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM)


def test_handlers_are_put_back_when_no_signal_came() -> None:
    from scanner.cli.main import run

    before = [signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)]
    assert run(["--version"]) == 0
    assert [signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGALRM)] == before


def test_a_file_system_without_locks_is_named_and_is_not_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_handle: int, _how: int) -> None:
        raise OSError(37, os.strerror(37))

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(StoreError, match="cannot lock files"), locked(str(tmp_path / "s.sqlite")):
        pass


def test_two_names_of_one_store_are_one_store(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").touch()
    (tmp_path / "link.sqlite").symlink_to("s.sqlite")
    with (
        locked(str(tmp_path / "s.sqlite")),
        pytest.raises(StoreBusyError),
        locked(str(tmp_path / "link.sqlite")),
    ):
        pass


PROMPTS = """
import asyncio, threading
from getpass import getpass
from scanner.stop_signals import AbandonedError, StopSignals, leave
async def work():
    ask = stop.asking(lambda text: getpass(text))
    if {in_thread}:
        threading.Thread(target=ask, args=("secret: ",), daemon=True).start()
        await asyncio.sleep(60)
    try:
        ask("secret: ")
    except EOFError:
        await asyncio.sleep(60)
with StopSignals() as stop:
    try:
        stop.run(work(), lambda: None)
    except asyncio.CancelledError:
        pass
leave(stop.exit_code, stop)
"""


@pytest.mark.parametrize("in_thread", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_a_prompt_ends_it_and_the_terminal_echoes_again(number: signal.Signals, in_thread: bool) -> None:
    terminal, its_end = pty.openpty()
    words = ["setsid", "--ctty", sys.executable, "-c", PROMPTS.format(in_thread=in_thread)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=its_end, stdout=its_end, stderr=its_end)
    shown = b""
    while b"secret: " not in shown:
        shown += os.read(terminal, 1000)
    until = time.monotonic() + 30
    while echoes(its_end) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(number)
    assert (process.wait(30), echoes(its_end)) == (128 + number, True)


LOADS = """
import sys, time, types
program = types.ModuleType("scanner.cli.main")
program.main = lambda: (print("up", flush=True), time.sleep(60))
sys.modules["scanner.cli.main"] = program
from scanner.start import main
main()
"""


def test_ctrl_c_while_it_loads_leaves_no_trace() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADS], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        assert (process.communicate(timeout=30)[1], process.returncode) == ("", -signal.SIGINT)


def echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
