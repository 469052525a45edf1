"""Reading an identification string from real sockets: bounded, and without sending anything."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import create_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.protocols import fair_timeout
from scanner.protocols.ssh.ident import MAX_IDENT, ident_in, read_ident


class Listener:
    """Sends its opening to each client, and keeps what it receives until they leave."""

    def __init__(self, opening: bytes, hold: bool) -> None:
        self.opening, self.hold = opening, hold
        self.received = b""
        self.peers: list[str] = []
        self.left = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.peers.append(writer.get_extra_info("peername")[0])
        writer.write(self.opening)
        if self.hold:
            self.received = await reader.read(-1)
        writer.close()
        self.left.set()


@asynccontextmanager
async def listening(
    opening: bytes, address: str = "127.0.0.1", hold: bool = True
) -> AsyncIterator[tuple[Listener, int]]:
    listener = Listener(opening, hold)
    server = await asyncio.start_server(listener.serve, address, 0)
    async with server:
        yield listener, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_the_string_is_read_and_nothing_is_sent(address: str) -> None:
    async with listening(b"SSH-2.0-Cisco-1.25\r\n", address) as (listener, port):
        observed = await read_ident(address, port, 5.0)
        await asyncio.wait_for(listener.left.wait(), 5)
    assert observed == Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-Cisco-1.25")
    assert listener.received == b""


async def test_lines_ahead_of_the_string_are_passed_over() -> None:
    async with listening(b"Welcome\r\nauthorised use only\r\nSSH-2.0-HUAWEI-1.5\n") as (_, port):
        observed = await read_ident("127.0.0.1", port, 5.0)
    assert observed == Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-HUAWEI-1.5")


async def test_the_source_address_is_honoured() -> None:
    async with listening(b"SSH-2.0-x\r\n") as (listener, port):
        await read_ident("127.0.0.1", port, 5.0, "127.0.0.9")
    assert listener.peers == ["127.0.0.9"]


async def test_octets_outside_ascii_are_kept_one_character_each() -> None:
    async with listening(b"SSH-2.0-\xff\xfe\r\n") as (_, port):
        observed = await read_ident("127.0.0.1", port, 5.0)
    assert observed == Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-\xff\xfe")


async def test_a_closed_port_is_no_answer() -> None:
    async with listening(b"") as (_, port):
        pass
    observed = await read_ident("127.0.0.1", port, 5.0)
    assert isinstance(observed, Gap)
    assert (observed.probe, observed.at, observed.reason) == ("ssh", f"{port}/tcp", GapReason.NO_ANSWER)


async def test_a_port_that_accepts_a_connection_and_sends_nothing_is_no_silent_host() -> None:
    async with listening(b"") as (_, port):
        observed = await read_ident("127.0.0.1", port, 0.2)
    message = "it accepted the connection and sent no SSH identification string within 0.2 s"
    assert observed == Gap("ssh", f"{port}/tcp", GapReason.MALFORMED, message)


@pytest.mark.parametrize("opening", [b"220 mail ESMTP\r\n", b"x" * 100_000, b"SSH" + b"\0" * 9_000])
async def test_a_service_that_is_not_ssh_is_malformed(opening: bytes) -> None:
    async with listening(opening, hold=False) as (_, port):
        observed = await read_ident("127.0.0.1", port, 5.0)
    assert isinstance(observed, Gap)
    assert observed.reason is GapReason.MALFORMED


@given(st.binary(max_size=600))
def test_any_opening_yields_a_bounded_string_or_none(opening: bytes) -> None:
    ident = ident_in(opening)
    assert ident is None or (ident.startswith(b"SSH-") and len(ident) <= MAX_IDENT and b"\n" not in ident)


async def test_running_out_of_descriptors_is_ours_and_no_answer_of_the_host() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Path("/dev/null").open() as lowest:
        free = lowest.fileno()
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            await read_ident("127.0.0.1", 9, 1.0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_process_that_did_not_run_for_longer_than_the_limit_still_hears_who_accepted() -> None:
    with create_server(("127.0.0.1", 0)) as accepting:
        port = accepting.getsockname()[1]
        reading = asyncio.create_task(read_ident("127.0.0.1", port, 0.05))
        await asyncio.sleep(0)
        time.sleep(fair_timeout.MAX_HELD_UP + 0.1)  # stopped, starved, or its machine asleep
        connection, _ = accepting.accept()
        with connection:
            connection.sendall(b"SSH-2.0-x\r\n")
            assert await reading == Observation(Source.SSH_IDENT, f"{port}/tcp", "SSH-2.0-x")


async def test_a_limit_ends_in_time_where_the_process_runs() -> None:
    with create_server(("127.0.0.1", 0)) as accepting:
        began = time.monotonic()
        observed = await read_ident("127.0.0.1", accepting.getsockname()[1], 0.05)
    assert isinstance(observed, Gap)
    assert (observed.reason, time.monotonic() - began < 2) == (GapReason.MALFORMED, True)
