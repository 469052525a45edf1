"""One demonstration for all pages of the documentation: its folder, what it printed, its devices still up."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.free_ports import free_ports
from scanner.targets.target import Ports

COLUMNS = "100"


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration that all pages share: its folder, what it printed, and the ports of its devices."""

    folder: Path
    printed: str
    ports: Ports


@contextmanager
def kept_up(place: Path) -> Iterator[Demo]:
    """Run the command below `place` and end its devices when the block ends."""
    ports = free_ports()
    where = [f"--snmp-port={ports.snmp}", f"--ssh-port={ports.ssh}"]
    log = place / "printed"
    with log.open("wb") as printed:
        command = [str(Path(sys.executable).parent / "kitscan"), "demo", "--keep", *where]
        running = subprocess.Popen(command, cwd=place, stdout=printed, stderr=subprocess.STDOUT, env=environment())
    try:
        for _ in range(1800):
            if "Ctrl-C" in log.read_text() or running.poll() is not None:
                break
            with_patience(running)
        assert running.poll() is None and "Ctrl-C" in log.read_text(), log.read_text()
        yield Demo(place / "kitscan-demo", usual_ports(log.read_text(), ports), ports)
    finally:
        running.terminate()
        running.wait(20)


def with_patience(running: "subprocess.Popen[bytes]") -> None:
    """A tenth of a second, or less where it has ended."""
    try:
        running.wait(0.1)
    except subprocess.TimeoutExpired:
        return


def environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": COLUMNS, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def usual_ports(text: str, ports: Ports) -> str:
    """What was printed, with the ports that a reader's demonstration has."""
    return text.replace(str(ports.snmp), "11161").replace(str(ports.ssh), "11122")


def actual_ports(line: str, ports: Ports) -> str:
    return line.replace("11161", str(ports.snmp)).replace("11122", str(ports.ssh))
