"""A `.clab.yml` as an inventory: its nodes at their fixed address, or at the name of their container."""

import os
import re
from collections.abc import Iterable

from fingerprints.model.errors import DataFileError
from scanner.targets.addresses import Network, parse_address
from scanner.targets.entry import (
    DeclaredLink,
    InventoryContent,
    InventoryEntry,
    InventoryNote,
    NoteKind,
    SkippedEntry,
    SkipReason,
)
from scanner.targets.inventories.containerlab.kinds import EARLIER_NAMES, PLATFORMS_OF_KINDS
from scanner.targets.inventories.containerlab.kubernetes import is_kubernetes, refusal
from scanner.targets.inventories.containerlab.node_entry import no_target, node_attributes, sort_entries
from scanner.targets.inventories.containerlab.topology import (
    EXPECTED,
    LabNode,
    LabTopology,
    resolve_topology,
)
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import bare_host, host_word, nested
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, possible

MAX_NOTED = 10
"""Notes of one kind that name what they are about."""

_TOPOLOGY_KEY = re.compile(r"""^\s{0,20}["']?topology["']?\s*:\s*($|[{#\n])""", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{|\{%")
_WITH_VARIABLES = re.compile(r"\$\{?[A-Za-z_]")


def recognise_topology(content: FileContent) -> Recognition:
    """A topology has a mapping `topology` with `nodes`. Templates and Kubernetes objects that hold one count too: the
    reader says what they are."""
    if content.syntax is TextSyntax.WORKBOOK or content.syntax is TextSyntax.XML:
        return NOT_RECOGNISED
    if is_kubernetes(content):
        return certain("it is a Kubernetes object that holds a topology")
    if content.problem is not None or content.syntax is TextSyntax.TEXT:
        if not _TOPOLOGY_KEY.search(content.text):
            return NOT_RECOGNISED
        if _TEMPLATE.search(content.text):
            return likely("it is a template of a topology")
        return likely("it has the key topology")
    tree = nested(content.tree)
    if nested(nested(tree.get("topology")).get("nodes")):
        return certain("it has topology.nodes")
    return possible("it has the key topology") if "topology" in tree else NOT_RECOGNISED


def read_topology(content: FileContent) -> InventoryContent:
    """The nodes of a topology that are devices, with what they inherit, and its links between them.

    Environment variables are replaced as containerlab does; none of their values becomes an attribute. Raises
    DataFileError, for a template and for a Kubernetes object too.
    """
    if is_kubernetes(content):
        raise refusal(content)
    is_template = _TEMPLATE.search(content.text) is not None
    if is_template and (content.problem is not None or content.syntax is TextSyntax.TEXT):
        raise _template(content, "whole file")
    if content.problem is not None and not _WITH_VARIABLES.search(content.text):
        raise content.problem
    if content.syntax not in (TextSyntax.JSON, TextSyntax.YAML):
        raise content.refused("whole file", "is neither JSON nor YAML", EXPECTED)
    lab = resolve_topology(content.text, content.path, os.environ)
    for word in (lab.name, *(node.name for node in lab.nodes)):
        if _TEMPLATE.search(word):
            raise _template(content, "topology.nodes")
    entries, skipped = sort_entries(map(_entry, lab.nodes))
    withheld = dict.fromkeys(name for node in lab.nodes for name in sorted(_withheld(node)))
    notes = (
        *_noted(NoteKind.OF_ENVIRONMENT, list(withheld)),
        *_noted(NoteKind.NOT_READ, [f"topology.links[{number}]" for number in lab.unknown_links]),
        *outside_notes(entries, lab.subnets),
    )
    return InventoryContent(
        entries, skipped, notes=notes, links=_declared_links(lab), networks=tuple(map(str, lab.subnets))
    )


def _template(content: FileContent, place: str) -> DataFileError:
    expected = "the topology-data.json of the deployed lab, or the topology with the template filled in"
    return content.refused(place, "is a template (Go or Jinja) that is not filled in", expected)


def _entry(node: LabNode) -> InventoryEntry | SkippedEntry:
    place = f"topology.nodes.{node.name}"
    skipped = no_target(place, node.name, node.kind, node.network_mode)
    if skipped is not None:
        return skipped
    word = next(filter(_is_address, map(bare_host, node.management)), "") or host_word(node.container)
    if not word:
        return SkippedEntry(place, node.name, SkipReason.NOT_A_HOST)
    withheld = _withheld(node)
    settings = {"kind": node.kind, "group": node.group, "type": node.type}
    attributes, secrets = node_attributes(
        {key: text for key, text in settings.items() if key not in withheld},
        ((key, text) for key, text in node.labels if key not in withheld),
    )
    names = tuple(dict.fromkeys((node.name, node.container)))
    return InventoryEntry(place, word, names, attributes, secret_columns=secrets)


def _withheld(node: LabNode) -> frozenset[str]:
    """The settings and labels whose text comes from the environment. One of its own kinds gives nothing away."""
    is_known = node.kind in PLATFORMS_OF_KINDS or node.kind in EARLIER_NAMES
    return node.from_environment - {"image", "cmd", "network-mode", *(("kind",) if is_known else ())}


def _declared_links(lab: LabTopology) -> tuple[DeclaredLink, ...]:
    """The links between two nodes. An end at a line card is one of its router."""
    owners = lab.network_owners()
    return tuple(
        DeclaredLink(
            owners.get(link.a.node, link.a.node),
            link.a.interface,
            owners.get(link.b.node, link.b.node),
            link.b.interface,
        )
        for link in lab.links
        if link.b is not None
    )


def outside_notes(entries: Iterable[InventoryEntry], subnets: tuple[Network, ...]) -> tuple[InventoryNote, ...]:
    """A note for each address that lies in none of the lab's own management networks of its family."""
    outside = (entry for entry in entries if _is_outside(entry.word, subnets))
    return _noted(NoteKind.OUTSIDE_NETWORK, [f"{entry.labels[0]} ({entry.word})" for entry in outside])


def _noted(kind: NoteKind, subjects: list[str]) -> tuple[InventoryNote, ...]:
    """A note for each of the first subjects, and one with the count of the rest."""
    rest = len(subjects) - MAX_NOTED
    shown = (*subjects[:MAX_NOTED], *((f"{rest:,} more",) if rest > 0 else ()))
    return tuple(InventoryNote(kind, subject) for subject in shown)


def _is_address(word: str) -> bool:
    try:
        parse_address(word)
    except ValueError:
        return False
    return True


def _is_outside(word: str, subnets: tuple[Network, ...]) -> bool:
    if not _is_address(word):
        return False
    address = parse_address(word)
    own = [network for network in subnets if network.version == address.version]
    return bool(own) and not any(address in network for network in own)
