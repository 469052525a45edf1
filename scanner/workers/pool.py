"""The workers of a run, as their parent sees them: forked once the sweep has ended, told whom to ask, waited for.

The parent keeps what must be one: the store and its sink, the scope, the counts of refused logins, SSH sessions and
host keys. A device to which a user of a realm is bound is asked by the parent itself, and so is one for whose secret a
person would be asked (`FileBook.may_be_asked_apart`).
"""

import asyncio
import logging
import mmap
import os
import signal
import socket
import sys
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from fingerprints.model.errors import KitscanError
from scanner.credentials.book import FileBook
from scanner.protocols.probe import Observed, Probe, RunProbe
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.traffic import TrafficCounter
from scanner.sink import EncodedRow
from scanner.stop_signals import STOP_SIGNALS
from scanner.targets.target import Target
from scanner.workers.frames import HEAD, NUMBER, FrameKind, finished_of
from scanner.workers.worker import COUNTS, Work, run_worker

MIN_DEVICES = 32
"""Devices for each worker below which forking it does not pay, unless the user asked for so many workers."""

PACKETS_A_PROCESS = 2_500.0
"""Packets a second that one process sends and reads the answers to. A slower run needs no second one."""

MAX_WAITING = 64
"""Rows of one device that wait for the sink. A worker that has more to say waits, as its socket is not read."""

_log = logging.getLogger(__name__)


class WorkerLostError(KitscanError):
    """The process that asked a device ended before the device was finished. What came until then is kept."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """How many processes may ask: `asked` by the user, or None for as many as pay off on this machine."""

    asked: int | None
    packets: float | None

    def workers(self, devices: int) -> int:
        """How many workers ask so many devices; below two, this process asks."""
        if not hasattr(os, "fork"):
            return 1
        if self.asked is not None:
            return min(self.asked, devices)
        if not sys.platform.startswith("linux"):
            return 1
        needed = self.cores if self.packets is None else int(self.packets / PACKETS_A_PROCESS)
        return min(self.cores, needed, devices // MIN_DEVICES)

    @property
    def most(self) -> int:
        """The most processes that may send at once: this one and its workers."""
        return 1 + (self.asked or self.cores)

    @property
    def cores(self) -> int:
        """The processors that this process may use."""
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerPool:
    """Forks the workers of a run, and gives a probe that they ask for. `cpu_seconds` is the processor time of those
    that have ended."""

    def __init__(
        self,
        jobs: Jobs,
        book: FileBook,
        rate_limiter: RateLimiter,
        make_probe: Callable[[], Probe],
        kept_open: Sequence[int],
    ) -> None:
        """`kept_open` are the descriptors that workers need; see `Work`."""
        self._jobs, self._book, self._rate_limiter = jobs, book, rate_limiter
        self._make_probe, self._kept_open = make_probe, kept_open
        self.cpu_seconds = 0.0

    @asynccontextmanager
    async def sharing(
        self, probes: tuple[RunProbe, ...], targets: Sequence[Target]
    ) -> AsyncIterator[tuple[RunProbe, ...]]:
        """The probes of a run (`CollectionPlan.sharing`): where it pays, workers ask for the SNMP probe."""
        own = next((probe for probe in probes if probe.name == "snmp"), None)
        enough = own is not None and self._jobs.workers(len(targets)) > 1
        apart = [target for target in targets if self._book.may_be_asked_apart(target.address)] if enough else []
        count = self._jobs.workers(len(apart))
        if own is None or count < 2:
            yield probes
            return
        workers: list[_WorkerProcess] = []
        try:
            with suppress(OSError):  # no room for another process: fewer ask, or this one alone
                for _ in range(count):
                    workers.append(await self._start(apart))
            shared = _SharedProbe(own, apart, workers)
            yield tuple(shared if probe is own else probe for probe in probes)
        finally:
            for worker in workers:
                self.cpu_seconds += worker.end()
                self._rate_limiter.traffic.add(worker.unreported)

    async def _start(self, targets: Sequence[Target]) -> "_WorkerProcess":
        unreported = mmap.mmap(-1, mmap.PAGESIZE)
        work = Work(targets, self._make_probe, self._book, self._rate_limiter.traffic, unreported, self._kept_open)
        own, theirs = socket.socketpair()
        # Numbers go out by a socket object of their own: one that fails to send, because the worker has just ended,
        # drops what is still to be read, and a refusal among that.
        own_to_ask = own.dup()
        with theirs:
            process = _forked(self._book, lambda: run_worker(work, theirs))
        reader, listening = await asyncio.open_connection(sock=own)
        _, asking = await asyncio.open_connection(sock=own_to_ask)
        asking.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport reads
        worker = _WorkerProcess(process, unreported, reader, listening, asking)
        worker.listen(self._take_report, len(self._book.secrets_known_at("")), targets)
        return worker

    def _take_report(self, kind: FrameKind, address: str, text: str) -> None:
        """Take over what a worker says of credentials and counts."""
        if kind is FrameKind.REFUSED:
            self._book.note_refused(text, address)
        elif kind is FrameKind.DONE:
            finished = finished_of(text)
            for name in reversed(finished.accepted):
                self._book.note_accepted(name, address)
            self._rate_limiter.traffic.add(finished.traffic)


def _forked(book: FileBook, work: Callable[[], NoReturn]) -> int:
    """Fork a process that does the work, and return its id. No signal reaches it before it has put off the parent's
    handlers: they would write into the parent's pipe."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        with warnings.catch_warnings(), book.copied():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads: the worker uses no lock of theirs
            process = os.fork()
        if process == 0:
            work()
        return process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_TakeReport = Callable[[FrameKind, str, str], None]
"""Takes what a worker says of an address."""


class _WorkerProcess:
    """One worker, as its parent sees it."""

    def __init__(
        self,
        process: int,
        counts: mmap.mmap,
        reader: asyncio.StreamReader,
        listening: asyncio.StreamWriter,
        asking: asyncio.StreamWriter,
    ) -> None:
        """`counts` are `Work.unreported`, `listening` the other side of `reader`; devices are asked for by `asking`."""
        self._counts = counts
        self._process, self._reader, self._writers, self._asking = process, reader, (listening, asking), asking
        self._waiting: dict[int, asyncio.Queue[EncodedRow | WorkerLostError | None]] = {}
        self._listening: asyncio.Task[None] | None = None
        self.is_lost = False

    @property
    def unreported(self) -> TrafficCounter:
        """What it sent and received, and did not say with a device."""
        return TrafficCounter(*COUNTS.unpack_from(self._counts))

    @property
    def busy(self) -> int:
        """How many devices it is asking."""
        return len(self._waiting)

    def listen(self, take_report: _TakeReport, secrets: int, targets: Sequence[Target]) -> None:
        """Take what the worker sends from now on."""
        self._listening = asyncio.create_task(self._listen(take_report, secrets, targets))

    async def rows(self, number: int) -> AsyncGenerator[EncodedRow, None]:
        """Have a device asked, and yield its rows. Raises WorkerLostError."""
        queue = self._waiting[number] = asyncio.Queue(MAX_WAITING)
        self._asking.write(NUMBER.pack(number))
        while (item := await queue.get()) is not None:
            if isinstance(item, WorkerLostError):
                raise item
            yield item

    def end(self) -> float:
        """End the worker, whatever it is doing, and return the processor time that it took."""
        if self._listening is not None:
            self._listening.cancel()
        for writer in self._writers:
            writer.transport.abort()
        os.kill(self._process, signal.SIGKILL)
        _, _, used = os.wait4(self._process, 0)
        return used.ru_utime + used.ru_stime

    async def _listen(self, take_report: _TakeReport, secrets: int, targets: Sequence[Target]) -> None:
        try:
            while True:
                kind, number, size = HEAD.unpack(await self._reader.readexactly(HEAD.size))
                text = (await self._reader.readexactly(size)).decode()
                if kind == FrameKind.ERROR:
                    _log.error("%s", text)
                    continue
                take_report(FrameKind(kind), targets[number].address, text)
                if kind == FrameKind.ROW:
                    await self._waiting[number].put(EncodedRow(text, secrets))
                elif kind == FrameKind.DONE:
                    await self._waiting.pop(number).put(None)
        except (asyncio.IncompleteReadError, OSError):
            self.is_lost = True
            lost, self._waiting = self._waiting, {}
            for queue in lost.values():
                await queue.put(
                    WorkerLostError("the process that asked this device ended", "kitscan scan --retry-failed")
                )


class _SharedProbe:
    """A probe that workers ask for (`RunProbe`). The ports of one address are asked by one worker, so that its limits
    hold. Whom no worker may ask, or none is left for, the probe itself asks in this process."""

    def __init__(self, own: RunProbe, targets: Sequence[Target], workers: Sequence[_WorkerProcess]) -> None:
        self.name = own.name
        self._own, self._workers = own, workers
        self._numbers = {target.key: number for number, target in enumerate(targets)}
        self._of_address: dict[str, _WorkerProcess] = {}

    async def observe(self, target: Target) -> AsyncIterator[Observed | EncodedRow]:
        """See `RunProbe.observe`."""
        number, worker = self._numbers.get(target.key), self._worker_of(target.address)
        if number is None or worker is None:
            async for observed in self._own.observe(target):
                yield observed
            return
        async for row in worker.rows(number):
            yield row

    def _worker_of(self, address: str) -> _WorkerProcess | None:
        """The worker of an address; None if no worker is left."""
        worker = self._of_address.get(address)
        if worker is None or worker.is_lost:
            left = [worker for worker in self._workers if not worker.is_lost]
            worker = min(left, key=lambda worker: worker.busy, default=None)
            if worker is not None:
                self._of_address[address] = worker
        return worker
