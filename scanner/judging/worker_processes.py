"""Processes that answer tasks side by side. The answers come in the order of the tasks, however many they are.

Each process is a fresh one, not a copy of this: it holds none of this one's secrets, locks and connections. One that
ends before its answer ends the work with an error, never with an answer less. concurrent.futures would do the same, but
for two things: its queue (CPython 3.11) can wait for ever for a process that was killed, and it cannot end a process
that is still at work when Ctrl-C comes.
"""

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, Self, TypeVar

from fingerprints.model.errors import KitscanError
from scanner.judging.compact_pickle import dumped
from scanner.stop_signals import STOP_SIGNALS

Task = TypeVar("Task")
TaskAnswer = TypeVar("TaskAnswer")

OpensAnswering = Callable[[], AbstractContextManager[Callable[[Any], object]]]
"""Opens what a process needs for its answers, and gives the function that answers. It is pickled to the process."""

_FAILED = b""
"""What a process sends in place of an answer that it could not give."""

AT_ONCE = 2
"""Tasks that a process has at once: it does the next while the answer to the one before waits for a thread here."""

SentAnswers = SimpleQueue[tuple[int, bytes | None]]
"""What came from other processes of the tasks of one call: the number of a task and its answer, None from a process
that is gone."""


class _WaitingTask(NamedTuple):
    """A task that nobody does yet, its number among those of its call, and where its answer goes."""

    number: int
    task: Any
    sent: SentAnswers


class WorkerProcesses:
    """So many processes beside this one, as a context manager: they end with it, at once if an error leaves it."""

    def __init__(self, count: int, answering: OpensAnswering) -> None:
        self._count, self._answering = count, answering
        self._workers: dict[Connection, BaseProcess] = {}
        self._threads: list[threading.Thread] = []
        self._waiting = _WaitingTasks()
        self._lost: list[Connection] = []

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:  # a signal that came meanwhile among them
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _start(self) -> None:
        """Start them, and for each a thread that hands out tasks. What a process answers with comes from the thread:
        `start` writes into a pipe whose other end this process has open as well, and would wait for ever for a process
        that was killed before it has read all of it."""
        opening = pickle.dumps(self._answering)
        spawning = get_context("spawn")
        # Ctrl-C goes to every process of a terminal, `systemctl stop` to every one of a unit. This one ends the others.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            for _ in range(self._count):
                ours, theirs = spawning.Pipe()
                process = spawning.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self._workers[ours] = process
                thread = threading.Thread(target=self._hand_out, args=(ours, opening), daemon=True)
                thread.start()
                self._threads.append(thread)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def answers(self, tasks: Sequence[Task], here: Callable[[Task], TaskAnswer]) -> Iterator[TaskAnswer]:
        """The answer to each task, in order. Other processes begin at once. This one does tasks too, `here`, while it
        waits for an answer; and what another could not answer, so that the error is raised that is wrong with it.
        Raises KitscanError if a process ends before its time."""
        sent: SentAnswers = SimpleQueue()
        self._waiting.add([_WaitingTask(number, task, sent) for number, task in enumerate(tasks)])
        return self._received(tasks, here, sent)

    def _received(
        self, tasks: Sequence[Task], here: Callable[[Task], TaskAnswer], sent: SentAnswers
    ) -> Iterator[TaskAnswer]:
        received: dict[int, bytes] = {}
        own: dict[int, TaskAnswer] = {}
        for number, task in enumerate(tasks):
            while number not in received and number not in own:
                if self._lost:
                    raise self._gone(self._lost[0])
                mine = self._waiting.one_of(sent) if sent.empty() else None
                if mine is not None:
                    own[mine.number] = here(mine.task)
                    continue
                answered, octets = sent.get()
                if octets is not None:
                    received[answered] = octets
            if number in own:
                yield own.pop(number)
            else:
                answer = received.pop(number)
                yield here(task) if answer == _FAILED else pickle.loads(answer)  # noqa: S301 # of our own process

    def _hand_out(self, worker: Connection, opening: bytes) -> None:
        """Give a process what it answers with, then tasks, AT_ONCE of them at a time, until no more come or it is gone.
        A thread does this, so that the process need not wait for the end of a task that this one does itself."""
        given: deque[_WaitingTask] = deque()
        try:
            worker.send_bytes(opening)
            while True:
                while len(given) < AT_ONCE and (task := self._waiting.next(wait=not given)) is not None:
                    given.append(task)
                    worker.send_bytes(dumped(task.task))
                if not given:
                    return
                answer = worker.recv_bytes()
                task = given.popleft()
                task.sent.put((task.number, answer))
        except (EOFError, OSError):
            self._lost.append(worker)
            for task in given:
                task.sent.put((task.number, None))

    def _gone(self, worker: Connection) -> KitscanError:
        process = self._workers[worker]
        process.join(1.0)
        code = process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else "ended"
        problem = f"a process that judges devices {how} before it was done, so there is no report"
        return KitscanError(problem, "run it again; with --jobs 1 it needs less memory")

    def _end(self) -> None:
        self._waiting.close()
        for process in self._workers.values():
            process.kill()
        for process in self._workers.values():
            process.join()
        for thread in self._threads:  # each has met the end of its process, or of the tasks
            thread.join()
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        self._threads.clear()


class _WaitingTasks:
    """Tasks that nobody does yet, the first asked first."""

    def __init__(self) -> None:
        self._tasks: deque[_WaitingTask] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    def add(self, tasks: Iterable[_WaitingTask]) -> None:
        """Add some."""
        with self._changed:
            self._tasks.extend(tasks)
            self._changed.notify_all()

    def close(self) -> None:
        """No more come, and nobody does what waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def next(self, wait: bool) -> _WaitingTask | None:
        """Take the next, as soon as there is one if `wait`. None where there is none now, and once they are closed."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._is_closed or self._tasks)
            return self._tasks.popleft() if self._tasks and not self._is_closed else None

    def one_of(self, sent: SentAnswers) -> _WaitingTask | None:
        """Take the next whose answer goes there, if one waits."""
        with self._changed:
            place = next((place for place, task in enumerate(self._tasks) if task.sent is sent), None)
            if place is None:
                return None
            found = self._tasks[place]
            del self._tasks[place]
            return found


def _work(tasks: Connection) -> None:
    """Answer tasks until the other end of the pipe is closed, or its process is gone. First comes an OpensAnswering: to
    read it loads all that judges, and meanwhile a thread notices the end of the parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from scanner.garbage import look_seldom

    look_seldom()
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError, MemoryError), ExitStack() as opened:
        pickled = tasks.recv_bytes()
        try:
            answering: OpensAnswering = pickle.loads(pickled)  # noqa: S301 # of the process that started this one
            answer = opened.enter_context(answering())
        except Exception:  # noqa: BLE001 # the process that asked answers all, or meets the same error
            answer = _fail
        waiting: SimpleQueue[bytes | None] = SimpleQueue()
        threading.Thread(target=_read_ahead, args=(tasks, waiting), daemon=True).start()
        while (octets := waiting.get()) is not None:
            try:
                sent = dumped(answer(pickle.loads(octets)))  # noqa: S301 # of our own process
            except Exception:  # noqa: BLE001 # the process that asked meets the same error, and reports it
                sent = _FAILED
            tasks.send_bytes(sent)
    os._exit(0)


def _read_ahead(tasks: Connection, waiting: SimpleQueue[bytes | None]) -> None:
    """Read tasks while others are done; None stands behind the last. The other end never waits to send a task, even
    while this process sends an answer."""
    with suppress(EOFError, OSError, MemoryError):
        while True:
            waiting.put(tasks.recv_bytes())
    waiting.put(None)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fail(_task: object) -> NoReturn:
    raise RuntimeError
