"""Opens every file that a user names. It reads at most so many octets, whatever size the file states, and waits for
nobody for ever.

A regular file is read. A pipe, as a shell's `<(command)` makes one, is read until its end, for a limited time. What is
neither (a folder, a socket, a device such as /dev/zero) is refused before it is opened: opening a device may move a
tape. /dev/null is an empty file.
"""

import hashlib
import os
import select
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw

MAX_TEXT_FILE = 16 * 1024 * 1024
"""Octets of the largest text file that is read. No file that a person writes is nearly as large."""

PIPE_SECONDS = 10.0
"""How long a pipe may take to its end. A command that takes longer writes a file first."""

_BLOCK = 256 * 1024

CORRECT = "correct the file and run the same command again"


def read_text_file(path: Path, limit: int = MAX_TEXT_FILE) -> str:
    """The text of a file in UTF-8, without its byte order mark. Raises DataFileError if it cannot be read, is larger
    than `limit` octets, is not UTF-8, or holds a NUL character."""
    octets = read_octets(path, limit)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, f"is not UTF-8 at byte {error.start}", "a text file in UTF-8") from error
    if "\0" in text:
        raise _refused(path, "holds NUL characters", "a text file in UTF-8")
    return text


def read_octets(path: Path, limit: int, next_step: str = CORRECT) -> bytes:
    """The content of a file. Raises DataFileError if it cannot be read or is larger than `limit` octets."""
    return b"".join(octets_of(path, limit, next_step))


def sha256_of(path: Path) -> str:
    """The digest of a file of any size, in hexadecimal digits. Raises DataFileError as `read_octets`."""
    digest = hashlib.sha256()
    for block in octets_of(path, sys.maxsize):
        digest.update(block)
    return digest.hexdigest()


def octets_of(path: Path, limit: int, next_step: str = CORRECT) -> Iterator[bytes]:
    """The content of a file in blocks, for a reader that keeps little of it. Raises DataFileError as `read_octets`."""
    read = 0
    try:
        _check_kind(path, path.stat())
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), "rb", 0) as file:
            status = os.fstat(file.fileno())
            _check_kind(path, status)  # another file may stand there by now
            if stat.S_ISREG(status.st_mode) and status.st_size > limit:
                raise _too_large(path, f"{status.st_size:,}", limit, next_step)
            for block in _blocks(path, file.fileno(), stat.S_ISFIFO(status.st_mode)):
                read += len(block)
                if read > limit:
                    raise _too_large(path, f"more than {limit:,}", limit, next_step)
                yield block
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})", "a readable file") from error
    except ValueError as error:  # a NUL character in the name
        raise _refused(path, f"cannot be read ({error})", "a readable file") from error


def _blocks(path: Path, descriptor: int, is_pipe: bool) -> Iterator[bytes]:
    ends = time.monotonic() + PIPE_SECONDS
    while True:
        if is_pipe and not _is_ready(descriptor, ends):
            problem = f"is a pipe that did not come to its end in {PIPE_SECONDS:.0f} s"
            raise _refused(path, problem, "a file", "write into a file first, and name that")
        try:
            block = os.read(descriptor, _BLOCK)
        except BlockingIOError:  # another process read what was there
            continue
        if not block:
            return
        yield block


def _is_ready(descriptor: int, ends: float) -> bool:
    """Whether a pipe has octets, or its end, before the time `ends`."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    left = ends - time.monotonic()
    return left > 0 and bool(poll.poll(left * 1000))


def _check_kind(path: Path, status: os.stat_result) -> None:
    """Raises DataFileError for what is neither a regular file nor a pipe nor /dev/null."""
    mode = status.st_mode
    if stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and _is_null_device(status)):
        return
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
    )
    kind = next((name for is_kind, name in kinds if is_kind(mode)), "of an unknown kind")
    raise _refused(path, f"is {kind}", "a regular file", "name a regular file")


def _is_null_device(status: os.stat_result) -> bool:
    return status.st_rdev == Path(os.devnull).stat().st_rdev


def _too_large(path: Path, size: str, limit: int, next_step: str) -> DataFileError:
    return _refused(path, f"holds {size} bytes", f"at most {limit:,} bytes", next_step)


def _refused(path: Path, problem: str, expected: str, next_step: str = CORRECT) -> DataFileError:
    return DataFileError(path, (Flaw("whole file", problem, expected),), next_step)
