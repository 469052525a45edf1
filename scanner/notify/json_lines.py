"""Adds events to a file that a SIEM's agent reads, one JSON object a line."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner.credentials.references import Unreadable
from scanner.notify.ecs import line_of

MODE = 0o640
"""The mode of a new file: a network's map is not for everybody, and an agent reads it by its group."""


def add_lines(path: Path, events: Iterable[Mapping[str, object]]) -> Unreadable | None:
    """Add each event as a line, all in one write where the system allows it. A line that an earlier write left unended
    is ended first."""
    content = "".join(f"{line_of(event)}\n" for event in events).encode("ascii")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, MODE)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Unreadable("it is not a regular file", "name a file in a folder that kitscan may write to")
            if status.st_size and os.pread(descriptor, 1, status.st_size - 1) != b"\n":
                content = b"\n" + content
            while content:
                content = content[file.write(content) :]
            os.fsync(descriptor)
    except OSError as error:
        return Unreadable(f"it cannot be written ({error.strerror})", "name a file that kitscan may write to")
    return None
