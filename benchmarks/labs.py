"""`make lab`: every lab below `lab/` brought up, checked and taken down; prints nodes right and seconds. Needs root, or
containerlab. `python -m benchmarks.labs [FOLDER]` takes the labs of another folder."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.lab.lab_folder import LABS, labs_in

SECONDS = 600


@dataclass(frozen=True, slots=True)
class LabRun:
    """One lab: the seconds of each step, and what its check said; None where it said nothing."""

    name: str
    up: float
    check: float
    down: float
    checked: dict[str, Any] | None


def main() -> int:
    """Run all labs. Returns 1 where a node differs or a lab did not run."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LABS
    topologies = labs_in(folder)
    if not topologies:
        print(f"{folder} has no labs")
        return 1
    runs = [_run(topology) for topology in topologies]
    print(f"{'LAB':12} {'NODES':>5} {'RIGHT':>5} {'UP':>6} {'CHECK':>6} {'DOWN':>6}")
    for run in runs:
        nodes, right = (run.checked["nodes"], len(run.checked["right"])) if run.checked else ("-", "-")
        print(f"{run.name:12} {nodes:>5} {right:>5} {run.up:>5.1f}s {run.check:>5.1f}s {run.down:>5.1f}s")
    differing = [(run.name, item) for run in runs for item in (run.checked or {}).get("differences", ())]
    for name, item in differing:
        print(f"{name}: {item['node']}: {item['what']}: expected {item['expected']}, found {item['found']}")
    return 1 if differing or any(run.checked is None for run in runs) else 0


def _run(topology: Path) -> LabRun:
    up, _ = _timed("up", str(topology))
    try:
        check, printed = _timed("check", str(topology), "--format", "json")
    finally:
        down, _ = _timed("down", str(topology))
    return LabRun(topology.parent.name, up, check, down, json.loads(printed) if printed else None)


def _timed(*words: str) -> tuple[float, str]:
    """The seconds that a command of `kitscan lab` takes, and what it prints. What it says of itself is passed on."""
    began = time.monotonic()
    command = [sys.executable, "-m", "scanner.cli.main", "lab", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
    return time.monotonic() - began, done.stdout


if __name__ == "__main__":
    sys.exit(main())
