"""A UDP socket on the event loop that reads until the kernel has no more, so that a burst of replies is not dropped."""

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Self

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Octets asked of the kernel for replies that wait; it gives what net.core.rmem_max allows."""

MAX_DATAGRAM = 65_535

DRAIN = 256
"""Datagrams read in one turn of the loop: a flood does not keep everything else from running."""

SocketAddress = tuple[Any, ...]
"""What the socket module makes of an address: two items for IPv4, four for IPv6."""


def socket_address(address: str, port: int) -> tuple[socket.AddressFamily, SocketAddress]:
    """The family and socket address of a numeric address; never asks a name server. Raises OSError for a name."""
    found = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)
    family, _, _, _, where = found[0]
    return family, where


class Datagrams:
    """One UDP socket; with `remote` it is connected, and the kernel refuses datagrams from elsewhere.

    `heard` is called with each datagram and where it came from, `unreachable` where an ICMP error says that nothing
    listens (connected sockets only). `unroutable` is what the kernel said where it has no way to an address.
    """

    __slots__ = ("_heard", "_socket", "_taken", "_unreachable", "_unsent", "unroutable")

    def __init__(
        self,
        family: socket.AddressFamily,
        heard: Callable[[bytes, SocketAddress], None],
        remote: SocketAddress | None = None,
        unreachable: Callable[[], None] | None = None,
    ) -> None:
        self._heard = heard
        self._unreachable = unreachable
        self.unroutable: OSError | None = None
        self._unsent: deque[tuple[bytes, SocketAddress | None]] = deque()
        self._taken = asyncio.Event()
        self._taken.set()
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            if remote is None:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
                asyncio.get_running_loop().add_reader(self._socket.fileno(), self.read)
            else:
                self._socket.connect(remote)
                asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read_one)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading and give the descriptor back; may be called twice."""
        if self._socket.fileno() >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._socket)
            loop.remove_writer(self._socket)
            self._socket.close()

    def send(self, datagram: bytes, to: SocketAddress | None = None) -> None:
        """Send, or keep until the kernel has room: it holds what waits for addresses that ARP has yet to find, and
        what it refused to take then would be lost without a trace. What the network drops, the asker sends again."""
        if self._unsent or not self._handed(datagram, to):
            self._unsent.append((datagram, to))
            self._taken.clear()
            asyncio.get_running_loop().add_writer(self._socket, self._send_kept)

    async def taken(self) -> None:
        """Wait until the kernel has taken everything that was sent."""
        await self._taken.wait()

    def _send_kept(self) -> None:
        while self._unsent and self._handed(*self._unsent[0]):
            self._unsent.popleft()
        if not self._unsent:
            asyncio.get_running_loop().remove_writer(self._socket)
            self._taken.set()

    def _handed(self, datagram: bytes, to: SocketAddress | None) -> bool:
        """Whether the kernel is done with this datagram: it took it, or there is no way to where it should go."""
        try:
            if to is None:
                self._socket.send(datagram)
            else:
                self._socket.sendto(datagram, to)
        except BlockingIOError:
            return False
        except ConnectionRefusedError:
            self._refused()
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                return False
            self.unroutable = error if error.errno == errno.ENETUNREACH else self.unroutable
        return True

    def read(self) -> None:
        """Take what the kernel holds now."""
        for _ in range(DRAIN):
            if not self._read_one() or self._socket.fileno() < 0:
                return

    def _read_one(self) -> bool:
        """Take one datagram, and say whether there may be another. A device's own socket is read so: it seldom holds
        two, and to ask for a second costs as much as to read the first."""
        try:
            datagram, source = self._socket.recvfrom(MAX_DATAGRAM)
        except (BlockingIOError, InterruptedError):
            return False
        except ConnectionRefusedError:
            self._refused()
        except OSError:
            return True
        else:
            self._heard(datagram, source)
        return True

    def _refused(self) -> None:
        if self._unreachable is not None:
            self._unreachable()
