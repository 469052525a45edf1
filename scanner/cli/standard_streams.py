"""Standard output and standard error as files that may fail: a full disk, a closed descriptor, a reader that is gone.

Standard output raises OutputError once and is silent from then on, so that nothing fails a second time at exit.
Messages on standard error are lost in silence: a terminal that hung up must not end the work. A character that the
encoding lacks fails in neither: an ASCII sign or its code stands for it.
"""

import codecs
import io
import os
import select
import sys
from typing import Any, TextIO

from fingerprints.model.errors import KitscanError
from scanner.cli.terminal.messages import Messages
from scanner.cli.terminal.signs import ASCII, ERRORS, register_signs


class OutputError(KitscanError):
    """Standard output cannot be written. `reader_gone` is true for a pipe whose reader closed it (`| head`)."""

    def __init__(self, why: str, reader_gone: bool = False) -> None:
        self.reader_gone = reader_gone
        super().__init__(
            f"standard output cannot be written ({why})", "write the report to a file with --out, or mend the output"
        )


class _Output(io.FileIO):
    """Descriptor 1 or 2. `why_closed` says why it takes nothing, from the start or since it failed."""

    def __init__(self, descriptor: int, quiet: bool, why_closed: str = "") -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._quiet, self.why_closed = quiet, why_closed

    def write(self, data: Any) -> int:
        if self.why_closed:
            self._fail(self.why_closed, reader_gone=False)
            return len(data)
        try:
            while (written := super().write(data)) is None:  # the descriptor does not block, and is full
                select.select([], [self], [])
            return written
        except OSError as error:
            self._fail(error.strerror or type(error).__name__, isinstance(error, BrokenPipeError))
            return len(data)

    def _fail(self, why: str, reader_gone: bool) -> None:
        quiet, self._quiet, self.why_closed = self._quiet, True, why
        if not quiet:
            raise OutputError(why, reader_gone)


def guard_standard_streams() -> None:
    """Replace sys.stdout and sys.stderr. A descriptor that is closed is opened on /dev/null first, so that no file of
    the scan gets its number and takes what is printed. A stream that a program which calls kitscan has put in the place
    of its own stays."""
    closed = {descriptor for descriptor in (0, 1, 2) if _is_closed(descriptor)}
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    register_signs()
    sys.stdout = _guarded(sys.stdout, 1, quiet=False, closed=1 in closed)
    sys.stderr = _guarded(sys.stderr, 2, quiet=True, closed=2 in closed)


def check_standard_output() -> None:
    """Raise OutputError for a standard output that was closed from the start, before the work begins."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _Output) and raw.why_closed:
        raise OutputError(raw.why_closed)


def _guarded(stream: TextIO | None, descriptor: int, quiet: bool, closed: bool) -> TextIO:
    if stream is not None and not _writes_to(stream, descriptor):
        return stream
    raw = _Output(descriptor, quiet, "it is closed" if closed else "")
    encoding = stream.encoding if stream else "utf-8"
    kind = Messages if quiet else io.TextIOWrapper
    buffer, line_by_line = io.BufferedWriter(raw), quiet or raw.isatty()
    return kind(buffer, ASCII if _is_ascii(encoding) else encoding, ERRORS, line_buffering=line_by_line)


def _writes_to(stream: TextIO, descriptor: int) -> bool:
    try:
        return stream.fileno() == descriptor
    except (OSError, ValueError, AttributeError):  # io.StringIO has none
        return False


def _is_ascii(encoding: str) -> bool:
    return codecs.lookup(encoding).name == "ascii"


def _is_closed(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False
