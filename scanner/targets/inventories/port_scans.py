"""What port scanners write: nmap's XML and -oG, masscan's -oL. Only hosts that are up are targets."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import MAX_VALUE, host_word
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, near

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HINTS = frozenset(("22/tcp", "161/udp", "443/tcp", "830/tcp", "23/tcp", "80/tcp"))
"""Open ports that are kept: those that kitscan may ask."""

_DOCTYPE = re.compile(r"<!DOCTYPE\s+nmaprun\s*>")
"""nmap writes a document type without a definition. Any other is refused."""

_GREPPABLE = re.compile(r"(Timestamp: \d+\s+)?Host: (?P<host>[0-9A-Fa-f.:%]+) \((?P<name>[^)]{0,253})\)")
_OPEN = re.compile(r"(?P<port>\d{1,5})/open/(?P<protocol>tcp|udp)/")
_MASSCAN = re.compile(r"open (?P<protocol>tcp|udp|sctp|icmp) (?P<port>\d{1,5}) (?P<host>[0-9A-Fa-f.:]+)( \d+)?\Z")


def recognise_nmap(content: FileContent) -> Recognition:
    """The XML of nmap has the root `nmaprun`; masscan's -oX is the same."""
    if content.syntax is not TextSyntax.XML:
        return NOT_RECOGNISED
    return certain("its root is nmaprun") if "<nmaprun" in content.text[:4096] else near("its root is not nmaprun")


def recognise_greppable(content: FileContent) -> Recognition:
    """Lines that begin with `Host:`."""
    if content.syntax in (TextSyntax.TEXT, TextSyntax.YAML):  # `Host: ...` looks like a key of YAML
        if _GREPPABLE.match(content.first_line):
            return certain("its first line begins with Host:")
        if content.text.startswith(("# Nmap ", "# Masscan ")):
            return near("it has no line of a host")
    return NOT_RECOGNISED


def recognise_masscan(content: FileContent) -> Recognition:
    """Lines such as `open tcp 22 192.0.2.1 1390380064`."""
    if content.syntax is TextSyntax.TEXT and _MASSCAN.match(content.first_line):
        return certain("its first line is an open port of masscan")
    return NOT_RECOGNISED


def read_nmap(content: FileContent) -> InventoryContent:
    """The hosts that are up in nmap's XML, by IPv4 before IPv6. Raises DataFileError, for a document type definition
    and entities too."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    expected = "the XML that nmap -oX writes"
    if content.syntax is not TextSyntax.XML:
        raise content.refused("whole file", "is no XML", expected)
    try:
        root = fromstring(_DOCTYPE.sub("", content.text, count=1).encode("utf-8", "replace"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise content.refused("whole file", "has a document type definition or entities", expected) from error
    except (ParseError, LookupError, ValueError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise content.refused(f"line {line}" if line else "whole file", "is no well-formed XML", expected) from error
    if root.tag != "nmaprun":
        raise content.refused("whole file", "its root is not nmaprun", expected)
    found = [_xml_host(f"host {number}", host) for number, host in enumerate(root.iter("host"), 1)]
    entries = _merged(item for item in found if isinstance(item, InventoryEntry))
    return InventoryContent(entries, tuple(item for item in found if isinstance(item, SkippedEntry)))


def _xml_host(place: str, host: "Element") -> InventoryEntry | SkippedEntry:
    addresses = {element.get("addrtype", ""): element for element in host.iter("address")}
    found = [addresses[kind].get("addr", "") for kind in ("ipv4", "ipv6") if kind in addresses]
    names = [element.get("name", "")[:MAX_VALUE] for element in host.iter("hostname")]
    status = host.find("status")
    state = status.get("state", "") if status is not None else "up"
    word = next((word for text in found if (word := host_word(text))), "")
    if state != "up":
        return SkippedEntry(place, word, SkipReason.DOWN)
    if not word:
        return SkippedEntry(place, names[0] if names else "", SkipReason.NO_ADDRESS)
    ports = [
        f"{port.get('portid', '')}/{port.get('protocol', '')}"
        for port in host.iter("port")
        if (state_of := port.find("state")) is not None and state_of.get("state") == "open"
    ]
    mac = addresses.get("mac")
    own = (("mac", mac.get("addr", "")), ("mac_vendor", mac.get("vendor", ""))) if mac is not None else ()
    attributes = (*((name, value[:MAX_VALUE]) for name, value in own if value), *_hints(ports))
    return InventoryEntry(place, word, tuple(dict.fromkeys(filter(None, names))), attributes)


def read_greppable(content: FileContent) -> InventoryContent:
    """The hosts of nmap -oG that are up. Raises DataFileError."""
    entries: list[InventoryEntry] = []
    skipped: dict[str, SkippedEntry] = {}
    for number, line in enumerate(content.text.splitlines(), 1):
        match = _GREPPABLE.match(line)
        if match is None:
            continue
        host, word = match["host"], host_word(match["host"])
        if "Status: Down" in line or not word:
            reason = SkipReason.NOT_A_HOST if not word else SkipReason.DOWN
            skipped[host] = SkippedEntry(f"line {number}", host, reason)
            continue
        ports = [f"{found['port']}/{found['protocol']}" for found in _OPEN.finditer(line)]
        names = (match["name"],) if match["name"] else ()
        entries.append(InventoryEntry(f"line {number}", word, names, tuple(_hints(ports))))
    if not entries and not skipped:
        raise content.refused("whole file", "has no line of a host", "what nmap -oG writes")
    return InventoryContent(_merged(entries), tuple(skipped.values()))


def read_masscan(content: FileContent) -> InventoryContent:
    """The hosts of masscan -oL, each once. Raises DataFileError."""
    entries: list[InventoryEntry] = []
    for number, line in enumerate(content.text.splitlines(), 1):
        match = _MASSCAN.match(line.strip())
        if match and (word := host_word(match["host"])):
            ports = [f"{match['port']}/{match['protocol']}"]
            entries.append(InventoryEntry(f"line {number}", word, (), tuple(_hints(ports))))
    if not entries:
        raise content.refused("whole file", "has no open port", "what masscan -oL writes")
    return InventoryContent(_merged(entries))


def _hints(ports: list[str]) -> Iterator[tuple[str, str]]:
    return (("open_port", port) for port in dict.fromkeys(ports) if port in HINTS)


def _merged(entries: "Iterator[InventoryEntry] | list[InventoryEntry]") -> tuple[InventoryEntry, ...]:
    """One entry for each host, with all that its lines say."""
    found: dict[str, InventoryEntry] = {}
    for entry in entries:
        before = found.get(entry.word)
        if before is None:
            found[entry.word] = entry
            continue
        labels = tuple(dict.fromkeys((*before.labels, *entry.labels)))
        attributes = tuple(dict.fromkeys((*before.attributes, *entry.attributes)))
        found[entry.word] = InventoryEntry(before.place, before.word, labels, attributes)
    return tuple(found.values())
