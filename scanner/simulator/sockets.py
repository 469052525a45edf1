"""Binds the addresses and ports of the simulated devices."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

SocketPlace = Callable[[str], AbstractContextManager[None]]
"""The block in which the sockets of an address are opened: a lab's runner enters the address's network namespace."""


def here(_address: str) -> AbstractContextManager[None]:
    """SocketPlace this process is."""
    return nullcontext()


class PortRefusedError(Exception):
    """A socket cannot be bound. `place` is the address, port and transport, `reason` the system's message."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def bind(sock: socket.socket, address: str, port: int, transport: str) -> None:
    """Bind a socket. Raises PortRefusedError, which names address and port."""
    try:
        sock.bind((address, port))
    except OSError as error:
        raise PortRefusedError(f"{address} port {port}/{transport}", error.strerror or "refused") from error
