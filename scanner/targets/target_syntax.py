"""The grammar of one target word: an address, a CIDR, a range or a host name, with an optional port."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

from fingerprints.model.secret_names import first_word
from scanner.targets.addresses import AddressBlock, Network, block_of, parse_address, zone_of

MAX_IPV6 = 1_024
"""The most addresses that one IPv6 network or range may hold: a sweep of a /64 would never end."""

EXAMPLES = "an address, a CIDR (192.0.2.0/24), a range (192.0.2.1-40), a host name, or one of these with :port"

_NAME = re.compile(
    r"(?=.{1,253}\.?\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?\Z"
)
_ZONE = re.compile(r"[^\s/:%]{0,15}")
"""The name of an interface, as Linux allows it."""
_NUMERIC_END = re.compile(r"(^|\.)[0-9]+\.?\Z")


class WordError(ValueError):
    """A word that is no target. `problem` says what is wrong with it, `expected` what would be right."""

    def __init__(self, problem: str, expected: str = EXAMPLES) -> None:
        super().__init__(f"{problem}; expected {expected}")
        self.problem = problem
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Addresses:
    """A word that names addresses. `block` is all of them; `prefix` is the CIDR or range, empty for one address."""

    block: AddressBlock
    prefix: str = ""
    zone: str = ""
    port: int | None = None

    @property
    def hosts(self) -> AddressBlock:
        """The addresses that a device can have.

        An IPv4 CIDR loses its network and its broadcast address. An IPv6 CIDR loses the subnet-router anycast address
        (RFC 4291 section 2.6.1). A /31 or /127 is two hosts (RFC 3021, RFC 6164).
        """
        if "/" not in self.prefix or self.block.count <= 2:
            return self.block
        last = self.block.last - (1 if self.block.version == 4 else 0)
        return AddressBlock(self.block.version, self.block.first + 1, last)


@dataclass(frozen=True, slots=True)
class HostName:
    """A word that names a host, which is not resolved yet."""

    name: str
    port: int | None = None


def parse_word(word: str) -> Addresses | HostName:
    """Read one word. Raises WordError."""
    text, port = _split_port(word.strip())
    if not text:
        raise WordError("an empty target")
    addresses = _single(text, port) or _network(text, port) or _range(text, port)
    return addresses or _name(text, port)


def refuse_too_many_ipv6(addresses: Addresses) -> None:
    """Raise WordError for an IPv6 network or range of more than MAX_IPV6 addresses: no sweep can ask them all."""
    if addresses.block.version == 6 and addresses.block.count > MAX_IPV6:
        raise WordError(
            f"{addresses.prefix} holds {addresses.block.count:,} addresses, too many to ask one by one",
            f"at most {MAX_IPV6:,} IPv6 addresses: a list of the addresses in use (a file), "
            "or the routers whose neighbour tables name them",
        )


def _split_port(word: str) -> tuple[str, int | None]:
    if word.startswith("["):
        text, closed, rest = word[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")) or ":" not in text:
            raise WordError(
                f"{first_word(word)!r} is not a bracketed IPv6 address", "[2001:db8::1] or [2001:db8::1]:1161"
            )
        return text, _port(rest[1:]) if rest else None
    if word.count(":") == 1:
        text, _, port = word.partition(":")
        return text, _port(port)
    return word, None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65_535):
        shown = repr(text) if text.isdigit() and len(text) <= 5 else "what stands behind the colon (it may be a secret)"
        raise WordError(f"{shown} is not a port", "a number from 1 to 65535")
    return int(text)


def _single(text: str, port: int | None) -> Addresses | None:
    try:
        address = parse_address(text)
    except ValueError:
        return None
    if not _ZONE.fullmatch(zone_of(address)):
        return None
    return Addresses(AddressBlock(address.version, int(address), int(address)), "", zone_of(address), port)


def _network(text: str, port: int | None) -> Addresses | None:
    if "/" not in text:
        return None
    host, _, length = text.partition("/")
    bare, _, zone = host.partition("%")
    try:
        loose = _unmapped(ip_network(f"{bare}/{length}", strict=False))
        address = parse_address(host)
    except ValueError as error:
        raise WordError(f"{first_word(text)!r} is neither a network nor a file that exists", EXAMPLES) from error
    if int(address) != int(loose.network_address) or not _ZONE.fullmatch(zone):
        raise WordError(
            f"{text} has address bits beyond its prefix", f"{loose} for the network or {host} for the address"
        )
    return Addresses(block_of(loose), str(loose) if loose.num_addresses > 1 else "", zone_of(address), port)


def _unmapped(network: Network) -> Network:
    """The IPv4 network of IPv4-mapped addresses (`::ffff:192.0.2.0/120`); any other as it is."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return network if mapped is None or network.prefixlen < 96 else IPv4Network((mapped, network.prefixlen - 96))


def _range(text: str, port: int | None) -> Addresses | None:
    left, right = _ends(text)
    if not right:
        return None
    try:
        first = parse_address(left)
    except ValueError:
        return None
    if isinstance(first, IPv4Address) and right.isascii() and right.isdigit() and len(right) <= 3:
        right = ".".join((*str(first).split(".")[:3], str(int(right))))
    try:
        last = parse_address(right)
    except ValueError as error:
        raise WordError(f"{first_word(text)!r} is not a range", "192.0.2.1-192.0.2.40 or 192.0.2.1-40") from error
    if last.version != first.version or int(last) < int(first):
        raise WordError(
            f"{text} runs backwards or changes the IP version", "the lower address first, both IPv4 or both IPv6"
        )
    if zone_of(first) != zone_of(last) or not _ZONE.fullmatch(zone_of(first)):
        raise WordError(f"{text} runs from one zone into another", "the same zone at both ends")
    return Addresses(AddressBlock(first.version, int(first), int(last)), f"{first}-{last}", zone_of(first), port)


def _ends(text: str) -> tuple[str, str]:
    """The two ends of a range: at the first hyphen with an address on each side, for zones have hyphens too (`br-lan`);
    otherwise at the first hyphen."""
    places = [place for place, character in enumerate(text) if character == "-"]
    ends = ((text[:place], text[place + 1 :]) for place in places[:8])
    return next(((left, right) for left, right in ends if _is_address(left) and _is_address(right)), _halves(text))


def _halves(text: str) -> tuple[str, str]:
    left, _, right = text.partition("-")
    return left, right


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


def _name(text: str, port: int | None) -> HostName:
    if ":" in text or _NUMERIC_END.search(text):
        raise WordError(f"{first_word(text)!r} is not an IP address")
    if not _NAME.match(text):
        raise WordError(f"{first_word(text)!r} is not a host name")
    return HostName(text.rstrip("."), port)
