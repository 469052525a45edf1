"""MAC addresses: read from the forms that devices give them, written as people do, and what kind one can be.

Whom an address was given to is the fingerprint database's to say (fingerprints.database.oui).
"""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from fingerprints.model.evidence import octets_of

OCTETS = 6


def parse_mac(value: str) -> bytes:
    """Six octets from a kept value: raw, or in hexadecimal with or without separators. Empty if it is none."""
    if len(value) == OCTETS:
        return octets_of(value)
    digits = "".join(mark for mark in value if mark not in " :-.")
    if len(value) <= 20 and len(digits) == 2 * OCTETS:
        try:
            return bytes.fromhex(digits)
        except ValueError:
            return b""
    return b""


def mac_of_arcs(arcs: Sequence[str]) -> bytes:
    """Six octets from an OID instance, one arc an octet (dot1dTpFdbAddress, RFC 4188). Empty if they are none."""
    try:
        return bytes(map(int, arcs)) if len(arcs) == OCTETS else b""
    except ValueError:
        return b""


def format_mac(mac: bytes) -> str:
    """A MAC address as people write it: `00:e0:fc:12:34:56`."""
    return mac.hex(":")


def is_station_mac(mac: bytes) -> bool:
    """True for six octets that address one station: not blank, no group address (IEEE 802 section 8.2)."""
    return len(mac) == OCTETS and not mac[0] & 1 and any(mac)


def is_factory_mac(mac: bytes) -> bool:
    """True if a factory can have burnt in the six octets: one station, globally administered, neither half blank
    (IEEE 802 section 8.2), and not of IANA's block for protocols, which VRRP routers share (RFC 9542)."""
    blank = mac[:3] == b"\0\0\0" or mac[3:] == b"\0\0\0"
    return len(mac) == OCTETS and not mac[0] & 3 and not blank and mac[:4] != b"\0\0\x5e\0"


def eui64_mac(address: str) -> bytes:
    """The MAC address that an IPv6 address was made from (modified EUI-64, RFC 4291 appendix A); empty if none was."""
    if ":" not in address:
        return b""
    try:
        parsed = ip_address(address)
    except ValueError:
        return b""
    lower = parsed.packed[8:] if isinstance(parsed, IPv6Address) else b""
    if lower[3:5] != b"\xff\xfe":
        return b""
    return bytes((lower[0] ^ 2, *lower[1:3], *lower[5:]))
