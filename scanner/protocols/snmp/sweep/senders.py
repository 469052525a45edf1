"""Datagrams of one question handed to the kernel, many at once where it takes many.

Linux's sendmmsg takes a batch in one call and its addresses as octets: a probe costs a quarter less CPU than by sendto,
which every other system has.
"""

import ctypes
import errno
import os
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, AddressFamily, htons, inet_ntop, socket
from typing import Protocol

from scanner.protocols.snmp.sweep.requests import SweepRequest

BATCH = 256
"""Datagrams in one call."""

SLOT = 512
"""Octets kept for a datagram of a batch: a longer one, of a very long community, goes out alone."""

NO_ROOM = frozenset({errno.EAGAIN, errno.ENOBUFS})
"""What the kernel says where it has no room just now: the socket's own, and a device's queue."""

NO_WAY = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EPERM, errno.EINVAL, errno.ENETDOWN}
)
"""What the kernel says where nothing can be sent to an address from here: no route, no address of the family, a rule of
the host's own firewall; a blackhole route; an interface that is down. EACCES is not among
them: a network may hold the broadcast address of a smaller one, which no device has."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a batch goes, but for the addresses: the port, and of IPv6 the zone."""

    family: AddressFamily
    port: int
    scope_id: int = 0


class Sender(Protocol):
    """Hands datagrams to the kernel."""

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """Send a question to some addresses (as numbers), each with its own id; how many the kernel has taken.

        Raises OSError where it did not take the first: BlockingIOError and ENOBUFS where it has no room just now.
        """
        ...


class SingleSender:
    """One datagram a call, on any system and for both families."""

    __slots__ = ("_socket",)

    def __init__(self, opened: socket) -> None:
        self._socket = opened

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """See `Sender.send`."""
        octets = 4 if to.family is AF_INET else 16
        end = () if to.family is AF_INET else (0, to.scope_id)
        for sent, (host, identity) in enumerate(zip(hosts, ids, strict=True)):
            where = (inet_ntop(to.family, host.to_bytes(octets, "big")), to.port, *end)
            try:
                self._socket.sendto(question.datagram(identity.to_bytes(4, "big")), where)
            except OSError:
                if sent:
                    return sent
                raise
        return len(hosts)


class _Piece(ctypes.Structure):
    """struct iovec"""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """struct msghdr"""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("pieces", ctypes.c_void_p),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Header(ctypes.Structure):
    """struct mmsghdr: a message, and how many octets of it were sent"""

    _fields_ = (("message", _Message), ("sent", ctypes.c_uint))


class BatchSender:
    """Up to BATCH datagrams to IPv4 addresses in one call (sendmmsg(2)); their buffers are made once and filled in
    column by column, the same octet of every datagram at a time."""

    __slots__ = ("_addresses", "_alone", "_call", "_filled", "_headers", "_pieces", "_slots", "_socket")

    def __init__(self, opened: socket) -> None:
        """Raises OSError where this system has no such call."""
        if not sys.platform.startswith("linux"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        try:
            self._call = ctypes.CDLL(None, use_errno=True).sendmmsg
        except AttributeError as error:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
        self._socket = opened
        self._alone = SingleSender(opened)
        self._filled: SweepRequest | None = None
        self._slots = bytearray(SLOT * BATCH)
        self._addresses = bytearray(AF_INET.to_bytes(2, sys.byteorder).ljust(16, b"\0") * BATCH)
        slots, addresses = (_place(buffer) for buffer in (self._slots, self._addresses))
        self._pieces = (_Piece * BATCH)(*(_Piece(slots + SLOT * one, 0) for one in range(BATCH)))
        pieces = ctypes.addressof(self._pieces)
        size = ctypes.sizeof(_Piece)
        self._headers = (_Header * BATCH)(
            *(_Header(_Message(addresses + 16 * one, 16, pieces + size * one, 1)) for one in range(BATCH))
        )

    def send(self, question: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """See `Sender.send`."""
        if question is not self._filled and not self._fill(question):
            return self._alone.send(question, to, hosts, ids)
        count = min(len(hosts), BATCH)
        _lay(self._addresses, 2, 16, array("H", (htons(to.port),)) * count)
        _lay(self._addresses, 4, 16, _big_endian(array("I", hosts[:count])))
        octets = _big_endian(ids[:count])
        for place in question.places():
            _lay(self._slots, place, SLOT, octets)
        sent = int(self._call(self._socket.fileno(), self._headers, count, 0))
        if sent < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return sent

    def _fill(self, question: SweepRequest) -> bool:
        """Write a question into every slot, where it fits in."""
        datagram = question.datagram(bytes(4))
        if len(datagram) > SLOT:
            return False
        self._slots[:] = datagram.ljust(SLOT, b"\0") * BATCH
        for piece in self._pieces:
            piece.length = len(datagram)
        self._filled = question
        return True


def senders(family: AddressFamily, opened: socket) -> Sender:
    """The best way to send there is on this system."""
    if family is AF_INET6:
        return SingleSender(opened)
    try:
        return BatchSender(opened)
    except OSError:
        return SingleSender(opened)


def _place(buffer: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def _big_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _lay(buffer: bytearray, at: int, stride: int, column: "array[int]") -> None:
    """Write numbers as they lie in memory, one into each stride of a buffer, from offset `at` there."""
    octets = column.tobytes()
    width = column.itemsize
    end = stride * len(column)
    for octet in range(width):
        buffer[at + octet : end : stride] = octets[octet::width]
