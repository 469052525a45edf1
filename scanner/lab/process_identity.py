"""Which process a recorded one is. A process number alone may be another process by now."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from fingerprints.database.yaml_file import FileModel

_START_FIELD = 19
"""Where `starttime` stands in /proc/PID/stat behind the command's name (proc(5), field 22)."""

_POLL_SECONDS = 0.02


class ProcessIdentity(FileModel):
    """A process: its number, when it began in clock ticks since the start of the machine, and which start that was."""

    pid: int
    started: int
    boot: str


def identity_of(pid: int) -> ProcessIdentity | None:
    """The process that has this number now; None if there is none, or it has ended and waits for its parent."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else ProcessIdentity(pid=pid, started=int(fields[_START_FIELD]), boot=boot)


def is_running(process: ProcessIdentity) -> bool:
    """True if this very process runs."""
    return identity_of(process.pid) == process


def end_process(process: ProcessIdentity, seconds: float = 3.0) -> None:
    """End this very process: SIGTERM, and SIGKILL if it is still there after so many seconds."""
    for number, wait in ((signal.SIGTERM, seconds), (signal.SIGKILL, seconds)):
        if not is_running(process):
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
        until = time.monotonic() + wait
        while is_running(process) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
