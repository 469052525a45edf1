"""Many simulated SSH servers in one process: each identifies itself at once, sessions are bounded, keys may last."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import paramiko
import pytest

from benchmarks.free_ports import free_ports
from scanner.simulator import sockets, ssh_acceptor
from scanner.simulator.device import SimulatedDevice, Ssh
from scanner.simulator.passwords import Passwords
from scanner.simulator.serving import AnsweringDevice, serving_network
from scanner.simulator.ssh_server import Servers
from scanner.targets.target import Ports

PASSWORDS = Passwords("lab-community", "lab-auth-pass", "lab-priv-pass", "lab-login")


def box(name: str) -> SimulatedDevice:
    return SimulatedDevice(name=name, mac="00:1b:54:00:00:01", ssh=Ssh(ident="Cisco-1.25"))


@contextmanager
def running(ports: Ports, *names: str, lasting: bool = True) -> Iterator[Servers]:
    """Devices at 127.64.9.1 and on, with a command line each. The loop is needed by agents, of which there are none."""
    network = {name: box(name) for name in names}
    answering = [AnsweringDevice(f"127.64.9.{at}", name, False, True) for at, name in enumerate(names, 1)]
    with serving_network(answering, network, PASSWORDS, ports, lasting) as servers:
        yield servers


def client(ports: Ports, password: str = PASSWORDS.login) -> paramiko.Transport:
    transport = paramiko.Transport(socket.create_connection(("127.64.9.1", ports.ssh), 10))
    transport.connect(username="audit", password=password)
    return transport


async def test_a_server_identifies_itself_before_the_client_does_and_to_hundreds_at_once() -> None:
    ports = free_ports("127.64.9.1")
    with running(ports, "sw1"), ExitStack() as stack:
        before = threading.active_count()
        callers = [
            stack.enter_context(closing(socket.create_connection(("127.64.9.1", ports.ssh), 10))) for _ in range(300)
        ]
        assert {caller.recv(100) for caller in callers} == {b"SSH-2.0-Cisco-1.25\r\n"}
        assert threading.active_count() <= before  # threads that earlier tests left may end meanwhile


async def test_a_client_waits_until_a_session_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_acceptor, "MAX_SESSIONS", 1)
    ports = free_ports("127.64.9.1")
    with running(ports, "sw1"):
        first, seconds = client(ports), list[bool]()
        waiting = threading.Thread(target=lambda: seconds.append(client(ports).is_authenticated()))
        waiting.start()
        waiting.join(0.5)
        assert (first.is_authenticated(), waiting.is_alive()) == (True, True)
        first.close()
        waiting.join(10)
        assert seconds == [True]


async def test_a_connection_too_many_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_acceptor, "MAX_CALLERS", 1)
    ports = free_ports("127.64.9.1")
    with (
        running(ports, "sw1"),
        socket.create_connection(("127.64.9.1", ports.ssh), 10) as one,
        socket.create_connection(("127.64.9.1", ports.ssh), 10) as other,
    ):
        assert (one.recv(100), other.recv(100)) == (b"SSH-2.0-Cisco-1.25\r\n", b"")


async def test_a_wrong_password_is_refused() -> None:
    ports = free_ports("127.64.9.1")
    with running(ports, "sw1") as servers:
        with pytest.raises(paramiko.AuthenticationException):
            client(ports, "another")
        assert servers.refused == ["127.64.9.1"]


@pytest.mark.parametrize("lasting", [True, False])
async def test_a_lasting_host_key_is_the_same_the_next_time_and_each_devices_own(lasting: bool) -> None:
    prints = []
    for _ in range(2):
        with running(free_ports("127.64.9.1"), "sw1", "sw2", lasting=lasting) as servers:
            prints.append([servers.fingerprint(address) for address in servers.hosts])
    assert (prints[0] == prints[1]) == lasting
    assert prints[0][0] != prints[0][1]


def test_more_sockets_than_the_machine_allows_are_refused_with_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (100, 1_000))
    with pytest.raises(sockets.PortRefusedError, match=r"1,000 files"):
        sockets.make_room(900)


def test_a_process_that_may_open_more_files_does(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (100, 10_000))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: given.append((kind, limits)))
    sockets.make_room(900)
    assert [(kind, limits[0] > 900, limits[1]) for kind, limits in given] == [(resource.RLIMIT_NOFILE, True, 10_000)]
