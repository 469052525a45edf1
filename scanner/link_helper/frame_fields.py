# SPDX-License-Identifier: GPL-2.0-only
"""The fields of dissected LLDP and CDP frames, by name and in octets. What a broken frame lacks is left out."""

import ipaddress
from collections.abc import Iterator
from typing import Any

TIA = 0x0012BB
TIA_INVENTORY = {
    5: "hardware_revision",
    6: "firmware_revision",
    7: "software_revision",
    8: "serial_number",
    9: "manufacturer_name",
    10: "model_name",
    11: "asset_id",
}
"""Subtypes of the LLDP-MED inventory (ANSI/TIA-1057 section 10.2.6)."""

IEEE_802_1, IEEE_802_3, PROFIBUS = 0x0080C2, 0x00120F, 0x000ECF
SHARED_CODES = frozenset({TIA, IEEE_802_1, IEEE_802_3, PROFIBUS})
"""Organisations whose TLVs are anybody's: standards bodies."""

ADDRESS_FAMILIES = {1: 4, 2: 16}
"""Octets of an address, by its number among IANA's address families: IPv4 and IPv6."""

LLDP_FIELDS = {
    "LLDPDUChassisID": ("chassis_id", "id"),
    "LLDPDUPortID": ("port_id", "id"),
    "LLDPDUPortDescription": ("port_description", "description"),
    "LLDPDUSystemName": ("system_name", "system_name"),
    "LLDPDUSystemDescription": ("system_description", "description"),
}
"""The field's name and scapy's, by scapy's name of the TLV (IEEE 802.1AB-2016 section 8.5)."""

CAPABILITIES = (
    "other",
    "repeater",
    "mac_bridge",
    "wlan_access_point",
    "router",
    "telephone",
    "docsis_cable_device",
    "station_only",
)
"""Bits 0 to 7 of the system capabilities (IEEE 802.1AB-2016 table 8-4), as scapy names them."""

CDP_FIELDS = {
    "CDPMsgDeviceID": ("device_id", "val"),
    "CDPMsgSoftwareVersion": ("software_version", "val"),
    "CDPMsgPlatform": ("platform", "val"),
    "CDPMsgPortID": ("port_id", "iface"),
}
CDP_SYSTEM_NAME = 0x14
MAX_TLVS = 256
"""TLVs of a frame that are read."""


def lldp_fields(layer: Any) -> Iterator[tuple[str, bytes]]:
    """The fields of an LLDPDU: names, descriptions, addresses, enabled capabilities, the LLDP-MED inventory, and the
    code and subtype of TLVs that a company defines."""
    if type(layer).__name__ != "LLDPDUChassisID" and type(layer.payload).__name__ != "LLDPDUChassisID":
        return  # IEEE 802.1AB-2016 section 9.2.8.7.1: a frame that does not open with the chassis ID is discarded
    for _ in range(MAX_TLVS):
        if not layer or is_cut_off(layer):
            return
        kind = type(layer).__name__
        if kind in LLDP_FIELDS:
            name, attribute = LLDP_FIELDS[kind]
            yield name, field_octets(getattr(layer, attribute, b""))
        elif kind == "LLDPDUManagementAddress":
            yield "management_address", _management_address(layer)
        elif kind == "LLDPDUSystemCapabilities":
            yield (
                "capabilities",
                " ".join(name for name in CAPABILITIES if getattr(layer, f"{name}_enabled", 0)).encode(),
            )
        elif kind == "LLDPDUGenericOrganisationSpecific":
            yield from _of_organisation(layer)
        layer = layer.payload


def is_cut_off(tlv: Any) -> bool:
    """True if an LLDP TLV is shorter than it says: the frame ends in it."""
    return (getattr(tlv, "_length", None) or 0) + 2 > len(tlv.original)


def _management_address(layer: Any) -> bytes:
    """An address of IPv4 or IPv6 as text; empty for one of another family."""
    value = field_octets(layer.management_address)
    if len(value) != ADDRESS_FAMILIES.get(layer.management_address_subtype):
        return b""
    return str(ipaddress.ip_address(value)).encode()


def _of_organisation(layer: Any) -> Iterator[tuple[str, bytes]]:
    code, subtype = layer.org_code or 0, layer.subtype or 0
    if code == TIA and subtype in TIA_INVENTORY:
        yield TIA_INVENTORY[subtype], field_octets(layer.data)
    elif code not in SHARED_CODES:
        yield "organisation", f"{code:06x} {subtype}".encode()


def cdp_fields(header: Any) -> Iterator[tuple[str, bytes]]:
    """Device ID, system name, software version, platform, port ID and addresses of a CDP frame."""
    for message in header.msg[:MAX_TLVS]:
        kind = type(message).__name__
        if (getattr(message, "len", None) or 0) > len(message.original):
            return
        if kind in CDP_FIELDS:
            name, attribute = CDP_FIELDS[kind]
            yield name, field_octets(getattr(message, attribute, b""))
        elif kind == "CDPMsgGeneric" and message.type == CDP_SYSTEM_NAME:
            yield "system_name", field_octets(message.val)
        for record in (getattr(message, "addr", None) or ())[:MAX_TLVS]:
            if type(record).__name__ in ("CDPAddrRecordIPv4", "CDPAddrRecordIPv6"):
                yield "address", field_octets(record.addr)


def field_octets(value: Any) -> bytes:
    """A dissected field as octets: scapy gives some as str, MACs and addresses among them."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
