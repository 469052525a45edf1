# SPDX-License-Identifier: GPL-2.0-only
"""Hearing LLDP and CDP on attached segments, the only importer of scapy, which takes their frames apart."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scapy.config import conf
from scapy.contrib.cdp import CDPv2_HDR
from scapy.contrib.lldp import LLDPDU
from scapy.sendrecv import sniff

LLDP_ETHERTYPE, LLC_FRAMES = 0x88CC, 0x0004  # IEEE 802.1AB; ETH_P_802_2 of <linux/if_ether.h>
CDP_GROUP = "01:00:0c:cc:cc:cc"

MAX_TOLD = 100_000  # fields told in all: whoever floods the segment costs no more memory than that

Say = Callable[..., None]
"""Tells one line to whoever started this program."""


def listen(interfaces: Iterable[str], seconds: float, say: Say) -> None:
    """Hear LLDP and CDP on these interfaces; each field becomes a line."""
    conf.sniff_promisc = True
    sockets = {
        conf.L2listen(iface=interface, type=kind): interface
        for interface in interfaces
        for kind in (LLDP_ETHERTYPE, LLC_FRAMES)
    }
    if not sockets:
        return
    try:
        sniff(opened_socket=sockets, timeout=seconds, store=False, prn=Listener(say).hear)
    finally:
        for opened in sockets:
            opened.close()


class Listener:
    """Tells each field of each LLDP and CDP frame once, however often its sender repeats it."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._told: set[tuple[str, ...]] = set()

    def hear(self, frame: Any) -> None:
        """Take one frame; any other protocol is passed over."""
        interface = str(frame.sniffed_on)
        if LLDPDU in frame:
            kind, fields = "lldp", lldp_fields(frame[LLDPDU])
        elif frame.dst == CDP_GROUP and CDPv2_HDR in frame:
            kind, fields = "cdp", cdp_fields(frame[CDPv2_HDR])
        else:
            return
        for field, value in fields:
            told = (kind, interface, frame.src, field, value.hex())
            if told not in self._told and len(self._told) < MAX_TOLD:
                self._told.add(told)
                self._say(heard=kind, interface=interface, mac=frame.src, field=field, value=value.hex())


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
        found = names.get(type(layer).__name__)
        if found:
            value = octets(getattr(layer, found[1]))
            yield found[0], address(value) if found[0] == "management_address" else value
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
        found = names.get(type(message).__name__)
        if found:
            yield found[0], octets(getattr(message, found[1]))
        for record in getattr(message, "addr", None) or ():
            yield "address", octets(getattr(record, "addr", b""))


def octets(value: Any) -> bytes:
    """A dissected field as the octets it came from: texts may be str, MACs and addresses are written out."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def address(value: bytes) -> bytes:
    """A management address of 4 or 16 octets as its text; any other as it came."""
    return str(ipaddress.ip_address(value)).encode() if len(value) in (4, 16) else value
