"""Which zones hold a device: by each of its addresses, with the interface that it sits on, and by what it is.

An address means nothing without its namespace: where the operator's list gives a device one, only zones of that
namespace speak of its addresses, and a zone of a namespace speaks of no other.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from fingerprints.model.device import Device, InterfaceAddress
from fingerprints.model.evidence import namespaces_of
from reports.placement.placement import Placement

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_SHOWN = 80
"""Characters of a device's own words in a reason."""

NAMESPACE = "namespace"
OF_A_LEG = frozenset(("interface", "vlan", "vrf"))
"""Conditions that speak of one leg of a device and not of the whole."""

_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a device must meet: `key` is the word of zones.yaml, any one of `patterns` will do."""

    key: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """One rule: all its conditions must hold; `placement` is what it then says, but for `because`."""

    name: str
    networks: tuple[Network, ...]
    conditions: tuple[Condition, ...]
    placement: Placement

    @property
    def of_a_leg(self) -> bool:
        """Whether it speaks of an address or an interface, of which one device may have several."""
        return bool(self.networks) or any(condition.key in OF_A_LEG for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Stand:
    """One address of a device, what is known of where it sits, and whether the device was asked at it. A capture has
    one without an address."""

    address: Address | None
    leg: InterfaceAddress | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A zone that holds a device, at which of its addresses (None: whatever its address) and why."""

    number: int
    zone: Zone
    stand: Stand
    why: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A zone of several conditions of which one alone fails; `lacks` says which, and what stands there instead."""

    zone: Zone
    lacks: str


def stands_of(device: Device) -> tuple[Stand, ...]:
    """Its addresses, those it was asked at first; one without an address where it has none."""
    legs = {_address(leg.address.partition("/")[0]): leg for leg in device.l2_l3_tables.legs}
    found: dict[Address, Stand] = {}
    for text in device.addresses:
        if (address := _address(text)) is not None:
            found[address] = Stand(address, legs.get(address))
    captured = not found  # nobody asked a capture anywhere, so all its addresses count alike
    for text in device.l2_l3_tables.addresses:
        if (address := _address(text.partition("/")[0])) is not None and address not in found:
            found[address] = Stand(address, legs.get(address), asked=captured)
    return tuple(found.values()) or (Stand(None),)


def holding(device: Device, stand: Stand, zones: tuple[Zone, ...]) -> Iterator[Match]:
    """The zones that hold a device at one of its addresses, in their order."""
    for number, zone in enumerate(zones):
        met, failed = _conditions(device, stand, zone, 0)
        if not failed:
            yield Match(number, zone, stand, ", ".join(met))


def missing(device: Device, stand: Stand, zones: tuple[Zone, ...]) -> Iterator[Miss]:
    """The zones that one condition more would have made to hold it."""
    for zone in zones:
        met, failed = _conditions(device, stand, zone, 1)
        if met and len(failed) == 1:
            yield Miss(zone, failed[0])


def _conditions(device: Device, stand: Stand, zone: Zone, most: int) -> tuple[list[str], list[str]]:
    """Conditions as a device meets them, and those that fail, up to one more than `most`."""
    met: list[str] = []
    failed: list[str] = []
    for holds, told in _told(device, stand, zone):
        if told:
            (met if holds else failed).append(told)
        if len(failed) > most:
            break
    return met, failed


def _told(device: Device, stand: Stand, zone: Zone) -> Iterator[tuple[bool, str]]:
    """Each condition of a zone: whether it holds, and in words how or how not; no words where it needs none."""
    spaces = namespaces_of(device.attributes)
    if zone.networks:
        yield _in_networks(stand, zone)
        if spaces and not any(condition.key == NAMESPACE for condition in zone.conditions):
            yield False, f"namespace (it is in {', '.join(spaces)[:MAX_SHOWN]}, and the zone names none)"
    for condition in zone.conditions:
        words = _words(device, stand, condition.key)
        pair = next(((word, like) for like in condition.patterns for word in words if _like(word, like)), None)
        if pair is not None:
            yield True, _as_met(condition.key, *pair)
        else:
            found = f"it has {', '.join(words)[:MAX_SHOWN]}" if words else "it tells none"
            yield False, f"{condition.key} ({found}, asked is {' or '.join(condition.patterns)[:MAX_SHOWN]})"


def _in_networks(stand: Stand, zone: Zone) -> tuple[bool, str]:
    address = stand.address
    network = next((network for network in zone.networks if address is not None and address in network), None)
    if network is not None:
        return True, f"address {address} lies in {network}"
    meant = ", ".join(map(str, zone.networks))[:MAX_SHOWN]
    return False, f"prefix ({f'{address} lies outside' if address else 'it has no address, asked is'} {meant})"


def _as_met(key: str, word: str, pattern: str) -> str:
    like = "" if word.casefold() == pattern.casefold() else f" is like {pattern}"
    return f"{key} {word[:MAX_SHOWN]}{like}"


def _like(word: str, pattern: str) -> bool:
    span = _RANGE.fullmatch(pattern)
    if span and word.isdecimal() and word.isascii() and len(word) < 10:
        return int(span[1]) <= int(word) <= int(span[2])
    return fnmatchcase(word.casefold(), pattern.casefold())


def _declared(device: Device, key: str) -> tuple[str, ...]:
    return tuple(value for name, value in device.attributes if name == key)


def _words(device: Device, stand: Stand, key: str) -> tuple[str, ...]:
    """What a device has to offer to one kind of condition at one of its addresses."""
    declared, leg = _declared(device, key), stand.leg
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
        case "interface" if leg is not None:
            return (*declared, *leg.names)
        case "vlan" if leg is not None and leg.vlan:
            return (*declared, leg.vlan)
        case "vrf" if leg is not None and leg.vrf:
            return (*declared, leg.vrf)
        case _:
            return declared


def _address(text: str) -> Address | None:
    """An address with or without a port or an interface: `127.0.0.5:1161`, `[2001:db8::1]:161`, `fe80::1%eth0`."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
