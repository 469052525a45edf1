"""`python -m benchmarks.walk`: walks of simulated agents, kitscan beside pysnmp, gufo-snmp and puresnmp, in one run.

The simulator has one core, whoever walks the other; rivals take turns, and the best of their turns counts. A library
that is not installed is left out.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks.agents.running import agents

PORT = 21_161
ANSWERS_AFTER = ("--delay", "20")
ROW = "| {:<44} | {:>10} | {:>8} | {:>8} | {:>10} | {:>8} |"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process did: variables had, seconds by the clock and of processor, octets of memory it grew by."""

    had: int
    wall: float
    cpu: float
    memory: int

    @property
    def each(self) -> float:
        """Microseconds of processor a variable."""
        return self.cpu / self.had * 1e6


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.walk", description=__doc__)
    options.add_argument("--turns", type=int, default=3, help="how often rivals take turns (default 3)")
    options.add_argument("--only", choices=("walk", "many", "chassis", "v3"), help="one part of the table")
    asked = options.parse_args()
    parts = {"walk": _walks, "many": _many, "chassis": _chassis, "v3": _v3}
    print(ROW.format("", "varbinds", "wall, s", "CPU, s", "us each", "ratio"))
    print("|---" * 6 + "|")
    for name, part in parts.items():
        if asked.only in (None, name):
            for line in part(asked.turns):
                print(line, flush=True)


def _walks(turns: int) -> Iterator[str]:
    """200 agents of 1,485 variables that answer after 20 ms; whole, and with 2 % of the requests lost."""
    with agents("--port", str(PORT), "--profile", "sw48", *ANSWERS_AFTER, core=0):
        rivals = _installed({"kitscan": 200, "pysnmp": 10, "gufo-snmp": 100, "puresnmp": 10})
        best = _best_of(rivals, turns)
    for name, measured in best.items():
        ratio = f"1 : {measured.each / best['kitscan'].each:.1f}"
        yield _line(f"{name}, {rivals[name]} agents at once, 20 ms", measured, ratio)
    with agents("--port", str(PORT), "--profile", "sw48", *ANSWERS_AFTER, "--loss", "2", core=0):
        lossy = _best_of({"kitscan": 200}, turns)["kitscan"]
    yield _line("kitscan, 200 agents, 2 % lost", lossy, f"{lossy.wall / best['kitscan'].wall:.1f} wall")


def _many(_turns: int) -> Iterator[str]:
    """2,000 agents at once, and what each takes in memory."""
    with agents("--port", str(PORT), "--profile", "sw48", *ANSWERS_AFTER, core=0):
        measured = _measured("kitscan", 2_000)
    yield _line("kitscan, 2,000 agents at once", measured, f"{measured.memory / 2_000 / 1024:.0f} kB each")


def _chassis(turns: int) -> Iterator[str]:
    """One agent of 49,508 variables."""
    with agents("--port", str(PORT), "--profile", "chassis", *ANSWERS_AFTER, core=0):
        measured = _best_of({"kitscan": 1}, turns)["kitscan"]
    yield _line("kitscan, one chassis, 4 in flight", measured, "")


def _v3(turns: int) -> Iterator[str]:
    """The system group of new agents: what authPriv costs beyond v2c."""
    counts = _installed({"kitscan": 400, "gufo-snmp": 400, "pysnmp": 50})
    with agents("--port", str(PORT), "--profile", "tiny", core=0):
        rivals = {f"{name}-{version}": count for name, count in counts.items() for version in ("v2c", "v3")}
        best = _best_of(rivals, turns)
    for name, count in counts.items():
        more = (best[f"{name}-v3"].cpu - best[f"{name}-v2c"].cpu) / count * 1e3
        yield _line(f"{name}, {count} new devices, authPriv", best[f"{name}-v3"], f"+{more:.2f} ms")


def _installed(rivals: dict[str, int]) -> dict[str, int]:
    modules = {"kitscan": "scanner", "pysnmp": "pysnmp", "gufo-snmp": "gufo", "puresnmp": "puresnmp"}
    return {name: count for name, count in rivals.items() if find_spec(modules[name])}


def _best_of(rivals: dict[str, int], turns: int) -> dict[str, Measured]:
    """The least processor time of some turns, and beside it the least time by the clock."""
    had: dict[str, list[Measured]] = {name: [] for name in rivals}
    for _ in range(turns):
        for name, count in rivals.items():
            had[name].append(_measured(name, count))
    return {
        name: Measured(each[0].had, min(one.wall for one in each), min(one.cpu for one in each), each[0].memory)
        for name, each in had.items()
    }


def _measured(name: str, count: int) -> Measured:
    command = ["taskset", "-c", "1", sys.executable, "-m", "benchmarks.walk.measure", name, str(count), str(PORT)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measured(**json.loads(output))


def _line(name: str, measured: Measured, ratio: str) -> str:
    each = f"{measured.each:.2f}"
    return ROW.format(name, f"{measured.had:,}", f"{measured.wall:.2f}", f"{measured.cpu:.2f}", each, ratio)


if __name__ == "__main__":
    main()
