"""What `containerlab inspect --format json` prints: containers by lab, and in earlier versions as one list."""

from collections.abc import Iterator
from typing import Any

from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.containerlab.node_entry import no_target, node_attributes, sort_entries
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word, nested, text_of_value
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain

EXPECTED = "what containerlab inspect --format json prints"

_MARKS = frozenset(("container_id", "ipv4_address"))
_NO_VALUE = "N/A"
"""What containerlab prints where there is none."""

_RUNNING = ("", "running", "up")
"""States of a container that may answer. A version that prints none has an empty one."""


def recognise_inspection(content: FileContent) -> Recognition:
    """Its containers have an ID and an address each."""
    if content.syntax is not TextSyntax.JSON:
        return NOT_RECOGNISED
    if any(_MARKS.issubset(container) for _, container in _containers(content.tree)):
        return certain("its containers have container_id and ipv4_address")
    return NOT_RECOGNISED


def read_inspection(content: FileContent) -> InventoryContent:
    """The containers that run and have an address. Raises DataFileError."""
    found = tuple(_containers(content.parsed(EXPECTED)))
    if not found:
        raise content.refused("whole file", "there are no containers", EXPECTED)
    return InventoryContent(*sort_entries(_entry(place, container) for place, container in found))


def _containers(tree: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each container and its place. `containers` is the list of earlier versions; a list by itself older still."""
    if isinstance(tree, list):
        groups = {"": tree}
    else:
        groups = {str(name): value for name, value in nested(tree).items() if isinstance(value, list)}
    for name, listed in groups.items():
        for number, item in enumerate(listed):
            if isinstance(item, dict):
                yield f"{name}[{number}]", item


def _entry(place: str, container: dict[str, Any]) -> InventoryEntry | SkippedEntry:
    name, kind, lab, state = (_text(container, key) for key in ("name", "kind", "lab_name", "state"))
    skipped = no_target(place, name, kind)
    if skipped is not None:
        return skipped
    if state.lower() not in _RUNNING:
        return SkippedEntry(place, name, SkipReason.DOWN, state)
    addresses = (host_word(_text(container, key)) for key in ("ipv4_address", "ipv6_address"))
    word = next(filter(None, addresses), "")
    if not word:
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS, kind)
    short = name.rpartition(f"-{lab}-")[2] if lab and f"-{lab}-" in name else name.removeprefix(f"{lab}-")
    attributes, _ = node_attributes({"kind": kind, "group": _text(container, "group")}, ())
    return InventoryEntry(place, word, tuple(dict.fromkeys(filter(None, (short, name)))), attributes)


def _text(container: dict[str, Any], key: str) -> str:
    text = text_of_value(container.get(key))
    return "" if text == _NO_VALUE else text
