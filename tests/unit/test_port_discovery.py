"""Port discovery: a target that accepts a connection is there, and neither side sends anything."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scanner.protocols.port_discovery import PortDiscovery
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.unit.listed import listed


@asynccontextmanager
async def listening(address: str, port: int = 0) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that keeps what each client sent."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(-1))
        writer.close()

    server = await asyncio.start_server(serve, address, port)
    async with server:
        yield server.sockets[0].getsockname()[1], received


async def found(ports: tuple[int, ...], *addresses: str) -> list[str]:
    discovery = PortDiscovery("web", ports, RateLimiter(PROFILES["lab"]))
    return [
        target.address
        async for target, observed in discovery.discover(listed(map(Target, addresses)))
        if observed == ()
    ]


async def test_only_open_ports_are_found_and_nothing_is_sent() -> None:
    async with listening("127.0.0.1") as (port, received):
        assert await found((port,), "127.0.0.1", "127.0.0.2") == ["127.0.0.1"]
        while not received:
            await asyncio.sleep(0)
    assert received == [b""]


async def test_the_next_port_is_tried_where_the_first_is_closed() -> None:
    async with listening("127.0.0.1") as (closed, _):
        pass
    async with listening("127.0.0.1") as (port, received):
        assert await found((closed, port, port), "127.0.0.1") == ["127.0.0.1"]
        while not received:
            await asyncio.sleep(0)
    assert received == [b""]


async def test_many_targets_come_back_each_once() -> None:
    addresses = [f"127.0.{third}.{fourth}" for third in (1, 2) for fourth in range(1, 201)]
    async with listening("0.0.0.0") as (port, _):
        assert sorted(await found((port,), *addresses)) == sorted(addresses)


async def test_a_process_that_has_run_out_of_descriptors_takes_no_target_for_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def exhausted(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(asyncio, "open_connection", exhausted)
    with pytest.raises(ExceptionGroup) as message:
        await found((443,), "127.0.0.1")
    assert message.group_contains(OSError, match="Too many open files")
