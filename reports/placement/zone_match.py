"""Which zones match a device: by each of its addresses, with the interface of the address, and by what the device is.

The operator's words are a device's addresses, labels and attributes. The device's own words are its name, and what its
answers say of its interfaces, its model and its kind.

An address means nothing without its namespace. Where the operator's list gives a device a namespace, only zones of that
namespace match by its addresses, and such a zone matches no device of another namespace.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from fnmatch import fnmatchcase

from fingerprints.model.device import Device
from fingerprints.model.evidence import namespaces_of
from fingerprints.model.neighbour import InterfaceAddress
from reports.placement.placement import Placement

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_SHOWN = 80
"""Characters of a device's own words in a reason."""

NAMESPACE, PREFIX, HOST, ATTRIBUTE = "namespace", "prefix", "host", "attribute"
INTERFACE_KEYS = frozenset(("interface", "vlan", "vrf"))
"""Conditions on one interface of a device, and not on the whole device."""

OWN_WORD_KEYS = INTERFACE_KEYS | {HOST, "family", "kind"}
"""Conditions that a device's own words can meet."""

_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")


class AllowedWords(Enum):
    """Which words of a device a zone may match by; each member allows those of the one before it, and more."""

    OPERATOR = auto()
    """The operator's words alone."""
    WHERE_ASKED = auto()
    """The device's own words too, and its own name where the zone says `own_name: yes`."""
    ALL = auto()
    """Its own name in every zone."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a device must meet: `key` as in zones.yaml; any one of `patterns` suffices. Where the key is
    ATTRIBUTE, `attribute` is the name of an attribute in the operator's lists."""

    key: str
    patterns: tuple[str, ...]
    attribute: str = ""

    @property
    def name(self) -> str:
        """What a reason calls it."""
        return self.attribute or self.key


@dataclass(frozen=True, slots=True)
class Zone:
    """One entry of zones.yaml. Where every condition holds, the device has `placement`, with a `because` of its own.
    `own_name` is True where the operator lets a device's own name meet a condition on its `host`."""

    name: str
    networks: tuple[IpNetwork, ...]
    conditions: tuple[Condition, ...]
    placement: Placement
    own_name: bool = False

    @property
    def is_about_one_address(self) -> bool:
        """Whether the zone is about an address or an interface, of which one device may have several."""
        return bool(self.networks) or any(condition.key in INTERFACE_KEYS for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """One address of a device, the interface that has it where that is known, and whether the scan asked it. A capture
    without addresses has one DeviceAddress whose `address` is None."""

    address: IpAddress | None
    interface: InterfaceAddress | None = None
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class ZoneMatch:
    """A zone that matches a device at one of its addresses, the zone's number in the file, and why, in words.
    `own_words` are the conditions that only the device's own words meet, as in `why`; `by_name` is True if one of them
    is its name."""

    number: int
    zone: Zone
    at: DeviceAddress
    why: str
    own_words: tuple[str, ...] = ()
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A zone of several conditions of which exactly one fails; `failed` says which, and what the device has instead."""

    zone: Zone
    failed: str


def addresses_of(device: Device) -> tuple[DeviceAddress, ...]:
    """The addresses of a device, those that the scan asked first."""
    interfaces = {_address(entry.address.partition("/")[0]): entry for entry in device.l2_l3_tables.interface_addresses}
    addresses: dict[IpAddress, DeviceAddress] = {}
    for text in device.addresses:
        if (address := _address(text)) is not None:
            addresses[address] = DeviceAddress(address, interfaces.get(address))
    is_capture = not addresses  # nobody asked a capture at any address, so all of them count alike
    for text in device.l2_l3_tables.addresses:
        if (address := _address(text.partition("/")[0])) is not None and address not in addresses:
            addresses[address] = DeviceAddress(address, interfaces.get(address), is_asked=is_capture)
    return tuple(addresses.values()) or (DeviceAddress(None),)


class ZoneIndex:
    """The zones of a file by their networks. A file may have 60,000: to compare each with each address takes hours."""

    def __init__(self, zones: tuple[Zone, ...]) -> None:
        self.zones = zones
        self._anywhere = [number for number, zone in enumerate(zones) if not zone.networks]
        self._by_network: dict[tuple[int, int, int], list[int]] = {}
        for number, zone in enumerate(zones):
            for network in zone.networks:
                key = network.version, network.prefixlen, int(network.network_address)
                self._by_network.setdefault(key, []).append(number)
        self._lengths = sorted({(version, length) for version, length, _ in self._by_network})

    def that_may_match(self, address: IpAddress | None) -> list[int]:
        """The numbers of the zones with a network around the address, and of those without networks, in their order."""
        around = list(self._anywhere)
        if address is not None:
            for version, length in self._lengths:
                if version == address.version:
                    host_bits = address.max_prefixlen - length
                    around += self._by_network.get((version, length, int(address) >> host_bits << host_bits), ())
        return sorted(set(around))


def matching_zones(device: Device, at: DeviceAddress, zones: ZoneIndex, words: AllowedWords) -> Iterator[ZoneMatch]:
    """The zones that match a device at one of its addresses by such words, in the order of the file."""
    for number in zones.that_may_match(at.address):
        zone = zones.zones[number]
        met, failed = _split_conditions(device, at, zone, words, 0)
        if not failed:
            own = [check for check in met if check.by_own_word]
            yield ZoneMatch(
                number,
                zone,
                at,
                ", ".join(check.text for check in met),
                tuple(check.text for check in own),
                any(check.key == HOST for check in own),
            )


def near_misses(device: Device, at: DeviceAddress, zones: tuple[Zone, ...]) -> Iterator[NearMiss]:
    """The zones that would match a device at one of its addresses but for one condition."""
    for zone in zones:
        met, failed = _split_conditions(device, at, zone, AllowedWords.WHERE_ASKED, 1)
        if met and len(failed) == 1:
            yield NearMiss(zone, failed[0].text)


@dataclass(frozen=True, slots=True)
class _Check:
    """One condition and a device: whether it holds, how in words, and whether only the device's own words meet it."""

    key: str
    holds: bool
    text: str
    by_own_word: bool = False


def _split_conditions(
    device: Device, at: DeviceAddress, zone: Zone, words: AllowedWords, max_failed: int
) -> tuple[list[_Check], list[_Check]]:
    """The conditions that a device meets and those that it fails; it stops once too many have failed."""
    met: list[_Check] = []
    failed: list[_Check] = []
    for check in _check_conditions(device, at, zone, words):
        (met if check.holds else failed).append(check)
        if len(failed) > max_failed:
            break
    return met, failed


def _check_conditions(device: Device, at: DeviceAddress, zone: Zone, words: AllowedWords) -> Iterator[_Check]:
    """Each condition of a zone. The operator's words are compared first."""
    spaces = namespaces_of(device.attributes)
    if zone.networks:
        yield _check_networks(at, zone)
        if spaces and not any(condition.key == NAMESPACE for condition in zone.conditions):
            missing = f"namespace (it is in {', '.join(spaces)[:MAX_SHOWN]}, and the zone names none)"
            yield _Check(NAMESPACE, False, missing)
    for condition in zone.conditions:
        key = condition.key
        given = _operator_words(device, condition)
        own = _own_words(device, at, key) if _is_allowed(key, zone, words) else ()
        for candidates, by_own_word in ((given, False), (own, True)):
            met = next(
                ((word, like) for like in condition.patterns for word in candidates if _is_like(word, like)), None
            )
            if met is not None:
                yield _Check(key, True, _describe_met(condition.name, *met), by_own_word)
                break
        else:
            yield _Check(key, False, f"{condition.name} ({_describe_failed(condition, (*given, *own))})")


def _is_allowed(key: str, zone: Zone, words: AllowedWords) -> bool:
    """Whether a device's own words may meet a condition. One on anything but its name asks for them by its key."""
    if words is AllowedWords.WHERE_ASKED:
        return key != HOST or zone.own_name
    return words is AllowedWords.ALL


def _check_networks(at: DeviceAddress, zone: Zone) -> _Check:
    address = at.address
    network = next((network for network in zone.networks if address is not None and address in network), None)
    if network is not None:
        return _Check(PREFIX, True, f"address {address} lies in {network}")
    meant = ", ".join(map(str, zone.networks))[:MAX_SHOWN]
    lies = f"{address} lies outside" if address else "it has no address, the zone asks for"
    return _Check(PREFIX, False, f"prefix ({lies} {meant})")


def _describe_met(key: str, word: str, pattern: str) -> str:
    like = "" if word.casefold() == pattern.casefold() else f" is like {pattern}"
    return f"{key} {word[:MAX_SHOWN]}{like}"


def _describe_failed(condition: Condition, words: tuple[str, ...]) -> str:
    has = f"it has {', '.join(words)[:MAX_SHOWN]}" if words else "it has none"
    return f"{has}, the zone asks for {' or '.join(condition.patterns)[:MAX_SHOWN]}"


def _is_like(word: str, pattern: str) -> bool:
    span = _RANGE.fullmatch(pattern)
    if span and word.isdecimal() and word.isascii() and len(word) < 10:
        return int(span[1]) <= int(word) <= int(span[2])
    return fnmatchcase(word.casefold(), pattern.casefold())


def _operator_words(device: Device, condition: Condition) -> tuple[str, ...]:
    """The operator's words for a device that a condition is compared with."""
    declared = tuple(value for name, value in device.attributes if name == condition.key)
    match condition.key:
        case "attribute":
            named = condition.attribute.casefold()
            return tuple(value for name, value in device.attributes if name.casefold() == named)
        case "host":
            return tuple(
                dict.fromkeys((*device.labels, *(label.partition(".")[0] for label in device.labels), *declared))
            )
        case "label":
            return (*device.labels, *declared)
        case _:
            return declared


def _own_words(device: Device, at: DeviceAddress, key: str) -> tuple[str, ...]:
    """The device's own words that a condition is compared with, at one of its addresses."""
    identity, interface = device.identity, at.interface
    match key:
        case "host":
            return tuple(word for word in (device.name, device.name.partition(".")[0]) if word)
        case "family":
            return () if identity.model is None else (identity.model,)
        case "kind":
            return () if identity.kind is None else (identity.kind,)
        case "interface" if interface is not None:
            return interface.names
        case "vlan" if interface is not None and interface.vlan:
            return (interface.vlan,)
        case "vrf" if interface is not None and interface.vrf:
            return (interface.vrf,)
        case _:
            return ()


def _address(text: str) -> IpAddress | None:
    """An address with or without a port or an interface: `127.0.0.5:1161`, `[2001:db8::1]:161`, `fe80::1%eth0`."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
