"""What names a real device in its recording, found by the objects' numbers alone, and whether a text still holds it.

It shares no search with the recorder: a mistake of one must not hide in the other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.observation_index import PRIVATE as _PRIVATE
from fingerprints.sources import bridge_mib, cdp, entity_mib, if_mib, ip_mib, lldp, snmp_system

_TEXTS = {
    snmp_system.SYS_CONTACT.oid: "contact",
    snmp_system.SYS_NAME.oid: "name",
    snmp_system.SYS_LOCATION.oid: "location",
    lldp.LOC_SYS_NAME.oid: "name",
}
_COLUMNS = {
    entity_mib.SERIAL_NUM.prefix: "serial",
    if_mib.IF_ALIAS.prefix: "alias",
    lldp.REM_SYS_NAME.prefix: "neighbour",
    cdp.CACHE_DEVICE_ID.prefix: "neighbour",
}
_MACS = (if_mib.IF_PHYS_ADDRESS.prefix, ip_mib.IP_NET_TO_MEDIA.prefix, bridge_mib.BASE_ADDRESS.oid)
_OWN_ADDRESS, _ARP = ip_mib.IP_AD_ENT_IF_INDEX.prefix, ip_mib.IP_NET_TO_MEDIA.prefix
_MAKERS = (
    snmp_system.SYS_DESCR.oid,
    if_mib.IF_DESCR.prefix,
    if_mib.IF_NAME.prefix,
    entity_mib.DESCR.prefix,
    entity_mib.NAME.prefix,
    entity_mib.MODEL_NAME.prefix,
    entity_mib.MFG_NAME.prefix,
    entity_mib.SOFTWARE_REV.prefix,
    _PRIVATE,
    lldp.REM_SYS_DESC.prefix,
)
"""Where makers write: a word of these columns, but for serial numbers, is not the operator's alone."""

_WITHOUT_ADDRESSES = (
    lldp.LOC_SYS_NAME.oid.rpartition(".3.0")[0] + ".",
    lldp.REM_SYS_NAME.oid.rpartition(".1.9")[0] + ".",
    "1.3.6.1.2.1.2.",
    "1.3.6.1.2.1.31.",
    "1.3.6.1.2.1.47.",
)
"""Trees whose OIDs hold no IPv4 address."""

PRIVATE_FROM = 12
"""Arcs of a private OID that stand before an instance: those of its table may be the numbers of an address."""

MIN_TEXT = 5
"""Characters of the shortest text that is searched for: a shorter one is in every file."""

_NOBODYS = frozenset(("admin", "contact", "unknown", "location", "sysadmin", "hostname"))
_PORT = re.compile(r"[a-z-]{0,16}[ -]?\d{1,4}(?:[/.:]\d{1,4}){0,4}", re.IGNORECASE)
"""What systems call ports by themselves."""

_HEX = re.compile(r"[0-9a-fA-F]{12}")
_LETTERS = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Original:
    """Something of the real device: its kind, and the regular expression that finds it."""

    kind: str
    pattern: re.Pattern[str]


def originals_in(path: Path) -> Iterator[Original]:
    """All that names the device in a recording."""
    rows = [row for row in (line.split("|", 2) for line in _lines(path)) if len(row) == 3]
    makers = "\n".join(value.lower() for oid, _, value in rows if oid.startswith(_MAKERS))
    for oid, tag, value in rows:
        kind = _TEXTS.get(oid) or next((kind for column, kind in _COLUMNS.items() if oid.startswith(column)), None)
        if kind is not None and tag == "4" and _is_private(kind, value.strip(), makers):
            yield Original(kind, _whole(re.escape(value.strip())))
        if oid.startswith(_MACS) and tag == "4x" and _HEX.fullmatch(value) and _is_numbered(value.lower()):
            octets = re.findall("..", value.lower())
            yield Original("mac", _whole("[:. -]?".join(octets)))
            yield Original("mac", _arcs(".".join(str(int(octet, 16)) for octet in octets)))
        for column in (_OWN_ADDRESS, _ARP):
            address = ".".join(oid.removeprefix(column).split(".")[-4:])
            if (
                oid.startswith(column)
                and address.count(".") == 3
                and not address.startswith(("127.", "0.", "255.", "224."))
            ):
                yield Original("address", _arcs(address))


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode("latin-1").split("\n")


def _is_private(kind: str, value: str, makers: str) -> bool:
    if len(value) < MIN_TEXT or (kind != "serial" and value.lower() in makers):
        return False
    if kind == "serial":
        return len(set(value)) > 2 and any(map(str.isdigit, value))
    if value.lower() in _NOBODYS or _PORT.fullmatch(value):
        return False
    return kind == "contact" or _LETTERS.fullmatch(value) is None


def _is_numbered(digits: str) -> bool:
    """True for the address of one station that a factory numbered: no group, no VRRP, no blank half."""
    blank = digits[:6] == "000000" or digits[6:] == "000000"
    return not blank and not int(digits[:2], 16) & 1 and not digits.startswith("00005e")


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9a-z]){pattern}(?![0-9a-z])", re.IGNORECASE)


def _arcs(address: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\d){re.escape(address)}(?!\d)")


def still_in(text: str, originals: Sequence[Original]) -> Iterator[str]:
    """The kinds of the originals that a device file still holds. Addresses are searched for in values, and in the OIDs
    of tables whose instances hold some: elsewhere, arcs are numbers."""
    lines = (line.strip().partition("|") for line in text.splitlines())
    searched = "\n".join(f"{_searched(oid)}|{rest}" for oid, _, rest in lines)
    for original in set(originals):
        if original.pattern.search(searched if original.kind == "address" else text):
            yield original.kind


def _searched(oid: str) -> str:
    """The part of an OID that addresses are searched for in."""
    if oid.startswith(_PRIVATE):
        return ".".join(oid.split(".")[PRIVATE_FROM:])
    return "" if oid.startswith(_WITHOUT_ADDRESSES) else oid
