"""The SSH probe against a real OpenSSH server on loopback, with a configuration and keys of its own."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.credentials.credential import Jump, Login
from tests.agents.ssh_book import Book, probed
from tests.agents.ssh_server import Device

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")

pytestmark = pytest.mark.skipif(SSHD is None, reason="openssh-server is not installed")

TERMINAL = pytest.mark.skipif(os.geteuid() != 0, reason="sshd hands out terminals as root only")


@dataclass(frozen=True)
class Sshd:
    """A running server: its port, its folder, and a key that it accepts."""

    port: int
    folder: Path
    key: Path

    @property
    def box(self) -> Device:
        return Device("127.0.0.1", self.port, received=None)  # type: ignore[arg-type]  # a real host keeps its own log

    def login(self, name: str = "cli") -> Login:
        return Login(name, getpass.getuser(), key_file=self.key)


def keygen(path: Path, kind: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_answers(port: int, server: "subprocess.Popen[bytes]", seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
            return
        except OSError:
            continue
    pytest.fail("sshd did not start")


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    key, port = keygen(tmp_path / "id_ed25519", "ed25519"), free_port()
    shutil.copy(f"{key}.pub", tmp_path / "authorized_keys")
    host_keys = [keygen(tmp_path / f"host_{kind}", kind) for kind in ("ed25519", "rsa", "ecdsa")]
    settings = [
        f"ListenAddress 127.0.0.1:{port}",
        *(f"HostKey {path}" for path in host_keys),
        f"AuthorizedKeysFile {tmp_path}/authorized_keys",
        f"PidFile {tmp_path}/pid",
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "PermitRootLogin prohibit-password",
        "MaxAuthTries 2",
        "PrintMotd no",
    ]
    (tmp_path / "sshd_config").write_text("\n".join(settings) + "\n")
    assert SSHD is not None
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it puts away its privileges
    with (tmp_path / "log").open("wb") as log:
        command = [SSHD, "-D", "-e", "-f", str(tmp_path / "sshd_config")]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until_it_answers(port, server)
        yield Sshd(port, tmp_path, key)
    finally:
        server.terminate()
        server.wait(10)


def printed(observed: list[Observation | Gap]) -> dict[str, str]:
    return {i.at: i.value for i in observed if isinstance(i, Observation) and i.source is Source.SSH_COMMAND}


@TERMINAL
async def test_a_linux_host_is_detected_and_asked_by_key(sshd: Sshd) -> None:
    observed = await probed(sshd.box, sshd.folder, Book([sshd.login()]))
    expected = subprocess.run(["uname", "-a"], capture_output=True, text=True, check=True).stdout
    assert printed(observed)["uname -a"] == expected.strip()
    assert printed(observed)["cat /etc/os-release"].strip() == Path("/etc/os-release").read_text().strip()
    assert [item for item in observed if isinstance(item, Gap)] == []


async def test_the_host_key_is_the_one_that_openssh_itself_reports(sshd: Sshd) -> None:
    observed = await probed(sshd.box, sshd.folder, Book())
    message = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(sshd.folder / "host_ed25519.pub")], capture_output=True, text=True, check=True
    )
    key = next(item for item in observed if isinstance(item, Observation) and item.source is Source.SSH_HOST_KEY)
    assert key.value == f"ssh-ed25519 {message.stdout.split()[1]}"


async def test_a_key_that_openssh_refuses_is_counted_once(sshd: Sshd) -> None:
    stranger = Login("stranger", getpass.getuser(), key_file=keygen(sshd.folder / "id_other", "ed25519"))
    book = Book([stranger])
    observed = await probed(sshd.box, sshd.folder, book)
    assert [item.reason for item in observed if isinstance(item, Gap)] == [GapReason.REFUSED]
    assert book.turned_away == [("stranger", "127.0.0.1")]


@TERMINAL
async def test_openssh_forwards_as_a_jump_host(sshd: Sshd) -> None:
    login = Login("behind", getpass.getuser(), key_file=sshd.key, jump=Jump("127.0.0.1", sshd.port, sshd.login("hop")))
    observed = await probed(sshd.box, sshd.folder, Book([login]))
    assert "uname -a" in printed(observed)
    known = (sshd.folder / "known_hosts").read_text().splitlines()
    assert [line.split()[0] for line in known] == [
        f"[127.0.0.1]:{sshd.port}",
        f"[127.0.0.1]:{sshd.port}@127.0.0.1",
    ]
