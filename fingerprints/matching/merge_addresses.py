"""Several addresses, one device: evidence joined by keys that only one box can have, and kept apart where need be."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fingerprints.matching.match_keys import (
    KINDS,
    DistinguishingMark,
    Key,
    KeyKind,
    each_key,
    keys_of,
    marks_differ,
    marks_of,
    uptime_of,
)
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence, Source, Subject, namespaces_of
from fingerprints.model.observation_index import ObservationIndex, clean, index_observations
from fingerprints.sources.ip_mib import own_addresses
from fingerprints.sources.registry import MATCH_SOURCES

LONGEST_RUN = 8_640_000
"""Hundredths of a second between two answers of one run, at most: a day. Uptimes further apart are two boxes'."""

SAME_MINUTES = 60_000
"""Ten minutes, in which a run asks two addresses of one box: with them the same name, product and uptime are enough."""


def merge_addresses(evidence: Iterable[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    """One tuple a device. A saved capture is a device of its own and is handed on as it comes; evidence with addresses
    is held until the last has come."""
    live: list[Evidence] = []
    for one in evidence:
        if one.subject.address:
            live.append(one)
        else:
            yield (one,)
    yield from _joined(live)


def device_id(gathered: Sequence[Evidence], said: ObservationIndex) -> str:
    """Sixteen hexadecimal digits, the same in each run that sees the same strongest key; a capture's is its label's."""
    first = gathered[0].subject
    if not first.address:
        return _digest(("capture", first.labels[0] if first.labels else first.key))
    key = next(each_key(said), None)
    return _digest(key if key is not None else ("address", *min(_place(evidence.subject) for evidence in gathered)))


def _place(subject: Subject) -> tuple[str, ...]:
    """Where a subject is: an address is one thing in each namespace that the operator's list names."""
    return (subject.key, *namespaces_of(subject.attributes))


def disambiguate_ids(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The same devices with ids of their own: where a key was copied from box to box, several have its id."""
    borne = Counter(device.id for device in devices)
    return tuple(
        replace(device, id=_digest((device.id, *device.labels, *device.addresses))) if borne[device.id] > 1 else device
        for device in devices
    )


@dataclass(slots=True)
class _Groups:
    """Evidence numbered, in groups that grow; what each group's members bear that no other box can."""

    of: list[int]
    members: dict[int, list[int]]
    marks: list[dict[DistinguishingMark, frozenset[str]]]
    uptimes: list[tuple[int, ...]]

    def join(self, one: int, other: int, kind: KeyKind) -> None:
        """Make one group of two, unless they differ in a mark that overrules this kind of key: different serial
        numbers, different names (a chassis and its logical systems), another start of the agent (a cloned key)."""
        keep, gone = sorted((self.of[one], self.of[other]))
        if keep == gone or self._apart(keep, gone, kind):
            return
        for mark, borne in self.marks[gone].items():
            self.marks[keep][mark] = self.marks[keep][mark] | borne
        self.uptimes[keep] += self.uptimes[gone]
        for number in self.members.pop(gone):
            self.of[number] = keep
            self.members[keep].append(number)

    def _apart(self, one: int, other: int, kind: KeyKind) -> bool:
        if any(marks_differ(mark, self.marks[one][mark], self.marks[other][mark]) for mark in kind.overruled_by):
            return True
        ups = (*self.uptimes[one], *self.uptimes[other])
        return kind.by_uptime and len(ups) > 1 and max(ups) - min(ups) > LONGEST_RUN


def _joined(live: Sequence[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    said = [index_observations((one,), MATCH_SOURCES) for one in live]
    uptimes = [uptime_of(of_it) for of_it in said]
    groups = _Groups(
        list(range(len(live))),
        {number: [number] for number in range(len(live))},
        [dict(marks_of(of_it)) for of_it in said],
        [() if uptime is None else (uptime,) for uptime in uptimes],
    )
    names = [marks[DistinguishingMark.NAME] for marks in groups.marks]
    holders: dict[Key, list[int]] = {}
    for number, of_it in enumerate(said):
        for key in keys_of(of_it):
            holders.setdefault(key, []).append(number)
    for kind in KINDS:
        for key in sorted(key for key in holders if key[0] == kind.name):
            if not _copied(holders[key], names, kind):
                for number in holders[key][1:]:
                    groups.join(holders[key][0], number, kind)
    for number, other in (*_own_addresses(live, said, names), *_introduced_alike(said, uptimes)):
        groups.join(number, other, KINDS[-1])
    for numbers in sorted(groups.members.values()):
        yield tuple(live[number] for number in sorted(numbers))


def _copied(numbers: Sequence[int], names: Sequence[frozenset[str]], kind: KeyKind) -> bool:
    """Whether a key is shared by too many: by more names than one box has, or by more nameless addresses."""
    borne = frozenset().union(*(names[number] for number in numbers))
    nameless = sum(1 for number in numbers if not names[number])
    return len(borne) > kind.most_names or nameless > kind.most_nameless


def _own_addresses(
    live: Sequence[Evidence], said: Sequence[ObservationIndex], names: Sequence[frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """Pairs where each lists the other's address as its own, in one namespace, and both have the same name."""
    own = [frozenset(own_addresses(of_it)) for of_it in said]
    by_address: dict[str, list[int]] = {}
    for number, one in enumerate(live):
        by_address.setdefault(one.subject.address, []).append(number)
    for number, addresses in enumerate(own):
        for address in addresses:
            for other in by_address.get(address, ()):
                listed = other > number and live[number].subject.address in own[other]
                alike = bool(names[number]) and names[number] == names[other]
                if listed and alike and _same_space(live[number], live[other]):
                    yield number, other


def _same_space(one: Evidence, other: Evidence) -> bool:
    return namespaces_of(one.subject.attributes) == namespaces_of(other.subject.attributes)


def _introduced_alike(said: Sequence[ObservationIndex], uptimes: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Pairs with one system name, one sysObjectID and the same uptime but for the minutes between two questions."""
    alike: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, (of_it, uptime) in enumerate(zip(said, uptimes, strict=True)):
        named, product = of_it.first(Source.SNMP_SYS_NAME), of_it.first(Source.SNMP_SYS_OBJECT_ID)
        if named is not None and product is not None and uptime is not None and not clean(named.value).isalpha():
            alike.setdefault((clean(named.value).lower(), clean(product.value)), []).append((uptime, number))
    for found in alike.values():
        found.sort()
        for (before, number), (after, other) in pairwise(found):
            if after - before <= SAME_MINUTES:
                yield number, other


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:16]
