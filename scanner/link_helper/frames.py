# SPDX-License-Identifier: GPL-2.0-only
"""The frames of a sweep: ARP requests and neighbour solicitations, and the replies to them. Octets in, octets out."""

import struct
from collections.abc import Callable

ETH_P_ARP, ETH_P_IPV6 = 0x0806, 0x86DD
BROADCAST = b"\xff" * 6

_ARP_REQUEST = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
"""The start of an ARP request (RFC 826): Ethernet, IPv4, lengths of their addresses, the operation."""

_ARP_REPLY = _ARP_REQUEST[:-1] + b"\x02"
_SOLICITATION, _ADVERTISEMENT = 135, 136
_ICMPV6 = 58

RequestFrame = Callable[[bytes], bytes]
"""Makes the frame that asks for one address, given as its octets."""


def arp_request(mac: bytes, own: bytes) -> RequestFrame:
    """ARP requests from this station."""
    head = BROADCAST + mac + ETH_P_ARP.to_bytes(2, "big") + _ARP_REQUEST + mac + own + bytes(6)
    return lambda address: head + address


def parse_arp_reply(frame: bytes) -> tuple[bytes, bytes] | None:
    """The address and the MAC in an ARP reply; None for any other frame."""
    if len(frame) < 42 or frame[14:22] != _ARP_REPLY:
        return None
    return frame[28:32], frame[22:28]


def nd_solicitation(mac: bytes, own: bytes) -> RequestFrame:
    """Neighbour solicitations (RFC 4861 section 4.3) from this station, each to the solicited-node group (RFC 4291
    section 2.7.1) of the address that is asked for."""

    def solicitation(address: bytes) -> bytes:
        group = bytes.fromhex("ff0200000000000000000001ff") + address[-3:]
        body = bytes(4) + address + b"\x01\x01" + mac  # reserved, target, source link-layer address option
        pseudo = own + group + struct.pack("!IHBB", len(body) + 4, 0, 0, _ICMPV6)
        checksum = _internet_checksum(pseudo + bytes((_SOLICITATION, 0, 0, 0)) + body)
        icmp = struct.pack("!BBH", _SOLICITATION, 0, checksum) + body
        ip = struct.pack("!IHBB", 6 << 28, len(icmp), _ICMPV6, 255) + own + group
        return b"\x33\x33" + group[-4:] + mac + ETH_P_IPV6.to_bytes(2, "big") + ip + icmp

    return solicitation


def parse_nd_advertisement(frame: bytes) -> tuple[bytes, bytes] | None:
    """The address and the MAC in a neighbour advertisement; None for any other frame. The hop limit of 255
    (RFC 4861 section 7.1.2) proves that it came from this segment."""
    if len(frame) < 78 or frame[20] != _ICMPV6 or frame[21] != 255 or frame[54] != _ADVERTISEMENT:
        return None
    return frame[62:78], frame[6:12]


def _internet_checksum(octets: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of octets."""
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
