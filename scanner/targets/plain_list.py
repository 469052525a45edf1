"""A plain list of targets: one word a line, `#` starts a comment."""

from collections.abc import Iterator
from pathlib import Path

from fingerprints.model.input_file import read_text_file
from scanner.targets.entry import InventoryEntry


def read_lines(path: Path) -> Iterator[InventoryEntry]:
    """The entries of a plain list. Raises DataFileError if the file cannot be read."""
    for number, line in enumerate(read_text_file(path).splitlines(), 1):
        word = line.partition("#")[0].strip()
        if word:
            yield InventoryEntry(f"line {number}", word)
