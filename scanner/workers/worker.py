"""A worker: a forked process that asks the devices whose numbers it is told, and sends their evidence to its parent.

What it knows it has by the fork: the targets, the probe, the credentials with their secrets. It sends no secret, and
writes nowhere else. It ends when its parent does, however that ends.
"""

import asyncio
import gc
import logging
import os
import signal
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from mmap import mmap
from socket import socket
from typing import NoReturn

from fingerprints.model.evidence import Gap, Observation
from fingerprints.model.recording import encode
from scanner.collect import take_observed
from scanner.credentials.book import FileBook
from scanner.credentials.redacting_sink import Redactor
from scanner.protocols.probe import Probe
from scanner.rate_limit.traffic import TrafficCounter
from scanner.stop_signals import STOP_SIGNALS
from scanner.targets.target import Target
from scanner.workers.frames import NUMBER, FinishedDevice, FrameKind, frame

COUNTS = struct.Struct("4Q")
"""The counts of a `TrafficCounter` in the memory that a worker shares with its parent."""

COUNT_SECONDS = 0.01
"""The longest time that what a worker sends is not in them: so much of it a worker that is ended forgets."""

MAX_READ = 4096 * NUMBER.size
"""Octets of numbers that are read at once."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is forked with. `make_probe` is called in the worker's own event loop; what the probe sends is
    counted in `traffic`, and kept in `unreported` until the parent is told. `kept_open` are descriptors that it needs
    beside its socket."""

    targets: Sequence[Target]
    make_probe: Callable[[], Probe]
    book: FileBook
    traffic: TrafficCounter
    unreported: mmap
    kept_open: Sequence[int]


def run_worker(work: Work, to_parent: socket) -> NoReturn:
    """Be a worker, in a process that was just forked with all signals blocked. Never returns."""
    code = 1
    with suppress(BaseException):
        _leave_parent(to_parent, work.kept_open)
        asyncio.run(_Asker(work, to_parent).serve())
        code = 0
    os._exit(code)  # nothing of the parent's is flushed, closed or rolled back here


def _leave_parent(to_parent: socket, kept_open: Sequence[int]) -> None:
    """Have no part in what is the parent's: its signals, its standard streams, its store, its other workers."""
    signal.set_wakeup_fd(-1)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # the parent decides, and its end is the worker's
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    kept = sorted({2, to_parent.fileno(), *kept_open})
    for before, after in zip(kept, (*kept[1:], os.sysconf("SC_OPEN_MAX")), strict=True):
        os.closerange(before + 1, after)
    gc.freeze()  # what is the parent's is never looked through, nor ended, here


class _Asker:
    def __init__(self, work: Work, to_parent: socket) -> None:
        self._work, self._to_parent = work, to_parent
        self._redactor = Redactor(work.book.secrets_known_at)
        self._numbers_of = {target.address: number for number, target in enumerate(work.targets)}
        self._reported = replace(work.traffic)
        self._unread = b""
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Ask each device that the parent names. Ends with the process, when the parent closes its end."""
        self._work.book.watch_refusals(self._refused, alone=True)
        logging.getLogger().handlers = [_ToParent(self._send)]
        self._keep_count()
        probe = self._work.make_probe()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._to_parent, self._read, probe, ended)
        await ended.wait()
        os._exit(0)  # what is still being asked, nobody waits for any more

    def _read(self, probe: Probe, ended: asyncio.Event) -> None:
        octets = self._to_parent.recv(MAX_READ)
        if not octets:
            ended.set()
        octets = self._unread + octets
        whole = len(octets) // NUMBER.size * NUMBER.size
        self._unread = octets[whole:]
        for (number,) in NUMBER.iter_unpack(octets[:whole]):
            task = asyncio.create_task(self._ask(number, probe))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is not None:
            os._exit(1)  # the parent would wait for this device for ever

    async def _ask(self, number: int, probe: Probe) -> None:
        target = self._work.targets[number]

        def take(batch: Sequence[Observation | Gap]) -> None:
            clean = self._redactor.evidence(target.address, probe.name, batch)
            self._send(FrameKind.ROW, number, "\n".join(encode(clean)))

        await take_observed(target, probe, take, lambda row: self._send(FrameKind.ROW, number, row.lines))
        accepted = self._work.book.accepted_at(target.address)
        self._send(FrameKind.DONE, number, FinishedDevice(accepted, self._traffic_since()).text())
        self._reported = replace(self._work.traffic)
        COUNTS.pack_into(self._work.unreported, 0, *astuple(self._traffic_since()))

    def _keep_count(self) -> None:
        COUNTS.pack_into(self._work.unreported, 0, *astuple(self._traffic_since()))
        asyncio.get_running_loop().call_later(COUNT_SECONDS, self._keep_count)

    def _traffic_since(self) -> TrafficCounter:
        now, reported = self._work.traffic, self._reported
        return TrafficCounter(
            now.packets - reported.packets,
            now.retransmissions - reported.retransmissions,
            now.answers - reported.answers,
            now.local_drops - reported.local_drops,
        )

    def _refused(self, credential: str, address: str) -> None:
        self._send(FrameKind.REFUSED, self._numbers_of[address], credential)

    def _send(self, kind: FrameKind, number: int, text: str) -> None:
        """Send a frame, and wait while the parent has no room for it: so a slow store slows this process too."""
        self._to_parent.sendall(frame(kind, number, text))


class _ToParent(logging.Handler):
    """Hands on what is logged here: the parent decides when a line may be printed."""

    def __init__(self, send: Callable[[FrameKind, int, str], None]) -> None:
        super().__init__(logging.ERROR)
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        self._send(FrameKind.ERROR, 0, record.getMessage())
