"""Random scopes, scanned for real on loopback: does any packet leave the scope, does any SNMP message write, does any
line go to a device that is on no list?

Every address of 127.0.0.0/8 belongs to this machine, so one socket sees what each was sent. The truth about a scope is
worked out apart from the code under test. `python -m benchmarks.reliability.packets --count 20000`
"""

import argparse
import asyncio
import logging
import os
import random
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from unittest.mock import patch

from benchmarks.hostile.snmp_agent import box
from benchmarks.hostile.ssh_questions import lines_off_the_list
from benchmarks.reliability.random_scopes import BLOCK, COMMUNITIES, RandomScope, random_scope
from benchmarks.reliability.scanning import EvidenceList, database
from fingerprints.sources import registry
from scanner.collect import Recorder
from scanner.collection_plan import CollectionRequest
from scanner.config import Config
from scanner.progress import Progress
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Syntax, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType, ScopedPdu
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.scope import ScopeRefused
from scanner.simulator.snmp_agent import Agent, View
from scanner.survey import ScanRequest, Survey, credentials_of, scope_of
from scanner.targets.target import Ports

READING = frozenset({PduType.GET, PduType.GET_NEXT, PduType.GET_BULK})
AT_ONCE = 500
"""Scopes scanned at once."""

SLICE = 1_000
"""Scopes that one process scans."""

ANSWERING = 20
"""One address in so many answers SNMP, and tells of neighbours that nobody may ask."""

SHORT = RetryPolicy(0.05, 2, 1.0)

_IP_PKTINFO = 8


@dataclass(slots=True)
class PacketTally:
    """Scopes and packets seen, and what must not have been sent."""

    scopes: int = 0
    refused: int = 0
    packets: int = 0
    lines: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "PacketTally") -> None:
        """Add what another process counted."""
        self.scopes += other.scopes
        self.refused += other.refused
        self.packets += other.packets
        self.lines += other.lines
        self.wrong += other.wrong


@dataclass(slots=True)
class Loopback:
    """Every address of 127.0.0.0/8 at one UDP and one TCP port: it keeps what each was sent, and answers for some."""

    udp: socket.socket
    tcp: socket.socket
    agent: Agent
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    @property
    def ports(self) -> Ports:
        """The two ports."""
        return Ports(self.udp.getsockname()[1], self.tcp.getsockname()[1])

    def received(self) -> None:
        """Keep each waiting datagram with the address that it was sent to, and answer it from there."""
        now = asyncio.get_running_loop().time()
        while True:
            try:
                datagram, ancillary, _, sender = self.udp.recvmsg(65_535, 64)
            except BlockingIOError:
                return
            address = socket.inet_ntoa(ancillary[0][2][8:12])
            self.sent.append((address, datagram))
            answer = self.agent.answer(datagram, now) if int(IPv4Address(address)) % ANSWERING == 0 else None
            if answer is not None:
                source = struct.pack("=I4s4s", 0, socket.inet_aton(address), bytes(4))
                self.udp.sendmsg([answer], [(socket.IPPROTO_IP, _IP_PKTINFO, source)], 0, sender)

    def accepted(self) -> None:
        """Keep the address of each connection, say who is there, and hang up."""
        while True:
            try:
                connection, _ = self.tcp.accept()
            except BlockingIOError:
                return
            with connection:
                self.connected.append(connection.getsockname()[0])
                connection.send(b"SSH-2.0-x\r\n")


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Listen on all of loopback until the block ends. Call it inside the running loop."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_INET) as tcp:
        udp.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        for sock in (udp, tcp):
            sock.setblocking(False)
            sock.bind(("0.0.0.0", 0))
        tcp.listen(1_024)
        network = Loopback(udp, tcp, Agent(View(_gossip()), COMMUNITIES[0].encode()))
        loop.add_reader(udp, network.received)
        loop.add_reader(tcp, network.accepted)
        try:
            yield network
        finally:
            loop.remove_reader(udp)
            loop.remove_reader(tcp)


def _gossip() -> list[Varbind]:
    """The MIB of a box that tells of other addresses, wherever an agent may: neighbours, routes, its own."""
    rows = box("gossip", 1, 2)
    for last in (3, 77, 200, 254):
        other = f"127.200.0.{last}"
        texts = {
            f"1.0.8802.1.1.2.1.4.2.1.4.0.1.{last}.1.4.{other}": (Syntax.INTEGER, "2"),
            f"1.0.8802.1.1.2.1.4.1.1.9.0.1.{last}": (Syntax.OCTETS, f"neighbour-{last}"),
            f"1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.{last}": (Syntax.OCTETS, socket.inet_aton(other).decode("latin-1")),
            f"1.3.6.1.2.1.4.20.1.1.{other}": (Syntax.IP_ADDRESS, other),
            f"1.3.6.1.2.1.4.22.1.2.1.{other}": (Syntax.OCTETS, "\0\x11\x22\x33\x44\x55"),
        }
        rows += [Varbind(oid_of(oid), *value) for oid, value in texts.items()]
    return sorted(set(rows))


async def scan_scopes(count: int, seed: int) -> PacketTally:
    """Scan so many random scopes, and put a session with a hostile command line beside each."""
    tally, slots = PacketTally(), asyncio.Semaphore(AT_ONCE)
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # every jump host hangs up
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, loopback() as network:
        scopes = [random_scope(rng, _first(number)) for number in range(count)]
        wanted = registry.wanted_objects(database())

        async def one(number: int) -> None:
            async with slots:
                await _scan(scopes[number], network.ports, Path(folder) / str(number), wanted, tally)

        names = {name: addresses for scope in scopes for name, addresses in scope.names.items()}
        with patch("socket.getaddrinfo", _resolver(names)):
            await asyncio.gather(*map(one, range(count)))
        await asyncio.sleep(0.2)  # what is still on its way
        network.received()
        network.accepted()
    _check(scopes, network, tally)
    for number in range(count):
        sent, off = lines_off_the_list(f"{seed} {number}")
        tally.lines += sent
        tally.wrong += off
    return tally


def _first(number: int) -> int:
    """The first address of a scope's block: 127.64.0.0 and on."""
    return int(IPv4Address("127.64.0.0")) + number * BLOCK


def _resolver(names: dict[str, tuple[str, ...]]):  # type: ignore[no-untyped-def]
    real = socket.getaddrinfo

    def resolve(host, *arguments, **options):  # type: ignore[no-untyped-def]
        addresses = names.get(str(host))
        if addresses is None:
            return real(host, *arguments, **options)
        return [answer for address in addresses for answer in real(address, *arguments, **options)]

    return resolve


async def _scan(scope: RandomScope, ports: Ports, folder: Path, wanted: object, tally: PacketTally) -> None:
    """One scan of a scope, as `kitscan scan` composes it."""
    folder.mkdir()
    for name in (*COMMUNITIES, "login"):
        (folder / name).write_text(name, encoding="utf-8")
        (folder / name).chmod(0o600)
    path = folder / "credentials.yaml"
    path.write_text(scope.credentials.replace("{ssh}", str(ports.ssh)), encoding="utf-8")
    path.chmod(0o600)
    request = ScanRequest(
        scope.targets,
        scope.exclude,
        path,
        "lab",
        ("snmp", "ssh") if scope.uses_ssh else ("snmp",),
        known_hosts=folder / "known_hosts",
        yes=True,
    )
    config = Config(folder, ports=ports)
    tally.scopes += 1
    try:
        admitted = scope_of(request, config)
    except ScopeRefused:
        tally.refused += 1
        return
    book = credentials_of(request, config, admitted, str)
    survey = Survey(request, config, admitted, book, wanted)  # type: ignore[arg-type]
    survey._settings.sweep._retry_policy = SHORT
    recorder = Recorder(EvidenceList(), lambda: datetime.now(UTC))
    await survey.collect(CollectionRequest(admitted.targets), recorder, Progress())


def _check(scopes: Sequence[RandomScope], network: Loopback, tally: PacketTally) -> None:
    """Compare every packet with the scope whose block it went to."""

    def scope_of_address(address: str) -> RandomScope | None:
        number = (int(IPv4Address(address)) - _first(0)) // BLOCK
        return scopes[number] if 0 <= number < len(scopes) else None

    for address, datagram in network.sent:
        scope = scope_of_address(address)
        tally.packets += 1
        if scope is None or address not in scope.permitted:
            tally.wrong.append(f"a datagram to {address}, which is not in scope")
            continue
        tally.wrong += _flaws(address, datagram, scope)
    for address in network.connected:
        scope = scope_of_address(address)
        tally.packets += 1
        if scope is None or (address not in scope.permitted and address not in scope.jump):
            tally.wrong.append(f"a connection to {address}, which is not in scope")


def _flaws(address: str, datagram: bytes, scope: RandomScope) -> Iterator[str]:
    """What is wrong with a datagram to an address in scope."""
    try:
        message = codec.decode(datagram)
    except DecodeError:
        yield f"something that is no SNMP to {address}"
        return
    with_pdu = message if isinstance(message, Message) else message.data
    if isinstance(with_pdu, Message | ScopedPdu) and with_pdu.pdu.type not in READING:
        yield f"{with_pdu.pdu.type.name} to {address}"
    if isinstance(message, Message):
        community = message.community.decode("latin-1").partition("@")[0]
        if address not in scope.bound.get(community, ()):
            yield f"a community to {address} that is not bound to it"


def _scanned(count: int, seed: int) -> PacketTally:
    """What a process of its own counts: it has ports of its own, so that all may use the same addresses."""
    return asyncio.run(scan_scopes(count, seed))


def main(words: Sequence[str] | None = None) -> int:
    """Print what was seen; 1 if anything must not have been sent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    began, total = time.monotonic(), PacketTally()
    starts = range(0, options.count, SLICE)
    counts = [min(SLICE, options.count - start) for start in starts]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(_scanned, counts, [options.seed * 100_003 + start for start in starts]):
            total.add(part)
    for line in total.wrong[:20]:
        print(f"  {line}")
    print(
        f"{total.scopes:,} scopes ({total.refused:,} with nothing left to scan), {total.packets:,} packets, "
        f"{total.lines:,} lines to hostile command lines: {len(total.wrong):,} that must not have been sent; "
        f"{time.monotonic() - began:,.0f} s"
    )
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
