"""zones.yaml: where the operator says that each device stands. The first zone that matches an address decides for it.

A device of several addresses, its own address table included, stands in the highest zone of them all: a router stands
where it forwards, and not where it is managed. Where a device's own words put it in another zone than the operator's
words do, both are to be judged.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.device import Device
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.neighbour import ANNOUNCING
from reports.placement.placement import UNCLASSIFIED, Origin, OwnWords, Placement
from reports.placement.zone_file import PlaceBy, ZoneEntry, ZonesFile
from reports.placement.zone_match import (
    ATTRIBUTE,
    OWN_WORD_KEYS,
    AllowedWords,
    Condition,
    Zone,
    ZoneIndex,
    ZoneMatch,
    addresses_of,
    matching_zones,
    near_misses,
)
from reports.policy.vocabulary import Tier, Vocabulary, folded, tier_rank
from reports.policy.vocabulary_file import read_vocabulary

CORE_BY_DEFAULT = (Tier.CORE, Tier.OVERSIGHT)
"""The tiers that count as core where a zone does not say `core: yes` or `core: no`."""

NEAR = 0.7
"""How alike, from 0 to 1, a segment must be to one of the policies for that to be meant, as difflib measures it."""

FORWARDING = frozenset(("router", "switch", "olt", "transport"))
"""Kinds of device that carry the traffic of others."""


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A segment or a function that a zone names and no policy knows, and the nearest one that a policy knows; empty if
    none is near. The zone's devices are judged as if it did not name one."""

    zone: str
    word: str
    near: str


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of one file in their order. `remarks` names what is odd in the file and no error; `place_by` says which
    of a device's addresses count."""

    zones: tuple[Zone, ...]
    remarks: tuple[str, ...] = ()
    place_by: PlaceBy = PlaceBy.HIGHEST
    unknown_segments: tuple[UnknownWord, ...] = ()
    unknown_functions: tuple[UnknownWord, ...] = ()
    index: ZoneIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", ZoneIndex(self.zones))

    @property
    def ask_own_words(self) -> bool:
        """True if a device's own words can meet a condition of some zone."""
        return any(condition.key in OWN_WORD_KEYS for zone in self.zones for condition in zone.conditions)


def read_zones(path: Path) -> Zones:
    """Read a zones file. Raises DataFileError naming line and key."""
    vocabulary = read_vocabulary()
    file = read_yaml(path, ZonesFile)
    entries = file.zones
    flaws = tuple(flaw for entry in entries for flaw in _flaws(entry, vocabulary))
    if flaws:
        raise DataFileError(path, flaws, "use the words that the policies use, or leave the key out")
    remarks = tuple(remark for entry in entries for remark in _remarks(entry, vocabulary))
    segments = tuple(found for entry in entries for found in _unknown_segments(entry, vocabulary))
    functions = tuple(found for entry in entries for found in _unknown_functions(entry, vocabulary))
    return Zones(tuple(_zone(entry, vocabulary) for entry in entries), remarks, file.place_by, segments, functions)


def places(device: Device, zones: Zones | None) -> tuple[Placement, ...]:
    """Where a device may stand, the worst of which is to be judged: first where the operator's words put it, else where
    its own words may. The others are where its own words would put it, and where the addresses that the scan asked put
    it, if its own address table puts it elsewhere. Unclassified where no zone matches or there is no file."""
    if zones is None:
        return (replace(UNCLASSIFIED, because="there is no zones file"),)
    stands, matched = _placed(device, zones, AllowedWords.OPERATOR)
    asked = _where_asked(device, stands, matched, zones)
    if asked is not None:
        listed = tuple(match.why for match in matched if not match.at.is_asked and match.zone.name == stands.zone)
        stands = replace(stands, against=OwnWords(stands.zone or "", asked.zone or "", listed, by_name=False))
    first = (stands,) if asked is None else (stands, asked)
    if not zones.ask_own_words:
        return first
    by_own_words = [_placed(device, zones, words) for words in (AllowedWords.WHERE_ASKED, AllowedWords.ALL)]
    if stands.zone is None:
        (stands, _), (named, _) = by_own_words
        first = (stands,)
        if stands.zone is None and named.zone is not None:
            because = f"only the name that it gives itself is that of zone {named.zone}"
            return (replace(UNCLASSIFIED, because=because),)
    others: dict[str, Placement] = {}
    for placement, own in by_own_words:
        if placement.zone is not None and placement.zone not in {known.zone for known in first}:
            words = tuple(dict.fromkeys(word for match in own for word in match.own_words))
            by_name = any(match.by_name for match in own)
            against = OwnWords(placement.zone, stands.zone or "", words, by_name)
            others.setdefault(placement.zone, replace(placement, against=against))
    return (*first, *others.values())


def _where_asked(device: Device, stands: Placement, matched: tuple[ZoneMatch, ...], zones: Zones) -> Placement | None:
    """Where the addresses that the scan asked put a device that its own address table puts elsewhere, else None."""
    if zones.place_by is not PlaceBy.HIGHEST:
        return None
    asked = _highest(device, tuple(match for match in _where_it_forwards(device, list(matched)) if match.at.is_asked))
    return None if asked.zone in (None, stands.zone) else asked


def would_stand_higher(device: Device, placement: Placement, zones: Zones) -> bool:
    """Whether a device would stand in a higher zone if `place_by` counted every address of its own tables."""
    if zones.place_by is PlaceBy.HIGHEST:
        return False
    return _rank(_highest(device, matches(device, zones))) < _rank(placement)


def zones_by_own_name(device: Device, zones: Zones) -> tuple[str, ...]:
    """The zones that match a device only by the name that it gives itself, and that do not say `own_name: yes`."""
    if not zones.ask_own_words:
        return ()
    decided = matches(device, zones, AllowedWords.ALL)
    return tuple(
        dict.fromkeys(match.zone.name for match in decided if match and match.by_name and not match.zone.own_name)
    )


def _placed(device: Device, zones: Zones, words: AllowedWords) -> tuple[Placement, tuple[ZoneMatch, ...]]:
    """Where such words put a device, and the zones that decided for its addresses."""
    decided = matches(device, zones, words)
    matched = tuple(match for match in decided if match is not None)
    if zones.place_by is PlaceBy.HIGHEST:
        return _highest(device, decided), matched
    placed = _highest(device, tuple(match for match in decided if match is None or match.at.is_asked))
    return _with_higher_place(placed, _highest(device, decided)), matched


def _highest(device: Device, matched: tuple[ZoneMatch | None, ...]) -> Placement:
    """The placement of the highest zone that decides for any of a device's addresses."""
    decided = _where_it_forwards(device, [match for match in matched if match is not None])
    if not decided:
        return UNCLASSIFIED
    best = min(decided, key=lambda match: (_rank(match.zone.placement), match.number))
    others = sorted({match.zone.name for match in decided if match.zone.name != best.zone.name})
    because = f"zone {best.zone.name}: {best.why}"
    if others:
        because += f"; other addresses lie in {', '.join(others)}, and the highest zone counts"
    return replace(best.zone.placement, because=because)


def _with_higher_place(placed: Placement, highest: Placement) -> Placement:
    """A placement by the addresses that the scan asked, whose reason names the higher place of the others."""
    if placed.origin is not Origin.DECLARED or _rank(highest) >= _rank(placed):
        return placed
    where = f"{highest.tier or 'no tier'}, {highest.because}"
    higher = f"its own address table would put it higher ({where}), but the file counts only the addresses asked"
    return replace(placed, because=f"{placed.because}; {higher}")


def _where_it_forwards(device: Device, decided: list[ZoneMatch]) -> list[ZoneMatch]:
    """The matches that place a device.

    Every device has an address in the management network. That does not make a device that forwards traffic a part of
    oversight where one of its other addresses lies in another zone.
    """
    routes = any(neighbour.protocol not in ANNOUNCING for neighbour in device.neighbours)
    if not routes and device.identity.kind not in FORWARDING:
        return decided
    elsewhere = [
        match
        for match in decided
        if match.zone.placement.tier is not Tier.OVERSIGHT or not match.zone.is_about_one_address
    ]
    return elsewhere or decided


def matches(
    device: Device, zones: Zones, words: AllowedWords = AllowedWords.WHERE_ASKED
) -> tuple[ZoneMatch | None, ...]:
    """The zone that decides for each address of a device by such words, in the order of the addresses."""
    return tuple(next(matching_zones(device, at, zones.index, words), None) for at in addresses_of(device))


def describe_near_misses(device: Device, zones: Zones) -> tuple[str, ...]:
    """The zones that almost placed a device, in the order of the file: those that match behind the zone that decides,
    and those that would match but for one condition."""
    decided = {match.zone.name for match in matches(device, zones) if match is not None}
    described: dict[str, str] = {}
    for at in addresses_of(device):
        for match in matching_zones(device, at, zones.index, AllowedWords.WHERE_ASKED):
            described[match.zone.name] = f"zone {match.zone.name}: {match.why}, but an earlier zone decides"
        for miss in near_misses(device, at, zones.zones):
            described.setdefault(miss.zone.name, f"zone {miss.zone.name}: all but {miss.failed}")
    return tuple(described[zone.name] for zone in zones.zones if zone.name in described and zone.name not in decided)


def check(zones: Zones, devices: tuple[Device, ...]) -> tuple[str, ...]:
    """What a person should know of a zones file: its remarks, zones that match only by devices' own names, zones that
    never decide, and devices without a zone."""
    decided: set[int] = set()
    matched: set[int] = set()
    by_name: Counter[str] = Counter()
    unplaced: list[str] = []
    for device in devices:
        deciding = [match for match in matches(device, zones) if match is not None]
        decided |= {match.number for match in deciding}
        by_name.update(zones_by_own_name(device, zones))
        for at in addresses_of(device):
            matched |= {match.number for match in matching_zones(device, at, zones.index, AllowedWords.WHERE_ASKED)}
        if not deciding:
            unplaced.append(f"device {device.name or device.id}: no zone matches")
    named = (
        f"zone {zone.name}: {by_name[zone.name]} of {len(devices)} devices meet its host only by the name that they "
        "give themselves, so it does not count; match their prefix or label, or write `own_name: yes` in the zone"
        for zone in zones.zones
        if by_name[zone.name]
    )
    idle = [
        f"zone {zone.name}: " + ("earlier zones take all it would match" if number in matched else "matches no device")
        for number, zone in enumerate(zones.zones)
        if number not in decided and not by_name[zone.name]
    ]
    return (*zones.remarks, *named, *idle, *unplaced)


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
        function=entry.function if vocabulary.segment_of_function(entry.function) else None,
        plane=_word(entry.plane),
        generation=_word(entry.generation),
        site_type=_word(entry.site_type),
        site=entry.site,
    )
    networks = tuple(ipaddress.ip_network(prefix) for prefix in entry.match.prefix or ())
    written = entry.match.model_dump(exclude_none=True, exclude={"prefix", ATTRIBUTE})
    conditions = (
        *(Condition(key, words) for key, words in written.items()),
        *(Condition(ATTRIBUTE, words, name) for name, words in (entry.match.attribute or {}).items()),
    )
    return Zone(entry.name, networks, conditions, placement, bool(entry.own_name))


def _word(word: str | None) -> str | None:
    return None if word is None else folded(word)


def _flaws(entry: ZoneEntry, vocabulary: Vocabulary) -> Iterator[Flaw]:
    """Words that no policy can match. Such a word would make a verdict milder, so it is an error."""
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
    """Words of one entry that the policies do not know. The device is then judged by less, so never more mildly."""
    segment = vocabulary.segment(entry.segment)
    for unknown in _unknown_segments(entry, vocabulary):
        yield f"{_not_of_the_policies('segment', unknown)}; judged as any segment of its tier"
    for unknown in _unknown_functions(entry, vocabulary):
        yield f"{_not_of_the_policies('function', unknown)}; it does not count"
    if segment and entry.tier and segment.tier is not entry.tier:
        yield f"zone {entry.name}: tier {entry.tier} is given, but the policies put {segment.id} in {segment.tier}"


def _not_of_the_policies(key: str, unknown: UnknownWord) -> str:
    near = f" (did you mean {unknown.near}?)" if unknown.near else ""
    return f"zone {unknown.zone}: {key} {unknown.word} is no word of the policies{near}"


def _unknown_segments(entry: ZoneEntry, vocabulary: Vocabulary) -> Iterator[UnknownWord]:
    """The segment of an entry, if no policy knows it."""
    if entry.segment and vocabulary.segment(entry.segment) is None:
        yield _unknown(entry, entry.segment, {name: name for name in vocabulary.segments})


def _unknown_functions(entry: ZoneEntry, vocabulary: Vocabulary) -> Iterator[UnknownWord]:
    """The function of an entry, if no policy knows it. A rule on some functions would else never reach the zone."""
    if entry.function and vocabulary.segment_of_function(entry.function) is None:
        functions = (name for segment in vocabulary.segments.values() for name in segment.functions)
        yield _unknown(entry, entry.function, {folded(name): name for name in functions})


def _unknown(entry: ZoneEntry, word: str, known: Mapping[str, str]) -> UnknownWord:
    near = get_close_matches(folded(word), known, n=1, cutoff=NEAR)
    return UnknownWord(entry.name, word, next((known[name] for name in near), ""))


def _rank(placement: Placement) -> int:
    """The sort key by which the highest place comes first. A zone without a tier may be anything, so it is highest."""
    return -1 if placement.tier is None else tier_rank(placement.tier)
