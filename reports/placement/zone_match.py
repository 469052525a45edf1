"""Which zones match a device: by each of its addresses, with the interface of the address, and by what the device is.

An address means nothing without its namespace. Where the operator's list gives a device a namespace, only zones of that
namespace match by its addresses, and such a zone matches no device of another namespace.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from fingerprints.model.device import Device
from fingerprints.model.evidence import namespaces_of
from fingerprints.model.neighbour import InterfaceAddress
from reports.placement.placement import Placement

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_SHOWN = 80
"""Characters of a device's own words in a reason."""

NAMESPACE = "namespace"
INTERFACE_KEYS = frozenset(("interface", "vlan", "vrf"))
"""Conditions on one interface of a device, and not on the whole device."""

_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a device must meet: `key` as in zones.yaml; any one of `patterns` suffices."""

    key: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """One entry of zones.yaml. Where every condition holds, the device has `placement`, with a `because` of its own."""

    name: str
    networks: tuple[IpNetwork, ...]
    conditions: tuple[Condition, ...]
    placement: Placement

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
    """A zone that matches a device at one of its addresses, the zone's number in the file, and why, in words."""

    number: int
    zone: Zone
    at: DeviceAddress
    why: str


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


def matching_zones(device: Device, at: DeviceAddress, zones: ZoneIndex) -> Iterator[ZoneMatch]:
    """The zones that match a device at one of its addresses, in the order of the file."""
    for number in zones.that_may_match(at.address):
        zone = zones.zones[number]
        met, failed = _split_conditions(device, at, zone, 0)
        if not failed:
            yield ZoneMatch(number, zone, at, ", ".join(met))


def near_misses(device: Device, at: DeviceAddress, zones: tuple[Zone, ...]) -> Iterator[NearMiss]:
    """The zones that would match a device at one of its addresses but for one condition."""
    for zone in zones:
        met, failed = _split_conditions(device, at, zone, 1)
        if met and len(failed) == 1:
            yield NearMiss(zone, failed[0])


def _split_conditions(device: Device, at: DeviceAddress, zone: Zone, max_failed: int) -> tuple[list[str], list[str]]:
    """The conditions that a device meets and those that it fails, in words; it stops once too many have failed."""
    met: list[str] = []
    failed: list[str] = []
    for holds, text in _check_conditions(device, at, zone):
        (met if holds else failed).append(text)
        if len(failed) > max_failed:
            break
    return met, failed


def _check_conditions(device: Device, at: DeviceAddress, zone: Zone) -> Iterator[tuple[bool, str]]:
    """Each condition of a zone: whether the device meets it, and in words how it does or does not."""
    spaces = namespaces_of(device.attributes)
    if zone.networks:
        yield _check_networks(at, zone)
        if spaces and not any(condition.key == NAMESPACE for condition in zone.conditions):
            yield False, f"namespace (it is in {', '.join(spaces)[:MAX_SHOWN]}, and the zone names none)"
    for condition in zone.conditions:
        words = _words(device, at, condition.key)
        pair = next(((word, like) for like in condition.patterns for word in words if _is_like(word, like)), None)
        if pair is not None:
            yield True, _describe_met(condition.key, *pair)
        else:
            has = f"it has {', '.join(words)[:MAX_SHOWN]}" if words else "it has none"
            yield False, f"{condition.key} ({has}, the zone asks for {' or '.join(condition.patterns)[:MAX_SHOWN]})"


def _check_networks(at: DeviceAddress, zone: Zone) -> tuple[bool, str]:
    address = at.address
    network = next((network for network in zone.networks if address is not None and address in network), None)
    if network is not None:
        return True, f"address {address} lies in {network}"
    meant = ", ".join(map(str, zone.networks))[:MAX_SHOWN]
    return False, f"prefix ({f'{address} lies outside' if address else 'it has no address, the zone asks for'} {meant})"


def _describe_met(key: str, word: str, pattern: str) -> str:
    like = "" if word.casefold() == pattern.casefold() else f" is like {pattern}"
    return f"{key} {word[:MAX_SHOWN]}{like}"


def _is_like(word: str, pattern: str) -> bool:
    span = _RANGE.fullmatch(pattern)
    if span and word.isdecimal() and word.isascii() and len(word) < 10:
        return int(span[1]) <= int(word) <= int(span[2])
    return fnmatchcase(word.casefold(), pattern.casefold())


def _declared(device: Device, key: str) -> tuple[str, ...]:
    return tuple(value for name, value in device.attributes if name == key)


def _words(device: Device, at: DeviceAddress, key: str) -> tuple[str, ...]:
    """The words of a device that a condition is compared with, at one of its addresses."""
    declared, interface = _declared(device, key), at.interface
    match key:
        case "host":
            short = device.name.partition(".")[0]
            return tuple(word for word in (device.name, short, *declared) if word)
        case "label":
            return (*device.labels, *declared)
        case "family":
            return (*declared, *(() if device.identity.model is None else (device.identity.model,)))
        case "kind":
            return (*declared, *(() if device.identity.kind is None else (device.identity.kind,)))
        case "interface" if interface is not None:
            return (*declared, *interface.names)
        case "vlan" if interface is not None and interface.vlan:
            return (*declared, interface.vlan)
        case "vrf" if interface is not None and interface.vrf:
            return (*declared, interface.vrf)
        case _:
            return declared


def _address(text: str) -> IpAddress | None:
    """An address with or without a port or an interface: `127.0.0.5:1161`, `[2001:db8::1]:161`, `fe80::1%eth0`."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
