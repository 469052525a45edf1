"""Runs `kitscan` at a terminal of its own, and returns what it printed there."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_at_terminal(
    folder: Path, *words: str, columns: int = 100, out: bool = True, **variables: str
) -> tuple[int, str, str]:
    """The exit code, all that reached the terminal, and what standard output got if it is a pipe (`out` is false)."""
    terminal, its_end = pty.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": str(columns), **variables}
    process = subprocess.Popen(
        ["setsid", "--ctty", sys.executable, "-m", "scanner.cli.main", *words],
        cwd=folder,
        env=environment,
        stdin=its_end,
        stdout=its_end if out else subprocess.PIPE,
        stderr=its_end,
    )
    os.close(its_end)
    shown = b""
    try:
        while octets := os.read(terminal, 65_536):
            shown += octets
    except OSError:  # EIO: nobody has the terminal open any more
        pass
    finally:
        os.close(terminal)
    printed = process.communicate(timeout=60)[0] or b""
    return process.returncode, shown.decode(), printed.decode()
