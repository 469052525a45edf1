"""The folders group_vars and host_vars beside an inventory of Ansible: variables in files of their own."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import InventoryNote, NoteKind
from scanner.targets.inventories.ansible.groups import VAULT, HostGroups
from scanner.targets.inventories.content import FileContent, TextSyntax, read_content

MAX_FILES = 2_000
"""Files that are read beside one inventory."""

ENDINGS = ("", ".yml", ".yaml", ".json")


def add_variable_files(read: HostGroups, inventory: Path) -> None:
    """Add the variables of the files beside an inventory. They win over those in it. An encrypted file is noted and
    not read; one that is no YAML is noted. Only files of the inventory's own groups and hosts are opened."""
    left = iter(range(MAX_FILES))
    folder = inventory.parent / "group_vars"
    if folder.is_dir():
        for name in dict.fromkeys(("all", *sorted(read.groups))):
            for variables in _of_name(read, folder, name, left):
                read.group(name).variables.update(variables)
    folder = inventory.parent / "host_vars"
    if folder.is_dir():
        for name in read.places:
            for variables in _of_name(read, folder, name, left):
                read.variables.setdefault(name, {}).update(variables)


def _of_name(read: HostGroups, folder: Path, name: str, left: Iterator[int]) -> Iterator[dict[str, Any]]:
    if "/" in name or name in (".", "..") or len(name) > 200 or "\0" in name:
        return
    for path in _files(folder, name):
        if next(left, None) is None:
            read.notes.append(InventoryNote(NoteKind.NOT_READ, f"more than {MAX_FILES:,} files of variables"))
            return
        variables = _variables(read, path)
        if variables is not None:
            yield variables


def _files(folder: Path, name: str) -> Iterator[Path]:
    for ending in ENDINGS:
        path = folder / f"{name}{ending}"
        if path.is_file():
            yield path
        elif not ending and path.is_dir():
            inner = sorted(one for one in islice(path.iterdir(), MAX_FILES) if one.suffix in ENDINGS)
            yield from (one for one in inner if one.is_file() and not one.name.startswith("."))


def _variables(read: HostGroups, path: Path) -> dict[str, Any] | None:
    shown = f"{path.parent.name}/{path.name}"
    try:
        content = read_content(path)
    except DataFileError:
        read.notes.append(InventoryNote(NoteKind.NOT_READ, shown))
        return None
    if content.text.startswith(VAULT):
        read.notes.append(InventoryNote(NoteKind.ENCRYPTED, shown))
        return None
    tree = _tree(content)
    if tree is None:
        read.notes.append(InventoryNote(NoteKind.NOT_READ, shown))
        return None
    read.notes.append(InventoryNote(NoteKind.ALSO_READ, shown))
    return {str(key): value for key, value in tree.items()}


def _tree(content: FileContent) -> dict[str, Any] | None:
    if not content.lines:
        return {}
    readable = content.syntax in (TextSyntax.YAML, TextSyntax.JSON) and content.problem is None
    return content.tree if readable and isinstance(content.tree, dict) else None
