"""Standard error: messages in which no character acts or hides, and at most one live line below them."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_ERASE = "\r\x1b[K"
"""Back to the first column, and erase to the end of the line (ECMA-48: CR, EL)."""

DEFAULT_COLUMNS = 80


class Messages(io.TextIOWrapper):
    """Standard error. What a device, a file or an argument smuggles into a message is shown, and does nothing: escape
    sequences, carriage returns, characters that turn the direction of text. A line ends at a line feed only.

    `draw` shows a line that the next one replaces. A message erases it first, so that both stay whole.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._drawn, self._paused = False, False
        self._one_at_a_time = threading.RLock()

    def write(self, text: str) -> int:
        """Write a message. Returns the number of characters, as given."""
        with self._one_at_a_time:
            self.erase()
            super().write(visible(text))
        return len(text)

    @property
    def columns(self) -> int:
        """How wide the terminal is; 80 where there is none, or where it does not say."""
        with suppress(OSError):
            return os.get_terminal_size(self.fileno()).columns or DEFAULT_COLUMNS
        return DEFAULT_COLUMNS

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Draw nothing inside this block: a person is asked something."""
        self.erase()
        self._paused = True
        try:
            yield
        finally:
            self._paused = False

    def draw(self, line: str) -> None:
        """Show `line` in place of the one that was drawn before. It must be narrower than the terminal."""
        with self._one_at_a_time:
            if self._paused:
                return
            super().write(_ERASE + visible(line))
            self.flush()
            self._drawn = True

    def erase(self) -> None:
        """Take the drawn line away, if there is one."""
        with self._one_at_a_time:
            if self._drawn:
                self._drawn = False
                super().write(_ERASE)
                self.flush()


def visible(text: str) -> str:
    """The same lines, with a picture or a code for each character that acts or hides."""
    if text.isprintable():
        return text
    from reports.document.sanitize import sanitize  # of no use to most messages, and not loaded at every start

    return "\n".join(sanitize(line, len(line)) for line in text.split("\n"))
