"""nornir's SimpleInventory: hosts.yaml, with groups.yaml and defaults.yaml beside it."""

from pathlib import Path
from typing import Any

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, NoteKind, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax, read_content
from scanner.targets.inventories.kept_values import (
    KeptValues,
    host_word,
    items_of,
    kept_variables,
    nested,
    port_of,
    text_of_value,
)
from scanner.targets.inventories.platforms import platform_name
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near

HOST_KEYS = frozenset(
    ("hostname", "port", "username", "password", "platform", "groups", "data", "connection_options", "defaults")
)
MAX_GROUPS = 100
"""Groups that one host is in, those of its groups included."""


def recognise_hosts(content: FileContent) -> Recognition:
    """A mapping of hosts, each with keys of HOST_KEYS."""
    if (
        content.syntax not in (TextSyntax.YAML, TextSyntax.JSON)
        or not isinstance(content.tree, dict)
        or not content.tree
    ):
        return NOT_RECOGNISED
    hosts = list(content.tree.values())
    if not all(host is None or isinstance(host, dict) for host in hosts):
        return NOT_RECOGNISED
    keys = {str(key) for host in hosts for key in nested(host)}
    if not keys or not HOST_KEYS.issuperset(keys):
        return NOT_RECOGNISED
    if "hostname" in keys:
        return certain("its hosts have hostname and other keys of nornir")
    if content.path.name.startswith(("groups", "defaults")):
        return near("it is groups.yaml or defaults.yaml of nornir; hosts.yaml names the hosts")
    return likely("its values have keys of nornir's hosts")


def read_hosts(content: FileContent) -> InventoryContent:
    """The hosts of hosts.yaml. What a host has itself wins over its groups, in their order, and those over the
    defaults. Raises DataFileError."""
    tree = content.mapping("a mapping of hosts, as nornir's hosts.yaml has it")
    notes: list[InventoryNote] = []
    groups = _beside(content.path, "groups", notes)
    defaults = _beside(content.path, "defaults", notes)
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    unread: dict[str, None] = {}
    for name, body in tree.items():
        levels = [nested(body), *_groups_of(nested(body), groups), defaults]
        host = _host(str(name), levels, groups_of(nested(body), groups))
        if isinstance(host, SkippedEntry):
            skipped.append(host)
        else:
            entries.append(host)
            unread.update(dict.fromkeys(_kept(levels).unread))
    return InventoryContent(tuple(entries), tuple(skipped), tuple(unread), tuple(notes))


def _beside(path: Path, name: str, notes: list[InventoryNote]) -> dict[str, Any]:
    """The mapping in groups.yaml or defaults.yaml beside hosts.yaml, or an empty one."""
    found = next((file for end in ("yaml", "yml") if (file := path.parent / f"{name}.{end}").is_file()), None)
    if found is None or found.name == path.name:
        return {}
    try:
        tree = read_content(found).mapping(f"nornir's {name}.yaml")
    except DataFileError:
        notes.append(InventoryNote(NoteKind.NOT_READ, found.name))
        return {}
    notes.append(InventoryNote(NoteKind.ALSO_READ, found.name))
    return tree


def groups_of(body: dict[str, Any], groups: dict[str, Any]) -> tuple[str, ...]:
    """The groups of a host in the order in which they decide: each before the groups that it is in itself."""
    names: dict[str, None] = {}
    waiting = [text_of_value(name) for name in items_of(body.get("groups"))]
    while waiting and len(names) < MAX_GROUPS:
        name = waiting.pop(0)
        if name and name not in names:
            names[name] = None
            inner = items_of(nested(groups.get(name)).get("groups"))
            waiting[:0] = [text_of_value(one) for one in inner[:MAX_GROUPS]]
    return tuple(names)


def _groups_of(body: dict[str, Any], groups: dict[str, Any]) -> list[dict[str, Any]]:
    return [nested(groups.get(name)) for name in groups_of(body, groups)]


def _host(name: str, levels: list[dict[str, Any]], groups: tuple[str, ...]) -> InventoryEntry | SkippedEntry:
    address = text_of_value(_first(levels, "hostname"))
    if not address and "hostname" in levels[0]:  # containerlab writes so of a bridge
        return SkippedEntry(name, name, SkipReason.NO_ADDRESS)
    word = host_word(address or name)
    if not word:
        return SkippedEntry(name, name, SkipReason.NOT_A_HOST)
    kept = _kept(levels)
    platform = text_of_value(_first(levels, "platform"))
    attributes = dict.fromkeys(
        (
            *(("group", group) for group in groups),
            *((("platform", platform_name(platform)),) if platform else ()),
            *kept.attributes,
        )
    )
    return InventoryEntry(
        name,
        word,
        (name,),
        tuple(attributes),
        None,
        port_of(_first(levels, "port")),
        kept.secrets,
        text_of_value(_first(levels, "username")),
    )


def _first(levels: list[dict[str, Any]], key: str) -> Any:
    return next((level[key] for level in levels if level.get(key) is not None), None)


def _kept(levels: list[dict[str, Any]]) -> KeptValues:
    data: dict[str, Any] = {}
    for level in reversed(levels):
        data.update(nested(level.get("data")))
        for options in nested(level.get("connection_options")).values():
            secrets = kept_variables({**nested(options), **nested(nested(options).get("extras"))}).secrets
            data.update(dict.fromkeys(secrets, "-"))
    if _first(levels, "password"):
        data.update(dict.fromkeys(("password",), "-"))
    return kept_variables(data)
