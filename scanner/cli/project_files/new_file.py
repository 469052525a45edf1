"""Writes a file that is not there yet."""

import os
from pathlib import Path


def write_new(path: Path, content: bytes, mode: int) -> bool:
    """Create a file. False if it already exists. Raises OSError, and then leaves none: half a file of a full disk would
    be in the way of the next try."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True
