"""`python -m benchmarks.scan`: a whole `kitscan scan` of a /16 of which two addresses in a hundred are switches, from
the first packet to the JSON document.

The switches are simulated by a program in C on this machine, and take their share of it. Each has 52 ports, 70 physical
entities and 60 neighbours.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from benchmarks.agents.running import agents

ROOT = Path(__file__).parents[1]
KITSCAN = (sys.executable, "-c", "from scanner.cli.main import main; main()")
NETWORK, PORT, ALIVE = "127.7.0.0/16", 11761, 2
COMMUNITY = "public"
CREDENTIALS = "credentials: [{name: ro, snmp: v2c, community: env:RO, prefixes: [127.0.0.0/8], sweep: true}]\n"

MAX_SECONDS, MAX_MEGABYTES = 15.0, 300.0


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scan took, and what it brought home: seconds of the clock, seconds of processor time and the most memory
    of its largest process, workers included."""

    clock: float
    cpu: float
    megabytes: float
    progress: str
    document: dict[str, Any]


def main() -> None:
    """Scan, print what it took, and compare with who is there."""
    options = _options().parse_args()
    alive = {str(address) for address in ip_network(options.network).hosts() if _is_alive(int(address))}
    agent_options = ("--port", str(PORT), "--alive", str(ALIVE), "--profile", "sw48", "--community", COMMUNITY)
    with agents(*agent_options) as simulator, tempfile.TemporaryDirectory() as folder:
        scanned = _scanned(Path(folder), options.network)
        simulated = _cpu_of(simulator.pid)
        again = _assessed(Path(folder))
    devices = scanned.document["devices"]
    found = {address for device in devices for address in device["addresses"]}
    complete = sum(bool(device["components"] and device["identity"]["vendor"]) for device in devices)
    print(scanned.progress.strip())
    print(
        f"{options.network}, {len(alive):,} switches: {scanned.clock:.1f} s by the clock, {scanned.cpu:.1f} s of "
        f"processor time, {scanned.megabytes:,.0f} MB at the most (must: {MAX_SECONDS:g} s, {MAX_MEGABYTES:g} MB)"
    )
    print(f"the switches, in C, took {simulated:.1f} s of processor time; judging again from the store {again:.1f} s")
    print(f"processes that wanted a core meanwhile, on {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}")
    print(
        f"found {len(alive & found):,} of {len(alive):,}; with maker and parts {complete:,} of {len(devices):,} devices"
    )
    sys.exit(alive != found or complete != len(devices))


def _is_alive(address: int) -> bool:
    """The simulator's own rule (benchmarks/agents/fastagents.c)."""
    return ((address * 2654435761 & 0xFFFFFFFF) >> 8) % 10_000 < ALIVE * 100


def _scanned(folder: Path, network: str) -> Scanned:
    (folder / "credentials.yaml").write_text(CREDENTIALS)
    words = (f"{network}:{PORT}", "--credentials", "credentials.yaml", "--profile", "lab", "--probe", "snmp", "--yes")
    start = time.monotonic()
    output, used = _run(folder, "scan", *words, "--format", "json", "--out", "report.json")
    clock = time.monotonic() - start
    document = json.loads((folder / "report.json").read_text())
    return Scanned(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output, document)


def _assessed(folder: Path) -> float:
    _, used = _run(folder, "assess", "--format", "json", "--out", "again.json")
    if (folder / "again.json").read_bytes() != (folder / "report.json").read_bytes():
        sys.exit("the same evidence gave another document")
    return float(used.ru_utime + used.ru_stime)


def _run(folder: Path, *words: str) -> tuple[str, Any]:
    """Run kitscan in a folder; returns its standard error and its resource usage."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RO": COMMUNITY}
    with (folder / "output").open("w+") as output:
        child = subprocess.Popen((*KITSCAN, *words), cwd=folder, env=environment, stdout=output, stderr=output)
        _, status, used = os.wait4(child.pid, 0)
        output.seek(0)
        text = output.read()
    if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
        sys.exit(f"kitscan {words[0]} ended with {os.waitstatus_to_exitcode(status)}:\n{text}")
    return text, used


def _cpu_of(process: int) -> float:
    """Seconds of processor time of a process that runs (proc(5), utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scan", description=__doc__)
    parser.add_argument("--network", default=NETWORK, help=f"Inside 127.0.0.0/8.  [{NETWORK}]")
    return parser


if __name__ == "__main__":
    main()
