"""`python -m benchmarks.arp`: the ARP sweep of a segment of 4,096 stations, beside the plainest loop in C and scapy.

It needs root and a C compiler. Two network namespaces of its own are joined by a veth pair; the kernel of one answers
for all addresses, the other asks. Processor time is that of the process that asks; on a veth pair it includes most of
what the answering kernel does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.segment import FIRST, LAST, OWN, STATIONS, Inside, segment

SOURCE = Path(__file__).with_name("arp.c")
ROOT = Path(__file__).parents[1]
BY_SCAPY = 256
POLITE, FAST = 1_000.0, 200_000.0
RUNS = 5

SCAPY = f"""
import sys, time
from scapy.all import ARP, Ether, srp
start = time.process_time()
answered, _ = srp(Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst=["10.66.16.%d" % n for n in range({BY_SCAPY})]),
                  iface=sys.argv[1], timeout=0.5, verbose=0)
print(len(answered), time.process_time() - start)
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found, and the processor time that it took."""

    found: int
    seconds: float


def main() -> None:
    """Sweep in turns, and print the medians."""
    _options().parse_args()
    if os.geteuid() != 0:
        sys.exit("python -m benchmarks.arp: network namespaces need root")
    with ExitStack() as stack:
        inside = stack.enter_context(segment())
        program = _built(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        runs = [
            (_by_c(inside, program), _by_helper(inside, FAST), _by_helper(inside, FAST, asks=False))
            for _ in range(RUNS)
        ]
        polite, by_scapy = _by_helper(inside, POLITE), _by_scapy(inside)
    c, with_start, idle = (median(run[at].seconds for run in runs) for at in range(3))
    found = {swept[1].found for swept in runs} | {polite.found}
    print(f"stations found of {STATIONS:,}, in {RUNS + 1} sweeps: {', '.join(f'{count:,}' for count in sorted(found))}")
    print(f"{'':40}us of processor time per probe")
    for row, seconds, probes in (
        ("a plain loop in C", c, STATIONS),
        (f"the helper, {FAST:,.0f} frames/s asked", with_start - idle, STATIONS),
        ("  with the start of its program", with_start, STATIONS),
        (f"the helper, {POLITE:,.0f} frames/s (a scan's)", polite.seconds - idle, STATIONS),
        (f"scapy's srp, {BY_SCAPY} stations", by_scapy.seconds, BY_SCAPY),
    ):
        print(f"{row:40}{seconds / probes * 1e6:8.2f}{seconds / probes / (c / STATIONS):8.1f} x the loop in C")
    sys.exit(found != {STATIONS})


def _by_helper(inside: Inside, rate: float, asks: bool = True) -> Swept:
    ranges = [[FIRST, LAST, ""]] if asks else []
    request = json.dumps({"ranges": ranges, "rate": rate, "wait": 0.7, "listen": 0})
    output = _run(*inside(sys.executable, "-m", "scanner.link_helper"), given=request)
    lines = [json.loads(line) for line in output.splitlines()]
    return Swept(len({address for line in lines for address, _ in line.get("answered", ())}), lines[-1]["cpu"])


def _by_c(inside: Inside, program: Path) -> Swept:
    found, seconds = _run(*inside(str(program), "asks", OWN, FIRST, str(STATIONS))).split()
    return Swept(int(found), float(seconds))


def _by_scapy(inside: Inside) -> Swept:
    found, seconds = _run(*inside(sys.executable, "-c", SCAPY, "asks")).split()
    return Swept(int(found), float(seconds))


def _built(folder: Path) -> Path:
    program = folder / "arp"
    try:
        subprocess.run(["cc", "-O2", "-w", "-o", program, SOURCE], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{SOURCE}: cannot be compiled ({error})\nNext: apt-get install gcc libc6-dev linux-libc-dev")
    return program


def _run(*command: str, given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _options() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m benchmarks.arp", description=__doc__)


if __name__ == "__main__":
    main()
