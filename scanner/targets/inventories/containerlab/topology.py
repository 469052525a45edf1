"""A topology file, resolved: every node with what it inherits, every link in one form, the management networks.

`read_lab` is for whoever runs a lab; the reader of targets (`topology_file`) makes its entries of the same.
"""

import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fingerprints.database.yaml_file import parse_texts
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from fingerprints.model.secret_names import first_word
from scanner.targets.addresses import Network
from scanner.targets.inventories.containerlab.inheritance import Inherited, inherited
from scanner.targets.inventories.containerlab.kinds import EXTERNAL
from scanner.targets.inventories.containerlab.links import LabLink, read_links
from scanner.targets.inventories.containerlab.variables import is_marked, unmarked, with_variables
from scanner.targets.inventories.content import NEXT_STEP
from scanner.targets.inventories.kept_values import items_of, nested, text_of_value

EXPECTED = "a containerlab topology"

DEFAULT_PREFIX = "clab"
LAB_NAME_PREFIX = "__lab-name"
"""The prefix that means the name of the lab alone."""


@dataclass(frozen=True, slots=True)
class LabNode:
    """One node, with what it inherits. `container` is the name of its container, and of its place in the network.

    `kind` is in lower case. `management` are its fixed addresses (`mgmt-ipv4`, then `mgmt-ipv6`), which only the node
    itself can have. `labels` are texts. `cmd`, `image` and `env_files`, `binds` are as containerlab gives them to the
    container; of two binds to one place the nearest counts. `from_environment` names the settings and labels
    whose text comes from an environment variable in whole or in part.
    """

    name: str
    container: str
    kind: str = ""
    group: str = ""
    type: str = ""
    image: str = ""
    cmd: str = ""
    network_mode: str = ""
    management: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    env_files: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    from_environment: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LabTopology:
    """One lab. `network` and `subnets` are the name of the (first) management network and the prefixes of all, as the
    file has them. `unknown_links` are the numbers (from 0) of links in no known form."""

    name: str
    nodes: tuple[LabNode, ...]
    links: tuple[LabLink, ...] = ()
    network: str = ""
    subnets: tuple[Network, ...] = ()
    unknown_links: tuple[int, ...] = ()

    def network_owners(self) -> dict[str, str]:
        """For each node that shares another's network (`network-mode: container:NAME`), the node that has it: line
        cards of one router are containers of their own."""
        shared = {node.name: mode for node in self.nodes if (mode := _shared_with(node.network_mode))}
        owners: dict[str, str] = {}
        for name, owner in shared.items():
            seen = {name}
            while owner in shared and owner not in seen:
                seen.add(owner)
                owner = shared[owner]  # noqa: PLW2901 - it is followed to the end of the chain
            owners[name] = owner
        return owners


def read_lab(path: Path, environment: Mapping[str, str] | None = None) -> LabTopology:
    """The lab in a topology file. Raises DataFileError."""
    return resolve_topology(read_text_file(path), path, os.environ if environment is None else environment)


def resolve_topology(text: str, path: Path, environment: Mapping[str, str]) -> LabTopology:
    """The lab in the text of a topology. Errors name it by `path`. Raises DataFileError."""
    tree = nested(_texts(with_variables(text, environment), path))
    topology = nested(tree.get("topology"))
    nodes = nested(topology.get("nodes"))
    if not nodes:
        raise _refused(path, "topology.nodes", "there are no nodes", "a containerlab topology with nodes")
    lab = unmarked(text_of_value(tree.get("name"))) or path.name.partition(".")[0]
    written = tree.get("prefix")
    prefix = DEFAULT_PREFIX if written is None else unmarked(text_of_value(written))
    links, unknown = read_links(topology.get("links"))
    management = tree.get("mgmt")
    networks = (unmarked(text_of_value(network.get("network"))) for network in _networks(management))
    return LabTopology(
        lab,
        tuple(_node(path, topology, (prefix, lab), name, body) for name, body in nodes.items()),
        links,
        next(networks, ""),
        declared_subnets(management),
        unknown,
    )


def declared_subnets(management: Any) -> tuple[Network, ...]:
    """The prefixes of `mgmt`, one mapping or a list of them; `auto` and what is no prefix are left out."""
    texts = (
        unmarked(text_of_value(network.get(key)))
        for network in _networks(management)
        for key in ("ipv4-subnet", "ipv6-subnet")
    )
    return tuple(network for text in texts if (network := _network(text)) is not None)


def _shared_with(network_mode: str) -> str:
    mode, _, name = network_mode.partition(":")
    return name.strip() if mode.strip().lower() == "container" else ""


def _networks(management: Any) -> list[dict[str, Any]]:
    return [nested(item) for item in items_of(management)] or [nested(management)]


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def container_name(prefix: str, lab: str, node: str) -> str:
    """The name that containerlab gives a node's container: `clab-lab-node`, or shorter by `prefix`."""
    match prefix:
        case "":
            return node
        case _ if prefix == LAB_NAME_PREFIX:
            return f"{lab}-{node}"
        case _:
            return f"{prefix}-{lab}-{node}"


def _texts(text: str, path: Path) -> Any:
    """The text as mappings and lists of texts. Raises DataFileError."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            pass  # it may be YAML in braces
    return parse_texts(text, path)


def _node(path: Path, topology: dict[str, Any], lab: tuple[str, str], written: str, body: Any) -> LabNode:
    name = unmarked(written)
    if body is not None and not isinstance(body, dict):
        shown = f"topology.nodes.{first_word(name)}"
        raise _refused(path, shown, "is not a mapping", "kind, group, labels ... of the node")
    own = nested(body)
    settings = inherited(topology, own)
    labels = settings.mapping("labels")
    kind = unmarked(settings.kind).lower()
    texts = {key: settings.setting(key) for key in ("type", "image", "cmd", "network-mode")}
    texts |= {"kind": settings.kind, "group": settings.group}
    marked = [key for key, text in texts.items() if is_marked(text)]
    label_texts = {unmarked(key): text_of_value(value) for key, value in labels.items() if value is not None}
    return LabNode(
        name,
        name if kind == EXTERNAL else container_name(*lab, name),
        kind,
        unmarked(settings.group),
        unmarked(texts["type"]),
        unmarked(texts["image"]),
        unmarked(texts["cmd"]),
        unmarked(texts["network-mode"]),
        _management(own),
        tuple((key, unmarked(text)) for key, text in label_texts.items()),
        settings.listed("env-files"),
        _binds(settings),
        frozenset((*marked, *(key for key, text in label_texts.items() if is_marked(text)), *_marked_keys(labels))),
    )


def _marked_keys(labels: dict[str, Any]) -> tuple[str, ...]:
    return tuple(unmarked(key) for key in labels if is_marked(key))


def _management(own: dict[str, Any]) -> tuple[str, ...]:
    """The addresses of a node. Earlier containerlabs wrote an underscore."""
    found = (
        next(filter(None, (unmarked(text_of_value(own.get(key))) for key in (f"mgmt-{family}", f"mgmt_{family}"))), "")
        for family in ("ipv4", "ipv6")
    )
    return tuple(filter(None, found))


def _binds(settings: Inherited) -> tuple[str, ...]:
    by_place: dict[str, str] = {}
    for bind in settings.listed("binds"):
        parts = bind.split(":")
        by_place[parts[1] if len(parts) > 1 else parts[0]] = bind
    return tuple(by_place.values())


def _refused(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), NEXT_STEP)
