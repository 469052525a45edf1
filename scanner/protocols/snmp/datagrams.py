"""A UDP socket on the event loop that reads until the kernel has no more, so that a burst of answers is not dropped."""

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Self

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Octets of receive buffer to ask for; the kernel grants what net.core.rmem_max allows."""

MAX_DATAGRAM = 65_535

READS_A_TURN = 256
"""Datagrams read in one turn of the loop: a flood must not stop everything else."""

SocketAddress = tuple[Any, ...]
"""An address as the socket module has it: two items for IPv4, four for IPv6."""


def socket_address(address: str, port: int) -> tuple[socket.AddressFamily, SocketAddress]:
    """The family and socket address of a numeric address, without a DNS query. Raises OSError for a name."""
    addresses = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)
    family, _, _, _, socket_address_of = addresses[0]
    return family, socket_address_of


class UdpSocket:
    """One UDP socket. With `remote` it is connected, and the kernel drops datagrams from elsewhere.

    `received` is called with each datagram and its source, `unreachable` if an ICMP error says that nothing listens
    (connected sockets only). `unroutable` is the kernel's error if it has no route to an address.
    """

    __slots__ = ("_received", "_socket", "_unreachable", "_unsent", "unroutable")

    def __init__(
        self,
        family: socket.AddressFamily,
        received: Callable[[bytes, SocketAddress], None],
        remote: SocketAddress | None = None,
        unreachable: Callable[[], None] | None = None,
    ) -> None:
        self._received = received
        self._unreachable = unreachable
        self.unroutable: OSError | None = None
        self._unsent: deque[tuple[bytes, SocketAddress | None]] = deque()
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
        """Stop reading and close the socket; may be called twice."""
        if self._socket.fileno() >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._socket)
            loop.remove_writer(self._socket)
            self._socket.close()

    def send(self, datagram: bytes, to: SocketAddress | None = None) -> None:
        """Send, or keep the datagram until the kernel has room. Its queue also holds what waits for ARP, and a datagram
        it refuses then would be lost without a trace. The caller repeats what the network drops."""
        if self._unsent or not self._try_send(datagram, to):
            self._unsent.append((datagram, to))
            asyncio.get_running_loop().add_writer(self._socket, self._send_kept)

    def _send_kept(self) -> None:
        while self._unsent and self._try_send(*self._unsent[0]):
            self._unsent.popleft()
        if not self._unsent:
            asyncio.get_running_loop().remove_writer(self._socket)

    def _try_send(self, datagram: bytes, to: SocketAddress | None) -> bool:
        """True if the kernel is done with this datagram: it took it, or has no route to its destination."""
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
        """Read what the kernel holds now."""
        for _ in range(READS_A_TURN):
            if not self._read_one() or self._socket.fileno() < 0:
                return

    def _read_one(self) -> bool:
        """Read one datagram. True if there may be another. A device's own socket uses this alone: it seldom holds two,
        and looking for a second costs as much as reading the first."""
        try:
            datagram, source = self._socket.recvfrom(MAX_DATAGRAM)
        except (BlockingIOError, InterruptedError):
            return False
        except ConnectionRefusedError:
            self._refused()
        except OSError:
            return True
        else:
            self._received(datagram, source)
        return True

    def _refused(self) -> None:
        if self._unreachable is not None:
            self._unreachable()
