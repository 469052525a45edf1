"""Runs one tool in a process of its own, pinned to the core that the simulator does not use, and reads its cost."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TOOL_CORE, AGENTS_CORE = 1, 0
PORT = 1161
PYTHON = sys.executable

CREDENTIALS = """credentials:
  - {name: ro, snmp: v2c, community: "env:SWEEP_COMMUNITY", sweep: true, prefixes: [127.0.0.0/8]}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took and printed: seconds of its processor time and of the clock, kilobytes at its peak."""

    cpu: float
    wall: float
    peak: int
    out: str
    err: str


def run(command: Sequence[str | Path], folder: Path) -> Run:
    """Run a command to its end. Its byte code is kept between runs, as for an installed program."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(Path.cwd()), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment |= {"SWEEP_COMMUNITY": "public"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        pinned = ["taskset", "-c", str(TOOL_CORE), *map(str, command)]
        process = subprocess.Popen(pinned, stdout=out, stderr=err, cwd=folder, env=environment)
        _, _, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = 0
        output = [os.pread(one.fileno(), 1 << 26, 0).decode(errors="replace") for one in (out, err)]
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss, *output)


def discover(folder: Path, prefix: str, *options: str, credentials: bool = True) -> Run:
    """`kitscan discover` of a prefix at the simulator's port."""
    known = folder / "credentials.yaml"
    if not known.exists():
        known.write_text(CREDENTIALS, encoding="utf-8")
        known.chmod(0o600)
    command = [PYTHON, "-m", "scanner.cli.main", "discover", f"{prefix}:{PORT}", "--yes", "--profile", "lab", *options]
    return run([*command, *(("--credentials", known) if credentials else ())], folder)


def packets_of(done: Run) -> int:
    """The packets that a kitscan run reports to have sent."""
    return int(done.err.split(" packets sent")[0].split()[-1].replace(",", ""))


def cpu_of(done: Run) -> float:
    """The CPU seconds that a run reports for its sweep, from the first packet on."""
    return float(done.err.split(" s of CPU")[0].split()[-1].replace(",", ""))


def drops_of(done: Run) -> int:
    """The local drops that a run reports."""
    return int(done.err.split(" local drops")[0].split()[-1].replace(",", ""))


def missing(program: str) -> str | None:
    """How to install a program that this machine lacks."""
    return None if shutil.which(program) else f"missing: apt-get install {program}"


def loop_in_c(folder: Path) -> Path:
    """The plain loop, compiled."""
    program = folder / "loop"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", program, Path(__file__).with_name("loop.c")], check=True)
    return program
