"""LLDP frames as a device sends them (IEEE 802.1AB-2016, clause 8). Written from the standard; sends nothing."""

from dataclasses import dataclass
from ipaddress import IPv4Address

ETHERTYPE = 0x88CC
NEAREST_BRIDGE = bytes.fromhex("0180c200000e")
"""The group address of the nearest bridge (table 7-1): no bridge forwards it."""

MAX_TEXT = 255
"""Octets of the longest text in a TLV (8.5.5 to 8.5.7)."""

_END, _CHASSIS_ID, _PORT_ID, _TTL, _PORT_DESCRIPTION, _SYSTEM_NAME, _SYSTEM_DESCRIPTION = range(7)
_MANAGEMENT_ADDRESS = 8
_CHASSIS_IS_MAC = 4
_PORT_IS_INTERFACE_NAME = 5
_ADDRESS_IS_IPV4 = 1
"""The address family number (IANA)."""

_NUMBER_IS_IF_INDEX = 2


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a device says of itself on one port. `chassis` and `source` have 6 octets each."""

    source: bytes
    chassis: bytes
    port_name: str
    port_index: int
    port_description: str
    system_name: str
    system_description: str
    address: IPv4Address
    seconds: int
    """How long what it says holds."""


def lldp_frame(port: Announcement) -> bytes:
    """The whole Ethernet frame, without its check sequence."""

    texts = (
        (_PORT_DESCRIPTION, port.port_description),
        (_SYSTEM_NAME, port.system_name),
        (_SYSTEM_DESCRIPTION, port.system_description),
    )
    address = bytes((5, _ADDRESS_IS_IPV4)) + port.address.packed
    number = bytes((_NUMBER_IS_IF_INDEX,)) + port.port_index.to_bytes(4, "big") + b"\0"
    tlvs = (
        _tlv(_CHASSIS_ID, bytes((_CHASSIS_IS_MAC,)) + port.chassis),
        _tlv(_PORT_ID, bytes((_PORT_IS_INTERFACE_NAME,)) + _text(port.port_name)),
        _tlv(_TTL, port.seconds.to_bytes(2, "big")),
        *(_tlv(kind, _text(text)) for kind, text in texts if text),
        _tlv(_MANAGEMENT_ADDRESS, address + number),
        _tlv(_END, b""),
    )
    return NEAREST_BRIDGE + port.source + ETHERTYPE.to_bytes(2, "big") + b"".join(tlvs)


def _tlv(kind: int, value: bytes) -> bytes:
    """Seven bits of type, nine of length (8.4.1)."""
    return (kind << 9 | len(value)).to_bytes(2, "big") + value


def _text(text: str) -> bytes:
    """A text of at most MAX_TEXT octets, cut between characters."""
    return text.encode()[:MAX_TEXT].decode("utf-8", "ignore").encode()
