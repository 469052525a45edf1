"""What a deployment writes: `topology-data.json` with its nodes by name, and topoViewer's form with them as a list."""

from collections.abc import Iterator
from typing import Any

from scanner.targets.entry import DeclaredLink, InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.containerlab.node_entry import no_target, node_attributes, sort_entries
from scanner.targets.inventories.containerlab.topology import declared_subnets
from scanner.targets.inventories.containerlab.topology_file import outside_notes
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word, items_of, nested, text_of_value
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, near, possible

_ENDS = ("source", "sourceEndpoint", "target", "targetEndpoint")
"""Keys of a link in the lists that topoViewer writes."""

EXPECTED = "the topology-data.json of a deployed containerlab topology"

_ADDRESSES = (
    *("mgmt-ipv4-address", "mgmtIpv4Address", "mgmtIpv4Addresss", "MgmtIPv4Address", "ipv4_address"),
    *("mgmt-ipv6-address", "mgmtIpv6Address", "MgmtIPv6Address", "ipv6_address"),
)
"""Keys of an address: containerlab's, and those of topoViewer's versions (one of them with a slip of the pen)."""

_NAMES = ("shortname", "ClabNodeName", "clabNodeName", "name", "id")
_MARKS = frozenset((*_ADDRESSES, "shortname", "longname", "ClabNodeName"))
_LONG_NAMES = ("longname", "ClabNodeLongName")
_KINDS = ("kind", "ClabKind", "Kind")
_GROUPS = ("group", "ClabGroup", "Group")


def recognise_topology_data(content: FileContent) -> Recognition:
    """The data file has `nodes`, each with the addresses that containerlab assigned."""
    if content.syntax is not TextSyntax.JSON or "topology" in nested(content.tree):
        return NOT_RECOGNISED
    nodes = nested(content.tree).get("nodes")
    if nodes is None and not _elements(content.tree):
        if content.problem is None and nested(content.tree).get("type") == "clab":
            return possible("it is of type clab")
        return near("it has no key nodes") if content.problem is None else NOT_RECOGNISED
    if any(_MARKS.intersection(settings) for _, _, settings in _nodes(content.tree)):
        return certain("its nodes have mgmt-ipv4-address")
    return possible("it has the key nodes")


def read_topology_data(content: FileContent) -> InventoryContent:
    """The nodes of a deployed lab. A node without an address is skipped. Raises DataFileError."""
    tree = content.parsed(EXPECTED)
    nodes = tuple(_nodes(tree))
    if not nodes:
        raise content.refused("nodes", "there are no nodes", EXPECTED)
    entries, skipped = sort_entries(_node(place, name, settings) for place, name, settings in nodes)
    config = nested(nested(nested(tree).get("clab")).get("config"))
    subnets = declared_subnets(config.get("mgmt"))
    notes = outside_notes(entries, subnets)
    return InventoryContent(entries, skipped, notes=notes, links=tuple(_links(tree)), networks=tuple(map(str, subnets)))


def _nodes(tree: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Place, name and settings of each node, in whichever form."""
    nodes = nested(tree).get("nodes")
    if isinstance(nodes, dict):
        for name, node in nodes.items():
            yield f"nodes.{name}", str(name), nested(node)
        return
    listed = [("nodes", item) for item in items_of(nodes)] or [("elements", item) for item in _elements(tree)]
    for number, (where, item) in enumerate(listed):
        node = nested(item)
        data = nested(node.get("data")) or node
        settings = {**data, **nested(data.get("ExtraData") or data.get("extraData"))}
        yield f"{where}[{number}]", _first(settings, _NAMES), settings


def _elements(tree: Any) -> list[Any]:
    """The nodes among the elements that topoViewer draws (Cytoscape's form)."""
    elements = items_of(tree) or items_of(nested(tree).get("elements"))
    return [item for item in elements if nested(item).get("group") == "nodes" and nested(nested(item).get("data"))]


def _node(place: str, name: str, settings: dict[str, Any]) -> InventoryEntry | SkippedEntry:
    kind = _first(settings, _KINDS)
    word = next(filter(None, (host_word(text_of_value(settings.get(key))) for key in _ADDRESSES)), "")
    if not word:
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS, kind)
    skipped = no_target(place, name, kind)
    if skipped is not None:
        return skipped
    labels = [(str(key), text_of_value(value)) for key, value in nested(settings.get("labels")).items()]
    own_type = text_of_value(settings.get("type")) or dict(labels).get("clab-node-type", "")
    written = {"kind": kind, "group": _first(settings, _GROUPS), "type": own_type}
    attributes, secrets = node_attributes(written, labels)
    names = tuple(dict.fromkeys(filter(None, (name, _first(settings, _LONG_NAMES)))))
    return InventoryEntry(place, word, names, attributes, secret_columns=secrets)


def _first(settings: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next(filter(None, (text_of_value(settings.get(key)) for key in keys)), "")


def _links(tree: Any) -> Iterator[DeclaredLink]:
    """The links with two ends, in both forms: `endpoints` with `a` and `z`, or `a` and `z` alone."""
    for item in items_of(nested(tree).get("links")):
        ends = nested(nested(item).get("endpoints")) or nested(item)
        joined = [text_of_value(nested(ends.get(end)).get(key)) for end in ("a", "z") for key in ("node", "interface")]
        listed = [text_of_value(ends.get(key)) for key in _ENDS]
        words = joined if joined[0] else listed
        if words[0] and words[2]:
            yield DeclaredLink(*words)
