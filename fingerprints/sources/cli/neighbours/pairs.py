"""Neighbours that a command prints as pairs: RouterOS's `interface=ether1 identity="core-1"`, the dotted keys of
lldpd's `lldpctl -f keyvalue`, and FortiOS's `port 'wan1' ... chassis 00:00:5e:00:53:01 port 'Te1/0/1' system
'core-1'`."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.sources.cli.neighbours.labels import NeighbourField
from fingerprints.sources.cli.neighbours.records import NeighbourRecord

_PAIR = re.compile(r"(?<![\w.])(?P<key>[a-z][\w-]{1,40})=(?P<value>\"[^\"\n]{0,400}\"?|[^\s\"]{0,200})")
_NUMBERED = re.compile(r"^ {0,6}\d{1,5} +(?:[A-Z] +)?(?=[a-z][\w-]{1,40}=)")
_KEYS = {
    "interface": NeighbourField.LOCAL_PORT,
    "interface-name": NeighbourField.PORT,
    "mac-address": NeighbourField.CHASSIS_ID,
    "address": NeighbourField.ADDRESS,
    "address4": NeighbourField.ADDRESS,
    "address6": NeighbourField.ADDRESS,
    "identity": NeighbourField.NAME,
    "platform": NeighbourField.PLATFORM,
    "board": NeighbourField.MODEL,
    "version": NeighbourField.VERSION,
    "system-description": NeighbourField.DESCRIPTION,
}
_DOTTED = re.compile(
    r"^lldp\.(?P<port>[^=\s]{1,64}?)\.(?P<key>rid|via|age|(?:chassis|port)\.[a-z.-]{1,32}|lldp-med\.[a-z.-]{1,48})=(?P<value>.{0,1000})$"
)
_DOTTED_KEYS = {
    "chassis.mac": NeighbourField.CHASSIS_ID,
    "chassis.ifname": NeighbourField.CHASSIS_ID,
    "chassis.local": NeighbourField.CHASSIS_ID,
    "chassis.ip": NeighbourField.CHASSIS_ID,
    "chassis.name": NeighbourField.NAME,
    "chassis.descr": NeighbourField.DESCRIPTION,
    "chassis.mgmt-ip": NeighbourField.ADDRESS,
    "port.mac": NeighbourField.PORT,
    "port.ifname": NeighbourField.PORT,
    "port.local": NeighbourField.PORT,
    "port.descr": NeighbourField.PORT_DESCRIPTION,
    "lldp-med.inventory.manufacturer": NeighbourField.MANUFACTURER,
    "lldp-med.inventory.model": NeighbourField.MODEL,
}
_RECEIVED = re.compile(
    r"^ {0,4}\d{1,5} port '(?P<local>[^'\n]{1,64})' \d{1,6} mac (?P<mac>\S{1,40})(?: chassis (?P<chassis>\S{1,64}))?"
    r"(?: port '(?P<port>[^'\n]{0,255})')?(?: system '(?P<name>[^'\n]{0,255})')?"
)


def pair_records(lines: Sequence[str]) -> Iterator[NeighbourRecord]:
    """The neighbours of an output that prints pairs; none of any other output."""
    if any(_NUMBERED.match(line) for line in lines):
        yield from _numbered(lines)
    elif any(_DOTTED.match(line) for line in lines):
        yield from _dotted(lines)
    else:
        for match in filter(None, map(_RECEIVED.match, lines)):
            known = {
                NeighbourField.LOCAL_PORT: match["local"],
                NeighbourField.CHASSIS_ID: match["chassis"] or match["mac"],
                NeighbourField.PORT: match["port"] or match["mac"],
                NeighbourField.NAME: match["name"] or "",
            }
            yield known


def _numbered(lines: Sequence[str]) -> Iterator[NeighbourRecord]:
    """RouterOS: an entry begins with its number and goes on over the lines below it."""
    record: dict[NeighbourField, str] = {}
    for line in lines:
        if _NUMBERED.match(line) and record:
            yield record
            record = {}
        for pair in _PAIR.finditer(line):
            about = _KEYS.get(pair["key"])
            if about is NeighbourField.ADDRESS:
                record[about] = f"{record.get(about, '')} {pair['value']}"
            elif about is not None:
                record.setdefault(about, pair["value"])
    if record:
        yield record


def _dotted(lines: Sequence[str]) -> Iterator[NeighbourRecord]:
    """lldpd: the port stands in each key, and `rid` or `via` comes first for each neighbour of it."""
    record: dict[NeighbourField, str] = {}
    for match in filter(None, map(_DOTTED.match, lines)):
        port = match["port"]
        if match["key"] == "via" or record.get(NeighbourField.LOCAL_PORT) != port:
            if record:
                yield record
            record = {NeighbourField.LOCAL_PORT: port}
        about = _DOTTED_KEYS.get(match["key"])
        if about is NeighbourField.ADDRESS:
            record[about] = f"{record.get(about, '')} {match['value']}"
        elif about is not None:
            record.setdefault(about, match["value"])
    if record:
        yield record
