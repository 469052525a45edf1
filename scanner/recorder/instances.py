"""Addresses and names inside the OIDs of MIB tables: which arcs of an instance they are, and an OID with other ones."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import takewhile

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
from reports.document.redaction.field_walk import Rewrite
from reports.document.redaction.private_kind import PrivateKind

Arcs = list[str]

OCTET = 256
UNIQUE_LOCAL = 0xFD
PRIVATE_NETWORKS = frozenset((10, 172, 192))
"""First octets of RFC 1918's networks; RFC 4193's octet above."""
MIN_NAME = 4
"""Letters of the shortest name that is recognised in an instance without a known shape."""

MIN_ADDRESS = 1 << 24
"""The lowest IPv4 address of a network, 1.0.0.0, as a number."""

MIN_LARGE = 32
"""The smallest number that hardly counts columns, rows or slots: four arcs without one are hardly an address."""

UNKNOWN_FROM = 9
"""Arcs that stand before an instance at least, in a tree that nobody knows: 1.3.6.1.4.1, a company, a table, a row."""


class Instances:
    """The instances of one device's objects. `columns` are the subtrees whose instances are read, of private MIBs too;
    `whole` opens those of scripts that are kept as they are."""

    def __init__(self, columns: frozenset[str], whole: tuple[str, ...]) -> None:
        self._columns = columns
        self._whole = whole

    def start(self, oid: str) -> int:
        """How many arcs stand before the instance; for a tree that nobody knows, before what may be one."""
        column = oid
        while column:
            if column in self._columns or column_of(column + ".0") == column:
                return column.count(".") + 1
            column = column.rpartition(".")[0]
        return UNKNOWN_FROM

    def rewritten(self, oid: str, rewrite: Rewrite, is_private: Callable[[str], bool]) -> str:
        """An OID whose instance is rewritten. `is_private` says of an address, in its one form, or of a MAC address's
        digits whether it is known to be private: where nobody knows the table, an instance's shape tells nothing."""
        column = column_of(oid)
        shape = _SHAPES.get(column)
        if shape is not None:
            instance = oid.removeprefix(column + ".").split(".")
            shaped = shape(instance, rewrite)
            return f"{column}.{'.'.join(shaped or _unknown(instance, rewrite, is_private))}"
        arcs, start = oid.split("."), self.start(oid)
        if oid.startswith(self._whole) or len(arcs) - start < MIN_NAME:
            return oid
        is_scalar = start == UNKNOWN_FROM and arcs[-1] == "0"
        return ".".join((*arcs[:start], *_unknown(arcs[start:], rewrite, is_private, is_scalar, start == UNKNOWN_FROM)))


def _unknown(
    arcs: Sequence[str],
    rewrite: Rewrite,
    is_private: Callable[[str], bool],
    only_known: bool = False,
    guessed: bool = False,
) -> Arcs:
    """An instance of a table that nobody knows: addresses and MAC addresses in it, and letters, are rewritten; with
    `only_known` those that are known to be private, with `guessed` also four arcs at the end that may be an address."""
    done: Arcs = []
    while len(done) < len(arcs):
        at = len(done)
        for size, shape in ((16, _address), (6, _mac), (4, _address)):
            window = arcs[at : at + size]
            if len(window) == size and _is_hidden(arcs, at, window, is_private, only_known, guessed):
                done += shape(window, rewrite)
                break
        else:
            letters = [] if only_known else _letters(arcs[at:])
            done += _scrambled(letters, rewrite) if len(letters) >= MIN_NAME else [arcs[at]]
    return done


def _is_hidden(
    arcs: Sequence[str],
    at: int,
    window: Sequence[str],
    is_private: Callable[[str], bool],
    only_known: bool,
    guessed: bool,
) -> bool:
    """Whether arcs are a private address: known as one, of a private network, or behind their type and length."""
    if not _are_octets(window):
        return False
    octets = bytes(map(int, window))
    known = octets.hex() if len(octets) == 6 else str(ip_address(octets))
    if only_known or is_private(known):
        return is_private(known)
    if len(octets) == 6:
        return at > 0 and arcs[at - 1] == "6" and octets[0] & 1 == 0 and max(octets) >= MIN_LARGE
    if guessed and len(octets) == 4 and octets[1] == 1 and max(octets[1:]) < MIN_LARGE:
        return False  # a table, its entry (.1 by RFC 2578, section 7.1.12), a column and a row
    address = ip_address(octets)
    typed = at > 1 and arcs[at - 1] == str(len(octets)) and arcs[at - 2] in ("1", "2") and not octets.isalnum()
    last = (
        guessed
        and at + len(window) == len(arcs)
        and address.version == 4
        and 0 < octets[0] < 224
        and len(set(octets)) > 2
        and not octets.isalnum()  # letters, which are hidden as such
    )
    return _looks_private(address) or ((typed or last) and max(octets) >= MIN_LARGE)


def _letters(arcs: Sequence[str]) -> Arcs:
    return [*takewhile(lambda arc: arc.isdecimal() and len(arc) < 4 and 0x20 <= int(arc) < 0x7F, arcs)]


def _scrambled(letters: Sequence[str], rewrite: Rewrite) -> Arcs:
    text = rewrite(PrivateKind.WHAT_IT_SAYS, "".join(chr(int(arc)) for arc in letters))
    return [str(ord(letter)) for letter in text]


def _address(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """Four or sixteen arcs that are an address, or one that is all of it as a number, as some agents write it; none
    where they are not."""
    if len(arcs) == 1 and arcs[0].isdecimal() and MIN_ADDRESS <= int(arcs[0]) < 1 << 32:
        return [str(int(ip_address(rewrite(PrivateKind.ADDRESS, str(IPv4Address(int(arcs[0])))))))]
    if len(arcs) not in (4, 16) or not _are_octets(arcs):
        return []
    text = rewrite(PrivateKind.ADDRESS, str(ip_address(bytes(map(int, arcs)))))
    return [str(octet) for octet in ip_address(text).packed]


def _mac(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    if len(arcs) != 6 or not _are_octets(arcs):
        return []
    text = rewrite(PrivateKind.MAC, format_mac(bytes(map(int, arcs))))
    return [str(octet) for octet in bytes.fromhex(text.replace(":", ""))]


def _typed_address(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """InetAddressType, length, octets; behind ipv4z and ipv6z the zone stays. Some agents leave the length out."""
    if len(arcs) > 2 and arcs[1] in _SIZES and len(arcs) == 2 + int(arcs[1]):
        size = _SIZES[arcs[1]]
        return _joined(arcs[:2], _address(arcs[2 : 2 + size], rewrite), arcs[2 + size :])
    return _joined(arcs[:1], _address(arcs[1:], rewrite), ())


_SIZES = {"4": 4, "8": 4, "16": 16, "20": 16}
"""Octets of an address by the length of an InetAddress, which may end in four octets of a zone (RFC 4001)."""


def _name(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    """The length of a name, its octets, and what follows."""
    size = int(arcs[0]) if len(arcs[0]) < 4 else 0
    octets = arcs[1 : 1 + size]
    if not size or not _are_octets(octets):
        return []
    text = kept(rewrite(PrivateKind.NAME, text_of(bytes(map(int, octets)).decode("latin-1"))))
    return [str(len(text)), *(str(ord(letter)) for letter in text), *arcs[1 + size :]]


def _ldp(arcs: Sequence[str], rewrite: Rewrite) -> Arcs:
    if len(arcs) < 12:
        return []
    peer = len(arcs) - 6
    middle = _joined(arcs[4:peer], _address(arcs[peer : peer + 4], rewrite), arcs[peer + 4 :])
    return [*_address(arcs[:4], rewrite), *middle] if middle else []


def _joined(before: Sequence[str], middle: Arcs, after: Sequence[str]) -> Arcs:
    return [*before, *middle, *after] if middle else []


def _behind(count: int, shape: Callable[[Sequence[str], Rewrite], Arcs]) -> Callable[[Sequence[str], Rewrite], Arcs]:
    return lambda arcs, rewrite: _joined(arcs[:count], shape(arcs[count:], rewrite), ())


_SHAPES: Mapping[str, Callable[[Sequence[str], Rewrite], Arcs]] = {
    IP_AD_ENT_IF_INDEX.oid: _address,
    IP_AD_ENT_NET_MASK.oid: _address,
    IP_ADDRESS_IF_INDEX.oid: _typed_address,
    IP_NET_TO_MEDIA.oid: _behind(1, _address),
    IP_NET_TO_PHYSICAL.oid: _behind(1, _typed_address),
    REM_MAN_ADDR_IF_SUBTYPE.oid: _behind(3, _typed_address),
    BGP_PEER_STATE.oid: _address,
    OSPF_NBR_STATE.oid: lambda arcs, rewrite: _joined((), _address(arcs[:4], rewrite), arcs[4:]),
    LDP_SESSION_STATE.oid: _ldp,
    VRF_IF_CLASSIFICATION.oid: _name,
    FDB_PORT.oid: _mac,
    VLAN_FDB_PORT.oid: _behind(1, _mac),
}
"""How the instance of each column of a table is built that holds an address or a name. A shape gives nothing for an
instance that is built otherwise."""


def _looks_private(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address.is_global or address.is_link_local or address.packed[0] == UNIQUE_LOCAL
    return address.is_private and address.packed[0] in PRIVATE_NETWORKS and len(set(address.packed)) > 2


def _are_octets(arcs: Sequence[str]) -> bool:
    return all(arc.isdecimal() and len(arc) < 4 and int(arc) < OCTET for arc in arcs)
