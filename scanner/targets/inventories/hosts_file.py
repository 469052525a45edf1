"""A hosts file (hosts(5)): an address a line, then its names; `#` starts a comment."""

import re
from ipaddress import ip_address

from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, near

_HOST = re.compile(r"[0-9A-Fa-f.:%]{2,60}\s+[A-Za-z0-9_][\w.-]*(\s|#|\Z)")


def recognise_hosts_file(content: FileContent) -> Recognition:
    """Lines of an address and a name."""
    if content.syntax is not TextSyntax.TEXT or not content.lines:
        return NOT_RECOGNISED
    hosts = [line for _, line in content.lines if _HOST.match(line) and host_word(line.split()[0])]
    addresses = [line for line in hosts if _is_address(line.split()[0])]
    if len(addresses) == len(content.lines):
        if len(addresses) > 1 and len({(":" in line, line.split()[1]) for line in addresses}) == 1:
            return near("each line has the same name: these may be logins")
        return certain("each line has an address and a name")
    return near("not each line has an address and a name") if addresses else NOT_RECOGNISED


def read_hosts_file(content: FileContent) -> InventoryContent:
    """The hosts of a hosts file; names become labels. This machine and groups of machines are skipped. Raises
    DataFileError."""
    if content.syntax is TextSyntax.WORKBOOK:
        raise content.refused("whole file", "is a ZIP archive", "an address and its names a line")
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    for number, line in enumerate(content.text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        place, name = f"line {number}", " ".join(words[1:2])
        if not _is_address(words[0]):
            raise content.refused(place, "begins with no address", "an address, then its names")
        address = ip_address(words[0])
        if address.is_loopback or address.is_multicast or address.is_unspecified:
            skipped.append(SkippedEntry(place, name, SkipReason.LOCAL))
        else:
            entries.append(InventoryEntry(place, words[0], tuple(words[1:])))
    return InventoryContent(tuple(entries), tuple(skipped))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
