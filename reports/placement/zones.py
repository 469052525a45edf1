"""zones.yaml: the operator's own word on where each device stands. Ordered rules, the first that matches decides.

A device of several addresses, those of its own address table included, stands in the highest zone that any of them
lies in: a router stands where it forwards, not where it is managed.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.device import Device
from fingerprints.model.errors import DataFileError, Flaw
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.placement.zone_file import PlaceBy, ZoneEntry, ZonesFile
from reports.placement.zone_match import Condition, Match, Zone, holding, missing, stands_of
from reports.policy.vocabulary import Tier, Vocabulary, folded, read_vocabulary

TIERS = tuple(Tier)
CORE_BY_DEFAULT = (Tier.CORE, Tier.OVERSIGHT)
"""The tiers that count as core where a zone does not say `core: yes` or `core: no`."""

FORWARDING = frozenset(("router", "switch", "olt", "transport"))
"""Kinds of device that carry the traffic of others."""


@dataclass(frozen=True, slots=True)
class Zones:
    """The rules of one file in their order; `remarks` is what is odd about them without being wrong. `place_by` says
    which of a device's addresses count."""

    zones: tuple[Zone, ...]
    remarks: tuple[str, ...] = ()
    place_by: PlaceBy = PlaceBy.HIGHEST


def read_zones(path: Path) -> Zones:
    """Read a zones file. Raises DataFileError naming line and key."""
    vocabulary = read_vocabulary()
    file = read_yaml(path, ZonesFile)
    entries = file.zones
    flaws = tuple(flaw for entry in entries for flaw in _flaws(entry, vocabulary))
    if flaws:
        raise DataFileError(path, flaws, "use the words that the policies use, or leave the key out")
    remarks = tuple(remark for entry in entries for remark in _remarks(entry, vocabulary))
    return Zones(tuple(_zone(entry, vocabulary) for entry in entries), remarks, file.place_by)


def place(device: Device, zones: Zones | None) -> Placement:
    """Where the operator's file puts a device; unclassified where it says nothing."""
    if zones is None:
        return replace(UNCLASSIFIED, because="there is no zones file")
    found = matches(device, zones)
    if zones.place_by is PlaceBy.HIGHEST:
        return _highest(device, found)
    placed = _highest(device, tuple(match for match in found if match is None or match.stand.asked))
    return _told_lower(placed, _highest(device, found))


def lowered(device: Device, placement: Placement, zones: Zones) -> bool:
    """Whether the file's word on addresses alone keeps a device from a higher zone that its other ones lie in."""
    if zones.place_by is PlaceBy.HIGHEST:
        return False
    return _rank(_highest(device, matches(device, zones))) < _rank(placement)


def _highest(device: Device, found: tuple[Match | None, ...]) -> Placement:
    decided = [match for match in found if match is not None]
    if not decided:
        return UNCLASSIFIED
    decided = _where_it_forwards(device, decided)
    best = min(decided, key=lambda match: (_rank(match.zone.placement), match.number))
    others = sorted({match.zone.name for match in decided if match.zone.name != best.zone.name})
    because = f"zone {best.zone.name}: {best.why}"
    if others:
        because += f"; other addresses lie in {', '.join(others)}, and the highest zone counts"
    return replace(best.zone.placement, because=because)


def _told_lower(placed: Placement, highest: Placement) -> Placement:
    """A placement by the addresses it was asked at; where the others lie higher, that is told with it."""
    if placed.origin is not Origin.DECLARED or _rank(highest) >= _rank(placed):
        return placed
    where = f"{highest.tier or 'no tier'}, {highest.because}"
    told = (
        f"its own address table would put it higher ({where}), and the file counts the addresses it was asked at only"
    )
    return replace(placed, because=f"{placed.because}; {told}")


def _where_it_forwards(device: Device, decided: list[Match]) -> list[Match]:
    """The matches that place a device. What forwards traffic has a leg in the management network as everything has:
    that alone does not make it a part of oversight where it stands in another zone too."""
    routes = any(neighbour.protocol not in ("lldp", "cdp") for neighbour in device.neighbours)
    if not routes and device.identity.kind not in FORWARDING:
        return decided
    return [m for m in decided if m.zone.placement.tier is not Tier.OVERSIGHT or not m.zone.of_a_leg] or decided


def matches(device: Device, zones: Zones) -> tuple[Match | None, ...]:
    """For each address of a device the zone that decides, in the order of the addresses; a capture has one answer."""
    return tuple(next(holding(device, stand, zones.zones), None) for stand in stands_of(device))


def nearly(device: Device, zones: Zones) -> tuple[str, ...]:
    """What else might have placed a device: zones that hold it behind the one that decides, and zones that hold it but
    for one condition, in the order of the file."""
    stands = stands_of(device)
    decided = {match.zone.name for match in matches(device, zones) if match is not None}
    told: dict[str, str] = {}
    for stand in stands:
        for match in holding(device, stand, zones.zones):
            told[match.zone.name] = f"zone {match.zone.name}: {match.why}, but an earlier zone decides"
        for miss in missing(device, stand, zones.zones):
            told.setdefault(miss.zone.name, f"zone {miss.zone.name}: all but {miss.lacks}")
    return tuple(told[zone.name] for zone in zones.zones if zone.name in told and zone.name not in decided)


def check(zones: Zones, devices: tuple[Device, ...]) -> tuple[str, ...]:
    """What a person should know of a zones file: rules that never decide, and devices that nothing holds."""
    decided: set[int] = set()
    held: set[int] = set()
    unheld: list[str] = []
    for device in devices:
        found = [match for match in matches(device, zones) if match is not None]
        decided |= {match.number for match in found}
        for stand in stands_of(device):
            held |= {match.number for match in holding(device, stand, zones.zones)}
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
