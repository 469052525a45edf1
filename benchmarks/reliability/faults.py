"""Devices behind bad networks, by SNMP and by SSH: is each read in full, or said to be incomplete, and never cleared?

Fourteen networks: loss of 1, 5, 20 and 50 % each way, for SNMP and for SSH; duplicates out of order; corruption of 2 %
of the octets; a delay of 2 s with jitter; one that goes dark in mid-run; and a middlebox that changes octets and makes
the checksums right again, under SNMPv2c and under SNMPv3. Half of the devices hold an optic of a restricted maker.
`python -m benchmarks.reliability.faults --seeds 3`

Nothing in SNMPv2c but the checksum shows that an octet was changed. Where a device's own words were, nobody can say
that a verdict on them is right: these devices are counted apart.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from benchmarks.free_ports import free_ports
from benchmarks.hostile import snmp_agent
from benchmarks.hostile.bad_network import BadNetwork, tcp_through
from benchmarks.hostile.snmp_agent import RESTRICTED_MAKER, HostileAgent, agent_of, box, engine_of
from benchmarks.reliability.scanning import NO_PORT, Peer, book_of, scan, snmp_probes, verdict_of
from fingerprints.model.evidence import Evidence, Source
from reports.policy.verdict import Verdict
from scanner.credentials.book import FileBook
from scanner.protocols.probe import Discovery, Probe
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.ssh.discovery import IdentDiscovery
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.probe import SshProbe
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.simulator.device import Ssh
from scanner.simulator.ssh_server import SimulatedHost, serving

MIN_COMPLETE = 0.95
"""The part of the devices that is read in full at a loss of 20 % each way."""

USER, SESSION_SECONDS = "audit", 60.0
PASSWORD = "hostile-login"
ENTRIES = (
    'name: ro, snmp: v2c, community: "file:community", sweep: true, prefixes: [127.1.0.0/16]',
    f'name: v3, snmp: v3, user: {snmp_agent.USER}, auth: [sha256, "file:auth"], priv: [aes128, "file:priv"], '
    "prefixes: [127.3.0.0/16]",
    'name: cli, ssh: true, user: audit, password: "file:login", prefixes: [127.2.0.0/16]',
)
SECRETS = {
    "community": snmp_agent.COMMUNITY,
    "login": PASSWORD,
    "auth": snmp_agent.AUTH_PASSWORD,
    "priv": snmp_agent.PRIV_PASSWORD,
}
OTHER_MAKER = "FINISAR CORP."


@dataclass(frozen=True, slots=True)
class Cell:
    """One network, and the protocols that go through it; SNMP is v2c or v3."""

    network: Callable[[], BadNetwork]
    snmp: bool = True
    ssh: bool = True
    is_v3: bool = False


CELLS = {
    **{
        f"{loss:.0%} loss, {'SNMP' if snmp else 'SSH'}": Cell(
            lambda loss=loss: BadNetwork(loss=loss),  # type: ignore[misc]
            snmp,
            not snmp,
        )
        for loss in (0.01, 0.05, 0.20, 0.50)
        for snmp in (True, False)
    },
    "duplicates out of order": Cell(lambda: BadNetwork(duplicates=0.3, reorder=0.3)),
    "2 % of octets corrupt": Cell(lambda: BadNetwork(corruption=0.02)),
    "2 s of delay with jitter": Cell(lambda: BadNetwork(delay=1.0, jitter=0.5)),
    "dark in mid-run": Cell(lambda: BadNetwork(dies_after=14)),
    "wrong octets, right checksums, v2c": Cell(lambda: BadNetwork(corruption=0.001, repairs_checksums=True), ssh=False),
    "wrong octets, right checksums, v3": Cell(
        lambda: BadNetwork(corruption=0.001, repairs_checksums=True), ssh=False, is_v3=True
    ),
}


@dataclass(slots=True)
class NetworkTally:
    """The devices behind one network: how many there are, were read in full, were said to be incomplete, and whose
    words were changed on the way without a trace; and those of the others with a false verdict: neither restricted nor
    in doubt although they hold what is restricted, or restricted although they do not."""

    devices: int = 0
    complete: int = 0
    incomplete: int = 0
    changed: int = 0
    false: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "NetworkTally") -> None:
        """Add what another run counted."""
        self.devices += other.devices
        self.complete += other.complete
        self.incomplete += other.incomplete
        self.changed += other.changed
        self.false += other.false
        self.seconds = max(self.seconds, other.seconds)

    def count(self, label: str, is_restricted: bool, evidence: Evidence, makers: frozenset[str]) -> None:
        """Count one device, of whose parts no others than these are the makers."""
        verdict = verdict_of(evidence)
        found = Verdict.RESTRICTED if label.startswith("snmp") else Verdict.REVIEW  # a serial number alone is reviewed
        gaps = [gap for gap in evidence.gaps if not gap.at.startswith(f"{NO_PORT}/")]
        self.devices += 1
        if verdict is (found if is_restricted else Verdict.CLEAR) and not gaps:
            self.complete += 1
        elif not _told(evidence) <= makers:
            self.changed += 1
        elif verdict not in _HONEST[is_restricted]:
            self.false.append(f"{label}: {verdict}, gaps {[(gap.at, gap.reason) for gap in gaps][:5]}")
        else:
            self.incomplete += 1


_HONEST = {
    True: (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.NOT_ASSESSED),
    False: (Verdict.CLEAR, Verdict.REVIEW, Verdict.NOT_ASSESSED),
}


def _told(evidence: Evidence) -> frozenset[str]:
    """The makers that a device names by SNMP."""
    return frozenset(said.value for said in evidence.observations if said.source is Source.SNMP_ENTITY_MFG_NAME)


def _shell(number: int, is_restricted: bool) -> Ssh:
    """The command line of a box with an optic, whose maker its serial number names."""
    optic = f"2102350DMR10J8{number:06}" if is_restricted else f"FNS1420{number:04}"
    inventory = (
        'NAME: "Chassis", DESCR: "Cisco ASR1001-X Chassis"\n'
        f"PID: ASR1001-X         , VID: V07, SN: FXS2040{number:04}\n\n"
        f'NAME: "subslot 0/0 transceiver 0", DESCR: "GE LX"\nPID: SFP-GE-LX , VID: V01, SN: {optic}\n'
    )
    version = (
        "Cisco IOS XE Software, Version 16.09.04\n"
        "Cisco IOS Software [Fuji], ASR1000 Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.9.4, RELEASE "
        f"SOFTWARE (fc2)\nrouter-{number} uptime is 3 weeks\n"
        "cisco ASR1001-X (1NG) processor (revision 1NG) with 3753640K/6147K bytes of memory.\n"
        f"Processor board ID FXS2040{number:04}\n"
    )
    return Ssh(
        ident="Cisco-1.25",
        prompt=f"router-{number}#",
        commands={"show version": version, "show inventory": inventory},
        paging_off=("terminal length 0", "terminal width 511"),
    )


async def run_cell(cell: Cell, number: int, run: "Run", folder: Path) -> NetworkTally:
    """Scan devices of each protocol behind one network each, and count what came of them. Every second one holds the
    restricted optic."""
    book, began = book_of(folder, ENTRIES, SECRETS), time.monotonic()
    async with AsyncExitStack() as stack:
        peers = await _snmp_peers(stack, cell, number, run) if cell.snmp else []
        peers += await _ssh_peers(stack, cell, number, run) if cell.ssh else []
        discoveries, probes = _probes(cell, book, run.scale, folder)
        try:
            found = await scan(peers, discoveries, probes)
        finally:
            for probe in probes:
                await asyncio.to_thread(probe.close) if isinstance(probe, SshProbe) else None
    tally = NetworkTally(seconds=time.monotonic() - began)
    for peer in peers:
        is_restricted = int(peer.label.split()[1]) % 2 == 0
        makers = frozenset(row.value for row in box("", 1, 1, _maker(is_restricted)))
        tally.count(peer.label, is_restricted, found[peer.label], makers)
    return tally


@dataclass(frozen=True, slots=True)
class Run:
    """How many devices of each protocol a network has before it, the seed, and the factor of all times."""

    devices: int
    seed: int
    scale: float

    def network(self, cell: Cell, *place: object) -> BadNetwork:
        """The network before one device."""
        return replace(cell.network(), scale=self.scale, rng=random.Random(f"{self.seed} {place}"))


async def _snmp_peers(stack: AsyncExitStack, cell: Cell, number: int, run: Run) -> list[Peer]:
    peers = []
    for place in range(1, run.devices + 1):
        identity = number * 256 + place
        rows = box(f"sw-{identity}", identity, 8, _maker(place % 2 == 0))
        honest = agent_of(rows, engine_of(identity), not cell.is_v3)
        agent = HostileAgent(honest, network=run.network(cell, "snmp", identity))
        host = f"127.{3 if cell.is_v3 else 1}.{number}.{place}"
        port = await stack.enter_async_context(snmp_agent.running(host, agent))
        peers.append(Peer(f"snmp {place}", host, snmp_port=port))
    return peers


def _maker(is_restricted: bool) -> str:
    return RESTRICTED_MAKER if is_restricted else OTHER_MAKER


async def _ssh_peers(stack: AsyncExitStack, cell: Cell, number: int, run: Run) -> list[Peer]:
    port = free_ports(f"127.2.{number}.1").ssh
    hosts = [
        SimulatedHost(
            f"127.2.{number}.{place}", port, partial(_shell, number * 256 + place, place % 2 == 0), USER, PASSWORD
        )
        for place in range(1, run.devices + 1)
    ]
    stack.enter_context(serving(hosts))
    peers = []
    for place, host in enumerate(hosts, 1):
        network = run.network(cell, "ssh", number, place)
        through = await stack.enter_async_context(tcp_through(network, host.address, port))
        peers.append(Peer(f"ssh {place}", host.address, ssh_port=through))
    return peers


def _probes(cell: Cell, book: FileBook, scale: float, folder: Path) -> tuple[tuple[Discovery, ...], tuple[Probe, ...]]:
    usual = RetryPolicy()
    profile = PROFILES["lab"]
    policy = replace(usual, first=usual.first * scale)
    discoveries, probes = snmp_probes(book, profile, policy) if cell.snmp else ((), ())
    if not cell.ssh:
        return discoveries, probes
    ssh = SshProbe(book, HostKeys(folder / "known_hosts"), session_seconds=SESSION_SECONDS * scale)
    return (*discoveries, IdentDiscovery(RateLimiter(profile))), (*probes, ssh)


async def run_cells(run: Run, names: Sequence[str] = tuple(CELLS)) -> dict[str, NetworkTally]:
    """All cells at once."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = {}
        for number, name in enumerate(names, 1):
            own = Path(folder) / str(number)
            own.mkdir()
            tasks[name] = asyncio.create_task(run_cell(CELLS[name], number, run, own))
        return {name: await task for name, task in tasks.items()}


def is_kept(name: str, tally: NetworkTally) -> bool:
    """Whether the promise holds: nothing false, and at 20 % loss nearly all in full."""
    enough = not name.startswith("20%") or tally.complete >= MIN_COMPLETE * tally.devices
    return not tally.false and enough


def main(words: Sequence[str] | None = None) -> int:
    """Print a row for each network; 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--devices", type=int, default=40, help="behind each network, by each protocol")
    parser.add_argument("--scale", type=float, default=1.0, help="of all times")
    parser.add_argument("--cell", action="append", choices=tuple(CELLS))
    options = parser.parse_args(words)
    totals = {name: NetworkTally() for name in options.cell or CELLS}
    began = time.monotonic()
    for seed in range(1, options.seeds + 1):
        run = Run(options.devices, seed, options.scale)
        for name, tally in asyncio.run(run_cells(run, tuple(totals))).items():
            totals[name].add(tally)
    for name, tally in totals.items():
        print(
            f"{name:34} {tally.devices} devices: {tally.complete / tally.devices:6.1%} in full, "
            f"{tally.incomplete} said to be incomplete, {tally.changed} changed on the way, {len(tally.false)} false, "
            f"{tally.seconds:.0f} s"
        )
        for line in tally.false:
            print(f"  {line}")
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if all(is_kept(name, tally) for name, tally in totals.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
