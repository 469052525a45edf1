"""Suzieq's inventory: sources with hosts as URLs, and the namespaces that they belong to."""

import re
import shlex
from typing import Any

from fingerprints.model.secret_names import first_word, names_secret
from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, NoteKind, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word, items_of, nested, port_of, text_of_value
from scanner.targets.inventories.platforms import platform_name
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain

_URL = re.compile(
    r"(?P<transport>[a-z]{2,10})://((?P<login>[^/\s]*)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[\w.-]+)(:(?P<port>\d{1,5}))?/?\Z"
)


def recognise_suzieq(content: FileContent) -> Recognition:
    """A mapping with `sources` and `namespaces`, or the older list of namespaces with hosts."""
    if content.syntax is not TextSyntax.YAML:
        return NOT_RECOGNISED
    if isinstance(nested(content.tree).get("sources"), list):
        return certain("it has sources")
    listed = [nested(item) for item in items_of(content.tree)]
    if listed and all("namespace" in item and "hosts" in item for item in listed):
        return certain("its items have namespace and hosts")
    return NOT_RECOGNISED


def read_suzieq(content: FileContent) -> InventoryContent:
    """The hosts of all native sources. Sources that are other systems are noted. Raises DataFileError."""
    tree = content.parsed("an inventory of Suzieq")
    groups, notes = _groups(tree)
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    for source, namespaces, hosts in groups:
        for number, host in enumerate(hosts, 1):
            url = nested(host).get("url", host)
            found = _host(f"{source}.hosts {number}", text_of_value(url), namespaces)
            (entries if isinstance(found, InventoryEntry) else skipped).append(found)  # type: ignore[arg-type]
    if not entries and not skipped and not notes:
        raise content.refused("sources", "there are no hosts", "sources with hosts, each with its url")
    return InventoryContent(tuple(entries), tuple(skipped), notes=tuple(notes))


def _groups(tree: Any) -> tuple[list[tuple[str, tuple[str, ...], list[Any]]], list[InventoryNote]]:
    """Each source that lists hosts, with its namespaces; and a note for each that asks another system."""
    if isinstance(tree, list):
        old = [nested(item) for item in tree]
        return [
            (f"namespace {number}", _names([item.get("namespace")]), items_of(item.get("hosts")))
            for number, item in enumerate(old, 1)
        ], []
    spaces: dict[str, list[Any]] = {}
    for item in map(nested, items_of(nested(tree).get("namespaces"))):
        spaces.setdefault(text_of_value(item.get("source")), []).append(item.get("name"))
    groups, notes = [], []
    for source in map(nested, items_of(nested(tree).get("sources"))):
        name, kind = text_of_value(source.get("name")), text_of_value(source.get("type")) or "native"
        if kind != "native":
            notes.append(InventoryNote(NoteKind.NOT_READ, f"the source {name} ({kind})"))
            continue
        groups.append((f"sources.{name}", _names(spaces.get(name, [])), items_of(source.get("hosts"))))
    return groups, notes


def _names(values: list[Any]) -> tuple[str, ...]:
    return tuple(filter(None, map(text_of_value, values)))


def _host(place: str, text: str, namespaces: tuple[str, ...]) -> InventoryEntry | SkippedEntry:
    try:
        words = shlex.split(text)  # of MAX_VALUE characters at most
    except ValueError:
        words = text.split()
    match = _URL.match(words[0]) if words else None
    word = host_word(match["host"]) if match else ""
    if match is None or not word:
        shown = first_word((words[0] if words else "").rpartition("://")[2])
        return SkippedEntry(place, shown, SkipReason.NOT_A_HOST)
    options = dict(option.split("=", 1) for option in words[1:] if "=" in option)
    user, _, inline = (match["login"] or "").partition(":")
    secrets = [name for name in options if names_secret(name)] + (["password"] if inline else [])
    kind = options.get("devtype", "")
    attributes = (
        *((("namespace", namespaces[0]),) if len(namespaces) == 1 else ()),
        *((("platform", platform_name(kind)),) if kind else ()),
    )
    port = port_of(match["port"] or None) if match["transport"] == "ssh" else None
    user = user or options.get("username", "")
    return InventoryEntry(place, word, (), attributes, None, port, tuple(dict.fromkeys(secrets)), user)
