"""The addresses and ports that the simulated devices take on this machine."""

import socket


class PortRefusedError(Exception):
    """A socket cannot be bound: `place` is the address, port and transport, `reason` the system's word for it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def bind(sock: socket.socket, address: str, port: int, transport: str) -> None:
    """Take an address and port. Raises PortRefusedError, which names them."""
    try:
        sock.bind((address, port))
    except OSError as error:
        raise PortRefusedError(f"{address} port {port}/{transport}", error.strerror or "refused") from error
