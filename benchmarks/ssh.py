"""`python -m benchmarks.ssh`: what a session by SSH costs of the processor, beside bare netmiko sending the same
commands to the same devices.

The devices are transcripts played by asyncssh in a process of its own. Both sides hold as many sessions at once; runs
alternate, and a first one of each is not counted.
"""

import argparse
import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.terminals import PASSWORD, TERMINALS, USER
from fingerprints.model.evidence import Observation, Source
from scanner.credentials.book import FileBook, read_credentials
from scanner.protocols.ssh.host_keys import HostKeys
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.probe import SshProbe
from scanner.protocols.ssh.session_limits import SessionLimits
from scanner.targets.target import Target

DEVICES = 40
SESSIONS = 20
RUNS = 3

Places = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time and of the clock for all devices, and how many commands were answered."""

    cpu: float
    wall: float
    answers: int


def main() -> None:
    """Run both in turns on each platform, and print the medians a session."""
    asked = _options().parse_args()
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    print(f"{asked.devices} devices, {asked.sessions} sessions at once; medians of {RUNS} runs, processor ms a session")
    for platform in TERMINALS:
        commands = next(each.commands for each in load_platforms().platforms if each.name == platform)
        with _devices(platform, asked.devices) as places:
            runs = [
                (_ours(places, asked.sessions), _netmiko(platform, commands, places, asked.sessions))
                for _ in range(RUNS + 1)
            ]
        ours, theirs = (median(run[side].cpu for run in runs[1:]) / asked.devices * 1e3 for side in range(2))
        clock, their_clock = (median(run[side].wall for run in runs[1:]) for side in range(2))
        answers = {cost.answers for run in runs for cost in run}
        print(
            f"{platform:15} {len(commands)} commands: kitscan {ours:6.1f}, netmiko {theirs:6.1f}, "
            f"ratio {ours / theirs:.2f}; all in {clock:.2f} s and {their_clock:.2f} s; answers {sorted(answers)}"
        )


def _ours(places: Places, sessions: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        book = _book(Path(folder))
        known = HostKeys(Path(folder) / "known_hosts")
        return _timed(lambda: asyncio.run(_observed(places, book, known, sessions)))


def _book(folder: Path) -> FileBook:
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    entry = f"{{name: cli, ssh: true, user: {USER}, password: file:password, prefixes: [127.0.0.0/8]}}"
    (folder / "credentials.yaml").write_text(f"credentials: [{entry}]\n")
    return read_credentials(folder / "credentials.yaml", lambda _: None)


async def _observed(places: Places, book: FileBook, known: HostKeys, sessions: int) -> int:
    probe = SshProbe(book, known, SessionLimits(sessions))

    async def commands_of(address: str, port: int) -> int:
        observations = [item async for items in probe.observe(Target(address, ssh_port=port)) for item in items]
        return sum(isinstance(item, Observation) and item.source is Source.SSH_COMMAND for item in observations)

    try:
        return sum(await asyncio.gather(*(commands_of(*place) for place in places)))
    finally:
        await asyncio.to_thread(probe.close)


def _netmiko(platform: str, commands: Sequence[str], places: Places, sessions: int) -> Cost:
    from netmiko import ConnectHandler

    def commands_of(place: tuple[str, int]) -> int:
        host, port = place
        with ConnectHandler(device_type=platform, host=host, port=port, username=USER, password=PASSWORD) as line:
            return len([line.send_command(command) for command in commands])

    def all_of_them() -> int:
        with ThreadPoolExecutor(sessions) as pool:
            return sum(pool.map(commands_of, places))

    return _timed(all_of_them)


def _timed(work: Callable[[], int]) -> Cost:
    cpu, wall = time.process_time(), time.monotonic()
    answers = work()
    return Cost(time.process_time() - cpu, time.monotonic() - wall, answers)


@contextmanager
def _devices(platform: str, count: int) -> Iterator[Places]:
    command = [sys.executable, "-m", "benchmarks.terminals", platform, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            yield [(str(address), int(port)) for address, port in json.loads(line)]
        finally:
            server.terminate()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ssh", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES, help="At most 250.  [40]")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="At once, on both sides.  [20]")
    return parser


if __name__ == "__main__":
    main()
