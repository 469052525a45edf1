"""Runs `kitscan` in a process that is forked from one in which its modules are imported already.

A start of `kitscan` spends most of its processor time on imports, and the tests start it some hundred times. What a
test gets is a process all the same: with arguments, a folder, variables and standard streams of its own, an exit code,
and an interpreter that ends as usual. Each process reads the data of kitscan anew. Tests of how Python itself starts
(PYTHONIOENCODING), of signals and of kills start kitscan themselves. So does this module under coverage.py, which would
not see what a forked process runs.
"""

import gc
import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).parents[1]
MAX_REQUEST = 1 << 20
PACKAGES = ("fingerprints", "reports", "scanner.cli", "scanner.credentials", "scanner.protocols", "scanner.targets")
"""Of these every module is imported, and with them what they need of the others."""

LATER = ("netmiko", "networkx", "rich.table", "sqlalchemy.dialects.sqlite.pysqlite")
"""What functions import."""


def run_kitscan(
    *words: str, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 100, merged: bool = False
) -> "subprocess.CompletedProcess[str]":
    """What `kitscan WORDS` prints to its two streams, or to both as one, and its exit code; nothing is on its standard
    input. Raises subprocess.TimeoutExpired, after which the process has been killed."""
    variables = dict(os.environ if env is None else env)
    if "COVERAGE_PROCESS_CONFIG" in os.environ or "COVERAGE_PROCESS_START" in os.environ:
        program = [Path(sys.executable).with_name("kitscan"), *words]
        return subprocess.run(
            program,
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
            text=True,
            timeout=timeout,
            check=False,
        )
    with (
        tempfile.TemporaryFile("w+b") as out,
        tempfile.TemporaryFile("w+b") as err,
        Path(os.devnull).open("rb") as nothing,
    ):
        code = _warm().run(words, cwd, variables, (nothing, out, out if merged else err), timeout)
        texts = [_text(stream) for stream in (out, err)]
    return subprocess.CompletedProcess(("kitscan", *words), code, *texts)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8").replace("\r\n", "\n")


class _Warm:
    """The process that has imported kitscan, and the socket by which it is asked to fork. It ends with this one, whose
    end of the socket is closed then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            program = [sys.executable, "-m", "tests.warm_kitscan", str(theirs.fileno())]
            self._process = subprocess.Popen(program, cwd=ROOT, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)

    def run(
        self, words: tuple[str, ...], cwd: Path, env: Mapping[str, str], streams: tuple[IO[bytes], ...], timeout: float
    ) -> int:
        request = json.dumps([words, os.fspath(cwd), dict(env)]).encode()
        assert len(request) <= MAX_REQUEST
        with self._lock:
            return self._run(request, streams, timeout)

    def _run(self, request: bytes, streams: tuple[IO[bytes], ...], timeout: float) -> int:
        socket.send_fds(self._ours, [request], [stream.fileno() for stream in streams])
        self._ours.settimeout(120)
        process = int(self._ours.recv(64))
        self._ours.settimeout(timeout)
        try:
            return int(self._ours.recv(64))
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            self._ours.settimeout(None)
            self._ours.recv(64)
            raise subprocess.TimeoutExpired("kitscan", timeout) from None


@cache
def _warm() -> _Warm:
    return _Warm()


def _preload() -> None:
    for package in PACKAGES:
        for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            importlib.import_module(name.removesuffix(".__init__"))
    for name in LATER:
        importlib.import_module(name)
    gc.freeze()


def _serve(ours: socket.socket) -> None:
    """Fork for each request, and answer with the number of the process and then with its exit code."""
    while True:
        request, files, _, _ = socket.recv_fds(ours, MAX_REQUEST, 3)
        if not request:
            return
        process = os.fork()
        if process == 0:
            ours.close()
            _become_kitscan(request, files)
        for file in files:
            os.close(file)
        ours.send(str(process).encode())
        ours.send(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())


def _become_kitscan(request: bytes, files: list[int]) -> NoReturn:
    words, folder, variables = json.loads(request)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (
        TextIOWrapper(BufferedReader(FileIO(0, closefd=False)), "utf-8"),
        TextIOWrapper(BufferedWriter(FileIO(1, "w", closefd=False)), "utf-8"),
        TextIOWrapper(BufferedWriter(FileIO(2, "w", closefd=False)), "utf-8", "backslashreplace", line_buffering=True),
    )
    sys.argv = [str(Path(sys.executable).with_name("kitscan")), *words]
    random.seed()
    from scanner import start

    sys.modules["__main__"] = start  # what multiprocessing imports in the processes that it starts
    start.main()
    sys.exit()


if __name__ == "__main__":
    _preload()
    with socket.socket(fileno=int(sys.argv[1])) as given:
        _serve(given)
