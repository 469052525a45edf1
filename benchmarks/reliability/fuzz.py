"""Every place where kitscan reads what others wrote, fuzzed with coverage: does any input crash or stall it?

`python -m benchmarks.reliability.fuzz --seconds 600` needs atheris, which is in the extra `test`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile.fuzz_targets import TARGETS

FRAMES = "frames"
"""The layer 2 helper, which is a program of its own."""

NAMES = (*TARGETS, FRAMES)
START_SECONDS = 120
"""Seconds that a fuzzer may take to import and to end, on a busy machine."""

_EXECUTED = re.compile(rb"stat::number_of_executed_units: +(\d+)")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """One target: how many inputs it read, and the end of what the fuzzer printed if it crashed."""

    name: str
    inputs: int
    crash: str = ""


def fuzz(name: str, seconds: int) -> Fuzzed:
    """Fuzz one target for so long in a process of its own."""
    program = ["fuzz_frames"] if name == FRAMES else ["fuzz_one", name]
    program[0] = f"benchmarks.hostile.{program[0]}"
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        command = [sys.executable, "-m", *program, str(seconds), folder]
        environment = {**os.environ, "TMPDIR": folder}
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=seconds + START_SECONDS, env=environment
        )
        executed = _EXECUTED.search(done.stderr)
        crash = "" if done.returncode == 0 else _crash(done, Path(folder))
    return Fuzzed(name, int(executed[1]) if executed else 0, crash)


def _crash(done: "subprocess.CompletedProcess[bytes]", folder: Path) -> str:
    """What the fuzzer said last, and the input in hexadecimal."""
    inputs = [path.read_bytes().hex() for path in folder.glob("*-*") if path.is_file()]
    said = done.stderr.decode("utf-8", "replace")
    return f"{said[-3_000:]}\ninput: {' '.join(inputs)[:4_000] or 'none kept'}"


def fuzz_all(seconds: int, names: Sequence[str] = NAMES, at_once: int = 2) -> list[Fuzzed]:
    """Fuzz several targets, so many at once."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda name: fuzz(name, seconds), names))


def main(words: Sequence[str] | None = None) -> int:
    """Print a row for each target; 1 if any crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--target", action="append", choices=NAMES)
    options = parser.parse_args(words)
    fuzzed = fuzz_all(options.seconds, options.target or NAMES, os.cpu_count() or 2)
    for one in fuzzed:
        print(f"{one.name}: {one.inputs:,} inputs, {'CRASH' if one.crash else 'no crash'}")
        if one.crash:
            print(one.crash)
    return 1 if any(one.crash for one in fuzzed) else 0


if __name__ == "__main__":
    sys.exit(main())
