"""Writes a file that is not there yet."""

import os
from pathlib import Path


def write_new(path: Path, content: bytes, mode: int) -> bool:
    """Create a file, atomically. False if it already exists. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return True
