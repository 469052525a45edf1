"""Sets of addresses as sorted blocks: a /8 is one block, and a lookup of one address is one bisection."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, summarize_address_range
from socket import inet_ntoa

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, order=True)
class AddressBlock:
    """Consecutive addresses of one IP version (4 or 6), `first` to `last` inclusive, as integers."""

    version: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many addresses it holds."""
        return self.last - self.first + 1

    def networks(self) -> Iterator[Network]:
        """The smallest list of CIDR networks that covers exactly this block."""
        if self.version == 4:
            yield from summarize_address_range(IPv4Address(self.first), IPv4Address(self.last))
        else:
            yield from summarize_address_range(IPv6Address(self.first), IPv6Address(self.last))

    def __str__(self) -> str:
        first, last = address_of(self.version, self.first), address_of(self.version, self.last)
        networks = list(self.networks())
        if self.count == 1:
            return str(first)
        return str(networks[0]) if len(networks) == 1 else f"{first}-{last}"


def parse_address(text: str) -> Address:
    """Parse an address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) becomes the IPv4 address.

    An IPv6 zone (`%eth0`) stays with the address. Raises ValueError for text that is no address.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def ipv4_behind(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that packets to an IPv6 address may reach through a translator or a tunnel: NAT64 (RFC 6052,
    RFC 8215), 6to4 (RFC 3056), ISATAP (RFC 5214), IPv4-compatible (RFC 4291). A network's own NAT64 prefix is unknown.
    """
    if isinstance(address, IPv4Address):
        return ()
    octets = address.packed
    last = octets[12:]
    found: list[bytes] = []
    if octets[:12] == _NAT64 or octets[8:12] in _ISATAP or (octets[:12] == bytes(12) and last[0]):
        found.append(last)
    if address in _LOCAL_NAT64:  # of which an operator takes a prefix of 48, 56, 64 or 96 bits; octet 8 is zero
        found += [last, octets[6:8] + octets[9:11], octets[7:8] + octets[9:12], octets[9:13]]
    if address in _6TO4:
        found.append(octets[2:6])
    return tuple(dict.fromkeys(map(IPv4Address, found)))


_NAT64 = IPv6Address("64:ff9b::").packed[:12]
_ISATAP = frozenset({bytes.fromhex("00005efe"), bytes.fromhex("02005efe")})
_LOCAL_NAT64, _6TO4 = IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16")


def zone_of(address: Address) -> str:
    """The zone of an IPv6 address (`eth0` in `fe80::1%eth0`), or an empty text."""
    return "" if isinstance(address, IPv4Address) else address.scope_id or ""


def address_of(version: int, number: int) -> Address:
    """The address with this number."""
    return IPv4Address(number) if version == 4 else IPv6Address(number)


def text_of(version: int, number: int) -> str:
    """The text of the address with this number."""
    return inet_ntoa(number.to_bytes(4, "big")) if version == 4 else str(IPv6Address(number))


def block_of(network: Network) -> AddressBlock:
    """All addresses of a network, the first and the last included."""
    return AddressBlock(network.version, int(network.network_address), int(network.broadcast_address))


class AddressSet:
    """An immutable set of addresses of both versions."""

    __slots__ = ("_starts", "blocks")

    def __init__(self, blocks: Iterable[AddressBlock] = ()) -> None:
        self.blocks = tuple(_merged(sorted(blocks)))
        self._starts = [(block.version, block.first) for block in self.blocks]

    @property
    def count(self) -> int:
        """How many addresses it holds."""
        return sum(block.count for block in self.blocks)

    def __contains__(self, address: Address) -> bool:
        place = bisect_right(self._starts, (address.version, int(address))) - 1
        if place < 0:
            return False
        block = self.blocks[place]
        return block.version == address.version and int(address) <= block.last

    def missing_from(self, block: AddressBlock) -> Iterator[AddressBlock]:
        """The parts of `block` that are not in this set, in order."""
        return missing(self.blocks, block)


def missing(held: Sequence[AddressBlock], block: AddressBlock) -> Iterator[AddressBlock]:
    """The parts of `block` that are in none of `held`. The held blocks are sorted and do not overlap."""
    first = block.first
    place = max(
        0,
        bisect_right(held, (block.version, block.first), key=lambda held_block: (held_block.version, held_block.first))
        - 1,
    )
    while place < len(held) and (held[place].version, held[place].first) <= (block.version, block.last):
        hole = held[place]
        if hole.version == block.version and hole.last >= first:
            if hole.first > first:
                yield AddressBlock(block.version, first, hole.first - 1)
            first = hole.last + 1
        place += 1
    if first <= block.last:
        yield AddressBlock(block.version, first, block.last)


def pieces(block: AddressBlock, edges: Iterable[AddressBlock]) -> Iterator[AddressBlock]:
    """Cut a block at the edges of others. Each piece lies wholly inside or wholly outside each of them."""
    if block.count == 1:
        yield block
        return
    own = [edge for edge in edges if edge.version == block.version]
    starts = {start for edge in own for start in (edge.first, edge.last + 1) if block.first < start <= block.last}
    first = block.first
    for start in (*sorted(starts), block.last + 1):
        yield AddressBlock(block.version, first, start - 1)
        first = start


def _merged(blocks: list[AddressBlock]) -> Iterator[AddressBlock]:
    current: AddressBlock | None = None
    for block in blocks:
        if current is None or block.version != current.version or block.first > current.last + 1:
            if current is not None:
                yield current
            current = block
        elif block.last > current.last:
            current = AddressBlock(current.version, current.first, block.last)
    if current is not None:
        yield current


NEVER_A_HOST = AddressSet(
    block_of(network)
    for network in (
        IPv4Network("0.0.0.0/8"),  # this network, RFC 1122 section 3.2.1.3: never a destination
        IPv4Network("224.0.0.0/4"),  # multicast, RFC 5771
        IPv4Network("255.255.255.255/32"),  # limited broadcast, RFC 919
        IPv6Network("::/128"),  # unspecified, RFC 4291
        IPv6Network("ff00::/8"),  # multicast, RFC 4291
    )
)
"""Addresses that no single device can have. kitscan never sends anything there."""
