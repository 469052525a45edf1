"""The UDP socket of a sweep: unconnected, because one socket reaches every address, and read until it is empty.

It counts what this host itself drops, because such silence says nothing about an address: answers that the socket had
no room for, and requests that a device's queue had no room for, which only the kernel's statistics show.
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
from scanner.protocols.snmp.sweep.senders import NO_ROOM, Destination, sender_for

READ_AT_ONCE = 512
"""Datagrams read before any of them is parsed: reading is fast, and the kernel cannot drop what is read."""

NO_ROOM_SECONDS = 0.01
"""Seconds to wait for a full queue: at 10,000 packets a second, a hundred leave it meanwhile."""

SO_MEMINFO = 55
"""A socket's memory (linux/sock_diag.h): nine numbers, the last of which counts datagrams dropped for lack of room. It
equals SO_RXQ_OVFL, which only comes with a later datagram."""

STATISTICS = Path("/proc/net/snmp"), Path("/proc/net/snmp6")


class SweepSocket:
    """One socket of a family, on the running loop. `readable` is called when datagrams may be waiting."""

    __slots__ = ("_dropped", "_refused", "_sender", "_socket", "_unsent", "family")

    def __init__(self, family: AddressFamily, readable: Callable[[], None]) -> None:
        """Raises OSError if this host does not have the family."""
        self.family = family
        self._socket = socket(family, SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
            asyncio.get_running_loop().add_reader(self._socket, readable)
        except BaseException:
            self._socket.close()
            raise
        self._sender = sender_for(family, self._socket)
        self._dropped, self._unsent = 0, unsent(family)
        self._refused = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def send(self, request: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """As `Sender.send`."""
        try:
            sent = self._sender.send(request, to, hosts, ids)
        except OSError as error:
            self._refused += error.errno in NO_ROOM
            raise
        self._refused += sent < len(hosts)
        return sent

    async def wait_for_room(self, error: OSError) -> None:
        """Wait until the kernel may take what it refused with this error."""
        if error.errno == errno.ENOBUFS:
            await asyncio.sleep(NO_ROOM_SECONDS)
            return
        loop, writable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_writer(self._socket, writable.set)
        try:
            await writable.wait()
        finally:
            loop.remove_writer(self._socket)

    def read(self) -> list[tuple[bytes, SocketAddress]]:
        """The datagrams that have come and their sources: at most READ_AT_ONCE, none if there is no more."""
        datagrams: list[tuple[bytes, SocketAddress]] = []
        receive = self._socket.recvfrom
        with suppress(BlockingIOError, InterruptedError):
            while len(datagrams) < READ_AT_ONCE:
                with suppress(ConnectionError):
                    datagrams.append(receive(MAX_DATAGRAM))
        return datagrams

    def answers_dropped(self) -> int:
        """Datagrams that this socket had no room for since the last call; 0 if the system does not say."""
        try:
            dropped = int(struct.unpack("=9I", self._socket.getsockopt(SOL_SOCKET, SO_MEMINFO, 36))[-1])
        except (OSError, struct.error):
            return 0
        new, self._dropped = (dropped - self._dropped) & 0xFFFF_FFFF, dropped
        return new

    def requests_dropped(self) -> int:
        """Datagrams that this host accepted and then dropped before they left it, since the last call. The kernel
        counts all programs together, and some that were sent again, so this may be too many."""
        before, self._unsent = self._unsent, unsent(self.family)
        refused, self._refused = self._refused, 0
        return max(0, self._unsent - before - refused)


def unsent(family: AddressFamily, statistics: tuple[Path, Path] = STATISTICS) -> int:
    """The kernel's count of UDP datagrams that it had no room to send (SndbufErrors); 0 if it has no such count."""
    try:
        if family is not AF_INET:
            lines = dict(line.split() for line in statistics[1].read_text("ascii").splitlines())
            return int(lines["Udp6SndbufErrors"])
        names, numbers = (line.split() for line in statistics[0].read_text("ascii").splitlines() if "Udp:" in line[:4])
        return int(dict(zip(names, numbers, strict=True))["SndbufErrors"])
    except (OSError, ValueError, KeyError):
        return 0
