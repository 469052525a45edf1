"""zones.yaml: the operator's own word on where each device stands. Ordered rules, the first that matches decides.

A device of several addresses, those of its own address table included, stands in the highest zone that any of them
lies in: a router stands where it forwards, not where it is managed.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from fingerprints.datafile import read_yaml
from fingerprints.device import Device
from fingerprints.errors import DataFileError, Flaw
from reports.judgement.verdict import UNCLASSIFIED, Origin, Placement, Tier
from reports.judgement.vocabulary import Vocabulary, folded, read_vocabulary
from reports.judgement.zone_file import ZoneEntry, ZonesFile

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIERS = tuple(Tier)
MAX_SHOWN = 80
"""Characters of a device's own words in a reason."""

CORE_BY_DEFAULT = (Tier.CORE, Tier.OVERSIGHT)
"""The tiers that count as core where a zone does not say `core: yes` or `core: no`."""

FORWARDING = frozenset(("router", "switch", "olt", "transport"))
"""Kinds of device that carry the traffic of others."""


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


@dataclass(frozen=True, slots=True)
class Zones:
    """The rules of one file in their order; `remarks` is what is odd about them without being wrong."""

    zones: tuple[Zone, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A zone that holds a device, by which of its addresses (None: whatever its address) and why."""

    number: int
    zone: Zone
    address: Address | None
    why: str


def read_zones(path: Path) -> Zones:
    """Read a zones file. Raises DataFileError naming line and key."""
    vocabulary = read_vocabulary()
    entries = read_yaml(path, ZonesFile).zones
    flaws = tuple(flaw for entry in entries for flaw in _flaws(entry, vocabulary))
    if flaws:
        raise DataFileError(path, flaws, "use the words that the policies use, or leave the key out")
    remarks = tuple(remark for entry in entries for remark in _remarks(entry, vocabulary))
    return Zones(tuple(_zone(entry, vocabulary) for entry in entries), remarks)


def place(device: Device, zones: Zones | None) -> Placement:
    """Where the operator's file puts a device; unclassified where it says nothing."""
    if zones is None:
        return replace(UNCLASSIFIED, because="there is no zones file")
    decided = [match for match in matches(device, zones) if match is not None]
    if not decided:
        return UNCLASSIFIED
    decided = _where_it_forwards(device, decided)
    best = min(decided, key=lambda match: (_rank(match.zone.placement), match.number))
    others = sorted({match.zone.name for match in decided if match.zone.name != best.zone.name})
    because = f"zone {best.zone.name}: {best.why}"
    if others:
        because += f"; other addresses lie in {', '.join(others)}, and the highest zone counts"
    return replace(best.zone.placement, because=because)


def _where_it_forwards(device: Device, decided: list[Match]) -> list[Match]:
    """The matches that place a device. What forwards traffic has a leg in the management network as everything has:
    that alone does not make it a part of oversight where it stands in another zone too."""
    routes = any(neighbour.protocol not in ("lldp", "cdp") for neighbour in device.neighbours)
    if not routes and device.identity.kind not in FORWARDING:
        return decided
    return [m for m in decided if m.zone.placement.tier is not Tier.OVERSIGHT or not m.zone.networks] or decided


def matches(device: Device, zones: Zones) -> tuple[Match | None, ...]:
    """For each address of a device the zone that decides, in the order of the addresses; a capture has one answer."""
    addresses = _addresses(device) or (None,)
    return tuple(next((match for match in _holding(device, address, zones)), None) for address in addresses)


def check(zones: Zones, devices: tuple[Device, ...]) -> tuple[str, ...]:
    """What a person should know of a zones file: rules that never decide, and devices that nothing holds."""
    decided: set[int] = set()
    held: set[int] = set()
    unheld: list[str] = []
    for device in devices:
        found = [match for match in matches(device, zones) if match is not None]
        decided |= {match.number for match in found}
        for address in _addresses(device) or (None,):
            held |= {match.number for match in _holding(device, address, zones)}
        if not found:
            unheld.append(f"device {device.name or device.id}: no zone matches")
    idle = [
        f"zone {zone.name}: " + ("earlier zones take all it would match" if number in held else "matches no device")
        for number, zone in enumerate(zones.zones)
        if number not in decided
    ]
    return (*zones.remarks, *idle, *unheld)


def _zone(entry: ZoneEntry, vocabulary: Vocabulary) -> Zone:
    segment = vocabulary.segment(entry.segment)
    if entry.segment is None:
        segment = vocabulary.segment_of_function(entry.function)
    tier = entry.tier or (segment.tier if segment else None)
    core = entry.core
    if core is None and tier is not None:
        core = tier in CORE_BY_DEFAULT
    placement = Placement(
        core,
        tier,
        "",
        Origin.DECLARED,
        zone=entry.name,
        segment=segment.id if segment else entry.segment,
        function=entry.function,
        plane=_word(entry.plane),
        generation=_word(entry.generation),
        site_type=_word(entry.site_type),
        site=entry.site,
    )
    networks = tuple(ipaddress.ip_network(prefix) for prefix in entry.match.prefix or ())
    written = entry.match.model_dump(exclude_none=True, exclude={"prefix"})
    return Zone(entry.name, networks, tuple(Condition(key, words) for key, words in written.items()), placement)


def _word(word: str | None) -> str | None:
    return None if word is None else folded(word)


def _flaws(entry: ZoneEntry, vocabulary: Vocabulary) -> Iterator[Flaw]:
    """Words that no policy could ever match: left alone they would make a verdict milder."""
    named = (
        ("plane", entry.plane, vocabulary.planes),
        ("generation", entry.generation, vocabulary.generations),
        ("site_type", entry.site_type, vocabulary.site_types),
    )
    for key, word, known in named:
        # `5g` is the family of 5g_nsa and 5g_sa
        if word and not any(name == folded(word) or name.startswith(folded(word) + "_") for name in known):
            yield Flaw(f"zone {entry.name}", f"{key} is {word}", f"one of {', '.join(known)}")


def _remarks(entry: ZoneEntry, vocabulary: Vocabulary) -> Iterator[str]:
    """What the policies cannot read in one entry: it is then judged by less, so never milder."""
    segment = vocabulary.segment(entry.segment)
    if entry.segment and segment is None:
        yield (
            f"zone {entry.name}: segment {entry.segment} is no word of the policies; judged as any segment of its tier"
        )
    if segment and entry.tier and segment.tier is not entry.tier:
        yield f"zone {entry.name}: tier {entry.tier} is given, but the policies put {segment.id} in {segment.tier}"


def _rank(placement: Placement) -> int:
    """The most consequential first; a zone without a tier may be anything, so it comes before all."""
    return -1 if placement.tier is None else TIERS.index(placement.tier)


def _addresses(device: Device) -> tuple[Address, ...]:
    found: dict[Address, None] = {}
    for text in (*device.addresses, *(own.partition("/")[0] for own in device.attachment.addresses)):
        address = _address(text)
        if address is not None:
            found[address] = None
    return tuple(found)


def _address(text: str) -> Address | None:
    """An address with or without a port or an interface: `127.0.0.5:1161`, `[2001:db8::1]:161`, `fe80::1%eth0`."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _holding(device: Device, address: Address | None, zones: Zones) -> Iterator[Match]:
    for number, zone in enumerate(zones.zones):
        why = _why(device, address, zone)
        if why is not None:
            yield Match(number, zone, address, why)


def _why(device: Device, address: Address | None, zone: Zone) -> str | None:
    """The conditions of a zone as the device meets them, or None where one fails."""
    met: list[str] = []
    if zone.networks:
        network = next((network for network in zone.networks if address is not None and address in network), None)
        if network is None:
            return None
        met.append(f"address {address} lies in {network}")
    for condition in zone.conditions:
        words = _words(device, condition.key)
        pair = next(((word, pattern) for pattern in condition.patterns for word in words if _like(word, pattern)), None)
        if pair is None:
            return None
        word, pattern = pair
        like = "" if word.casefold() == pattern.casefold() else f" is like {pattern}"
        met.append(f"{condition.key} {word[:MAX_SHOWN]}{like}")
    return ", ".join(met)


def _like(word: str, pattern: str) -> bool:
    return fnmatchcase(word.casefold(), pattern.casefold())


def _words(device: Device, key: str) -> tuple[str, ...]:
    """What a device has to offer to one kind of condition."""
    declared = tuple(value for name, value in device.attributes if name == key)
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
        case _:
            return declared
