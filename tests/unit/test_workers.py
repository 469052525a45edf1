"""How many processes ask, and what a worker tells its parent."""

import asyncio
import mmap
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from socket import socket, socketpair
from typing import NoReturn

import pytest

from scanner.credentials.book import read_credentials
from scanner.protocols.probe import Observed, Planned
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.rate_limit.traffic import TrafficCounter
from scanner.targets.target import Target
from scanner.workers.frames import HEAD, NUMBER, FinishedDevice, FrameKind, finished_of, frame
from scanner.workers.pool import MAX_WAITING, MIN_DEVICES, Jobs, WorkerLostError, WorkerPool, _WorkerProcess
from scanner.workers.worker import Work


class FourCores(Jobs):
    @property
    def cores(self) -> int:
        return 4


@pytest.mark.parametrize(
    ("asked", "packets", "devices", "workers"),
    [
        (None, None, 10_000, 4),  # no limit: every core
        (None, None, 3 * MIN_DEVICES, 3),
        (None, None, MIN_DEVICES - 1, 0),  # a fork would cost more than it saves
        (None, 1_000.0, 10_000, 0),  # one process sends that much
        (None, 5_000.0, 10_000, 2),
        (1, None, 10_000, 1),
        (7, 1_000.0, 10_000, 7),  # who asks for it gets it
        (7, None, 3, 3),
    ],
)
@pytest.mark.skipif("not __import__('sys').platform.startswith('linux')", reason="elsewhere workers are asked for")
def test_a_run_has_as_many_workers_as_pay_off(
    asked: int | None, packets: float | None, devices: int, workers: int
) -> None:
    assert FourCores(asked, packets).workers(devices) == workers


def test_a_frame_says_of_a_device_what_it_was_made_of() -> None:
    finished = FinishedDevice(("new", "old"), TrafficCounter(5, 2, 3, 1))
    octets = frame(FrameKind.DONE, 7, finished.text())
    kind, number, size = HEAD.unpack(octets[: HEAD.size])
    assert (kind, number, size) == (FrameKind.DONE, 7, len(octets) - HEAD.size)
    assert finished_of(octets[HEAD.size :].decode()) == finished


OWN_USER = '{name: audit, snmp: v3, user: audit, auth: [sha256, "file:password"], prefixes: [192.0.2.0/24]}'


async def test_what_a_worker_said_before_it_ended_counts_though_it_is_asked_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a credential that was refused would be offered once more, and an account be locked."""
    (tmp_path / "password").write_text("Zwiebel-kuchen-77")
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "credentials.yaml").write_text(f"credentials: [{OWN_USER}]\n")
    book = read_credentials(tmp_path / "credentials.yaml", lambda _: "")
    targets = [Target("192.0.2.1"), Target("192.0.2.2")]

    def refused_and_killed(_work: Work, to_parent: socket) -> NoReturn:
        time.sleep(0.15)
        to_parent.sendall(frame(FrameKind.REFUSED, 0, "audit"))
        os._exit(1)

    monkeypatch.setattr("scanner.workers.pool.run_worker", refused_and_killed)
    pool = WorkerPool(Jobs(2, None), book, RateLimiter(PROFILES["normal"]), _Asking, ())
    async with pool.sharing((_Asking(),), targets) as (probe,):
        time.sleep(0.5)  # a slow disk: both workers end before this process reads again
        asked = (anext(aiter(probe.observe(target))) for target in targets)  # one by each worker
        await asyncio.gather(*asked, return_exceptions=True)
    assert book.stopped("192.0.2.1") == ("audit",)


async def test_rows_that_wait_for_the_sink_are_bounded_and_none_is_lost() -> None:
    own, theirs = socketpair()
    reader, writer = await asyncio.open_connection(sock=own)
    worker = _WorkerProcess(0, mmap.mmap(-1, mmap.PAGESIZE), reader, writer, writer)
    rows = worker.rows(0)
    first = asyncio.ensure_future(anext(rows))
    await asyncio.sleep(0)
    worker.listen(lambda *_: None, 0, [Target("192.0.2.1")])
    with theirs:
        assert theirs.recv(NUMBER.size) == NUMBER.pack(0)
        theirs.sendall(b"".join(frame(FrameKind.ROW, 0, str(at)) for at in range(1_000)))
        texts = [(await first).lines]
        await asyncio.sleep(0.01)
        assert [queue.qsize() for queue in worker._waiting.values()] == [MAX_WAITING]
    with pytest.raises(WorkerLostError):
        async for row in rows:
            texts.append(row.lines)
    assert texts == [*map(str, range(1_000))]
    writer.close()


class _Asking:
    """A probe that asks nothing."""

    name = "snmp"

    async def observe(self, _target: Target) -> AsyncIterator[Observed]:
        """See `Probe.observe`."""
        yield ()

    def plan(self, _target: Target) -> tuple[Planned, ...]:
        """See `Planner.plan`."""
        return ()
