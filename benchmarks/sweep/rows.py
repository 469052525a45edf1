"""The rows of the table: each runs what it compares in turns and prints the result."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.agents.running import agents, built
from benchmarks.sweep.running import (
    AGENTS_CORE,
    PORT,
    PYTHON,
    Run,
    cpu_of,
    discover,
    drops_of,
    loop_in_c,
    missing,
    packets_of,
    run,
)
from fingerprints.database.products import load_products
from fingerprints.sources.engine_id import read_engine_id

SWEPT, ADDRESSES = "127.20.0.0/16", 65_536
TURNS = 2
FEW, START = 8_192, 16
"""Addresses for a library that is slow for each, and so few that they cost little more than its start."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, our number and the peer's, and the bound."""

    what: str
    ours: str
    peer: str
    must: str


def few_alive(folder: Path) -> Iterator[Row]:
    """2 % alive: CPU per request beside onesixtyone, a plain C loop, and pysnmp."""
    with agents("--port", str(PORT), "--alive", "2", core=AGENTS_CORE):
        ours, c, fast = _in_turns(folder)
        pysnmp = _library(folder, "by_pysnmp.py")
    mine = _each(ours)
    whole = _with_start(ours)
    yield Row("2 % alive, us of CPU per probe", f"{mine:.1f}", f"plain C loop {c:.1f}", "")
    measured = missing("onesixtyone") or f"onesixtyone {fast:.1f}: {mine / fast:.2f} x, {whole / fast:.2f} x"
    yield Row("the same, and with the start of the program", f"{mine:.1f}, {whole:.1f}", measured, "at most 2 x")
    yield Row("the same to pysnmp v1arch", f"{mine:.1f}", f"{pysnmp:.0f}, {pysnmp / mine:.0f} x", "at least 100 x")


def many_alive(folder: Path) -> Iterator[Row]:
    """30 % alive: CPU per request beside gufo-snmp, and whether every device is found."""
    alive = {address for address in _alive(30) if address not in ("127.20.0.0", "127.20.255.255")}
    with agents("--port", str(PORT), "--alive", "30", core=AGENTS_CORE):
        ours, c, fast = _in_turns(folder)
        gufo = _library(folder, "by_gufo.py")
        small = run([PYTHON, "-m", "benchmarks.sweep.stock", SWEPT, str(PORT)], folder)
    mine = _each(ours)
    yield Row("30 % alive, us of CPU per probe", f"{mine:.1f}", f"plain C loop {c:.1f}", "at most 10")
    yield Row("the same with the start of the program", f"{_with_start(ours):.1f}", "", "")
    yield Row("the same to gufo-snmp", f"{mine:.1f}", f"{gufo:.0f}, {gufo / mine:.1f} x", "at least 6 x")
    had = [{_host(line) for line in one.out.splitlines()} for one in ours]
    worst = min(len(one & alive) for one in had)
    peer = missing("onesixtyone") or f"onesixtyone {fast:.1f} us"
    yield Row("found, no loss", f"{worst:,} of {len(alive):,}, {max(map(drops_of, ours))} local drops", peer, "all")
    found, drops = map(int, small.out.split())
    yield Row("the same, buffer of 212,992 octets", f"{found:,} of {len(alive):,}, {drops} local drops", "", "all")


def lossy(folder: Path) -> Iterator[Row]:
    """5 % of round trips lost, one request that agents answer: how many devices one retry and two retries miss."""
    alive = len([address for address in _alive(30) if address not in ("127.20.0.0", "127.20.255.255")])
    with agents("--port", str(PORT), "--alive", "30", "--loss", "5", "--nov3", core=AGENTS_CORE):
        for retries, must in ((1, "at most 0.5 %"), (2, "at most 0.05 %")):
            done = discover(folder, SWEPT, "--retries", str(retries))
            missed = 100 - 100 * len(done.out.splitlines()) / alive
            yield Row(f"5 % lost, missed with {retries} retries", f"{missed:.3f} %", "", must)


def rate_kept(folder: Path) -> Iterator[Row]:
    """10,000 a second, by the receiver's clock."""
    for rate, prefix, count in ((10_000, "127.20.0.0/16", 65_534), (1_000, "127.20.0.0/20", 4_094)):
        command = ["taskset", "-c", str(AGENTS_CORE), PYTHON, "-m", "benchmarks.sweep.sink", str(PORT), str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
            assert sink.stdout is not None
            sink.stdout.readline()
            done = discover(folder, prefix, "--max-rate", str(rate), "--retries", "0", credentials=False)
            came, burst = sink.stdout.readline().split()
        off = 100 * (float(came) / rate - 1)
        yield Row(f"asked {rate:,}/s, received", f"{float(came):,.1f}/s, {off:+.2f} %", "", "within 1 %")
        yield Row("most of them in 5 ms", burst, "", "")
        if rate == 10_000:
            yield Row("of a core at that", f"{100 * cpu_of(done) * rate / packets_of(done):.1f} %", "", "at most 10 %")


def large(folder: Path) -> Iterator[Row]:
    """A sixteenfold sweep: time, and memory for silent addresses."""
    with agents("--port", str(PORT), "--alive", "0", core=AGENTS_CORE):
        one = discover(folder, SWEPT, "--retries", "0")
        big = discover(folder, "127.16.0.0/12", "--retries", "0")
    octets = (big.peak - one.peak) * 1_024 / (15 * ADDRESSES)
    measured = f"{big.wall:.1f} s, {big.wall / one.wall:.1f} x {one.wall:.1f} s"
    yield Row("1,048,576 addresses", measured, "", "at most 17 x")
    yield Row("memory per silent address", f"{octets:.2f} B", "", "at most 2 B")


def engine_ids(folder: Path) -> Iterator[Row]:
    """SNMPv3 discovery without credentials, and how many makers it names."""
    with agents("--port", str(PORT), "--alive", "2", core=AGENTS_CORE):
        c = run([loop_in_c(folder), "127.20.0.0", str(ADDRESSES), str(PORT)], folder)
        ours = [discover(folder, SWEPT, credentials=False) for _ in range(TURNS)]
    peer = f"plain C loop {c.cpu / ADDRESSES * 1e6:.1f}"
    yield Row("v3 discovery, us of CPU per probe", f"{_each(ours):.1f}", peer, "at most 5")
    yield Row("the same with the start of the program", f"{_with_start(ours):.1f}", "", "")
    products = load_products()
    named = [bytes.fromhex(json.loads(line)["engine_id"]) for line in ours[0].out.splitlines()]
    holders = [products.holder_of(read.enterprise) for one in named if (read := read_engine_id(one)) is not None]
    measured = f"{sum(map(bool, holders)):,} of {len(named):,}, {len(set(holders))} makers"
    yield Row("makers named by it without credentials", measured, "", "all")


ROWS = {
    "2": few_alive,
    "30": many_alive,
    "loss": lossy,
    "pace": rate_kept,
    "million": large,
    "v3": engine_ids,
}


def _in_turns(folder: Path) -> tuple[list[Run], float, float]:
    """Ours, and the plain loop and onesixtyone in microseconds a probe, each the best of its turns."""
    ours, plain, fast = [], [], []
    for _ in range(TURNS):
        ours.append(discover(folder, SWEPT))
        plain.append(run([loop_in_c(folder), "127.20.0.0", str(ADDRESSES), str(PORT)], folder))
        if missing("onesixtyone") is None:
            fast.append(run(["onesixtyone", "-w", "0", "-p", str(PORT), SWEPT, "public"], folder))
    best = [min((one.cpu for one in runs), default=float("nan")) / ADDRESSES * 1e6 for runs in (plain, fast)]
    return ours, best[0], best[1]


def _each(runs: list[Run]) -> float:
    return min(cpu_of(one) / packets_of(one) for one in runs) * 1e6


def _with_start(runs: list[Run]) -> float:
    return min(one.cpu / packets_of(one) for one in runs) * 1e6


def _alive(percent: int) -> list[str]:
    command = [built(), "--alive", str(percent), "--list", SWEPT]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _host(line: str) -> str:
    return str(json.loads(line)["address"]).rpartition(":")[0]


def _library(folder: Path, name: str) -> float:
    """Microseconds of processor that a library takes for an address, without its start."""
    program = Path(__file__).with_name(name).resolve()
    start, both = (run([PYTHON, program, "127.20.0.0", str(n), str(PORT)], folder).cpu for n in (START, START + FEW))
    return (both - start) / FEW * 1e6
