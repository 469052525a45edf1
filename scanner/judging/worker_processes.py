"""Processes that answer tasks side by side. The answers come in the order of the tasks, however many they are.

Each process is a fresh one, not a copy of this: it holds none of this one's secrets, locks and connections. One that
ends before its answer ends the work with an error, never with an answer less. concurrent.futures would do the same, but
for two things: its queue (CPython 3.11) can wait for ever for a process that was killed, and it cannot end a process
that is still at work when Ctrl-C comes.
"""

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
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


class WorkerProcesses:
    """So many processes, as a context manager: they end with it, at once if an error leaves it."""

    def __init__(self, count: int, answering: OpensAnswering) -> None:
        self._count, self._answering = count, answering
        self._workers: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
            answering = pickle.dumps(self._answering)
            for worker in self._workers:
                self._send(worker, answering)
        except BaseException:  # a signal that came meanwhile among them
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _start(self) -> None:
        """Start them. What they answer with goes to them afterwards: `start` writes into a pipe whose other end this
        process has open as well, and would wait for ever for one that was killed before it has read all of it."""
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
        """The answer to each task, in order. What a process could not answer is answered `here`, which raises what is
        wrong with it. Raises KitscanError if a process ends before its time."""
        waiting = iter(enumerate(tasks))
        at_work: dict[Connection, int] = {}
        done: dict[int, bytes] = {}
        for worker in self._workers:
            self._hand_out(worker, waiting, at_work)
        for number, task in enumerate(tasks):
            while number not in done:
                ready = wait(tuple(at_work))
                for worker in [worker for worker in at_work if worker in ready]:
                    done[at_work.pop(worker)] = self._received(worker)
                    self._hand_out(worker, waiting, at_work)
            answer = done.pop(number)
            yield here(task) if answer == _FAILED else pickle.loads(answer)  # noqa: S301 # of our own process

    def _hand_out(self, worker: Connection, waiting: Iterator[tuple[int, Any]], at_work: dict[Connection, int]) -> None:
        """Give a process that has nothing to do the next task, if there is one."""
        for number, task in waiting:
            self._send(worker, dumped(task))
            at_work[worker] = number
            return

    def _send(self, worker: Connection, octets: bytes) -> None:
        try:
            worker.send_bytes(octets)
        except OSError as error:
            raise self._gone(worker) from error

    def _received(self, worker: Connection) -> bytes:
        try:
            return worker.recv_bytes()
        except (EOFError, OSError) as error:
            raise self._gone(worker) from error

    def _gone(self, worker: Connection) -> KitscanError:
        process = self._workers[worker]
        process.join(1.0)
        code = process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else "ended"
        problem = f"a process that judges devices {how} before it was done, so there is no report"
        return KitscanError(problem, "run it again; with --jobs 1 it needs less memory")

    def _end(self) -> None:
        for worker, process in self._workers.items():
            worker.close()
            process.kill()
        for process in self._workers.values():
            process.join()
        self._workers.clear()


def _work(tasks: Connection) -> None:
    """Answer tasks until the other end of the pipe is closed, or its process is gone. First comes an OpensAnswering: to
    read it loads all that judges, and meanwhile a thread notices the end of the parent."""
    Thread(target=_end_with_parent, daemon=True).start()
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
