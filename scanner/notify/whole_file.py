"""Writes a file whole or not at all, so that a reader never sees half of it."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Replace a file, or make it. The new file has the mode, whatever the umask. Raises OSError."""
    place = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")  # 0600 until it is whole
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(mode)
        partial.replace(place)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
