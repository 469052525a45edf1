"""A plain list of targets: one word a line, `#` starts a comment."""

from collections.abc import Iterator
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from scanner.targets.entry import InventoryEntry

MAX_BYTES = 16 * 1024 * 1024


def read_text(path: Path) -> str:
    """The text of a file. Raises DataFileError if it cannot be read, is too large or is not UTF-8."""
    try:
        size = path.stat().st_size
        octets = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})", "a readable file") from error
    if size > MAX_BYTES:
        raise _refused(path, f"holds {size:,} bytes", f"at most {MAX_BYTES:,} bytes")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, f"is not UTF-8 at byte {error.start}", "a text file in UTF-8") from error
    if "\0" in text:
        raise _refused(path, "holds NUL characters", "a text file")
    return text


def read_lines(path: Path) -> Iterator[InventoryEntry]:
    """The entries of a plain list. Raises DataFileError if the file cannot be read."""
    for number, line in enumerate(read_text(path).splitlines(), 1):
        word = line.partition("#")[0].strip()
        if word:
            yield InventoryEntry(f"line {number}", word)


def _refused(path: Path, problem: str, expected: str) -> DataFileError:
    return DataFileError(
        path, (Flaw("whole file", problem, expected),), "correct the file and run the same command again"
    )
