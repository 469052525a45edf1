"""The kinds of inventories that name targets, in one table. A file's kind is declared (`csv:FILE`) or recognised.

A new kind is one more row: a name, what it is, how sure its reader is of a content, and its reader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.ansible.ini import read_ini, recognise_ini
from scanner.targets.inventories.ansible.tree import (
    read_list_output,
    read_tree_inventory,
    recognise_list_output,
    recognise_tree,
)
from scanner.targets.inventories.containerlab.inspection import read_inspection, recognise_inspection
from scanner.targets.inventories.containerlab.topology_data import read_topology_data, recognise_topology_data
from scanner.targets.inventories.containerlab.topology_file import read_topology, recognise_topology
from scanner.targets.inventories.content import FileContent, read_content
from scanner.targets.inventories.csv_table import read_table, recognise_table
from scanner.targets.inventories.hosts_file import read_hosts_file, recognise_hosts_file
from scanner.targets.inventories.monitoring import (
    read_librenms,
    read_netdisco,
    recognise_librenms,
    recognise_netdisco,
)
from scanner.targets.inventories.mrtg import read_mrtg, recognise_mrtg
from scanner.targets.inventories.netbox.answers import read_answer, recognise_nautobot, recognise_netbox
from scanner.targets.inventories.nornir import read_hosts, recognise_hosts
from scanner.targets.inventories.plain_list import read_lines, recognise_list
from scanner.targets.inventories.port_scans import (
    read_greppable,
    read_masscan,
    read_nmap,
    recognise_greppable,
    recognise_masscan,
    recognise_nmap,
)
from scanner.targets.inventories.recognition import Confidence, Recognition
from scanner.targets.inventories.router_db import read_oxidized, read_rancid, recognise_oxidized, recognise_rancid
from scanner.targets.inventories.suzieq import read_suzieq, recognise_suzieq
from scanner.targets.inventories.workbook import read_workbook, recognise_workbook

Recogniser = Callable[[FileContent], Recognition]
InventoryReader = Callable[[FileContent], InventoryContent]


@dataclass(frozen=True, slots=True)
class InventoryKind:
    """One row of the registry. `recognise` says how sure it is that a content is of this kind; `read` reads it."""

    name: str
    about: str
    recognise: Recogniser
    read: InventoryReader


INVENTORIES = (
    InventoryKind("csv", "a table with a header row and a column named address", recognise_table, read_table),
    InventoryKind("xlsx", "a workbook with such a table", recognise_workbook, read_workbook),
    InventoryKind("list", "one target a line, # starts a comment", recognise_list, read_lines),
    InventoryKind("hosts", "a hosts file: an address and its names a line", recognise_hosts_file, read_hosts_file),
    InventoryKind("ansible", "Ansible's inventory in INI", recognise_ini, read_ini),
    InventoryKind("ansible-yaml", "Ansible's inventory in YAML", recognise_tree, read_tree_inventory),
    InventoryKind("ansible-json", "the output of ansible-inventory --list", recognise_list_output, read_list_output),
    InventoryKind("nornir", "hosts.yaml of nornir's SimpleInventory", recognise_hosts, read_hosts),
    InventoryKind("netbox", "devices, machines or prefixes of NetBox's API", recognise_netbox, read_answer),
    InventoryKind("nautobot", "the same of Nautobot's API", recognise_nautobot, read_answer),
    InventoryKind("librenms", "devices of LibreNMS's API", recognise_librenms, read_librenms),
    InventoryKind("netdisco", "devices of Netdisco's API", recognise_netdisco, read_netdisco),
    InventoryKind("oxidized", "router.db of Oxidized: host:model", recognise_oxidized, read_oxidized),
    InventoryKind("rancid", "router.db of RANCID: host;type;state", recognise_rancid, read_rancid),
    InventoryKind("nmap", "the XML of nmap -oX", recognise_nmap, read_nmap),
    InventoryKind("nmap-grep", "the lines of nmap -oG", recognise_greppable, read_greppable),
    InventoryKind("masscan", "the lines of masscan -oL", recognise_masscan, read_masscan),
    InventoryKind("suzieq", "Suzieq's inventory", recognise_suzieq, read_suzieq),
    InventoryKind("mrtg", "MRTG's configuration", recognise_mrtg, read_mrtg),
    InventoryKind("containerlab", "a containerlab topology in YAML", recognise_topology, read_topology),
    InventoryKind(
        "containerlab-data", "the topology-data.json of a deployed lab", recognise_topology_data, read_topology_data
    ),
    InventoryKind(
        "containerlab-inspect",
        "the output of containerlab inspect --format json",
        recognise_inspection,
        read_inspection,
    ),
)
"""Each kind that a content may have. Their order decides nothing but the order of an error."""

MAX_NEAREST = 3
"""Kinds that came near, which an error names."""

KINDS = {kind.name: kind for kind in INVENTORIES}


def split_kind(word: str) -> tuple[InventoryKind | None, str]:
    """The kind that a word declares (`csv:FILE`), or None, and the rest of the word."""
    name, colon, rest = word.partition(":")
    declared = KINDS.get(name)
    return (declared, rest) if declared and colon and rest and not rest.isdigit() else (None, word)


@dataclass(frozen=True, slots=True)
class ReadInventory:
    """An inventory as read: of which kind, by which mark (empty if the user declared the kind), and what it holds."""

    kind: InventoryKind
    because: str
    content: InventoryContent


def read_inventory(path: Path, declared: InventoryKind | None = None) -> ReadInventory:
    """What a file holds, read as the declared kind, or as the kind that its content shows.

    Raises DataFileError: for content of no kind, or of two, it names the kinds.
    """
    content = read_content(path)
    return ReadInventory(declared, "", declared.read(content)) if declared else read_recognised(content)


def read_recognised(content: FileContent) -> ReadInventory:
    """What a content holds, as the kind that it shows. Raises DataFileError as `read_inventory`."""
    kind, because = recognised(content)
    return ReadInventory(kind, because, kind.read(content))


def recognised(content: FileContent) -> tuple[InventoryKind, str]:
    """The kind of a content, and by which mark. Raises DataFileError for content of no kind, or of two."""
    found = [(kind, kind.recognise(content)) for kind in INVENTORIES]
    best = max(recognition.confidence for _, recognition in found)
    winners = [(kind, recognition.because) for kind, recognition in found if recognition.confidence == best]
    if best <= Confidence.NEAR:
        raise _of_no_kind(content, winners if best is Confidence.NEAR else [])
    if len(winners) > 1:
        raise _of_several_kinds(content, winners)
    return winners[0]


def _of_no_kind(content: FileContent, nearest: list[tuple[InventoryKind, str]]) -> DataFileError:
    if content.problem is not None:
        return content.problem
    shown = "; ".join(f"as {kind.name}, {because}" for kind, because in nearest[:MAX_NEAREST])
    problem = f"is no inventory of a known kind{f' ({shown})' if shown else ''}"
    expected = "; ".join(f"{kind.name} ({kind.about})" for kind in INVENTORIES)
    next_step = f"correct the file, or declare its kind: --inventory csv:{content.path}"
    return DataFileError(content.path, (Flaw("whole file", problem, expected),), next_step)


def _of_several_kinds(content: FileContent, kinds: list[tuple[InventoryKind, str]]) -> DataFileError:
    names = " or ".join(kind.name for kind, _ in kinds)
    expected = "; ".join(f"{kind.name}: {because}" for kind, because in kinds)
    next_step = f"declare its kind: --inventory {kinds[0][0].name}:{content.path}"
    return DataFileError(content.path, (Flaw("whole file", f"may be {names}", expected),), next_step)
