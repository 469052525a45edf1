"""containerlab's files as lists of targets: the topology people write, and the data file a deployment leaves.

The data file (`topology-data.json` in the lab's folder) is the better one: it has the addresses that were given out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import read_tree
from fingerprints.model.errors import DataFileError, Flaw
from scanner.targets.entry import Entry
from scanner.targets.plain_list import read_text

MAX_VALUE = 1_000
"""Characters kept of one label's value."""


def read_topology(path: Path) -> Iterator[Entry]:
    """The nodes of a `.clab.yml`: at their management address, else at the name containerlab gives their container.

    Labels and group come from the node, its group, its kind and the defaults, nearest first. Raises DataFileError.
    """
    data, _ = read_tree(path)
    topology = _mapping(_mapping(data).get("topology"))
    nodes = _mapping(topology.get("nodes"))
    if not nodes:
        raise _refused(path, "topology.nodes", "there are no nodes", "a containerlab topology with nodes")
    lab = _text(_mapping(data).get("name")) or path.name.partition(".")[0]
    prefix = _mapping(data).get("prefix", "clab")
    entries = [_written(path, topology, lab, prefix, str(name), node) for name, node in nodes.items()]
    return iter(entries)


def read_topology_data(path: Path) -> Iterator[Entry]:
    """The nodes of a `topology-data.json`. Raises DataFileError."""
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "whole file"
        raise _refused(path, place, "is not JSON", "the topology-data.json of a containerlab folder") from error
    nodes = _mapping(_mapping(data).get("nodes"))
    if not nodes:
        raise _refused(
            path, "nodes", "there are no nodes", "the topology-data.json of a deployed containerlab topology"
        )
    return iter([_deployed(path, str(name), node) for name, node in nodes.items()])


def _deployed(path: Path, name: str, node: Any) -> Entry:
    said = _mapping(node)
    address = _text(said.get("mgmt-ipv4-address")) or _text(said.get("mgmt-ipv6-address"))
    if not address:
        raise _refused(path, f"nodes.{name}", "no management address", "mgmt-ipv4-address or mgmt-ipv6-address")
    names = (name, _text(said.get("longname")))
    return Entry(f"nodes.{name}", address, tuple(filter(None, names)), tuple(_attributes(said, said.get("labels"))))


def _written(path: Path, topology: dict[str, Any], lab: str, prefix: Any, name: str, node: Any) -> Entry:
    if node is not None and not isinstance(node, dict):
        raise _refused(path, f"topology.nodes.{name}", "is not a mapping", "kind, group, labels ... of the node")
    levels = _levels(topology, _mapping(node))
    said: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for level in levels:
        said.update(level)
        labels.update(_mapping(level.get("labels")))
    own = _mapping(node)
    keys = ("mgmt-ipv4", "mgmt_ipv4", "mgmt-ipv6", "mgmt_ipv6")
    address = next((_text(own[key]) for key in keys if _text(own.get(key))), "")
    container = "-".join(filter(None, (_text(prefix) if prefix != "__lab-name" else "", lab if prefix else "", name)))
    names = tuple(dict.fromkeys((name, container)))
    return Entry(f"topology.nodes.{name}", address or container, names, tuple(_attributes(said, labels)))


def _levels(topology: dict[str, Any], node: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """What applies to a node, the farthest first: defaults, its kind, its group, itself."""
    defaults = _mapping(topology.get("defaults"))
    groups, kinds = _mapping(topology.get("groups")), _mapping(topology.get("kinds"))
    group = _mapping(groups.get(_text(node.get("group") or defaults.get("group"))))
    kind = _mapping(kinds.get(_text(node.get("kind") or group.get("kind") or defaults.get("kind"))))
    return defaults, kind, group, node


def _attributes(said: dict[str, Any], labels: Any) -> Iterator[tuple[str, str]]:
    for key in ("kind", "group"):
        if value := _text(said.get(key)):
            yield key, value
    for key, value in _mapping(labels).items():
        if text := _text(value):
            yield str(key), text


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return str(value)[:MAX_VALUE].strip() if isinstance(value, str | int | float) else ""


def _refused(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), "correct the file and run the same command again")
