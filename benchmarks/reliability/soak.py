"""`python -m benchmarks.reliability.soak`: one scan of many devices, and how much memory it takes from first to last.

The devices are simulated by a program in C on loopback (benchmarks/agents). Memory (VmRSS, proc(5)) is sampled while
the scan collects; the second half of that time may take little more than the first, for what grows with each device
never ends growing. The report that follows holds every device at once: its peak is printed beside.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from benchmarks.agents.running import agents
from benchmarks.free_ports import free_ports
from benchmarks.reliability.command import KITSCAN

ROOT = Path(__file__).parents[2]
FIRST = ip_address("127.60.0.1")
COMMUNITY = "public"
CREDENTIALS = "credentials: [{name: ro, snmp: v2c, community: env:RO, prefixes: [127.0.0.0/8], sweep: true}]\n"
MAX_MEGABYTES, MAX_GROWTH = 300.0, 0.05
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Soaked:
    """Megabytes: the most in each half of the collecting, and in all. Seconds, the exit code, and what it said."""

    first: float
    second: float
    peak: float
    seconds: float
    code: int
    said: str

    @property
    def growth(self) -> float:
        """How much more the second half took, as a part of the first."""
        return self.second / self.first - 1.0


def soaked(devices: int) -> Soaked:
    """Scan so many devices once."""
    last, port = FIRST + devices - 1, free_ports(str(FIRST)).snmp
    options = ("--port", str(port), "--alive", "100", "--profile", "tiny", "--community", COMMUNITY)
    with agents(*options), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "credentials.yaml").write_text(CREDENTIALS)
        words = ("scan", f"{FIRST}-{last}:{port}", "--credentials", "credentials.yaml", "--profile", "normal", "--yes")
        words = (*words, "--probe", "snmp", "--fail-on", "never", "--format", "csv", "--out", "report.csv")
        return _run(folder, words)


def _run(folder: Path, words: tuple[str, ...]) -> Soaked:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RO": COMMUNITY}
    collecting: list[float] = []
    peak, began = 0.0, time.monotonic()
    with (folder / "said").open("w+") as said:
        child = subprocess.Popen((*KITSCAN, *words), cwd=folder, env=environment, stdout=said, stderr=said)
        while child.poll() is None:
            megabytes = _megabytes(child.pid)
            peak = max(peak, megabytes)
            if (folder / "kitscan.sqlite-wal").exists() and not said.tell() and not _has_said(folder):
                collecting.append(megabytes)
            time.sleep(SAMPLE_SECONDS)
    half = len(collecting) // 2
    text = (folder / "said").read_text()
    first, second = max(collecting[:half], default=0.0), max(collecting[half:], default=0.0)
    return Soaked(first, second, peak, time.monotonic() - began, child.returncode, text)


def _has_said(folder: Path) -> bool:
    """True once the scan has printed what it cost, which it does when it has collected."""
    return "In all:" in (folder / "said").read_text()


def _megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability.soak", description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    options = parser.parse_args()
    done = soaked(options.devices)
    print(done.said.strip())
    print(
        f"{options.devices:,} devices in {done.seconds:.0f} s: {done.first:.0f} MB in the first half of the "
        f"collecting, {done.second:.0f} MB in the second ({done.growth:+.1%}); {done.peak:.0f} MB with the report "
        f"(must: {MAX_MEGABYTES:g} MB while it collects, {MAX_GROWTH:.0%})"
    )
    sys.exit(done.code not in (0, 3) or done.second > MAX_MEGABYTES or done.growth > MAX_GROWTH)


if __name__ == "__main__":
    main()
