"""SSH servers that break the rules: each session ends in time, with the gap that it must have and one secret sent.

    python -m benchmarks.reliability.ssh_peers [--rounds N] [--seconds S] [--steps]

Each server of benchmarks/hostile/ssh_peers.py is asked by the real probe, all at once. `--steps` takes a server for
each way to stop at each step of the protocol. Exits 1 where a promise is broken.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.hostile.ssh_peers import PEERS, Peer, step_peers
from benchmarks.hostile.ssh_server import PASSWORD
from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.credentials.book import read_credentials
from scanner.protocols.ssh.host_keys import HostKeys, host_name
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.probe import IDENT_SECONDS, SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target

MARGIN_SECONDS = 1.0
"""A session ends within so many seconds after its deadline."""

_OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU2Nzg5"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session with a peer ended: seconds with the reading of the algorithms, and what was wrong, if anything."""

    name: str
    seconds: float
    gaps: tuple[GapReason, ...]
    faults: tuple[str, ...]


@asynccontextmanager
async def served(names: Iterable[str]) -> AsyncIterator[tuple[dict[str, tuple[str, int]], dict[str, Any]]]:
    """The peers, served by a process of their own: address and port, and what each got, once the block has ended."""
    got: dict[str, Any] = {}
    command = [sys.executable, "-m", "benchmarks.hostile.ssh_peers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(list(names)) + "\n")
            process.stdin.flush()
            yield json.loads(await asyncio.to_thread(process.stdout.readline)), got
            process.stdin.close()
            got.update(json.loads(process.stdout.readline()))
        finally:
            process.kill()


async def outcomes(
    peers: Mapping[str, Peer], seconds: float, folder: Path, margin: float = MARGIN_SECONDS
) -> list[Outcome]:
    """Ask each peer at once. `seconds` bound each session."""
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "credentials.yaml").write_text(
        "credentials:\n  - {name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]}\n"
    )
    for name in ("password", "credentials.yaml"):
        (folder / name).chmod(0o600)
    book = read_credentials(folder / "credentials.yaml", lambda _name: "")
    ended: dict[str, tuple[float, list[Observation | Gap]]] = {}
    async with served(peers) as (places, got):
        hosts = folder / "known_hosts"
        if changed := places.get("host key changed"):
            hosts.write_text(f"{host_name(*changed)} {_OTHER_KEY}\n")
        probe = SshProbe(book, HostKeys(hosts), SessionLimits(len(places)), session_seconds=seconds)

        async def ask(name: str, address: str, port: int) -> None:
            start = time.monotonic()
            target = Target(address, ssh_port=port)
            found = [item async for received in probe.observe(target) for item in received]
            ended[name] = time.monotonic() - start, found

        async with asyncio.TaskGroup() as group:
            for name, (address, port) in places.items():
                group.create_task(ask(name, address, port))
        start = time.monotonic()
        probe.close()
        closing = time.monotonic() - start
    limit = IDENT_SECONDS + seconds + margin
    return [_outcome(name, peers[name], *ended[name], got[name], limit, closing) for name in places]


def _outcome(
    name: str, peer: Peer, took: float, found: list[Observation | Gap], got: Any, limit: float, closing: float
) -> Outcome:
    gaps = tuple(item.reason for item in found if isinstance(item, Gap))
    typed = {*load_platforms().every_command(), "", "N"}
    leaves = {platform.leave for platform in load_platforms().platforms}
    faults = (
        f"took {took:.1f} s" if took > limit else "",
        f"closing took {closing:.1f} s" if closing > 5 else "",
        f"ends with {[gap.value for gap in gaps]}"
        if not ({*gaps} & {*peer.gaps} or (not gaps and None in peer.gaps))
        else "",
        f"{got['secrets']} secrets" if got["secrets"] > 1 else "",
        "typed what is in no list" if {line.strip(" ") for line in got["lines"]} - typed - leaves else "",
        "an internal error" if GapReason.INTERNAL_ERROR in gaps else "",
    )
    return Outcome(name, took, gaps, tuple(filter(None, faults)))


async def _rounds(peers: Mapping[str, Peer], rounds: int, seconds: float) -> int:
    broken = 0
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for one in await outcomes(peers, seconds, Path(folder)):
                if one.faults or number == 0:
                    gaps = ", ".join(reason.value for reason in one.gaps) or "no gap"
                    print(f"{one.name:40} {one.seconds:5.1f} s  {gaps}  {'; '.join(one.faults)}", flush=True)
                broken += bool(one.faults)
    return broken


def main() -> None:
    """One row a peer in the first round, one a broken promise in others, and a sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=8.0, help="for one session")
    parser.add_argument("--steps", action="store_true")
    options = parser.parse_args()
    peers = step_peers() if options.steps else PEERS
    broken = asyncio.run(_rounds(peers, options.rounds, options.seconds))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    print(
        f"{len(peers) * options.rounds} sessions, {broken} broken promises, {usage.ru_maxrss // 1024} MB at most, "
        f"{cpu:.0f} s of CPU"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
