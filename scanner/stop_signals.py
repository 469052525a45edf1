"""The signals that end a command early: Ctrl-C, SIGTERM and SIGHUP.

The first signal lets the command keep and report what it has, within a time limit that holds however it is stuck.
The second ends the process at once. A signal that was ignored when the process began (nohup, a background job) stays
ignored.
"""

import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

CANCEL_SECONDS = 1.0
"""How long cancelled work may take to close its sockets and sessions. Then it is left, and ends with the process."""

REPORT_SECONDS = 4.0
"""Seconds after the first signal at which a report that is not done is given up."""

MAX_WINDOW_SLEEP = 30.0
"""Seconds after which the end of a time window is looked at anew: the machine may have slept, or its clock been set."""

EXIT_SECONDS = 4.5
"""Seconds after the first signal at which the process ends, whatever it is doing."""


class AbandonedError(Exception):
    """A signal cancelled the work, and CANCEL_SECONDS later it had not ended."""


class StopSignals:
    """What a signal does. Use it as a context manager; outside of one, no signal is handled.

    The first signal raises KeyboardInterrupt in the main thread. Inside `held` and `finishing` it is only remembered;
    inside `run` it cancels the work. `received` is the first signal, None before it came. `time_over` is True once a
    time window cancelled the work.
    """

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self.time_over = False
        self._at_signal: Callable[[], object] = _interrupt
        self._may_give_up = True
        self._asking = False
        self._terminal = _terminal_of_input()
        self._before: dict[signal.Signals, Any] = {}

    @property
    def has_ended_work(self) -> bool:
        """True if a signal or the end of a time window has cancelled the work, or will."""
        return self.received is not None or self.time_over

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells have it."""
        return 128 + (self.received or signal.SIGINT)

    @property
    def name(self) -> str:
        """The name of the first signal, for a message."""
        return (self.received or signal.SIGINT).name

    def __enter__(self) -> Self:
        if threading.current_thread() is not threading.main_thread():
            return self
        wanted = [number for number in STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        # The interpreter writes each signal's number into this pipe even while the main thread is stuck in a database
        # or a name server, where no handler runs.
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(reading,), name="stop-signals", daemon=True).start()
        self._before = {number: signal.signal(number, self._handle) for number in wanted}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in self._before.items():
            signal.signal(number, handler if self.received is None else signal.SIG_IGN)
        if self.received is not None:  # the watching thread guards the way out
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        writing = signal.set_wakeup_fd(-1)
        if writing >= 0:
            os.close(writing)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside this block a signal is only remembered: nothing that must be whole is cut in two."""
        with self._calling(lambda: None, may_give_up=False):
            yield

    @contextmanager
    def calling(self, at_signal: Callable[[], object]) -> Iterator[None]:
        """Inside this block the first signal calls `at_signal` in the main thread, and is remembered. One that came
        before calls it at once."""
        with self._calling(at_signal, may_give_up=False):
            if self.received is not None:
                at_signal()
            yield

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Inside this block a signal is only remembered, until REPORT_SECONDS after it KeyboardInterrupt is raised."""
        with self._calling(lambda: None, may_give_up=True):
            yield

    def run(
        self,
        work: Coroutine[Any, Any, None],
        at_signal: Callable[[], None],
        seconds_left: Callable[[], float] | None = None,
    ) -> None:
        """Run `work` in a loop of its own to its end. A signal calls `at_signal` in that loop and cancels the work; so
        does the end of its time window, once `seconds_left` gives none.

        Raises CancelledError where the work was cancelled, AbandonedError where it did not end in time, and what the
        work raises. Work that a signal preceded begins, and is cancelled where it first waits.
        """
        import asyncio  # not needed by most commands, and slow to import

        runner = asyncio.Runner()
        loop = runner.get_loop()
        task = loop.create_task(work)
        task.add_done_callback(lambda _: loop.stop())

        def stop() -> None:
            if not task.done():
                at_signal()
                task.cancel()
                loop.call_later(CANCEL_SECONDS, loop.stop)

        def look_at_window(left: Callable[[], float]) -> None:
            seconds = left()
            if seconds > 0:
                loop.call_later(min(seconds, MAX_WINDOW_SLEEP), look_at_window, left)
            elif not task.done():
                self.time_over = True
                stop()

        if seconds_left is not None:
            loop.call_soon(look_at_window, seconds_left)
        with self._calling(lambda: loop.call_soon_threadsafe(stop), may_give_up=False):
            if self.received is not None:
                loop.call_soon(stop)
            loop.run_forever()
            if not task.done():
                raise AbandonedError
            runner.close()
        task.result()

    def asking(self, ask: Callable[[str], str]) -> Callable[[str], str]:
        """A prompt that a signal ends. It raises EOFError where the work that asks is cancelled: then nobody is asked
        any more."""

        def prompt(text: str) -> str:
            if self.received is not None:
                raise EOFError
            self._asking = threading.current_thread() is threading.main_thread()
            try:
                return ask(text)
            except BaseException:
                if self.received is None:
                    raise
                raise EOFError from None
            finally:
                self._asking = False

        return prompt

    def end(self, code: int) -> NoReturn:
        """End the process without another step of Python. A terminal that a prompt has silenced echoes again."""
        with suppress(OSError, termios.error):
            # the kernel stops a process in the background that sets its terminal
            if self._terminal is not None and os.tcgetpgrp(0) == os.getpgrp():
                termios.tcsetattr(0, termios.TCSANOW, self._terminal)
        os._exit(code)

    @contextmanager
    def _calling(self, at_signal: Callable[[], object], may_give_up: bool) -> Iterator[None]:
        before = self._at_signal, self._may_give_up
        self._at_signal, self._may_give_up = at_signal, may_give_up
        try:
            yield
        finally:
            self._at_signal, self._may_give_up = before

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self.received is None:
            self.received = signal.Signals(number)
            signal.signal(signal.SIGALRM, self._give_up)
            signal.setitimer(signal.ITIMER_REAL, REPORT_SECONDS)
            self._at_signal()
            if self._asking:  # the main thread waits for a person, and sees nothing else before
                raise KeyboardInterrupt
        elif not _is_same_hang_up(self.received, number):
            self.end(128 + number)

    def _watch(self, pipe: int) -> None:
        """Read the numbers of signals. Ends the process EXIT_SECONDS after the first, and at once at the second."""
        first, until = 0, None
        with suppress(OSError), open(pipe, "rb", buffering=0) as signals:
            while True:
                wait = None if until is None else max(0.0, until - time.monotonic())
                if not select.select([signals], [], [], wait)[0]:
                    self.end(128 + first)
                numbers = signals.read(512)
                if not numbers:
                    return
                for number in filter(STOP_SIGNALS.__contains__, numbers):
                    if first and not _is_same_hang_up(first, number):
                        self.end(128 + number)
                    first, until = number, until or time.monotonic() + EXIT_SECONDS

    def _give_up(self, _number: int, _frame: FrameType | None) -> None:
        if self._may_give_up:
            raise KeyboardInterrupt


def leave(code: int, stop: StopSignals) -> None:
    """End the process now, where a signal has come or a thread that hangs would keep it."""
    threads = (thread for thread in threading.enumerate() if thread is not threading.main_thread())
    if stop.received is not None or any(not thread.daemon for thread in threads):
        stop.end(code)


def _terminal_of_input() -> list[Any] | None:
    """How the terminal at standard input is set (termios(3)), None if there is none."""
    try:
        return termios.tcgetattr(0)
    except (OSError, termios.error):
        return None


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _is_same_hang_up(first: int, later: int) -> bool:
    """A terminal that closes sends SIGHUP twice: from the shell, and from the kernel."""
    return first == later == signal.SIGHUP
