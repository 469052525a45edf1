# SPDX-License-Identifier: GPL-2.0-only
"""Listening for LLDP and CDP on attached segments. The only importer of scapy, which dissects the frames."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scapy.config import conf
from scapy.contrib.cdp import CDPv2_HDR
from scapy.contrib.lldp import LLDPDU
from scapy.sendrecv import sniff

LLDP_ETHERTYPE, LLC_FRAMES = 0x88CC, 0x0004  # IEEE 802.1AB; ETH_P_802_2 of <linux/if_ether.h>
CDP_GROUP = "01:00:0c:cc:cc:cc"

MAX_LINES = 100_000  # fields written in all: a flood costs no more memory than that


def listen(interfaces: Iterable[str], seconds: float, write_line: Callable[..., None]) -> None:
    """Listen for LLDP and CDP on these interfaces; each field becomes a line."""
    conf.sniff_promisc = True
    sockets = {
        conf.L2listen(iface=interface, type=kind): interface
        for interface in interfaces
        for kind in (LLDP_ETHERTYPE, LLC_FRAMES)
    }
    if not sockets:
        return
    try:
        sniff(opened_socket=sockets, timeout=seconds, store=False, prn=Listener(write_line).take)
    finally:
        for opened in sockets:
            opened.close()


class Listener:
    """Writes each field of each LLDP and CDP frame once, however often its sender repeats it."""

    def __init__(self, write_line: Callable[..., None]) -> None:
        self._write_line = write_line
        self._written: set[tuple[str, ...]] = set()

    def take(self, frame: Any) -> None:
        """Take one frame; a frame of any other protocol is ignored."""
        interface = str(frame.sniffed_on)
        if LLDPDU in frame:
            kind, fields = "lldp", lldp_fields(frame[LLDPDU])
        elif frame.dst == CDP_GROUP and CDPv2_HDR in frame:
            kind, fields = "cdp", cdp_fields(frame[CDPv2_HDR])
        else:
            return
        for field, value in fields:
            line = (kind, interface, frame.src, field, value.hex())
            if line not in self._written and len(self._written) < MAX_LINES:
                self._written.add(line)
                self._write_line(heard=kind, interface=interface, mac=frame.src, field=field, value=value.hex())


def lldp_fields(layer: Any) -> Iterator[tuple[str, bytes]]:
    """Chassis, port, port description, system name and description, management address (IEEE 802.1AB-2016 8.5)."""
    names = {
        "LLDPDUChassisID": ("chassis_id", "id"),
        "LLDPDUPortID": ("port_id", "id"),
        "LLDPDUPortDescription": ("port_description", "description"),
        "LLDPDUSystemName": ("system_name", "system_name"),
        "LLDPDUSystemDescription": ("system_description", "description"),
        "LLDPDUManagementAddress": ("management_address", "management_address"),
    }
    while layer:
        name_and_attribute = names.get(type(layer).__name__)
        if name_and_attribute:
            value = field_octets(getattr(layer, name_and_attribute[1]))
            yield name_and_attribute[0], address_text(value) if name_and_attribute[0] == "management_address" else value
        layer = layer.payload


def cdp_fields(header: Any) -> Iterator[tuple[str, bytes]]:
    """Device id, software version, platform, port id and addresses of a CDP frame."""
    names = {
        "CDPMsgDeviceID": ("device_id", "val"),
        "CDPMsgSoftwareVersion": ("software_version", "val"),
        "CDPMsgPlatform": ("platform", "val"),
        "CDPMsgPortID": ("port_id", "iface"),
    }
    for message in header.msg:
        name_and_attribute = names.get(type(message).__name__)
        if name_and_attribute:
            yield name_and_attribute[0], field_octets(getattr(message, name_and_attribute[1]))
        for record in getattr(message, "addr", None) or ():
            yield "address", field_octets(getattr(record, "addr", b""))


def field_octets(value: Any) -> bytes:
    """A dissected field as octets: scapy gives some as str, MACs and addresses among them."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def address_text(value: bytes) -> bytes:
    """A management address of 4 or 16 octets as text; any other as it came."""
    return str(ipaddress.ip_address(value)).encode() if len(value) in (4, 16) else value
