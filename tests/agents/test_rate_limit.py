"""The rate limit as devices see it: what arrives, by the kernel's clock, in a whole scan and in each second of it."""

import asyncio
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fingerprints.sources.registry import COLUMNS
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.credentials.book import FileBook
from scanner.progress import Progress
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.ssh.discovery import IdentDiscovery
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.simulator.snmp_agent import Agent, View
from scanner.simulator.user_security import Engine
from scanner.store.store import open_store
from scanner.targets.target import Target
from tests.unit.listed import listed
from tests.unit.test_collect import THEN, nothing

pytestmark = pytest.mark.alone

SO_TIMESTAMPNS = 35
JITTER = 0.003
"""Seconds by which a datagram may arrive late after another that did not: loopback queues."""

LATENCY = 0.08
"""Longer than the pause between two requests: who does not wait for an answer is seen to speak too early."""

ENGINE_ID = bytes.fromhex("800007db03001122334455")
ROWS = (
    Varbind(oid_of("1.3.6.1.2.1.1.1.0"), Syntax.OCTETS, "a box"),
    Varbind(oid_of("1.3.6.1.2.1.1.2.0"), Syntax.OBJECT_ID, "1.3.6.1.4.1.8072.3.2.10"),
    *(Varbind((*oid_of(column), row), Syntax.OCTETS, "x") for column in COLUMNS for row in (1, 2)),
)
CREDENTIALS = """credentials:
  - {name: ro, snmp: v2c, community: "env:PACE", sweep: true, prefixes: [127.0.3.1/32]}
  - {name: old, snmp: v2c, community: "env:OLD", sweep: true, prefixes: [127.0.3.0/24]}
  - {name: bad, snmp: v3, user: audit, auth: [sha256, "env:OLD"], priv: [aes128, "env:OLD"], prefixes: [127.0.3.2/32]}
  - {name: v3, snmp: v3, user: audit, auth: [sha256, "env:PACE"], priv: [aes128, "env:PACE"], prefixes: [127.0.3.2/32]}
"""


class Device:
    """A slow agent that remembers when each datagram came, and how many it had not yet answered then."""

    def __init__(self, address: str, port: int, agent: Agent | None) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.socket.bind((address, port))
        self.port = int(self.socket.getsockname()[1])
        self.agent = agent
        self.arrived: list[float] = []
        self.unanswered = self.most_unanswered = 0
        asyncio.get_running_loop().add_reader(self.socket, self._received)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()

    def _received(self) -> None:
        datagram, ancillary, _, sender = self.socket.recvmsg(65_535, 64)
        seconds, nanoseconds = struct.unpack("@ll", ancillary[0][2])
        self.arrived.append(seconds + nanoseconds / 1e9)
        loop = asyncio.get_running_loop()
        answer = self.agent.answer(datagram, loop.time()) if self.agent else None
        if answer is not None:
            self.unanswered += 1
            self.most_unanswered = max(self.most_unanswered, self.unanswered)
            loop.call_later(LATENCY, self._answer, answer, sender)

    def _answer(self, answer: bytes, sender: tuple[str, int]) -> None:
        self.unanswered -= 1
        self.socket.sendto(answer, sender)


@contextmanager
def devices(*asked: tuple[str, Agent | None]) -> Iterator[list[Device]]:
    up: list[Device] = []
    try:
        for address, agent in asked:
            up.append(Device(address, up[0].port if up else 0, agent))
        yield up
    finally:
        for device in up:
            device.close()


def most_in_a_second(times: list[float]) -> int:
    """The most that came in any one second, wherever it begins."""
    ordered = sorted(times)
    return max(sum(start <= time < start + 1.0 - JITTER for time in ordered) for start in ordered)


def keys() -> algorithms.LocalKeys:
    master = algorithms.password_to_key(algorithms.AuthProtocol.SHA256, b"pace-pace-pace")
    return algorithms.localize_keys(
        algorithms.MasterKeys(algorithms.AuthProtocol.SHA256, master, algorithms.PrivProtocol.AES128, master), ENGINE_ID
    )


async def test_no_device_sees_more_than_twenty_requests_in_a_second_nor_two_at_once(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    by_community = Agent(View(sorted(ROWS)), b"pace-pace-pace")
    by_user = Agent(View(sorted(ROWS)), None, Engine(ENGINE_ID, loop.time(), b"audit", keys()))
    (tmp_path / "credentials.yaml").write_text(CREDENTIALS)
    (tmp_path / "credentials.yaml").chmod(0o600)
    environment = {**os.environ, "PACE": "pace-pace-pace", "OLD": "wrong-wrong"}
    with devices(("127.0.3.1", by_community), ("127.0.3.2", by_user), ("127.0.3.3", None)) as up:
        targets = [f"127.0.3.{number}:{up[0].port}" for number in (1, 2, 3)]
        command = [sys.executable, "-m", "scanner.cli.main", "scan", *targets, "--probe", "snmp"]
        scan = await asyncio.create_subprocess_exec(
            *command, "--credentials", "credentials.yaml", "--profile", "normal", "--format", "json",
            cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
        )  # fmt: skip
        report, _ = await asyncio.wait_for(scan.communicate(), 100)
    assert json.loads(report)["coverage"]["answered"] == 2
    assert [len(device.arrived) > 20 for device in up[:2]] == [True, True]
    assert [most_in_a_second(device.arrived) <= 20 for device in up] == [True, True, True]
    assert [device.most_unanswered for device in up] == [1, 1, 0]


async def test_all_discoveries_together_keep_to_the_packets_of_the_profile(tmp_path: Path) -> None:
    profile = PROFILES["gentle"]
    rate_limiter, book = RateLimiter(profile), FileBook((), tmp_path, lambda _: "")
    opened: list[float] = []

    def let_in(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(time.time())
        writer.write(b"SSH-2.0-x\r\n")
        writer.close()

    server = await asyncio.start_server(let_in, "0.0.0.0", 0)
    ssh_port = server.sockets[0].getsockname()[1]
    with devices(("0.0.0.0", None)) as (sink,), open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        targets = [Target(f"127.0.4.{number}", sink.port, ssh_port, "127.0.4.0/24") for number in range(1, 127)]
        plan = CollectionPlan(
            (SnmpSweep(book, profile, rate_limiter), IdentDiscovery(rate_limiter)), nothing, (), 50, lambda _: True
        )
        with store.writing("scan", "1.0", THEN) as writer:
            await collect(CollectionRequest(listed(targets)), plan, Recorder(writer, lambda: THEN), Progress())
    server.close()
    assert (len(sink.arrived), len(opened)) == (2 * 126, 126)
    assert most_in_a_second([*sink.arrived, *opened]) <= 200 * 1.02
