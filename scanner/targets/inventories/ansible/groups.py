"""Groups of hosts with their variables, whatever file they come from, and what each host inherits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, NoteKind, SkippedEntry, SkipReason
from scanner.targets.inventories.kept_values import host_word, kept_variables, port_of, text_of_value
from scanner.targets.inventories.platforms import platform_name

MAX_DEPTH = 32
"""Groups within groups. A group within itself ends there too."""

VAULT = "$ANSIBLE_VAULT"
"""How an encrypted file or value begins."""

LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))

OF_ANSIBLE = (
    *("ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_user", "ansible_ssh_user"),
    *("ansible_connection", "ansible_network_os", "ansible_become", "ansible_python_interpreter"),
)
"""Variables that this module reads itself, or that say nothing of a device."""

_WRITTEN_HOST = frozenset(("ansible_host", "ansible_ssh_host"))

_NOT_SSH = frozenset(("httpapi", "ansible.netcommon.httpapi", "winrm", "netconf", "ansible.netcommon.netconf", "psrp"))
"""Connections whose port is not that of SSH."""


@dataclass(slots=True)
class HostGroup:
    """One group while it is read. `hosts` are in the order of the file."""

    hosts: dict[str, None] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class HostGroups:
    """All groups by name, and the variables of each host with the place where the host stands first."""

    groups: dict[str, HostGroup] = field(default_factory=dict)
    variables: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    places: dict[str, str] = field(default_factory=dict)
    notes: list[InventoryNote] = field(default_factory=list)

    def group(self, name: str) -> HostGroup:
        """The group of this name, which is made if there is none."""
        return self.groups.setdefault(name, HostGroup())

    def add_host(self, group: str, name: str, place: str, variables: dict[str, Any]) -> None:
        """Put a host into a group. Its variables of several places add up, the last wins."""
        self.group(group).hosts[name] = None
        self.places.setdefault(name, place)
        self.variables.setdefault(name, {}).update(variables)


def content_of_groups(read: HostGroups) -> InventoryContent:
    """The hosts of all groups. A variable of a host wins over one of its groups, a child's over its parent's."""
    ancestry = _ancestry(read.groups)
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    unread: dict[str, None] = {}
    notes = dict.fromkeys(read.notes)
    own_groups: dict[str, list[str]] = {}
    for name, group in read.groups.items():
        for host in group.hosts:
            own_groups.setdefault(host, []).append(name)
    for name, place in read.places.items():
        groups = _groups_of(own_groups.get(name, []), ancestry)
        variables: dict[str, Any] = {}
        for group_name in groups:
            variables.update(read.groups[group_name].variables if group_name in read.groups else {})
        variables.update(read.variables.get(name, {}))
        notes.update(dict.fromkeys(InventoryNote(NoteKind.ENCRYPTED, key) for key in _encrypted(variables)))
        found = _host(name, place, variables, groups)
        if isinstance(found, SkippedEntry):
            skipped.append(found)
            continue
        entries.append(found)
        unread.update(dict.fromkeys(kept_variables(variables, OF_ANSIBLE).unread))
    return InventoryContent(tuple(entries), tuple(skipped), tuple(unread), tuple(notes))


def _host(name: str, place: str, variables: dict[str, Any], groups: tuple[str, ...]) -> InventoryEntry | SkippedEntry:
    written = variables.get("ansible_host", variables.get("ansible_ssh_host"))
    address, connection = text_of_value(written), text_of_value(variables.get("ansible_connection"))
    if connection == "local" or (not address and name in LOCAL_NAMES):
        return SkippedEntry(place, name, SkipReason.LOCAL)
    if "{{" in address or "{%" in address:
        return SkippedEntry(place, name, SkipReason.TEMPLATE)
    if not address and _WRITTEN_HOST.intersection(variables):  # containerlab writes so of a bridge
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS)
    word = host_word(address or name)
    if not word:
        return SkippedEntry(place, name, SkipReason.NOT_A_HOST)
    kept = kept_variables(variables, OF_ANSIBLE)
    shown_groups = tuple(("group", group) for group in groups if group not in ("all", "ungrouped"))
    system = text_of_value(variables.get("ansible_network_os"))
    platform = (("platform", platform_name(system)),) if system and "{{" not in system else ()
    port = port_of(variables.get("ansible_port", variables.get("ansible_ssh_port")))
    user = text_of_value(variables.get("ansible_user", variables.get("ansible_ssh_user")))
    return InventoryEntry(
        place,
        word,
        (name,),
        tuple(dict.fromkeys((*shown_groups, *platform, *kept.attributes))),
        None,
        None if connection in _NOT_SSH else port,
        kept.secrets,
        "" if "{{" in user else user,
    )


def _encrypted(variables: dict[str, Any]) -> Iterable[str]:
    return (key for key, value in variables.items() if isinstance(value, str) and value.startswith(VAULT))


def _ancestry(groups: dict[str, HostGroup]) -> dict[str, tuple[str, ...]]:
    """The parents of each group."""
    parents: dict[str, list[str]] = {}
    for name, group in groups.items():
        for child in group.children:
            parents.setdefault(child, []).append(name)
    return {name: tuple(found) for name, found in parents.items()}


def _groups_of(names: list[str], parents: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The groups that a host is in, the farthest first: `all`, parents, its own. Equals are sorted by name."""
    depth: dict[str, int] = {}
    layer = set(names)
    for level in range(MAX_DEPTH):
        depth.update(dict.fromkeys(layer, level))
        layer = {parent for name in layer for parent in parents.get(name, ())} - depth.keys()
        if not layer:
            break
    depth["all"] = MAX_DEPTH + 1
    return tuple(sorted(depth, key=lambda name: (-depth[name], name)))
