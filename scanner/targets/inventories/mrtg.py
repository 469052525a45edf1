"""MRTG's configuration: its lines `Target[name]: 2:community@router` name the routers. The community is not kept."""

import re

from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word, port_of
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain

_TARGET = re.compile(r"\s*Target\[(?P<name>[^\]]{1,253})\]\s*:\s*(?P<what>.*)\Z", re.IGNORECASE)
_ROUTER = re.compile(r"(?<!\\)@(?P<host>\[[0-9A-Fa-f:.%]+\]|[\w.-]+)(:(?P<port>\d{0,5}))?")
_TERM = re.compile(r"\s+|[+*/-](?=[\d.&]+:)")
"""Between the terms of a sum of targets."""


def recognise_mrtg(content: FileContent) -> Recognition:
    """It has a line `Target[name]:`."""
    if content.syntax in (TextSyntax.TEXT, TextSyntax.YAML) and any(_TARGET.match(line) for _, line in content.lines):
        return certain("it has lines Target[...]:")
    return NOT_RECOGNISED


def read_mrtg(content: FileContent) -> InventoryContent:
    """The routers of all targets, each once: MRTG names a target for each interface. Raises DataFileError."""
    entries: dict[tuple[str, int | None], InventoryEntry] = {}
    skipped: list[SkippedEntry] = []
    for number, line in enumerate(content.text.splitlines(), 1):
        match = _TARGET.match(line)
        if match is None:
            continue
        routers = [] if match["what"].startswith("`") else _routers(match["what"])
        if not routers:
            skipped.append(SkippedEntry(f"line {number}", match["name"], SkipReason.NO_ADDRESS))
        for router in routers:
            word, port = host_word(router["host"]), port_of(router["port"] or None)
            if not word:
                skipped.append(SkippedEntry(f"line {number}", match["name"], SkipReason.NOT_A_HOST))
                continue
            entry = InventoryEntry(f"line {number}", word, (), (), port, None, ("community",))
            entries.setdefault((word, port), entry)
    if not entries and not skipped:
        raise content.refused("whole file", "has no line Target[...]", "a configuration of MRTG")
    return InventoryContent(tuple(entries.values()), tuple(skipped))


def _routers(what: str) -> list[re.Match[str]]:
    """The router of each term: what stands behind its last at sign. What stands before may be a community with one,
    and must never be taken for a host name, which a scan would resolve."""
    found = (list(_ROUTER.finditer(term, max(term.rfind("@"), 0))) for term in _TERM.split(what))
    return [routers[0] for routers in found if routers]
