"""Builds the simulator from its source beside this file, starts it on loopback, and ends it again.

It needs a C compiler and the headers of OpenSSL (Debian: gcc, libc6-dev, libssl-dev).
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("fastagents.c")

SECONDS_TO_START = 10.0


def built() -> Path:
    """The program, compiled where this version of the source has not been yet. Ends the process with what to install
    where it cannot be."""
    mark = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    program = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kitscan-benchmarks" / f"agents-{mark}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(f".{os.getpid()}")
        try:
            subprocess.run(["cc", "-O2", "-w", "-o", fresh, SOURCE, "-lcrypto"], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"{SOURCE}: cannot be compiled ({error})\nNext: apt-get install gcc libc6-dev libssl-dev")
        fresh.replace(program)
    return program


@contextmanager
def agents(*options: str, core: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The simulator running with these options (`--port 1161 --alive 2 ...`, see its source), pinned to one core where
    asked; ended with the block. Raises TimeoutError where it does not come up, and OSError."""
    command: Sequence[str | Path] = (*(() if core is None else ("taskset", "-c", str(core))), built(), *options)
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stderr=said) as process:
        try:
            _await(process, said.fileno())
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS_TO_START)


def _await(process: subprocess.Popen[bytes], said: int) -> None:
    """Until it has said that its port is bound, which it does in its first line."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        line = os.pread(said, 4096, 0)
        if b"\n" in line:
            return
        if process.poll() is not None:
            raise OSError(f"the simulator ended: {line.decode(errors='replace') or process.returncode}")
        time.sleep(0.01)
    raise TimeoutError("the simulator did not come up")
