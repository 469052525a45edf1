"""The running simulated network: agents, SSH servers, and the folder to scan it from."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.demo import snmp_agent, ssh_server
from scanner.demo.device import DemoDevice, Snmp, read_devices
from scanner.demo.objects import mib_view
from scanner.demo.project import USER, Passwords, write_project
from scanner.demo.snmp_agent import Agent, View
from scanner.demo.sockets import PortRefusedError
from scanner.demo.ssh_server import Servers, SimulatedHost
from scanner.demo.user_security import Engine
from scanner.protocols.snmp.usm.algorithms import LocalKeys, MasterKeys, localize_keys, password_to_key
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
    engines: tuple[Engine, ...] = field(repr=False, default=())


@asynccontextmanager
async def start(folder: Path, ports: Ports = DEMO_PORTS) -> AsyncIterator[DemoNetwork]:
    """Start all devices, and write `folder`, in which `kitscan scan` can be run. Raises DemoRefusedError.

    The devices answer while the caller's loop runs. They close when the block ends.
    """
    devices = read_devices()
    passwords = Passwords()
    agents = _agents(devices, passwords, asyncio.get_running_loop().time())
    hosts = [SimulatedHost(d.address, ports.ssh, d.ssh, USER, passwords.login) for d in devices if d.ssh]
    try:
        with (
            snmp_agent.serving([(address, ports.snmp, agent) for address, agent in agents]),
            ssh_server.serving(hosts) as servers,
        ):
            _write(folder, devices, passwords, ports)
            engines = tuple(agent.engine for _, agent in agents if agent.engine)
            yield DemoNetwork(folder, ports, devices, passwords, servers, engines)
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


def _agents(devices: tuple[DemoDevice, ...], passwords: Passwords, now: float) -> list[tuple[str, Agent]]:
    network = {device.name: device for device in devices}
    masters: dict[tuple[str, str], bytes] = {}
    agents = []
    for device in devices:
        if device.snmp is None:
            continue
        keys = _keys(device.snmp, passwords, masters)
        engine_id = bytes.fromhex(device.snmp.engine_id)
        engine = Engine(engine_id, now, USER.encode() if keys else None, keys) if engine_id else None
        community = None if keys else passwords.community.encode()
        agents.append((device.address, Agent(View(mib_view(device, network)), community, engine)))
    return agents


def _keys(snmp: Snmp, passwords: Passwords, masters: dict[tuple[str, str], bytes]) -> LocalKeys | None:
    """The user's keys at one engine. `masters` caches each hashed password, because hashing is slow by design."""
    if snmp.auth is None or snmp.priv is None:
        return None
    hashed = []
    for password in (passwords.authentication, passwords.privacy):
        key = (snmp.auth.value, password)
        if key not in masters:
            masters[key] = password_to_key(snmp.auth, password.encode())
        hashed.append(masters[key])
    master = MasterKeys(snmp.auth, hashed[0], snmp.priv, hashed[1])
    return localize_keys(master, bytes.fromhex(snmp.engine_id))
