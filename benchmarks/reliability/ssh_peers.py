"""SSH servers that break the rules: each session ends in time, with the gap that it must have and one secret sent.

    python -m benchmarks.reliability.ssh_peers [--rounds N] [--seconds S] [--steps]

Each server of benchmarks/hostile/ssh_peers.py is asked by the real probe, all at once. `--steps` takes a server for
each way to stop at each step of the protocol. Exits 1 where a promise is broken.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.hostile.ssh_peers import PEERS, Peer, step_peers
from benchmarks.hostile.ssh_server import PASSWORD
from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Subject
from fingerprints.model.merging import NOT_MERGED
from reports.judgement.assessment import AssessmentOptions, JudgedDevice
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.merged import judge_group
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from scanner.credentials.book import FileBook, read_credentials
from scanner.credentials.redacting_sink import Redactor
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
async def served(wanted: Mapping[str, tuple[str, str]]) -> AsyncIterator[tuple[dict[str, int], dict[str, Any]]]:
    """Peers by label, `(peer, address)`, served by a process of their own: the ports, and what each got, once the block
    has ended."""
    got: dict[str, Any] = {}
    command = [sys.executable, "-m", "benchmarks.hostile.ssh_peers"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(wanted) + "\n")
            process.stdin.flush()
            yield json.loads(await asyncio.to_thread(process.stdout.readline)), got
            process.stdin.close()
            got.update(json.loads(process.stdout.readline()))
        finally:
            process.kill()


def book_of(folder: Path, entries: Iterable[str]) -> FileBook:
    """A book of these entries, whose passwords are all that of the peers."""
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "credentials.yaml").write_text("credentials:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries))
    for name in ("password", "credentials.yaml"):
        (folder / name).chmod(0o600)
    return read_credentials(folder / "credentials.yaml", lambda _name: "")


async def outcomes(names: Iterable[str], seconds: float, folder: Path, margin: float = MARGIN_SECONDS) -> list[Outcome]:
    """Ask each of the peers at once. `seconds` bound each session."""
    peers = {**PEERS, **step_peers()}
    wanted = {f"{name} #{number}": (name, f"127.0.9.{number}") for number, name in enumerate(names, 1)}
    book = book_of(folder, ["name: cli, ssh: true, user: audit, password: file:password, prefixes: [127.0.0.0/8]"])
    ended: dict[str, tuple[float, list[Observation | Gap]]] = {}
    async with served(wanted) as (ports, got):
        hosts = folder / "known_hosts"
        changed = (label for label, (name, _) in wanted.items() if name == "host key changed")
        hosts.write_text("".join(f"{host_name(wanted[one][1], ports[one])} {_OTHER_KEY}\n" for one in changed))
        redactor = Redactor(book.secrets_known_at)
        probe = SshProbe(book, HostKeys(hosts), SessionLimits(len(wanted)), session_seconds=seconds)

        async def ask(label: str, address: str) -> None:
            start = time.monotonic()
            target = Target(address, ssh_port=ports[label])
            found = [item async for received in probe.observe(target) for item in received]
            ended[label] = time.monotonic() - start, redactor.evidence(address, probe.name, found)

        async with asyncio.TaskGroup() as group:
            for label, (_, address) in wanted.items():
                group.create_task(ask(label, address))
        start = time.monotonic()
        probe.close()
        closing = time.monotonic() - start
    limit = IDENT_SECONDS + seconds + margin
    return [
        _outcome(name, peers[name], *ended[label], got[label], limit, closing) for label, (name, _) in wanted.items()
    ]


def _outcome(
    name: str, peer: Peer, took: float, found: list[Observation | Gap], got: Any, limit: float, closing: float
) -> Outcome:
    judged = _judged(name, found)
    gaps = tuple(gap.reason for gap in judged.device.gaps)
    texts = (f"{item.at} {item.value if isinstance(item, Observation) else item.detail}" for item in found)
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
        "is clear" if None not in peer.gaps and judged.verdict is Verdict.CLEAR else "",
        "the password is in the evidence" if any(PASSWORD in text for text in texts) else "",
        "an internal error" if GapReason.INTERNAL_ERROR in gaps else "",
    )
    return Outcome(name, took, gaps, tuple(filter(None, faults)))


def _judged(name: str, found: list[Observation | Gap]) -> JudgedDevice:
    observations = tuple(item for item in found if isinstance(item, Observation))
    evidence = Evidence(
        Subject(name, "", (name,)), observations, tuple(item for item in found if isinstance(item, Gap))
    )
    options = AssessmentOptions(load_database(), None, load_policies(("us-889a",)), "", None, date(2026, 11, 22))
    evaluator = PolicyEvaluator(options.policies, options.as_of, options.database.companies)
    ((_, judged),) = judge_group((evidence,), NOT_MERGED, options, evaluator)
    return judged


def peak_mb() -> int:
    """The most memory that this process has taken, in mebibytes. getrusage counts what its parent had, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def cost() -> str:
    """What this process has cost so far."""
    return f"{peak_mb()} MB at most, {time.process_time():.0f} s of CPU"


async def _rounds(names: Iterable[str], rounds: int, seconds: float) -> int:
    broken = 0
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for one in await outcomes(names, seconds, Path(folder)):
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
    print(f"{len(peers) * options.rounds} sessions, {broken} broken promises, {cost()}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
