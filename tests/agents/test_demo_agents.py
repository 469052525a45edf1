"""The simulated devices on real sockets, asked by other people's programs: net-snmp's tools and paramiko's client."""

import asyncio
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import paramiko
import pytest

from benchmarks.free_ports import free_ports
from scanner.demo.demo_device import DemoDevice
from scanner.demo.network import DemoNetwork, DemoRefusedError, start
from scanner.protocols.snmp.message.ber import dotted
from scanner.simulator.objects import mib_view
from scanner.targets.target import Ports

ONCE = ("-r0", "-t1")
"""One try of a second, where silence is what is expected."""

needs_net_snmp = pytest.mark.skipif(shutil.which("snmpbulkwalk") is None, reason="needs the Debian package snmp")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoNetwork]:
    """All devices, on a loop of their own in a thread, so that tests may block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = start(tmp_path_factory.mktemp("demo"), free_ports())
    yield asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(20)
    asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def device(network: DemoNetwork, name: str) -> DemoDevice:
    return next(device for device in network.devices if device.name == name)


def tool(name: str, *arguments: str) -> tuple[int, str]:
    """One of net-snmp's programs: its exit code and what it printed."""
    done = subprocess.run(
        [name, "-On", "-r1", "-t2", *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        env={
            "MIBS": "",
            "PATH": "/usr/bin:/bin:/usr/sbin",
            "HOME": "/nonexistent",
            "SNMP_PERSISTENT_DIR": "/nonexistent",
        },
    )
    return done.returncode, done.stdout.decode("latin-1")


def place(network: DemoNetwork, name: str) -> str:
    return f"{device(network, name).address}:{network.ports.snmp}"


def user(network: DemoNetwork, auth: str = "SHA-256", priv: str = "AES", **changed: str) -> list[str]:
    observed = {"user": "audit", "a": network.passwords.authentication, "x": network.passwords.privacy, **changed}
    return [
        "-v3",
        "-l",
        "authPriv",
        "-u",
        observed["user"],
        "-a",
        auth,
        "-A",
        observed["a"],
        "-x",
        priv,
        "-X",
        observed["x"],
    ]


def oids(text: str) -> list[str]:
    """The OIDs of a walk as printed; its last line says that there is no more."""
    lines = [line for line in text.splitlines() if line.startswith((".1.3.6.", ".1.0."))]
    return [line.partition(" ")[0].lstrip(".") for line in lines if "No more variables" not in line]


def view(network: DemoNetwork, name: str) -> list[str]:
    by_name = {device.name: device for device in network.devices}
    return [dotted(varbind.oid) for varbind in mib_view(by_name[name], by_name)]


@needs_net_snmp
@pytest.mark.parametrize("name", ["man-agg-1", "man-agg-2", "brs-olt-1", "brs-acc-2", "hq-cam-1", "lon-nms-1"])
def test_snmpbulkwalk_sees_all_that_a_v2c_device_serves(network: DemoNetwork, name: str) -> None:
    code, text = tool("snmpbulkwalk", "-v2c", "-c", network.passwords.community, place(network, name), ".1")
    assert (code, oids(text)) == (0, view(network, name))


@needs_net_snmp
def test_snmpwalk_sees_the_same_by_v1(network: DemoNetwork) -> None:
    code, text = tool("snmpwalk", "-v1", "-c", network.passwords.community, place(network, "hq-nvr-1"), ".1")
    assert (code, oids(text)) == (0, view(network, "hq-nvr-1"))


@needs_net_snmp
@pytest.mark.parametrize(
    ("name", "auth", "priv"),
    [("lon-core-1", "SHA-256", "AES"), ("lon-core-3", "SHA-512", "AES-256"), ("hq-sw-1", "SHA", "AES")],
)
def test_snmpbulkwalk_sees_all_that_a_v3_device_serves(network: DemoNetwork, name: str, auth: str, priv: str) -> None:
    code, text = tool("snmpbulkwalk", *user(network, auth, priv), place(network, name), ".1")
    assert (code, oids(text)) == (0, view(network, name))


@needs_net_snmp
def test_snmpget_prints_one_value(network: DemoNetwork) -> None:
    where, oid = place(network, "hq-cam-1"), "1.3.6.1.2.1.1.1.0"
    expected = '.1.3.6.1.2.1.1.1.0 = STRING: "Hikvision company products"\n'
    assert tool("snmpget", "-v2c", "-c", network.passwords.community, where, oid) == (0, expected)


@needs_net_snmp
@pytest.mark.parametrize(
    ("changed", "excerpt"),
    [
        ({"a": "not-the-password"}, "Authentication failure"),
        ({"x": "not-the-password"}, "Decryption error"),
        ({"user": "nobody"}, "Unknown user name"),
    ],
)
def test_a_wrong_v3_credential_is_refused_by_name(network: DemoNetwork, changed: dict[str, str], excerpt: str) -> None:
    code, text = tool("snmpget", *user(network, **changed), place(network, "lon-core-1"), "1.3.6.1.2.1.1.1.0")
    assert (code, excerpt in text) == (1, True), text


@needs_net_snmp
def test_a_wrong_community_gets_no_answer(network: DemoNetwork) -> None:
    code, text = tool("snmpget", *ONCE, "-v2c", "-c", "public", place(network, "man-agg-1"), "1.3.6.1.2.1.1.1.0")
    assert (code, "Timeout" in text) == (1, True), text


@needs_net_snmp
def test_a_device_with_a_user_takes_no_community(network: DemoNetwork) -> None:
    where = place(network, "lon-core-1")
    code, text = tool("snmpget", *ONCE, "-v2c", "-c", network.passwords.community, where, "1.3.6.1.2.1.1.1.0")
    assert (code, "Timeout" in text) == (1, True), text


@needs_net_snmp
def test_snmpset_changes_nothing(network: DemoNetwork) -> None:
    where, community = place(network, "man-agg-1"), network.passwords.community
    code, text = tool("snmpset", "-v2c", "-c", community, where, "1.3.6.1.2.1.1.5.0", "s", "mine")
    assert (code, "noAccess" in text) == (2, True), text


def client(network: DemoNetwork, name: str, password: str | None = None) -> paramiko.SSHClient:
    found = device(network, name)
    session = paramiko.SSHClient()
    key = network.ssh.key(found.address)
    session.get_host_keys().add(f"[{found.address}]:{network.ports.ssh}", key.get_name(), key)
    session.connect(
        found.address,
        network.ports.ssh,
        "audit",
        network.passwords.login if password is None else password,
        allow_agent=False,
        look_for_keys=False,
        timeout=10,
    )
    return session


def typed(network: DemoNetwork, name: str, *lines: str) -> str:
    """What a session shows for these lines, which must end it."""
    with closing(client(network, name)) as session:
        channel = session.invoke_shell()
        channel.settimeout(10)
        channel.sendall("".join(f"{line}\n" for line in lines).encode())
        shown = b""
        while piece := channel.recv(65_536):
            shown += piece
    return shown.decode()


@pytest.mark.parametrize(
    ("name", "paging_off", "question", "leave", "excerpt"),
    [
        ("lon-core-1", "screen-length 0 temporary", "display version", "quit", "HUAWEI NE40E-X8A uptime"),
        ("hq-sw-1", "screen-length disable", "display device manuinfo", "quit", "DEVICE_SERIAL_NUMBER"),
        ("man-agg-1", "terminal length 0", "show version", "exit", "ZTE ZXR10 Software"),
        ("lon-edge-1", "terminal length 0", "show inventory", "exit", "PID: ASR1002-X"),
        ("lon-core-2", "set cli screen-length 0", "show chassis hardware", "exit", "MX480 Midplane"),
        ("lon-core-3", "environment no more", "show chassis", "logout", "7750 SR-7"),
        ("man-leaf-1", "terminal length 0", "show version", "exit", "Arista DCS-7050SX3"),
        ("lon-nms-1", "", "uname -a", "exit", "GNU/Linux"),
    ],
)
def test_an_ssh_client_reads_what_each_platform_prints(
    network: DemoNetwork, name: str, paging_off: str, question: str, leave: str, excerpt: str
) -> None:
    shown = typed(network, name, paging_off, question, leave)
    assert (excerpt in shown, "More" in shown) == (True, False), shown


def test_every_line_that_was_typed_is_remembered(network: DemoNetwork) -> None:
    address = device(network, "brs-cpe-1").address
    typed(network, "brs-cpe-1", "display version", "reboot", "quit")
    answers = [line for where, line in network.ssh.received if where == address]
    assert answers == ["display version", "reboot", "quit"]


def test_the_identification_string_is_the_devices_own(network: DemoNetwork) -> None:
    with closing(client(network, "lon-core-1")) as session:
        transport = session.get_transport()
        assert transport is not None
        assert transport.remote_version == "SSH-2.0-HUAWEI-1.5"


def test_a_wrong_password_is_refused(network: DemoNetwork) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        client(network, "lon-core-2", "not-the-password")


def test_no_two_devices_share_a_host_key(network: DemoNetwork) -> None:
    prints = [network.ssh.fingerprint(address) for address in network.ssh.hosts]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["tcp", "udp"])
def test_the_silent_device_answers_nothing(network: DemoNetwork, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as asker, pytest.raises(OSError):
        asker.settimeout(2)
        port = network.ports.ssh if kind is socket.SOCK_STREAM else network.ports.snmp
        asker.connect((device(network, "brs-acc-3").address, port))
        asker.sendall(b"0")
        asker.recv(1)


async def test_a_port_in_use_is_named_with_the_next_step(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.1.3", 0))
        ports = Ports(taken.getsockname()[1], free_ports().ssh)
        with pytest.raises(DemoRefusedError, match=rf"127\.0\.1\.3 port {ports.snmp}/udp.*\nNext: .*--snmp-port"):
            async with start(tmp_path, ports):
                pass
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_somebodys_project_is_refused_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text("targets: [10.0.0.0/8]\n")
    with pytest.raises(DemoRefusedError, match="a project of your own\nNext: name a new folder"):
        async with start(tmp_path, free_ports()):
            pass


async def test_all_ports_are_free_again_afterwards(tmp_path: Path) -> None:
    ports = free_ports()
    for _ in range(2):
        async with start(tmp_path, ports):
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind(("127.0.1.1", ports.snmp))


async def test_the_network_starts_within_two_seconds(tmp_path: Path) -> None:
    clock: Callable[[], float] = asyncio.get_running_loop().time
    before = clock()
    async with start(tmp_path, free_ports()):
        assert clock() - before < 2.0
