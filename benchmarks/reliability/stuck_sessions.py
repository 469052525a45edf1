"""SSH servers that stop answering in mid-session, 50 at once, and a signal to the scan that waits for them all.

    python -m benchmarks.reliability.stuck_sessions [--count N] [--seed S]

Each time all servers of a scan stall or trickle at one step, and SIGTERM, SIGINT or SIGHUP comes. The scan ends within
5 s with the code of the signal and a report, and the kernel counts no packet on its connections after the first second.
Exits 1 where that is broken.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile.ssh_peers import STEPS
from benchmarks.reliability.command import KITSCAN
from benchmarks.reliability.ssh_peers import book_of, served

ROOT = Path(__file__).parents[2]
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SESSIONS = 50
MAX_SECONDS, SILENT_AFTER = 5.0, 1.0
GATHER_SECONDS = 4.0
SESSION_OCTETS = 1_500
"""A connection on which more was sent is a session: its keys are exchanged, and a login went out or is about to."""

WAIT_SECONDS = 120.0
"""How long a busy machine may take until a session is open."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One scan: the peer that all its devices are, the signal, seconds until it ended, and what was broken."""

    peer: str
    number: signal.Signals
    seconds: float
    broken: tuple[str, ...]


async def stuck(peer: str, number: signal.Signals, folder: Path) -> Stuck:
    """Let a scan run into 50 servers of one kind, and send it a signal."""
    book_of(folder, ["name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]"])
    async with served({peer: (peer, "lo")}) as (ports, _):
        port = ports[peer]
        rows = (f"127.0.14.{host},{port}" for host in range(1, SESSIONS + 1))
        (folder / "targets.csv").write_text("\n".join(("address,ssh_port", *rows)) + "\n")
        words = ("scan", "targets.csv", "--credentials", "credentials.yaml", "--profile", "lab", "--probe", "ssh")
        words = (*words, "--fail-on", "never", "--format", "json", "--out", "report.json")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with (folder / "said").open("w") as said:
            process = subprocess.Popen((*KITSCAN, *words), cwd=folder, env=environment, stdout=said, stderr=said)
        try:
            until = time.monotonic() + WAIT_SECONDS
            while (held := _held(port)) < SESSIONS and process.poll() is None and time.monotonic() < until:
                await asyncio.sleep(0.05)
                if held:  # a busy machine may never have all of them open before the first is given up
                    until = min(until, time.monotonic() + GATHER_SECONDS)
            return await _signalled(process, peer, number, folder, port)
        finally:
            process.kill()
            process.wait()


async def _signalled(
    process: "subprocess.Popen[bytes]", peer: str, number: signal.Signals, folder: Path, port: int
) -> Stuck:
    sessions, began = _held(port), time.monotonic()
    process.send_signal(number)
    await asyncio.sleep(SILENT_AFTER)
    before = _connections(port)
    while process.poll() is None and time.monotonic() < began + 4 * MAX_SECONDS:
        await asyncio.sleep(0.02)
        late = [name for name, sent in _connections(port).items() if sent > before.get(name, 0)]
        if late:
            break
    else:
        late = []
    seconds = time.monotonic() - began
    broken = (
        (sessions < SESSIONS // 2, f"only {sessions} sessions"),
        (bool(late), f"sent to {len(late)} devices after {SILENT_AFTER:g} s"),
        (process.poll() != 128 + number, f"exit code {process.poll()}: {(folder / 'said').read_text()}"),
        (seconds > MAX_SECONDS, f"ended after {seconds:.1f} s"),
        (not (folder / "report.json").exists(), "no report"),
    )
    return Stuck(peer, number, seconds, tuple(words for is_so, words in broken if is_so))


def _held(port: int) -> int:
    return sum(sent > SESSION_OCTETS for sent in _connections(port).values())


def _connections(port: int) -> dict[str, int]:
    """The open connections to a port, each with the octets that were sent on it so far (ss(8))."""
    shown = subprocess.run(["ss", "-tniH", "dport", "=", f":{port}"], capture_output=True, text=True, check=True).stdout
    lines = shown.splitlines()
    pairs = zip(lines[::2], lines[1::2], strict=False)
    return {" ".join(line.split()[3:5]): _octets_sent(counts) for line, counts in pairs}


def _octets_sent(counts: str) -> int:
    return next((int(word.partition(":")[2]) for word in counts.split() if word.startswith("bytes_sent:")), 0)


def measured(count: int, seed: int) -> Iterator[Stuck]:
    """`count` scans. The first is stuck where a terminal was asked for."""
    chosen = random.Random(seed)
    kinds = [f"{step} {act}" for step in list(STEPS)[list(STEPS).index("service") :] for act in ("stalls", "trickles")]
    for number in range(count):
        peer = chosen.choice(kinds) if number else "terminal stalls"
        with tempfile.TemporaryDirectory() as folder:
            yield asyncio.run(stuck(peer, SIGNALS[number % len(SIGNALS)], Path(folder)))


def main() -> None:
    """Print a row of figures; exit 1 where the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it, and so would the scan
    scans = tuple(measured(options.count, options.seed))
    for scan in scans:
        if scan.broken:
            print(f"{scan.peer}, {scan.number.name}: {'; '.join(scan.broken)}")
    broken = sum(bool(scan.broken) for scan in scans)
    print(
        f"{len(scans)} scans of {SESSIONS} servers that stick, {broken} broken; "
        f"slowest end {max(scan.seconds for scan in scans):.1f} s"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
