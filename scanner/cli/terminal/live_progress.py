"""Draws how far work is on standard error, while the work goes on. It needs a terminal there.

On a pipe or in a file nothing is drawn: what a command leaves in a log is the same however long it took.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from scanner.cli.terminal.colours import can_move
from scanner.cli.terminal.messages import Messages
from scanner.cli.terminal.progress_line import Pace, WorkReading, format_progress

DRAWN_EACH = 0.25
"""Seconds between two lines on a terminal, each in place of the one before."""

PRINTED_EACH = 30.0
"""Seconds between two lines on a terminal that can only print (TERM=dumb)."""

FIRST_AFTER = 0.75
"""Work that takes less shows nothing."""

Piece = TypeVar("Piece")


@dataclass(slots=True)
class Counting:
    """Work that is counted item by item."""

    stage: str
    unit: str
    of: int
    done: int = 0

    def reading(self) -> WorkReading:
        """How far it is."""
        return WorkReading(self.stage, self.unit, min(self.done, self.of), self.of)

    def each(self, items: Iterable[Piece]) -> Iterator[Piece]:
        """The same items, counted when the next one is taken."""
        for item in items:
            yield item
            self.done += 1


@contextmanager
def shown(read: Callable[[], WorkReading]) -> Iterator[None]:
    """While the block runs, show what `read` returns. A thread calls it, so it must only look at plain values."""
    messages = sys.stderr
    if not isinstance(messages, Messages) or not messages.isatty():
        yield
        return
    ended = threading.Event()
    draw = _draw if can_move(os.environ) else _print
    thread = threading.Thread(target=draw, args=(messages, read, ended), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1.0)  # a terminal that takes nothing (Ctrl-S) must not hold up the work
        messages.erase()


def _draw(messages: Messages, read: Callable[[], WorkReading], ended: threading.Event) -> None:
    reading = read()
    pace, wait = Pace.first(reading, time.monotonic()), FIRST_AFTER
    while not ended.wait(wait):
        reading, wait = read(), DRAWN_EACH
        pace = pace.after(reading, time.monotonic())
        messages.draw(format_progress(reading, pace, messages.columns))


def _print(messages: Messages, read: Callable[[], WorkReading], ended: threading.Event) -> None:
    reading = read()
    pace = Pace.first(reading, time.monotonic())
    while not ended.wait(PRINTED_EACH):
        reading = read()
        pace = pace.after(reading, time.monotonic())
        messages.write(f"{format_progress(reading, pace, messages.columns)}\n")
