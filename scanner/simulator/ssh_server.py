"""The SSH servers of the simulated devices: password login, a shell that plays transcripts, and a host key each.

They run in threads, on paramiko's server side, so that they need no other package than the scanner's own SSH. Only what
starts servers imports this module, because importing paramiko takes 100 ms.
"""

import hmac
import io
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from cryptography.hazmat.primitives import serialization as to
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paramiko import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
    Channel,
    Ed25519Key,
    PKey,
    ServerInterface,
    SSHException,
    Transport,
)

from scanner.simulator.device import Ssh
from scanner.simulator.shell import Shell
from scanner.simulator.sockets import SocketPlace, here
from scanner.simulator.ssh_acceptor import IDLE_SECONDS, IdentifiedSocket, SimulatedHost, accepting

MAX_TYPED = 256 * 1024
"""The most octets that one session may type."""

_LOG = "kitscan.simulator.ssh"


@dataclass(slots=True)
class Servers:
    """The running servers. `received` holds every typed line, as (address, line). `refused` holds the address of every
    failed login."""

    hosts: Mapping[str, SimulatedHost]
    received: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    transports: list[Transport] = field(default_factory=list)
    _keys: dict[str, PKey] = field(default_factory=dict, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def key(self, address: str) -> PKey:
        """A server's host key, which is made when it is first needed."""
        with self._making:
            if address not in self._keys:
                self._keys[address] = _new_key(self.hosts[address].key_seed)
            return self._keys[address]

    def fingerprint(self, address: str) -> str:
        """The SHA-256 fingerprint of a server's host key, as OpenSSH prints it."""
        text: str = self.key(address).fingerprint
        return text


class _SshSession(ServerInterface):  # type: ignore[misc] # paramiko ships no types
    """Decides which login is accepted and what it may open. paramiko asks it, one object a connection."""

    def __init__(self, host: SimulatedHost, ssh: Ssh, servers: Servers) -> None:
        self.shell_wanted = threading.Event()
        self._host, self._ssh = host, ssh
        self._servers = servers

    def get_allowed_auths(self, _username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        right = f"{self._host.user}\0{self._host.password}".encode()
        if self._ssh.login and hmac.compare_digest(f"{username}\0{password}".encode(), right):
            return int(AUTH_SUCCESSFUL)
        self._servers.refused.append(self._host.address)
        return int(AUTH_FAILED)

    def check_channel_request(self, kind: str, _channel_id: int) -> int:
        return int(OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)

    def check_channel_pty_request(self, *_terminal: object) -> bool:
        return True

    def check_channel_window_change_request(self, *_size: object) -> bool:
        return True

    def check_channel_shell_request(self, _channel: Channel) -> bool:
        self.shell_wanted.set()
        return True


@contextmanager
def serving(hosts: Sequence[SimulatedHost], where: SocketPlace = here) -> Iterator[Servers]:
    """Run servers until the block ends. Raises PortRefusedError."""
    logging.getLogger(_LOG).propagate = False  # a client that hangs up is not worth a message
    logging.getLogger(_LOG).addHandler(logging.NullHandler())
    servers = Servers({host.address: host for host in hosts})
    try:
        with accepting(hosts, partial(_session, servers=servers), where):
            yield servers
    finally:
        for transport in tuple(servers.transports):
            transport.close()


def _new_key(seed: bytes) -> PKey:
    private = Ed25519PrivateKey.from_private_bytes(seed) if seed else Ed25519PrivateKey.generate()
    text = private.private_bytes(to.Encoding.PEM, to.PrivateFormat.OpenSSH, to.NoEncryption()).decode()
    return Ed25519Key(file_obj=io.StringIO(text))


def _session(sock: IdentifiedSocket, host: SimulatedHost, ssh: Ssh, servers: Servers) -> None:
    """Serve one connection from its first octet to its last. The client may leave at any moment."""
    transport = None
    try:
        transport = Transport(sock)
        servers.transports.append(transport)
        transport.set_log_channel(_LOG)
        transport.local_version = f"SSH-2.0-{ssh.ident}"
        transport.add_server_key(servers.key(host.address))
        session = _SshSession(host, ssh, servers)
        transport.start_server(server=session)
        channel = transport.accept(IDLE_SECONDS)
        if channel is not None and session.shell_wanted.wait(IDLE_SECONDS):
            _play(channel, Shell(ssh), host.address, servers)
    except (SSHException, EOFError, OSError):
        pass
    finally:
        if transport is not None:
            transport.close()
            servers.transports.remove(transport)


def _play(channel: Channel, shell: Shell, address: str, servers: Servers) -> None:
    channel.settimeout(IDLE_SECONDS)
    channel.sendall(shell.open().encode())
    typed = 0
    while not shell.over and typed < MAX_TYPED:
        octets = channel.recv(4_096)
        if not octets:
            break
        typed += len(octets)
        before = len(shell.received)
        shown = "".join(shell.feed(octets.decode("utf-8", "replace")))
        servers.received += [(address, line) for line in shell.received[before:]]
        channel.sendall(shown.encode())
    channel.send_exit_status(0)
    channel.close()
