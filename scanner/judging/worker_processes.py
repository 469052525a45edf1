"""Processes that answer tasks side by side. The answers come in the order of the tasks, however many they are.

Each process is a fresh one, not a copy of this: it holds none of this one's secrets, locks and connections. One that
ends before its answer ends the work with an error, never with an answer less. concurrent.futures would do the same, but
for two things: its queue (CPython 3.11) can wait for ever for a process that was killed, and it cannot end a process
that is still at work when Ctrl-C comes.
"""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

from fingerprints.model.errors import KitscanError
from scanner.judging.compact_pickle import dumped
from scanner.stop_signals import STOP_SIGNALS

Task = TypeVar("Task")
TaskAnswer = TypeVar("TaskAnswer")

OpensAnswering = Callable[[], AbstractContextManager[Callable[[Any], object]]]
"""Opens what a process needs for its answers, and gives the function that answers. It is pickled to the process."""

_FAILED = b""
"""What a process sends in place of an answer that it could not give."""

SWITCH_SECONDS = 0.001
"""How long the thread that does tasks here may keep the others, which hand tasks out, from running (the interpreter's
own is five times as long): a process that has answered has nothing to do meanwhile."""

Tasks = SimpleQueue[tuple[int, Any]]
"""Tasks that nobody does yet, each with its number."""

_Sent = tuple[Connection, int, bytes | None]
"""What came from a process: the number of a task and the answer, None if the process is gone."""


class WorkerProcesses:
    """So many processes beside this one, as a context manager: they end with it, at once if an error leaves it."""

    def __init__(self, count: int, answering: OpensAnswering) -> None:
        self._count, self._answering = count, answering
        self._has_begun = False
        self._workers: dict[Connection, BaseProcess] = {}
        self._threads: list[threading.Thread] = []
        self._interval = sys.getswitchinterval()

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
        """Start them. What they answer with goes to them later: `start` writes into a pipe whose other end this process
        has open as well, and would wait for ever for one that was killed before it has read all of it."""
        sys.setswitchinterval(SWITCH_SECONDS)
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
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def answers(self, tasks: Sequence[Task], here: Callable[[Task], TaskAnswer]) -> Iterator[TaskAnswer]:
        """The answer to each task, in order. This process does tasks too, `here`, while it waits; and what another
        could not answer, so that the error is raised that is wrong with it. Raises KitscanError if a process ends
        before its time."""
        waiting: Tasks = SimpleQueue()
        for numbered in enumerate(tasks):
            waiting.put(numbered)
        sent: SimpleQueue[_Sent] = SimpleQueue()
        opening = None if self._has_begun else pickle.dumps(self._answering)
        self._has_begun = True
        for worker in self._workers:
            handed = (worker, opening, _next_of(waiting), waiting, sent)
            thread = threading.Thread(target=_hand_out, args=handed, daemon=True)
            thread.start()
            self._threads.append(thread)
        received: dict[int, bytes] = {}
        own: dict[int, TaskAnswer] = {}
        for number, task in enumerate(tasks):
            while number not in received and number not in own:
                mine = _next_of(waiting) if sent.empty() else None
                if mine is not None:
                    own[mine[0]] = here(mine[1])
                    continue
                worker, answered, octets = sent.get()
                if octets is None:
                    raise self._gone(worker)
                received[answered] = octets
            if number in own:
                yield own.pop(number)
            else:
                answer = received.pop(number)
                yield here(task) if answer == _FAILED else pickle.loads(answer)  # noqa: S301 # of our own process

    def _gone(self, worker: Connection) -> KitscanError:
        process = self._workers[worker]
        process.join(1.0)
        code = process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else "ended"
        problem = f"a process that judges devices {how} before it was done, so there is no report"
        return KitscanError(problem, "run it again; with --jobs 1 it needs less memory")

    def _end(self) -> None:
        sys.setswitchinterval(self._interval)
        for process in self._workers.values():
            process.kill()
        for process in self._workers.values():
            process.join()
        for thread in self._threads:  # each has met the end of its process
            thread.join()
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        self._threads.clear()


def _next_of(waiting: Tasks) -> tuple[int, Any] | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None


def _hand_out(
    worker: Connection,
    opening: bytes | None,
    first: tuple[int, Any] | None,
    waiting: Tasks,
    sent: SimpleQueue[_Sent],
) -> None:
    """Give a process one task after the other, until none is left or the process is gone; before them `opening`, if it
    has not had that yet. A thread does this, so that the process need not wait for the end of a task that this one does
    itself."""
    number, task = -1, first
    try:
        if opening is not None:
            worker.send_bytes(opening)
        while task is not None:
            number, question = task
            worker.send_bytes(dumped(question))
            sent.put((worker, number, worker.recv_bytes()))
            task = _next_of(waiting)
    except (EOFError, OSError):
        sent.put((worker, number, None))


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
        while True:
            octets = tasks.recv_bytes()
            try:
                sent = dumped(answer(pickle.loads(octets)))  # noqa: S301 # of our own process
            except Exception:  # noqa: BLE001 # the process that asked meets the same error, and reports it
                sent = _FAILED
            tasks.send_bytes(sent)
    os._exit(0)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fail(_task: object) -> NoReturn:
    raise RuntimeError
