"""Simulated devices that answer at their addresses: SNMP on the running loop, SSH in threads.

What a device says is looked up when somebody asks it, so that thousands of them start within seconds.
"""

import hashlib
import hmac
from asyncio import get_running_loop
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from scanner.protocols.snmp.usm.algorithms import LocalKeys, MasterKeys, localize_keys, password_to_key
from scanner.simulator import snmp_agent, ssh_server
from scanner.simulator.device import SimulatedDevice, Snmp, Ssh
from scanner.simulator.objects import mib_view
from scanner.simulator.passwords import USER, Passwords
from scanner.simulator.snmp_agent import Agent, View
from scanner.simulator.sockets import SocketPlace, here, make_room
from scanner.simulator.ssh_acceptor import SimulatedHost
from scanner.simulator.ssh_server import Servers
from scanner.simulator.user_security import Engine
from scanner.targets.target import Ports

MAX_VIEWS = 4_096
"""Agents kept ready, with some 60 kB of variables each. Another is made anew, in a millisecond."""


@dataclass(frozen=True, slots=True)
class AnsweringDevice:
    """Where a device of a network answers, and to what. One that `refuses` accepts no credential."""

    address: str
    name: str
    snmp: bool
    ssh: bool
    refuses: bool = False


@contextmanager
def serving(
    devices: Sequence[tuple[str, SimulatedDevice]],
    passwords: Passwords,
    ports: Ports,
    network: Mapping[str, SimulatedDevice] | None = None,
    where: SocketPlace = here,
) -> Iterator[Servers]:
    """Run devices at their addresses, on the running loop, until the block ends. Raises PortRefusedError.

    `network` holds all devices that cables lead to, by name: those served if it is not given. The SSH servers hold
    every line that is typed into any device. `where` is the block in which the sockets of an address are opened.
    """
    known = {device.name: device for _, device in devices} if network is None else network
    answering = [
        AnsweringDevice(address, device.name, device.snmp is not None, device.ssh is not None)
        for address, device in devices
    ]
    with serving_network(answering, known, passwords, ports, where=where) as servers:
        yield servers


@contextmanager
def serving_network(
    answering: Sequence[AnsweringDevice],
    network: Mapping[str, SimulatedDevice],
    passwords: Passwords,
    ports: Ports,
    lasting_keys: bool = False,
    where: SocketPlace = here,
) -> Iterator[Servers]:
    """Run the devices of a network that answer, as `serving`. What they say is taken from `network` when it is needed,
    in threads too. With `lasting_keys` a device's host key is made of its name and the password of the login: it is the
    same the next time."""
    agents = _Agents(network, passwords, get_running_loop().time())
    kept = lru_cache(MAX_VIEWS)(agents.agent)
    spoken = [(at.address, ports.snmp, _LateAgent(at, kept)) for at in answering if at.snmp]
    hosts = [_host(at, network, passwords, ports, lasting_keys) for at in answering if at.ssh]
    make_room(len(spoken) + len(hosts))
    with snmp_agent.serving(spoken, where), ssh_server.serving(hosts, where) as servers:
        yield servers


def _host(
    at: AnsweringDevice, network: Mapping[str, SimulatedDevice], passwords: Passwords, ports: Ports, lasting: bool
) -> SimulatedHost:
    def play() -> Ssh:
        return network[at.name].ssh or Ssh(ident="none", login=False)

    seed = hmac.digest(passwords.login.encode(), at.name.encode(), hashlib.sha256) if lasting else b""
    return SimulatedHost(at.address, ports.ssh, play, USER, passwords.login, seed)


@dataclass(slots=True)
class _Agents:
    """The agents of a network. Views come and go; engines stay, because managers keep their boots and time."""

    network: Mapping[str, SimulatedDevice]
    passwords: Passwords = field(repr=False)
    started: float
    engines: dict[str, Engine] = field(default_factory=dict)
    masters: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)
    """Each hashed password, because hashing is slow by design."""

    def agent(self, at: AnsweringDevice) -> Agent:
        """The agent of a device as it is now."""
        device = self.network[at.name]
        snmp = device.snmp or Snmp()
        keys = None if at.refuses else _keys(snmp, self.passwords, self.masters)
        if snmp.engine_id and at.name not in self.engines:
            user = USER.encode() if keys else None
            self.engines[at.name] = Engine(bytes.fromhex(snmp.engine_id), self.started, user, keys)
        community = None if at.refuses or snmp.auth else self.passwords.community.encode()
        return Agent(View(mib_view(device, self.network)), community, self.engines.get(at.name))


class _LateAgent:
    """An agent that is made when its first datagram comes."""

    __slots__ = ("_agent", "_at")

    def __init__(self, at: AnsweringDevice, agent: Callable[[AnsweringDevice], Agent]) -> None:
        self._at, self._agent = at, agent

    def answer(self, datagram: bytes, now: float) -> bytes | None:
        """As `Agent.answer`."""
        return self._agent(self._at).answer(datagram, now)


def _keys(snmp: Snmp, passwords: Passwords, masters: dict[tuple[str, str], bytes]) -> LocalKeys | None:
    """The user's keys at one engine."""
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
