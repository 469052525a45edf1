"""Runs `kitscan` many times at a low price: a process that has loaded it forks once for each run."""

import gc
import io
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MAX_SECONDS = 60.0
"""After this long a run counts as hung, and is killed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one run ended. `seconds` is since `mark`, or since its start."""

    code: int
    seconds: float
    hung: bool
    said: str


class Running:
    """One run. `send` sends it a signal, from which time is counted; `wait` waits for its end."""

    def __init__(self, pid: int, output: Path) -> None:
        self.pid, self._output = pid, output
        self.began = self._since = time.monotonic()

    def send(self, number: int) -> None:
        """Send a signal, unless the run has ended."""
        self._since = time.monotonic()
        if not self.has_ended():
            os.kill(self.pid, number)

    def has_ended(self) -> bool:
        """True if the run has ended. It is still there until it is waited for, so its number is nobody else's."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def wait(self, seconds: float = MAX_SECONDS) -> Ended:
        """Wait for the end; a run that hangs is killed."""
        until = time.monotonic() + seconds
        while not self.has_ended() and time.monotonic() < until:
            time.sleep(0.005)
        taken, hung = time.monotonic() - self._since, not self.has_ended()
        if hung:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        said = self._output.read_text(errors="replace")
        return Ended(os.waitstatus_to_exitcode(status), taken, hung, said)


def preload() -> None:
    """Load what a scan loads, so that every fork has it."""
    import networkx  # noqa: F401

    import scanner.cli.assess
    import scanner.cli.main
    import scanner.cli.scan
    import scanner.protocols.snmp.probe
    import scanner.protocols.ssh.probe
    import scanner.store.store
    import scanner.survey  # noqa: F401
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment import reporting
    from scanner.protocols.ssh.netmiko_driver import load_drivers
    from scanner.protocols.ssh.platforms.loader import load_platforms
    from scanner.updates.installed_data import data_folder

    load_platforms()
    load_drivers()
    reporting.load_database = cache(reporting.load_database)  # type: ignore[assignment]  # it is the same in each run
    database = reporting.load_database(None, data_folder(None, os.environ))
    wanted_objects(database)
    _report_once()
    gc.collect()
    gc.freeze()


def _report_once() -> None:
    """What a report needs is loaded when it is first needed: most of that is the templates of commands."""
    from scanner.cli.main import run

    with tempfile.TemporaryDirectory() as name:
        said, store, report = Path(name) / "said", str(Path(name) / "store"), str(Path(name) / "report")
        said.write_text("Cisco IOS Software, C2960 Software, Version 15.0(2)SE\n")
        command = ("--platform", "cisco_ios", "--command", "show version", str(said))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            run(["import", "cli", "--store", store, *command])
            run(["assess", "--store", store, "--format", "json", "--out", report])
        assert Path(report).exists()


def start(
    folder: Path,
    *words: str,
    environment: Mapping[str, str] | None = None,
    prepare: Callable[[], None] = lambda: None,
    said: str = "said.txt",
) -> Running:
    """Run `kitscan` with these words in a folder, in a process group of its own. Call it from one thread only.
    `prepare` is called in that process before the command. `said` is the file for what it prints."""
    output = folder / said
    pid = os.fork()
    if pid == 0:
        _become(folder, output, words, environment or {}, prepare)
    return Running(pid, output)


def _become(
    folder: Path, output: Path, words: Sequence[str], environment: Mapping[str, str], prepare: Callable[[], None]
) -> None:
    from scanner.cli.main import main

    code = 70
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
        os.chdir(folder)
        os.environ.update(environment)
        said, nothing = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), os.open(os.devnull, os.O_RDONLY)
        for descriptor, target in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(descriptor, target)
        sys.argv = ["kitscan", *words]
        prepare()
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 70
    finally:
        os._exit(code)


def read_report(path: Path) -> dict[str, Any] | None:
    """The JSON document of a run, None if there is none that is whole."""
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return document
