"""A generated operator, served and scanned by the ordinary commands, each in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanner.operators.project import ENVIRONMENT_FILE
from scanner.simulator.environment_file import read_environment_file
from scanner.targets.target import Ports

ROOT = Path(__file__).parents[2]
SECONDS_TO_SCAN = 3_600
_KITSCAN = (sys.executable, "-m", "scanner.cli.main")
_SCAN_ENDED = (0, 1, 3)
"""Exit codes of a scan that worked: there are findings, and some devices are silent on purpose."""


@dataclass(frozen=True, slots=True)
class Served:
    """The running devices: the process, and how many seconds it took until they answered."""

    process: "subprocess.Popen[str]"
    seconds: float

    def megabytes(self) -> int:
        """The most memory that the process has had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) // 1024


def generated(folder: Path, shape: str, devices: int, seed: int, ports: Ports) -> None:
    """Write the folder of an operator."""
    where = ("--out", str(folder), "--snmp-port", str(ports.snmp), "--ssh-port", str(ports.ssh))
    _run("lab", "generate", "--shape", shape, "--devices", str(devices), "--seed", str(seed), *where)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The devices of a folder, until the block ends. Raises OSError if they do not come up."""
    started = time.monotonic()
    command = (*_KITSCAN, "lab", "serve", str(folder))
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline() if process.stderr else ""
            if "answer" not in line:
                raise OSError(f"the devices did not come up: {line}")
            yield Served(process, time.monotonic() - started)
        finally:
            process.terminate()


def scanned(folder: Path) -> float:
    """Scan the folder into its report.json, and say how many seconds it took."""
    started = time.monotonic()
    environment = {**os.environ, **read_environment_file(folder / ENVIRONMENT_FILE), "PYTHONPATH": str(ROOT)}
    words = ("scan", "--yes", "--format", "json", "--out", "report.json")
    _run(*words, cwd=folder, environment=environment, codes=_SCAN_ENDED)
    return time.monotonic() - started


def _run(*words: str, cwd: Path = ROOT, environment: dict[str, str] | None = None, codes: Sequence[int] = (0,)) -> None:
    done = subprocess.run(
        (*_KITSCAN, *words),
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_SCAN,
        check=False,
    )
    if done.returncode not in codes:
        raise OSError(f"kitscan {' '.join(words)} ended with {done.returncode}: {done.stderr[-2_000:]}")
