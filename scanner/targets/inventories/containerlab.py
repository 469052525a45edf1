"""containerlab's files as inventories: the topology that people write, and the data file that a deployment writes.

The data file (`topology-data.json` in the lab's folder) is the better one, because it has the assigned addresses.
"""

import os
import re
from typing import Any

from fingerprints.database.yaml_file import parse_tree
from fingerprints.model.secret_names import first_word, without_secret_names
from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import nested, text_of_value
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near, possible

NO_CONTAINER = frozenset(("bridge", "ovs-bridge", "host"))
"""Kinds of nodes that containerlab starts no container for. They have no management address."""

_TOPOLOGY_KEY = re.compile(r"""^\s{0,20}["']?topology["']?\s*:\s*($|[{\n])""", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{-?\s*(range|if|define|end|\.)")
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?P<is>:?[=-])?(?P<default>[^}]*)\}")


def recognise_topology(content: FileContent) -> Recognition:
    """A topology has a mapping `topology` with `nodes`."""
    if content.syntax not in (TextSyntax.YAML, TextSyntax.JSON):
        return NOT_RECOGNISED
    if content.problem is not None:
        if not _TOPOLOGY_KEY.search(content.text):
            return NOT_RECOGNISED
        if _TEMPLATE.search(content.text):
            return likely("it is a Go template of a topology")
        return likely("it has the key topology")
    tree = nested(content.tree)
    if nested(nested(tree.get("topology")).get("nodes")):
        return certain("it has topology.nodes")
    return possible("it has the key topology") if "topology" in tree else NOT_RECOGNISED


def recognise_topology_data(content: FileContent) -> Recognition:
    """The data file has `nodes`, each with the addresses that containerlab assigned."""
    if content.syntax is not TextSyntax.JSON or "topology" in nested(content.tree):
        return NOT_RECOGNISED
    nodes = nested(content.tree).get("nodes")
    if nodes is None:
        return near("it has no key nodes") if content.problem is None else NOT_RECOGNISED
    listed = [nested(node) for node in nested(nodes).values()]
    if any("mgmt-ipv4-address" in node or "shortname" in node for node in listed):
        return certain("its nodes have mgmt-ipv4-address")
    return possible("it has the key nodes")


def read_topology(content: FileContent) -> InventoryContent:
    """The nodes of a `.clab.yml`, at their management address, or at the name that containerlab gives the container.

    Labels and group come from the node, its group, its kind and the defaults; the nearest wins. Environment variables
    are replaced as containerlab does. Raises DataFileError.
    """
    if _TEMPLATE.search(content.text) and content.problem is not None:
        expected = "the topology-data.json of the deployed lab, or the rendered topology"
        raise content.refused("whole file", "is a Go template", expected)
    tree = nested(_with_variables(content))
    topology = nested(tree.get("topology"))
    nodes = nested(topology.get("nodes"))
    if not nodes:
        raise content.refused("topology.nodes", "there are no nodes", "a containerlab topology with nodes")
    lab = text_of_value(tree.get("name")) or content.path.name.partition(".")[0]
    prefix = tree.get("prefix", "clab")
    prefix = "clab" if prefix is None else prefix
    return _sorted_out(_topology_node(content, topology, lab, prefix, str(name), node) for name, node in nodes.items())


def read_topology_data(content: FileContent) -> InventoryContent:
    """The nodes of a `topology-data.json`. A node without an address is skipped. Raises DataFileError."""
    expected = "the topology-data.json of a deployed containerlab topology"
    nodes = nested(nested(content.parsed(expected)).get("nodes"))
    if not nodes:
        raise content.refused("nodes", "there are no nodes", expected)
    return _sorted_out(_deployed_node(str(name), node) for name, node in nodes.items())


def _sorted_out(found: Any) -> InventoryContent:
    listed = tuple(found)
    entries = tuple(item for item in listed if isinstance(item, InventoryEntry))
    return InventoryContent(entries, tuple(item for item in listed if isinstance(item, SkippedEntry)))


def _with_variables(content: FileContent) -> Any:
    """The tree, with `${NAME}` and `${NAME:=default}` replaced. A variable that is not set stays as it is."""
    if content.syntax is TextSyntax.JSON or "${" not in content.text:
        return content.parsed("a containerlab topology")
    return parse_tree(_VARIABLE.sub(_replaced, content.text), content.path)


def _replaced(match: re.Match[str]) -> str:
    value = os.environ.get(match["name"]) if match["name"].startswith(("CLAB_", "LAB_")) else None
    if value:
        return value
    return match["default"].strip('"') if match["is"] else match[0]


def _deployed_node(name: str, node: Any) -> InventoryEntry | SkippedEntry:
    settings, place = nested(node), f"nodes.{name}"
    address = text_of_value(settings.get("mgmt-ipv4-address")) or text_of_value(settings.get("mgmt-ipv6-address"))
    if not address:
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS, text_of_value(settings.get("kind")))
    names = (name, text_of_value(settings.get("longname")))
    attributes, secret_columns = _attributes(settings, settings.get("labels"))
    return InventoryEntry(place, address, tuple(filter(None, names)), attributes, secret_columns=secret_columns)


def _topology_node(
    content: FileContent, topology: dict[str, Any], lab: str, prefix: Any, name: str, node: Any
) -> InventoryEntry | SkippedEntry:
    place = f"topology.nodes.{name}"
    if node is not None and not isinstance(node, dict):
        shown = f"topology.nodes.{first_word(name)}"
        raise content.refused(shown, "is not a mapping", "kind, group, labels ... of the node")
    settings: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for level in _levels(topology, nested(node)):
        settings.update(level)
        labels.update(nested(level.get("labels")))
    kind, mode = text_of_value(settings.get("kind")), text_of_value(settings.get("network-mode"))
    if kind in NO_CONTAINER:
        return SkippedEntry(place, name, SkipReason.NO_DEVICE, kind)
    if mode == "none" or mode.startswith("container:"):
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS, f"network-mode {mode.partition(':')[0]}")
    if mode == "host":
        return SkippedEntry(place, name, SkipReason.LOCAL, "network-mode host")
    own = nested(node)
    keys = ("mgmt-ipv4", "mgmt_ipv4", "mgmt-ipv6", "mgmt_ipv6")
    address = next((text_of_value(own[key]) for key in keys if text_of_value(own.get(key))), "")
    container = name if kind == "ext-container" else _container_name(prefix, lab, name)
    attributes, secret_columns = _attributes(settings, labels)
    names = tuple(dict.fromkeys((name, container)))
    return InventoryEntry(place, address or container, names, attributes, secret_columns=secret_columns)


def _container_name(prefix: Any, lab: str, name: str) -> str:
    first = text_of_value(prefix) if prefix != "__lab-name" else ""
    return "-".join(filter(None, (first, lab if prefix else "", name)))


def _levels(topology: dict[str, Any], node: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The settings that apply to a node, the weakest first: defaults, its kind, its group, its own."""
    defaults = nested(topology.get("defaults"))
    groups, kinds = nested(topology.get("groups")), nested(topology.get("kinds"))
    group = nested(groups.get(text_of_value(node.get("group") or defaults.get("group"))))
    kind = nested(kinds.get(text_of_value(node.get("kind") or group.get("kind") or defaults.get("kind"))))
    return defaults, kind, group, node


def _attributes(settings: dict[str, Any], labels: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The attributes of a node, and the names of the labels that are not kept."""
    listed = [(key, settings.get(key)) for key in ("kind", "group")]
    texts = {str(key): text_of_value(value) for key, value in nested(labels).items()}
    written, secret_columns = without_secret_names(texts)
    pairs = ((key, text_of_value(value)) for key, value in (*listed, *written.items()))
    return tuple(pair for pair in pairs if pair[1]), secret_columns
