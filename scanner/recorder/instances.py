"""Addresses and names inside the OIDs of MIB tables: which arcs of an instance they are, and an OID with other ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from fingerprints.model.evidence import kept, text_of
from fingerprints.model.mac_address import format_mac
from fingerprints.sources.bridge_mib import FDB_PORT, VLAN_FDB_PORT
from fingerprints.sources.ip_mib import (
    IP_AD_ENT_IF_INDEX,
    IP_AD_ENT_NET_MASK,
    IP_ADDRESS_IF_INDEX,
    IP_NET_TO_MEDIA,
    IP_NET_TO_PHYSICAL,
)
from fingerprints.sources.lldp import REM_MAN_ADDR_IF_SUBTYPE
from fingerprints.sources.registry import column_of
from fingerprints.sources.routing import BGP_PEER_STATE, LDP_SESSION_STATE, OSPF_NBR_STATE, VRF_IF_CLASSIFICATION
from reports.document.redaction.private_kind import PrivateKind, Treatment

Rewrite = Callable[[PrivateKind | Treatment, str], str]
"""What becomes of a text that is treated so."""

Arcs = list[str]

OCTET = 256
MIN_NAME = 4
"""Letters of the shortest name that is recognised in an instance without a known shape."""


class UnreadableInstanceError(ValueError):
    """An instance without a known shape may hold an address or a name."""


def rewritten_oid(oid: str, rewrite: Rewrite, is_private: Callable[[str], bool]) -> str:
    """An OID whose instance is rewritten. `is_private` says of an address whether it is to be hidden. Raises
    UnreadableInstanceError if its instance may hold something private and has no known shape."""
    column = column_of(oid)
    shape = _SHAPES.get(column)
    if shape is not None:
        return f"{column}.{'.'.join(shape(oid.removeprefix(column + '.').split('.'), rewrite))}"
    arcs = oid.split(".")
    if column:
        start = column.count(".") + 1
    else:
        start = 9 if len(arcs) > 6 else len(arcs)
    if len(arcs) - start >= 4 and _may_be_private(arcs[start:], is_private):
        raise UnreadableInstanceError(column or ".".join(arcs[:start]))
    return oid


def _address(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """Four or sixteen arcs that are an address; others stay."""
    if not _are_octets(arcs) or len(arcs) not in (4, 16):
        return [*arcs]
    text = rewrite(PrivateKind.ADDRESS, str(ip_address(bytes(map(int, arcs)))))
    return [str(octet) for octet in ip_address(text).packed]


def _mac(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    if not _are_octets(arcs) or len(arcs) != 6:
        return [*arcs]
    text = rewrite(PrivateKind.MAC, format_mac(bytes(map(int, arcs))))
    return [str(octet) for octet in bytes.fromhex(text.replace(":", ""))]


def _typed_address(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """InetAddressType, length, octets; behind ipv4z and ipv6z the zone stays."""
    if len(arcs) > 2 and arcs[1] in ("4", "8", "16", "20"):
        size = 4 if arcs[1] in ("4", "8") else 16
        return [*arcs[:2], *_address(arcs[2 : 2 + size], rewrite), *arcs[2 + size :]]
    return [*arcs]


def _name(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """The length of a name, its octets, and what follows."""
    size = int(arcs[0]) if len(arcs[0]) < 4 else 0
    octets = arcs[1 : 1 + size]
    if not size or not _are_octets(octets):
        return [*arcs]
    text = kept(rewrite(PrivateKind.NAME, text_of(bytes(map(int, octets)).decode("latin-1"))))
    return [str(len(text)), *(str(ord(letter)) for letter in text), *arcs[1 + size :]]


def _ldp(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    if len(arcs) < 12:
        return [*arcs]
    peer = len(arcs) - 6
    return [*_address(arcs[:4], rewrite), *arcs[4:peer], *_address(arcs[peer : peer + 4], rewrite), *arcs[peer + 4 :]]


def _behind(count: int, shape: Callable[[Sequence[str], Rewrite], Arcs]) -> Callable[[Sequence[str], Rewrite], Arcs]:
    return lambda arcs, rewrite: [*arcs[:count], *shape(arcs[count:], rewrite)]


_SHAPES: Mapping[str, Callable[[Sequence[str], Rewrite], Arcs]] = {
    IP_AD_ENT_IF_INDEX.oid: _address,
    IP_AD_ENT_NET_MASK.oid: _address,
    IP_ADDRESS_IF_INDEX.oid: _typed_address,
    IP_NET_TO_MEDIA.oid: _behind(1, _address),
    IP_NET_TO_PHYSICAL.oid: _behind(1, _typed_address),
    REM_MAN_ADDR_IF_SUBTYPE.oid: _behind(3, _typed_address),
    BGP_PEER_STATE.oid: _address,
    OSPF_NBR_STATE.oid: lambda arcs, rewrite: [*_address(arcs[:4], rewrite), *arcs[4:]],
    LDP_SESSION_STATE.oid: _ldp,
    VRF_IF_CLASSIFICATION.oid: _name,
    FDB_PORT.oid: _mac,
    VLAN_FDB_PORT.oid: _behind(1, _mac),
}
"""How the instance of each column of a table is built that holds an address or a name."""


def _may_be_private(arcs: Sequence[str], is_private: Callable[[str], bool]) -> bool:
    """True if any arcs are a known address, one of a private network, or the letters of a name."""
    if any(_looks_private(address) or is_private(str(address)) for address in _addresses(arcs)):
        return True
    letters = 0
    for arc in arcs:
        letters = letters + 1 if arc.isdecimal() and len(arc) < 4 and 0x30 <= int(arc) < 0x7F else 0
        if letters >= MIN_NAME:
            return True
    return False


def _addresses(arcs: Sequence[str]) -> Iterator[IPv4Address | IPv6Address]:
    for size in (4, 16):
        for start in range(len(arcs) - size + 1):
            window = arcs[start : start + size]
            if _are_octets(window):
                yield ip_address(bytes(map(int, window)))


def _looks_private(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address.is_global or address.is_link_local or address.packed[0] == 0xFD
    return address.is_private and address.packed[0] in (10, 172, 192)


def _are_octets(arcs: Sequence[str]) -> bool:
    return all(arc.isdecimal() and len(arc) < 4 and int(arc) < OCTET for arc in arcs)
