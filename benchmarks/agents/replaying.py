"""Serves recordings as live agents on loopback, each at an address of its own, and counts what each is asked."""

import resource
import selectors
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from benchmarks.agents.recording import Recording
from benchmarks.agents.responses import Kind, respond

SECONDS_TO_NOTICE = 0.2
"""How long the agents may take to notice that they are to end."""


@dataclass(slots=True)
class Traffic:
    """What one agent was sent, by kind, and the octets of SNMP in both directions."""

    requests: Counter[Kind] = field(default_factory=Counter)
    octets_in: int = 0
    octets_out: int = 0


@dataclass(frozen=True, slots=True)
class Agent:
    """One recording at its address."""

    label: str
    address: str
    port: int
    recording: Recording = field(repr=False)
    traffic: Traffic = field(default_factory=Traffic)

    def answer(self, datagram: bytes, community: bytes) -> bytes | None:
        """The answer to one datagram, None where there is none; both are counted."""
        kind, answer = respond(self.recording, datagram, community)
        self.traffic.requests[kind] += 1
        self.traffic.octets_in += len(datagram)
        self.traffic.octets_out += len(answer or b"")
        return answer


@contextmanager
def replaying(
    ordered: Mapping[str, Path], first: IPv4Address, port: int, community: bytes
) -> Iterator[tuple[Agent, ...]]:
    """Agents that serve files of put_in_order, by label, at the addresses from `first` on; they end with the block.
    Raises ValueError for an address outside 127.0.0.0/8, and OSError for one that is taken."""
    if not (first.is_loopback and (first + len(ordered)).is_loopback):
        raise ValueError(f"{first}: the agents answer on loopback only")
    _allow_files(len(ordered))
    with ExitStack() as stack:
        waiting = stack.enter_context(selectors.DefaultSelector())
        agents = []
        for number, (label, path) in enumerate(ordered.items()):
            agent = Agent(label, str(first + number), port, Recording(path))
            wire = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            wire.bind((agent.address, port))
            wire.setblocking(False)
            waiting.register(wire, selectors.EVENT_READ, agent)
            agents.append(agent)
        ending = threading.Event()
        served = stack.enter_context(ThreadPoolExecutor(1)).submit(_serve, waiting, community, ending)
        try:
            yield tuple(agents)
        finally:
            ending.set()
        served.result()


def _serve(waiting: selectors.BaseSelector, community: bytes, ending: threading.Event) -> None:
    while not ending.is_set():
        for ready, _ in waiting.select(SECONDS_TO_NOTICE):
            wire, agent = ready.fileobj, ready.data
            assert isinstance(wire, socket.socket)
            datagram, sender = wire.recvfrom(0xFFFF)
            answer = agent.answer(datagram, community)
            if answer:
                wire.sendto(answer, sender)


def _allow_files(count: int) -> None:
    """Each agent holds a socket, and a file where the recording is large."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * count + 256
    if resource.RLIM_INFINITY != soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
