"""IP addresses as MIB tables write them: as octets, and inside the instance of an OID."""

from collections.abc import Sequence
from ipaddress import ip_address

_LENGTHS = {"1": "4", "2": "16"}
"""Octets of the types ipv4 and ipv6: InetAddressType (RFC 4001) and IANA's address family numbers agree on both."""


def address_of_octets(octets: bytes) -> str:
    """An IPv4 address from 4 octets, an IPv6 address from 16; empty for any other length."""
    return str(ip_address(octets)) if len(octets) in (4, 16) else ""


def address_of_arcs(arcs: Sequence[str]) -> str:
    """An address from the arcs of an instance, one an octet (IpAddress, RFC 2578 section 7.7); empty if it is none."""
    try:
        return address_of_octets(bytes(map(int, arcs))) if len(arcs) in (4, 16) else ""
    except ValueError:
        return ""


def address_of_instance(arcs: Sequence[str]) -> str:
    """An address from the arcs of an instance that holds its type, its length and its octets (RFC 4001 section 4).

    Empty for other types than ipv4 and ipv6, and for a length that the type does not have.
    """
    if len(arcs) < 2 or _LENGTHS.get(arcs[0]) != arcs[1]:
        return ""
    return address_of_arcs(arcs[2:]) if str(len(arcs) - 2) == arcs[1] else ""


def is_loopback(address: str) -> bool:
    """True for 127.0.0.0/8 and ::1, which every device has."""
    return address.startswith("127.") or address == "::1"


def locates_device(text: str) -> bool:
    """True for an address that says where in the network a device is. Loopback, link-local, unspecified and multicast
    addresses do not: many devices have the same."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)
