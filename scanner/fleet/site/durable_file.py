"""Writes and moves files so that a machine that loses its power has them whole, or not at all."""

import os
from pathlib import Path

PARTIAL = ".partial"
"""How a file ends that is not whole yet."""


def write_durable(path: Path, content: bytes) -> None:
    """Make a file, or replace it. On return it is on the disk. Only its owner can read it. Raises OSError."""
    partial = path.with_name(path.name + PARTIAL)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move_durable(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def move_durable(path: Path, to: Path) -> None:
    """Move a file to another name on the same disk. On return that is on the disk. Raises OSError."""
    path.replace(to)
    for folder in {path.parent, to.parent}:
        _sync_folder(folder)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into, if it is not there. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
