"""The UDP socket of a sweep: unconnected, as one socket speaks with everybody, and read until the kernel has no more.

What this host itself drops is counted, for it says nothing about who is there: answers that the socket had no room for,
and datagrams that a device's queue had no room for, which the kernel tells nobody but its own statistics.
"""

import asyncio
import errno
import struct
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from socket import AF_INET, SO_RCVBUF, SOCK_DGRAM, SOL_SOCKET, AddressFamily, socket
from typing import Self

from scanner.protocols.snmp.datagrams import MAX_DATAGRAM, RECEIVE_BUFFER, SocketAddress
from scanner.protocols.snmp.sweep.requests import SweepRequest
from scanner.protocols.snmp.sweep.senders import NO_ROOM, Destination, senders

READ_AT_ONCE = 512
"""Datagrams read before any of them is looked at: reading is fast, and what is read the kernel cannot drop."""

NO_ROOM_SECONDS = 0.01
"""How long a queue that has no room is left alone: at 10,000 packets a second a hundred leave it meanwhile."""

SO_MEMINFO = 55
"""A socket's memory (linux/sock_diag.h): nine numbers, of which the last counts datagrams dropped for want of room. The
same number as SO_RXQ_OVFL gives, which only a datagram that comes after the drop would carry."""

STATISTICS = Path("/proc/net/snmp"), Path("/proc/net/snmp6")


class SweepSocket:
    """One socket of a family, on the running loop. `letters` is called when something may be read."""

    __slots__ = ("_lost", "_refused", "_sender", "_socket", "_unsent", "family")

    def __init__(self, family: AddressFamily, letters: Callable[[], None]) -> None:
        """Raises OSError where this host has no such family."""
        self.family = family
        self._socket = socket(family, SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
            asyncio.get_running_loop().add_reader(self._socket, letters)
        except BaseException:
            self._socket.close()
            raise
        self._sender = senders(family, self._socket)
        self._lost, self._unsent = 0, unsent(family)
        self._refused = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """As `Sender.send`."""
        try:
            sent = self._sender.send(question, to, hosts, ids)
        except OSError as error:
            self._refused += error.errno in NO_ROOM
            raise
        self._refused += sent < len(hosts)
        return sent

    async def room(self, wanted: OSError) -> None:
        """Wait until the kernel may take what it refused with this error."""
        if wanted.errno == errno.ENOBUFS:
            await asyncio.sleep(NO_ROOM_SECONDS)
            return
        loop, free = asyncio.get_running_loop(), asyncio.Event()
        loop.add_writer(self._socket, free.set)
        try:
            await free.wait()
        finally:
            loop.remove_writer(self._socket)

    def read(self) -> list[tuple[bytes, SocketAddress]]:
        """What has come, with where from: READ_AT_ONCE datagrams or fewer, none where there is no more."""
        read: list[tuple[bytes, SocketAddress]] = []
        receive = self._socket.recvfrom
        with suppress(BlockingIOError, InterruptedError):
            while len(read) < READ_AT_ONCE:
                with suppress(ConnectionError):
                    read.append(receive(MAX_DATAGRAM))
        return read

    def answers_dropped(self) -> int:
        """How many datagrams this socket had no room for since this was last asked; 0 where the system tells nobody."""
        try:
            lost = int(struct.unpack("=9I", self._socket.getsockopt(SOL_SOCKET, SO_MEMINFO, 36))[-1])
        except (OSError, struct.error):
            return 0
        fresh, self._lost = (lost - self._lost) & 0xFFFF_FFFF, lost
        return fresh

    def questions_dropped(self) -> int:
        """How many datagrams this host took and then dropped before they left it, since this was last asked. It counts
        all programs' together, and some that were refused and sent again after all: it may say too many."""
        before, self._unsent = self._unsent, unsent(self.family)
        refused, self._refused = self._refused, 0
        return max(0, self._unsent - before - refused)


def unsent(family: AddressFamily, statistics: tuple[Path, Path] = STATISTICS) -> int:
    """The kernel's count of UDP datagrams that it had no room to send (SndbufErrors); 0 where it has none."""
    try:
        if family is not AF_INET:
            lines = dict(line.split() for line in statistics[1].read_text("ascii").splitlines())
            return int(lines["Udp6SndbufErrors"])
        names, numbers = (line.split() for line in statistics[0].read_text("ascii").splitlines() if "Udp:" in line[:4])
        return int(dict(zip(names, numbers, strict=True))["SndbufErrors"])
    except (OSError, ValueError, KeyError):
        return 0
