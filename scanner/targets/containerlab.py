"""containerlab's files as inventories: the topology that people write, and the data file that a deployment writes.

The data file (`topology-data.json` in the lab's folder) is the better one, because it has the assigned addresses.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import read_tree
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from fingerprints.model.secret_names import first_word, without_secret_names
from scanner.targets.entry import InventoryEntry

MAX_VALUE = 1_000
"""Characters kept of one label's value."""


def read_topology(path: Path) -> Iterator[InventoryEntry]:
    """The nodes of a `.clab.yml`, at their management address, or at the name that containerlab gives the container.

    Labels and group come from the node, its group, its kind and the defaults; the nearest wins. Raises DataFileError.
    """
    data, _ = read_tree(path)
    topology = _mapping(_mapping(data).get("topology"))
    nodes = _mapping(topology.get("nodes"))
    if not nodes:
        raise _refused(path, "topology.nodes", "there are no nodes", "a containerlab topology with nodes")
    lab = _text(_mapping(data).get("name")) or path.name.partition(".")[0]
    prefix = _mapping(data).get("prefix", "clab")
    entries = [_topology_node(path, topology, lab, prefix, str(name), node) for name, node in nodes.items()]
    return iter(entries)


def read_topology_data(path: Path) -> Iterator[InventoryEntry]:
    """The nodes of a `topology-data.json`. Raises DataFileError."""
    try:
        data = json.loads(read_text_file(path))
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "whole file"
        raise _refused(path, place, "is not JSON", "the topology-data.json of a containerlab folder") from error
    nodes = _mapping(_mapping(data).get("nodes"))
    if not nodes:
        raise _refused(
            path, "nodes", "there are no nodes", "the topology-data.json of a deployed containerlab topology"
        )
    return iter([_deployed_node(path, str(name), node) for name, node in nodes.items()])


def _deployed_node(path: Path, name: str, node: Any) -> InventoryEntry:
    settings = _mapping(node)
    address = _text(settings.get("mgmt-ipv4-address")) or _text(settings.get("mgmt-ipv6-address"))
    if not address:
        raise _refused(
            path, f"nodes.{first_word(name)}", "no management address", "mgmt-ipv4-address or mgmt-ipv6-address"
        )
    names = (name, _text(settings.get("longname")))
    attributes, secret_columns = _attributes(settings, settings.get("labels"))
    return InventoryEntry(
        f"nodes.{name}", address, tuple(filter(None, names)), attributes, secret_columns=secret_columns
    )


def _topology_node(path: Path, topology: dict[str, Any], lab: str, prefix: Any, name: str, node: Any) -> InventoryEntry:
    if node is not None and not isinstance(node, dict):
        raise _refused(
            path, f"topology.nodes.{first_word(name)}", "is not a mapping", "kind, group, labels ... of the node"
        )
    levels = _levels(topology, _mapping(node))
    settings: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for level in levels:
        settings.update(level)
        labels.update(_mapping(level.get("labels")))
    own = _mapping(node)
    keys = ("mgmt-ipv4", "mgmt_ipv4", "mgmt-ipv6", "mgmt_ipv6")
    address = next((_text(own[key]) for key in keys if _text(own.get(key))), "")
    container = "-".join(filter(None, (_text(prefix) if prefix != "__lab-name" else "", lab if prefix else "", name)))
    names = tuple(dict.fromkeys((name, container)))
    attributes, secret_columns = _attributes(settings, labels)
    return InventoryEntry(
        f"topology.nodes.{name}", address or container, names, attributes, secret_columns=secret_columns
    )


def _levels(topology: dict[str, Any], node: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The settings that apply to a node, the weakest first: defaults, its kind, its group, its own."""
    defaults = _mapping(topology.get("defaults"))
    groups, kinds = _mapping(topology.get("groups")), _mapping(topology.get("kinds"))
    group = _mapping(groups.get(_text(node.get("group") or defaults.get("group"))))
    kind = _mapping(kinds.get(_text(node.get("kind") or group.get("kind") or defaults.get("kind"))))
    return defaults, kind, group, node


def _attributes(settings: dict[str, Any], labels: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The attributes of a node, and the names of the labels that are not kept."""
    listed = [(key, settings.get(key)) for key in ("kind", "group")]
    written, secret_columns = without_secret_names({str(key): _text(value) for key, value in _mapping(labels).items()})
    pairs = ((key, _text(value)) for key, value in (*listed, *written.items()))
    return tuple(pair for pair in pairs if pair[1]), secret_columns


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return str(value)[:MAX_VALUE].strip() if isinstance(value, str | int | float) else ""


def _refused(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")
