"""Ports for simulated devices, so that several runs, tests and demonstrations can stand beside one another."""

import socket

from scanner.targets.target import Ports

FIRST_DEVICE = "127.0.1.1"
"""The address of the first device of `kitscan demo`."""


def free_ports(address: str = FIRST_DEVICE) -> Ports:
    """A UDP port for SNMP and a TCP port for SSH that nobody has on an address just now."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams,
    ):
        datagrams.bind((address, 0))
        streams.bind((address, 0))
        return Ports(datagrams.getsockname()[1], streams.getsockname()[1])
