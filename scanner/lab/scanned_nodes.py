"""What a scan found at each node of a lab, from its JSON document (`kitscan-document/1`)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.document.document import Unidentified
from scanner.lab.expectations import NO_ZONE, UNKNOWN


@dataclass(frozen=True, slots=True)
class ScannedNode:
    """What a scan found at one node.

    `maker` is the company that made it, or else the one whose name it bears. `parts` counts its components of watched
    makers, by maker. `shared_with` holds the other nodes that the scan took for the same device. `devices` is how many
    the scan took the node for; the rest is of the last of them.
    """

    maker: str
    place: str
    verdict: str
    parts: tuple[tuple[str, int], ...] = ()
    shared_with: tuple[str, ...] = ()
    devices: int = 1


@dataclass(frozen=True, slots=True)
class SilentNode:
    """A node that said nothing, and the reason that the report gives; empty if the report does not name it. `maker` is
    the company that its MAC address or its own announcements name; `unknown` if they name none."""

    reason: str
    maker: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class ScannedLinks:
    """The pairs of nodes that a scan found to be neighbours by LLDP, and the nodes that report any neighbour by it."""

    pairs: frozenset[frozenset[str]]
    reporting: frozenset[str]


def scanned_nodes(document: Mapping[str, Any], nodes: Iterable[str]) -> dict[str, ScannedNode | SilentNode]:
    """What was found at each of these nodes, by name. A node's device is the one that has its name as a label."""
    wanted = frozenset(nodes)
    reasons = {missing["target"]: missing["reason"] for missing in document["not_assessed"]}
    counts = Counter(label for device in document["devices"] for label in wanted.intersection(device["labels"]))
    found: dict[str, ScannedNode | SilentNode] = {}
    for device in document["devices"]:
        names = wanted.intersection(device["labels"])
        for node in names:
            scanned = replace(_scanned(device, sorted(names - {node})), devices=counts[node])
            is_silent = counts[node] == 1 and reasons.get(node) == Unidentified.LAYER_2_ONLY
            found[node] = SilentNode(reasons[node], scanned.maker) if is_silent else scanned
    return {node: found.get(node, SilentNode(reasons.get(node, ""))) for node in sorted(wanted)}


def scanned_links(document: Mapping[str, Any], nodes: Iterable[str]) -> ScannedLinks:
    """The neighbours by LLDP among these nodes. Two nodes that are one device of the report are no pair."""
    wanted = frozenset(nodes)
    nodes_of = {device["id"]: sorted(wanted.intersection(device["labels"])) for device in document["devices"]}
    pairs = frozenset(
        frozenset((one, other))
        for link in document["links"]
        if "lldp" in link["protocols"]
        for one in nodes_of.get(link["device"], ())
        for other in nodes_of.get(link["other"], ())
    )
    reporting = {
        node
        for device in document["devices"]
        if any(neighbour["protocol"] == "lldp" for neighbour in device["neighbours"])
        for node in nodes_of[device["id"]]
    }
    return ScannedLinks(pairs, frozenset(reporting))


def _scanned(device: Mapping[str, Any], shared_with: list[str]) -> ScannedNode:
    identity = device["identity"]
    company = identity["made_by"] or identity["vendor"]
    parts = Counter(maker for component in device["components"] for maker in _watched_maker(component))
    return ScannedNode(
        company["id"] if company else UNKNOWN,
        device["placement"]["zone"] or NO_ZONE,
        device["verdict"],
        tuple(sorted(parts.items())),
        tuple(shared_with),
    )


def _watched_maker(component: Mapping[str, Any]) -> Iterator[str]:
    """The maker of a component that is tied to a watched company, once; nothing of another component."""
    entities = [tie["entity"] for tie in component["watched"] if tie["level"] != "cleared"]
    if entities:
        yield component["made_by"]["id"] if component["made_by"] else entities[0]
