"""Simulated devices that answer at their addresses: SNMP on the running loop, SSH in threads."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from scanner.protocols.snmp.usm.algorithms import LocalKeys, MasterKeys, localize_keys, password_to_key
from scanner.simulator import snmp_agent, ssh_server
from scanner.simulator.device import SimulatedDevice, Snmp
from scanner.simulator.objects import mib_view
from scanner.simulator.passwords import USER, Passwords
from scanner.simulator.snmp_agent import Agent, View
from scanner.simulator.sockets import SocketPlace, here
from scanner.simulator.ssh_server import Servers, SimulatedHost
from scanner.simulator.user_security import Engine
from scanner.targets.target import Ports


@dataclass(frozen=True, slots=True)
class ServedDevices:
    """Devices that answer now. `ssh.received` holds every line that was typed into any of them."""

    ssh: Servers = field(repr=False)
    engines: tuple[Engine, ...] = field(repr=False, default=())


@contextmanager
def serving(
    devices: Sequence[tuple[str, SimulatedDevice]],
    passwords: Passwords,
    ports: Ports,
    network: Mapping[str, SimulatedDevice] | None = None,
    where: SocketPlace = here,
) -> Iterator[ServedDevices]:
    """Run devices at their addresses, on the running loop, until the block ends. Raises PortRefusedError.

    `network` holds all devices that cables lead to, by name: those served if it is not given.
    `where` is the block in which the sockets of an address are opened.
    """
    known = {device.name: device for _, device in devices} if network is None else network
    agents = _agents(devices, known, passwords, asyncio.get_running_loop().time())
    hosts = [SimulatedHost(address, ports.ssh, d.ssh, USER, passwords.login) for address, d in devices if d.ssh]
    with (
        snmp_agent.serving([(address, ports.snmp, agent) for address, agent in agents], where),
        ssh_server.serving(hosts, where) as servers,
    ):
        yield ServedDevices(servers, tuple(agent.engine for _, agent in agents if agent.engine))


def _agents(
    devices: Sequence[tuple[str, SimulatedDevice]],
    network: Mapping[str, SimulatedDevice],
    passwords: Passwords,
    now: float,
) -> list[tuple[str, Agent]]:
    masters: dict[tuple[str, str], bytes] = {}
    return [(address, _agent(device, network, passwords, masters, now)) for address, device in devices if device.snmp]


def _agent(
    device: SimulatedDevice,
    network: Mapping[str, SimulatedDevice],
    passwords: Passwords,
    masters: dict[tuple[str, str], bytes],
    now: float,
) -> Agent:
    snmp = device.snmp or Snmp()
    keys = _keys(snmp, passwords, masters)
    engine_id = bytes.fromhex(snmp.engine_id)
    engine = Engine(engine_id, now, USER.encode() if keys else None, keys) if engine_id else None
    community = None if keys else passwords.community.encode()
    return Agent(View(mib_view(device, network)), community, engine)


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
