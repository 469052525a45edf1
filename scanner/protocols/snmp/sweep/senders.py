"""Sends one request to many addresses, in batches where the system can.

Linux's sendmmsg takes a batch in one call and addresses as octets. A datagram costs a quarter less CPU than with
sendto, which other systems use.
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
"""Octets for one datagram of a batch. A longer one, with a very long community, is sent singly."""

NO_ROOM = frozenset({errno.EAGAIN, errno.ENOBUFS})
"""Errors that mean no room at the moment: in the socket's buffer, or in a device's queue."""

UNROUTABLE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EPERM, errno.EINVAL, errno.ENETDOWN}
)
"""Errors that mean that this host cannot send to an address: no route, no address of the family, its own firewall, a
blackhole route, an interface that is down. Not EACCES: a network may hold the broadcast address of a smaller one, which
no device has."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a batch goes, without the addresses: the port, and for IPv6 the zone."""

    family: AddressFamily
    port: int
    scope_id: int = 0


class Sender(Protocol):
    """Sends datagrams through one socket."""

    def send(self, request: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """Send a request to some addresses (as integers), each with its own id. Returns how many the kernel took.

        Raises OSError if it did not take the first: BlockingIOError or ENOBUFS if it has no room at the moment.
        """
        ...


class SingleSender:
    """One datagram a call, on any system and for both families."""

    __slots__ = ("_socket",)

    def __init__(self, opened: socket) -> None:
        self._socket = opened

    def send(self, request: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """See `Sender.send`."""
        octets = 4 if to.family is AF_INET else 16
        end = () if to.family is AF_INET else (0, to.scope_id)
        for sent, (host, identity) in enumerate(zip(hosts, ids, strict=True)):
            socket_address = (inet_ntop(to.family, host.to_bytes(octets, "big")), to.port, *end)
            try:
                self._socket.sendto(request.datagram(identity.to_bytes(4, "big")), socket_address)
            except OSError:
                if sent:
                    return sent
                raise
        return len(hosts)


class _IoVec(ctypes.Structure):
    """struct iovec"""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _MsgHdr(ctypes.Structure):
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


class _MMsgHdr(ctypes.Structure):
    """struct mmsghdr: a message, and how many octets of it were sent"""

    _fields_ = (("message", _MsgHdr), ("sent", ctypes.c_uint))


class BatchSender:
    """Up to BATCH datagrams to IPv4 addresses in one call (sendmmsg(2)). Their buffers are made once, and filled one
    octet column of all datagrams at a time."""

    __slots__ = ("_addresses", "_current", "_headers", "_sendmmsg", "_single", "_slots", "_socket", "_vectors")

    def __init__(self, opened: socket) -> None:
        """Raises OSError if this system has no sendmmsg."""
        if not sys.platform.startswith("linux"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        try:
            self._sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
        except AttributeError as error:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from error
        self._socket = opened
        self._single = SingleSender(opened)
        self._current: SweepRequest | None = None
        self._slots = bytearray(SLOT * BATCH)
        self._addresses = bytearray(AF_INET.to_bytes(2, sys.byteorder).ljust(16, b"\0") * BATCH)
        slots, addresses = (_address_of(buffer) for buffer in (self._slots, self._addresses))
        self._vectors = (_IoVec * BATCH)(*(_IoVec(slots + SLOT * index, 0) for index in range(BATCH)))
        vectors = ctypes.addressof(self._vectors)
        size = ctypes.sizeof(_IoVec)
        self._headers = (_MMsgHdr * BATCH)(
            *(_MMsgHdr(_MsgHdr(addresses + 16 * index, 16, vectors + size * index, 1)) for index in range(BATCH))
        )

    def send(self, request: SweepRequest, to: Destination, hosts: Sequence[int], ids: "array[int]") -> int:
        """See `Sender.send`."""
        if request is not self._current and not self._fill(request):
            return self._single.send(request, to, hosts, ids)
        count = min(len(hosts), BATCH)
        _write_column(self._addresses, 2, 16, array("H", (htons(to.port),)) * count)
        _write_column(self._addresses, 4, 16, _big_endian(array("I", hosts[:count])))
        octets = _big_endian(ids[:count])
        for offset in request.id_offsets():
            _write_column(self._slots, offset, SLOT, octets)
        sent = int(self._sendmmsg(self._socket.fileno(), self._headers, count, 0))
        if sent < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return sent

    def _fill(self, request: SweepRequest) -> bool:
        """Write a request into every slot. False if it does not fit."""
        datagram = request.datagram(bytes(4))
        if len(datagram) > SLOT:
            return False
        self._slots[:] = datagram.ljust(SLOT, b"\0") * BATCH
        for vector in self._vectors:
            vector.length = len(datagram)
        self._current = request
        return True


def sender_for(family: AddressFamily, opened: socket) -> Sender:
    """The fastest sender that this system has."""
    if family is AF_INET6:
        return SingleSender(opened)
    try:
        return BatchSender(opened)
    except OSError:
        return SingleSender(opened)


def _address_of(buffer: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def _big_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _write_column(buffer: bytearray, at: int, stride: int, column: "array[int]") -> None:
    """Write numbers as they are in memory, one into each stride of a buffer, at offset `at`."""
    octets = column.tobytes()
    width = column.itemsize
    end = stride * len(column)
    for octet in range(width):
        buffer[at + octet : end : stride] = octets[octet::width]
