"""What became of a device that a night lacks: whether its simulator lost what it was asked, and whether it answers
when it is asked alone. Without that, nobody knows which of the two was at fault."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks.fleet.devices import FIRST
from benchmarks.fleet.programs import ROOT
from benchmarks.reliability.command import KITSCAN

_SOCKETS = Path("/proc/net/udp")
_FIRST = int(FIRST)
MAX_SECONDS = 60.0


def dropped_requests() -> Counter[str]:
    """The datagrams that the simulated devices' sockets had no room for, by address, as the kernel counts them."""
    drops: Counter[str] = Counter()
    for line in _SOCKETS.read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        octets = bytes.fromhex(words[1].partition(":")[0])[::-1]  # as this machine has them in memory: x86 and ARM
        if words[-1] != "0" and int.from_bytes(octets, "big") >= _FIRST:
            drops[".".join(map(str, octets))] += int(words[-1])
    return drops


def answers_alone(collector: Path, environment: Mapping[str, str], address: str) -> bool:
    """Whether a device is found from a collector's folder when nobody else is asked."""
    report = collector / "alone.json"
    report.unlink(missing_ok=True)
    words = ("scan", address, "--store", str(collector / "alone.sqlite"), "--format", "json", "--out", str(report))
    variables = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        (*KITSCAN, *words), cwd=collector, env=variables, check=False, capture_output=True, timeout=MAX_SECONDS
    )
    return report.exists() and bool(json.loads(report.read_text())["devices"])
