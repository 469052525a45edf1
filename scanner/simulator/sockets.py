"""Binds the addresses and ports of the simulated devices."""

import errno
import resource
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

SocketPlace = Callable[[str], AbstractContextManager[None]]
"""The block in which the sockets of an address are opened: a lab's runner enters the address's network namespace."""


def here(_address: str) -> AbstractContextManager[None]:
    """SocketPlace this process is."""
    return nullcontext()


class PortRefusedError(Exception):
    """A socket cannot be bound. `place` is the address, port and transport, `reason` the system's message;
    `is_elsewhere` where this machine has no such address."""

    def __init__(self, place: str, reason: str, is_elsewhere: bool = False) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
        self.is_elsewhere = is_elsewhere


_OTHER_FILES = 200
"""Files that a process has open besides its devices' sockets, and sessions' sockets."""


def make_room(sockets: int) -> None:
    """Let this process open so many sockets, as far as the machine allows. Raises PortRefusedError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + _OTHER_FILES
    if soft >= wanted:
        return
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise PortRefusedError(f"{sockets:,} sockets", f"this machine lets a process open {hard:,} files (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def bind(sock: socket.socket, address: str, port: int, transport: str) -> None:
    """Bind a socket. Raises PortRefusedError, which names address and port."""
    try:
        sock.bind((address, port))
    except OSError as error:
        is_elsewhere = error.errno == errno.EADDRNOTAVAIL
        raise PortRefusedError(
            f"{address} port {port}/{transport}", error.strerror or "refused", is_elsewhere
        ) from error
