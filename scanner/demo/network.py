"""The running simulated network: agents, SSH servers, and the folder to scan it from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.demo.demo_device import DemoDevice, read_devices
from scanner.demo.project import write_project
from scanner.simulator.passwords import Passwords
from scanner.simulator.serving import serving
from scanner.simulator.sockets import PortRefusedError
from scanner.simulator.ssh_server import Servers
from scanner.targets.target import Ports

DEMO_PORTS = Ports(11_161, 11_122)
"""Ports above 1024, so that nobody needs root. Linux has all addresses of 127.0.1.0/24, which the devices use."""


class DemoRefusedError(KitscanError):
    """The simulated devices cannot start: the message gives the address, the reason and the next step."""


@dataclass(frozen=True, slots=True)
class DemoNetwork:
    """The running network. `ssh.received` holds every line that was typed into any device."""

    folder: Path
    ports: Ports
    devices: tuple[DemoDevice, ...]
    passwords: Passwords = field(repr=False)
    ssh: Servers = field(repr=False)


@asynccontextmanager
async def start(folder: Path, ports: Ports = DEMO_PORTS) -> AsyncIterator[DemoNetwork]:
    """Start all devices, and write `folder`, in which `kitscan scan` can be run. Raises DemoRefusedError.

    The devices answer while the caller's loop runs. They close when the block ends.
    """
    devices = read_devices()
    passwords = Passwords()
    try:
        with serving([(device.address, device) for device in devices], passwords, ports) as ssh:
            _write(folder, devices, passwords, ports)
            yield DemoNetwork(folder, ports, devices, passwords, ssh)
    except PortRefusedError as error:
        raise DemoRefusedError(
            f"the simulated devices cannot use {error.place}: {error.reason}",
            "end the other demonstration, or choose other ports with --snmp-port and --ssh-port",
        ) from error


def _write(folder: Path, devices: tuple[DemoDevice, ...], passwords: Passwords, ports: Ports) -> None:
    """Write the folder. Call it once the ports are bound: before, another demonstration may be using the folder."""
    try:
        write_project(folder, devices, passwords, ports)
    except OSError as error:
        raise DemoRefusedError(f"{folder}: {error.strerror}", "name a new folder with --out") from error
