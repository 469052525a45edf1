"""One neighbour as a command prints it, and the row of a neighbour table that it makes."""

import re
from collections.abc import Mapping

from fingerprints.model.inet_address import locates_device
from fingerprints.model.mac_address import OCTETS, format_mac, is_station_mac
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.model.observation_index import clean
from fingerprints.sources.cli.neighbours.labels import NeighbourField

NeighbourRecord = Mapping[NeighbourField, str]
"""The texts about one neighbour by what they say, as printed."""

MAX_NAME = 255
"""Characters of an identifier or a name (IEEE 802.1AB section 8.5: 255 octets); MAX_DESCRIPTION of a description."""

MAX_DESCRIPTION = 1024
MAX_ADDRESSES = 8

_NOTHING = re.compile(
    r"(?i)^[\[(<]?(?:not[ -]?(?:advertised|received|available|specified|supported|present)"
    r"|none|null|n/?a|unknown|-{1,9}|\*)?[\])>]?$"
)
_CUT = re.compile(r" ?(?:\.\.\.|\u2026|\*)$")
"""How a table marks a text that it cut."""

_ID_TYPE = re.compile(
    r"(?i)^(?:(?:mac|network) address|mac|ip|ifname|ifalias|interface (?:name|alias)|local(?:ly assigned)?) (?=\S)"
    r"|[ /]\(?(?:(?:mac|network) address|interface (?:name|alias)|locally assigned|(?:port|chassis) component)\)?$"
)
"""The type of an identifier beside it: `mac 00:00:5e:00:53:01` (lldpcli), `MAC address  00:00:5e:00:53:01` (ERS),
`000f-e212-3456/MAC address` (Comware)."""

_MAC = re.compile(
    r"(?i)(?:0000:?|00:00:)?"
    r"(?P<mac>[0-9a-f]{2}(?:[:. -][0-9a-f]{2}){5}|[0-9a-f]{4}(?:[.:-][0-9a-f]{4}){2}|[0-9a-f]{6}[:-][0-9a-f]{6}"
    r"|(?=\d{0,11}[a-f])[0-9a-f]{12})(?::p\d)?"
)
"""A MAC address in a form that devices print; EDP puts two octets of zeros before it, telephones `:P1` behind it."""


def mac_in(text: str) -> bytes:
    """The MAC address that a text is; empty if it is none."""
    match = _MAC.fullmatch(text)
    digits = "".join(mark for mark in match["mac"] if mark.isalnum()) if match else ""
    return bytes.fromhex(digits) if len(digits) == 2 * OCTETS else b""


def text_of_field(record: NeighbourRecord, *fields: NeighbourField) -> str:
    """The first text of some fields that says something, without quotes and marks of a cut."""
    for field in fields:
        text = _CUT.sub("", clean(record.get(field, ""), MAX_DESCRIPTION).strip(" ,;\"'"))
        if not _NOTHING.match(text):
            return text
    return ""


def row_of(record: NeighbourRecord, protocol: NeighbourProtocol) -> NeighbourRow | None:
    """A record as a row; None if it does not name a neighbour, or neither end's port."""
    local = text_of_field(record, NeighbourField.LOCAL_PORT, NeighbourField.LOCAL_PORT_ID).partition(",")[0]
    name, chassis = _name_and_chassis(record, protocol)
    mac = mac_in(chassis)
    described = text_of_field(record, NeighbourField.PORT_DESCRIPTION)
    port = _ID_TYPE.sub("", text_of_field(record, NeighbourField.PORT))[:MAX_NAME]
    if not (name or chassis) or not (local or port or described):
        return None
    port_mac = mac_in(port)
    made = (text_of_field(record, field) for field in (NeighbourField.MANUFACTURER, NeighbourField.MODEL))
    return NeighbourRow(
        protocol,
        local[:MAX_NAME],
        name[:MAX_NAME],
        format_mac(mac) if mac else chassis[:MAX_NAME],
        format_mac(port_mac) if port_mac else port or described[:MAX_NAME],
        text_of_field(record, NeighbourField.DESCRIPTION, NeighbourField.VERSION),
        text_of_field(record, NeighbourField.PLATFORM) or " ".join(filter(None, made)),
        mac,
        _addresses(f"{record.get(NeighbourField.ADDRESS, '')} {chassis}"),
    )


def _name_and_chassis(record: NeighbourRecord, protocol: NeighbourProtocol) -> tuple[str, str]:
    """A neighbour's name and its chassis ID. A device ID is CDP's name; beside LLDP's system name it is the chassis."""
    chassis = _ID_TYPE.sub("", text_of_field(record, NeighbourField.CHASSIS_ID))
    name, device = (text_of_field(record, field) for field in (NeighbourField.NAME, NeighbourField.DEVICE_ID))
    identifies = bool(mac_in(device)) or (bool(name) and protocol is NeighbourProtocol.LLDP)
    if device and identifies:
        return name, chassis or device
    address = text_of_field(record, NeighbourField.MAC)
    return device or name, chassis or (address if is_station_mac(mac_in(address)) else "")


def _addresses(text: str) -> tuple[str, ...]:
    words = (word.strip(",;()[]") for word in text.split()[:64])
    return tuple(dict.fromkeys(word.lower() for word in words if locates_device(word)))[:MAX_ADDRESSES]
