"""Ports for the simulated devices of a test, so that tests may run beside one another and beside a demonstration."""

import socket

from scanner.targets.target import Ports


def free_ports() -> Ports:
    """Two ports nobody has on the first device's address just now."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams,
    ):
        datagrams.bind(("127.0.1.1", 0))
        streams.bind(("127.0.1.1", 0))
        return Ports(datagrams.getsockname()[1], streams.getsockname()[1])
