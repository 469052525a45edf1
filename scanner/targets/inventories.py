"""The kinds of inventory files that name targets, in one table. A file's kind is declared (`csv:FILE`) or sniffed.

A new kind is one more row: a name, what it is, how its content is recognised, and its reader.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from scanner.targets.containerlab import read_topology, read_topology_data
from scanner.targets.csv_list import looks_like_table, read_table
from scanner.targets.entry import InventoryEntry
from scanner.targets.plain_list import read_lines

HEAD = 64 * 1024
"""Characters of a file that a sniffer sees."""

_TOPOLOGY_KEY = re.compile(r"""["']?topology["']?\s*:\s*[{\n]""")
_YAML_KEY = re.compile(r"""["']?[A-Za-z_][\w-]*["']?\s*:(\s|\Z)""")
_JSON = re.compile(r"""\{|\[\s*([\[{"\]]|\Z)""")
_WORD = re.compile(r"[\w.:/%\-\[][\w.:/%\-\[\] ]*\Z")
_SECTION = re.compile(r"\[(?![0-9A-Fa-f:.%]+(\]|\Z))")


@dataclass(frozen=True, slots=True)
class InventoryKind:
    """One row of the registry. `sniff` gets the beginning of a file's text, and is true if the file is of this kind."""

    name: str
    about: str
    sniff: Callable[[str], bool]
    read: Callable[[Path], Iterator[InventoryEntry]]


def _is_topology_data(head: str) -> bool:
    return bool(_JSON.match(head.lstrip())) and not _TOPOLOGY_KEY.search(head)


def _is_topology(head: str) -> bool:
    line = _first_line(head)
    return bool(_YAML_KEY.match(line)) or (line.startswith("{") and bool(_TOPOLOGY_KEY.search(head)))


def _is_list(head: str) -> bool:
    line = _first_line(head)
    return not line or (bool(_WORD.match(line)) and not _SECTION.match(line))


def _first_line(head: str) -> str:
    """The first line that holds more than a comment or a YAML document mark, without its comment."""
    lines = (line.partition("#")[0].strip() for line in head.splitlines())
    return next((line for line in lines if line and line != "---"), "")


INVENTORIES = (
    InventoryKind(
        "containerlab-data", "the topology-data.json of a deployed lab", _is_topology_data, read_topology_data
    ),
    InventoryKind("containerlab", "a containerlab topology in YAML", _is_topology, read_topology),
    InventoryKind("csv", "a table with a header row and a column named address", looks_like_table, read_table),
    InventoryKind("list", "one target a line, # starts a comment", _is_list, read_lines),
)
"""Sniffed in this order: the first kind that recognises a file reads it."""


def split_kind(word: str) -> tuple[InventoryKind | None, str]:
    """The kind that a word declares (`csv:FILE`), or None, and the rest of the word."""
    name, colon, rest = word.partition(":")
    declared = next((kind for kind in INVENTORIES if kind.name == name), None)
    return (declared, rest) if declared and colon and rest and not rest.isdigit() else (None, word)


def read_inventory(path: Path, declared: InventoryKind | None = None) -> Iterator[InventoryEntry]:
    """The entries of a file, read as the declared kind, or as the kind that its content shows.

    Raises DataFileError: for content of no known kind it names the kinds.
    """
    return (declared or _sniffed(path)).read(path)


def _sniffed(path: Path) -> InventoryKind:
    head = read_text_file(path)[:HEAD]
    kind = next((kind for kind in INVENTORIES if kind.sniff(head)), None)
    if kind is None:
        expected = "; ".join(f"{kind.name} ({kind.about})" for kind in INVENTORIES)
        flaw = Flaw("whole file", "is no inventory of a known kind", expected)
        raise DataFileError(path, (flaw,), f"correct the file, or declare its kind: csv:{path}")
    return kind
