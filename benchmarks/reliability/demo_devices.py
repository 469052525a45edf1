"""The simulated devices of `kitscan demo` in a process of their own, which counts what they are asked.

`python -m benchmarks.reliability.demo_devices FOLDER SNMP_PORT SSH_PORT` writes the folder to scan from, prints a line
when the devices are up, and after each line on standard input one with the datagrams and the lines typed so far. It
ends with its standard input.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.free_ports import free_ports

ROOT = Path(__file__).parents[2]

DEVICES = ("lon-core-1", "man-agg-1", "lon-nms-1", "hq-rtr-1", "brs-acc-1")
"""Devices that are scanned in about a second, by SNMPv2c, SNMPv3 and SSH."""


@dataclass(frozen=True, slots=True)
class Devices:
    """The running devices, and the folder to scan them from."""

    process: "subprocess.Popen[str]"
    folder: Path

    def list_of(self, *names: str) -> str:
        """The name of a new list of targets in the folder, with these devices only."""
        head, *rows = (self.folder / "targets.csv").read_text().splitlines()
        chosen = [row for row in rows if row.split(",")[1] in names]
        assert len(chosen) == len(names)
        (self.folder / "chosen.csv").write_text("\n".join((head, *chosen)) + "\n")
        return "chosen.csv"

    def asked(self) -> int:
        """How many datagrams and typed lines the devices have got so far."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def running(folder: Path) -> Iterator[Devices]:
    """The devices, until the block ends."""
    ports = free_ports()
    words = (str(folder), str(ports.snmp), str(ports.ssh))
    command = [sys.executable, "-m", "benchmarks.reliability.demo_devices", *words]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline()
        yield Devices(process, folder)
    finally:
        process.communicate(timeout=30)


async def _serve(folder: Path, snmp: int, ssh: int) -> None:
    from scanner.demo.network import start
    from scanner.simulator.snmp_agent import Agent
    from scanner.targets.target import Ports

    asked = 0
    answer = Agent.answer

    def counted(agent: Agent, datagram: bytes, now: float) -> bytes | None:
        nonlocal asked
        asked += 1
        return answer(agent, datagram, now)

    Agent.answer = counted  # type: ignore[method-assign]  # the agents are the product's own; only this process counts
    loop = asyncio.get_running_loop()
    async with start(folder, Ports(snmp, ssh)) as network:
        print("up", flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(asked + len(network.ssh.received), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
