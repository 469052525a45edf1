"""The algorithms an SSH server offers: read from real servers and made-up ones, bounded, and no key is exchanged."""

import asyncio
import hashlib
import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols.ssh.kex import (
    MAX_LISTS,
    MAX_PACKET,
    OUR_IDENT,
    NotKexinitError,
    hassh,
    kex_observations,
    name_lists,
    read_kex,
)
from tests.unit.tcp_server import sending

LISTS = (b"curve25519-sha256", b"ssh-ed25519", b"a-cts", b"a-stc", b"m-cts", b"m-stc", b"z-cts", b"z-stc", b"", b"")
HASSH = hashlib.md5(b"curve25519-sha256;a-stc;m-stc;z-stc").hexdigest()


def kexinit(lists: tuple[bytes, ...] = LISTS, message: int = 20) -> bytes:
    """The packet of RFC 4253 section 6 with these lists."""
    payload = bytes([message]) + bytes(16) + b"".join(struct.pack(">I", len(one)) + one for one in lists) + bytes(5)
    padding = 8 - (len(payload) + 5) % 8 + 8
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def running(*command: str, port: int) -> Iterator[None]:
    """A daemon until the block is left; entered once it listens."""
    daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until and daemon.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield
    finally:
        daemon.terminate()
        daemon.wait(10)


def values(observed: tuple[Observation | Gap, ...], port: int) -> dict[str, str]:
    return {item.at.removesuffix(f" {port}/tcp"): item.value for item in observed if isinstance(item, Observation)}


async def test_ident_lists_and_hassh_come_from_one_connection_in_which_only_our_ident_is_sent() -> None:
    async with sending(b"SSH-2.0-Comware-7.1.070\r\n", kexinit()) as (port, received):
        observed = await read_kex("127.0.0.1", port, 5)
        while not received:
            await asyncio.sleep(0)
    assert observed == (
        Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-Comware-7.1.070"),
        Observation(Source.SSH_KEX, f"algorithms {port}/tcp", b";".join(LISTS).decode()),
        Observation(Source.SSH_KEX, f"hassh {port}/tcp", HASSH),
    )
    assert received == [OUR_IDENT + b"\r\n"]


async def test_the_hassh_of_asyncssh_is_that_of_what_it_was_configured_to_offer() -> None:
    server = await asyncssh.create_server(
        asyncssh.SSHServer,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        kex_algs=["curve25519-sha256"],
        encryption_algs=["aes128-ctr"],
        mac_algs=["hmac-sha2-256"],
        compression_algs=["none"],
    )
    async with server:
        read = values(await read_kex("127.0.0.1", server.get_port(), 5), server.get_port())
    lists = read["algorithms"].split(";")
    assert lists[1:8] == ["ssh-ed25519", *["aes128-ctr"] * 2, *["hmac-sha2-256"] * 2, *["none"] * 2]
    offered = f"{lists[0]};aes128-ctr;hmac-sha2-256;none"
    assert read["hassh"] == hashlib.md5(offered.encode()).hexdigest()


@pytest.mark.skipif(shutil.which("dropbear") is None, reason="dropbear is not installed")
async def test_dropbear_is_read(tmp_path: Path) -> None:
    port, key = free_port(), tmp_path / "key"
    subprocess.run(["dropbearkey", "-t", "ed25519", "-f", key], check=True, capture_output=True)
    with running("dropbear", "-F", "-E", "-p", f"127.0.0.1:{port}", "-r", str(key), "-P", "", port=port):
        read = values(await read_kex("127.0.0.1", port, 5), port)
    assert "dropbear" in next(text for at, text in read.items() if at == f"{port}/tcp")
    assert (read["algorithms"].count(";"), len(read["hassh"])) == (9, 32)


@pytest.mark.skipif(shutil.which("sshd") is None, reason="OpenSSH's sshd is not installed")
async def test_openssh_is_read(tmp_path: Path) -> None:
    port, key = free_port(), tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd separates its privileges
    options = (f"-oPort={port}", "-oListenAddress=127.0.0.1", "-oPidFile=none", f"-oHostKey={key}")
    with running(str(shutil.which("sshd")), "-D", "-f", "/dev/null", *options, port=port):
        read = values(await read_kex("127.0.0.1", port, 5), port)
    assert "OpenSSH" in next(text for at, text in read.items() if at == f"{port}/tcp")
    assert (read["algorithms"].count(";"), len(read["hassh"])) == (9, 32)


async def test_a_server_of_ssh_1_keeps_its_ident_and_the_rest_is_a_gap() -> None:
    async with sending(b"SSH-1.5-Cisco-1.25\n", b"\0\0\1\x0c" + bytes(range(2, 80))) as (port, _):
        observed = await read_kex("127.0.0.1", port, 5)
    at = f"{port}/tcp"
    assert observed == (
        Observation(Source.SSH_IDENT, at, "SSH-1.5-Cisco-1.25"),
        Gap("ssh", at, GapReason.MALFORMED, "it sent no list of algorithms but message 3"),
    )


async def test_a_server_that_falls_silent_after_its_ident_costs_the_time_and_no_more() -> None:
    async with sending(b"SSH-2.0-x\r\n", kexinit()[:50]) as (port, _):
        observed = await read_kex("127.0.0.1", port, 0.3)
    gap = Gap("ssh", f"{port}/tcp", GapReason.NO_ANSWER, "no list of algorithms came: nothing came within 0.3 s")
    assert observed == (Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-x"), gap)


@pytest.mark.parametrize("opening", [b"220 mail ESMTP\r\n", b"x" * 100_000])
async def test_a_service_that_is_not_ssh_is_malformed_and_is_sent_nothing(opening: bytes) -> None:
    async with sending(opening, hold=False) as (port, _):
        observed = await read_kex("127.0.0.1", port, 5)
    assert observed == (Gap("ssh", f"{port}/tcp", GapReason.MALFORMED, "what answers there does not speak SSH"),)


async def test_a_closed_port_is_no_answer() -> None:
    (observed,) = await read_kex("127.0.0.1", free_port(), 5)
    assert isinstance(observed, Gap)
    assert observed.reason is GapReason.NO_ANSWER


@pytest.mark.parametrize(
    "packet",
    [
        kexinit(message=1),
        struct.pack(">IB", MAX_PACKET + 1, 4) + bytes(50),
        struct.pack(">IB", 12, 12) + b"\x14" + bytes(50),
        kexinit((b"a",) * 3),
        kexinit().replace(struct.pack(">I", len(LISTS[0])), b"\xff\xff\xff\xff", 1),
    ],
)
def test_what_is_no_kexinit_is_refused(packet: bytes) -> None:
    with pytest.raises(NotKexinitError):
        name_lists(packet)


def test_lists_beyond_measure_are_cut() -> None:
    observed = kex_observations(b"SSH-2.0-x\r\n" + kexinit((b"a" * 20_000, *LISTS[1:])), "22/tcp", "")
    assert [len(item.value) for item in observed if isinstance(item, Observation)] == [9, MAX_LISTS, 32]


@given(st.lists(st.binary(max_size=60), min_size=10, max_size=10))
def test_a_packet_gives_back_the_lists_it_was_made_of(lists: list[bytes]) -> None:
    packet = kexinit(tuple(lists))
    assert name_lists(packet) == tuple(lists)
    assert all(name_lists(packet[:length]) is None for length in (0, 5, len(packet) - 1))
    assert len(hassh(tuple(lists))) == 32


@given(st.binary(max_size=400), st.booleans())
def test_whatever_comes_is_evidence(octets: bytes, introduced: bool) -> None:
    observed = kex_observations(
        (b"SSH-2.0-x\r\n" if introduced else b"") + octets, "22/tcp", "it closed the connection"
    )
    assert observed and all(isinstance(item, Observation | Gap) for item in observed)
