"""Several addresses, one device: evidence is joined by match keys, unless distinguishing marks forbid it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fingerprints.matching.match_keys import (
    KINDS,
    DistinguishingMark,
    KeyKind,
    MatchKey,
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

MAX_RUN = 8_640_000
"""Hundredths of a second between two answers of one run, at most: a day. Uptimes further apart are two boxes'."""

MAX_UPTIME_GAP = 60_000
"""Hundredths of a second (ten minutes) between the answers of two addresses of one box. Two subjects with the same name
and product, whose uptimes differ by no more, are one box."""


def merge_addresses(evidence: Iterable[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    """One tuple for each device. A saved capture is a device of its own and is yielded at once; evidence with addresses
    is held until all of it is read."""
    live: list[Evidence] = []
    for of_subject in evidence:
        if of_subject.subject.address:
            live.append(of_subject)
        else:
            yield (of_subject,)
    yield from _joined(live)


def device_id(evidence: Sequence[Evidence], index: ObservationIndex) -> str:
    """Sixteen hexadecimal digits, the same in all runs that read the same strongest key. A capture's id comes from its
    label."""
    first = evidence[0].subject
    if not first.address:
        return _digest(("capture", first.labels[0] if first.labels else first.key))
    key = next(each_key(index), None)
    return _digest(key if key is not None else ("address", *min(_place(part.subject) for part in evidence)))


def _place(subject: Subject) -> tuple[str, ...]:
    """A subject's key and the namespaces that the operator's list puts it in: in another one it is another subject."""
    return (subject.key, *namespaces_of(subject.attributes))


def disambiguate_ids(devices: Sequence[Device]) -> tuple[Device, ...]:
    """The same devices, each with an id of its own. Where boxes share a copied key, they have one id before this."""
    uses = Counter(device.id for device in devices)
    return tuple(
        replace(device, id=_digest((device.id, *device.labels, *device.addresses))) if uses[device.id] > 1 else device
        for device in devices
    )


@dataclass(slots=True)
class _Groups:
    """Numbered subjects in growing groups: the group of each number, the members, marks and uptimes of each group."""

    of: list[int]
    members: dict[int, list[int]]
    marks: list[dict[DistinguishingMark, frozenset[str]]]
    uptimes: list[tuple[int, ...]]

    def join(self, first: int, second: int, kind: KeyKind) -> None:
        """Join two groups, unless they differ in a mark that overrules this kind of key: serial numbers, names (a
        chassis and its logical systems), or the agent's starts (a cloned key)."""
        keep, gone = sorted((self.of[first], self.of[second]))
        if keep == gone or self._must_stay_apart(keep, gone, kind):
            return
        for mark, values in self.marks[gone].items():
            self.marks[keep][mark] = self.marks[keep][mark] | values
        self.uptimes[keep] += self.uptimes[gone]
        for number in self.members.pop(gone):
            self.of[number] = keep
            self.members[keep].append(number)

    def _must_stay_apart(self, first: int, second: int, kind: KeyKind) -> bool:
        if any(marks_differ(mark, self.marks[first][mark], self.marks[second][mark]) for mark in kind.overruled_by):
            return True
        uptimes = (*self.uptimes[first], *self.uptimes[second])
        return kind.by_uptime and len(uptimes) > 1 and max(uptimes) - min(uptimes) > MAX_RUN


def _joined(live: Sequence[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    indexes = [index_observations((evidence,), MATCH_SOURCES) for evidence in live]
    uptimes = [uptime_of(index) for index in indexes]
    groups = _Groups(
        list(range(len(live))),
        {number: [number] for number in range(len(live))},
        [dict(marks_of(index)) for index in indexes],
        [() if uptime is None else (uptime,) for uptime in uptimes],
    )
    names = [marks[DistinguishingMark.NAME] for marks in groups.marks]
    holders: dict[MatchKey, list[int]] = {}
    for number, index in enumerate(indexes):
        for key in keys_of(index):
            holders.setdefault(key, []).append(number)
    for kind in KINDS:
        for key in sorted(key for key in holders if key[0] == kind.name):
            if not _copied(holders[key], names, kind):
                for number in holders[key][1:]:
                    groups.join(holders[key][0], number, kind)
    for number, other in (*_own_addresses(live, indexes, names), *_same_system(indexes, uptimes)):
        groups.join(number, other, KINDS[-1])
    for numbers in sorted(groups.members.values()):
        yield tuple(live[number] for number in sorted(numbers))


def _copied(numbers: Sequence[int], names: Sequence[frozenset[str]], kind: KeyKind) -> bool:
    """True if more names, or more addresses without a name, share a key than one box can have."""
    shared_names = frozenset().union(*(names[number] for number in numbers))
    nameless = sum(1 for number in numbers if not names[number])
    return len(shared_names) > kind.max_names or nameless > kind.max_nameless


def _own_addresses(
    live: Sequence[Evidence], indexes: Sequence[ObservationIndex], names: Sequence[frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """Pairs of one name and one namespace, each of which lists the other's address as its own."""
    own = [frozenset(own_addresses(index)) for index in indexes]
    by_address: dict[str, list[int]] = {}
    for number, evidence in enumerate(live):
        by_address.setdefault(evidence.subject.address, []).append(number)
    for number, addresses in enumerate(own):
        for address in addresses:
            for other in by_address.get(address, ()):
                listed = other > number and live[number].subject.address in own[other]
                alike = bool(names[number]) and names[number] == names[other]
                if listed and alike and _same_space(live[number], live[other]):
                    yield number, other


def _same_space(first: Evidence, second: Evidence) -> bool:
    return namespaces_of(first.subject.attributes) == namespaces_of(second.subject.attributes)


def _same_system(indexes: Sequence[ObservationIndex], uptimes: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Pairs with one sysName, one sysObjectID, and uptimes that differ by MAX_UPTIME_GAP at most."""
    alike: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, (index, uptime) in enumerate(zip(indexes, uptimes, strict=True)):
        name, product = index.first(Source.SNMP_SYS_NAME), index.first(Source.SNMP_SYS_OBJECT_ID)
        if name is not None and product is not None and uptime is not None and not clean(name.value).isalpha():
            alike.setdefault((clean(name.value).lower(), clean(product.value)), []).append((uptime, number))
    for subjects in alike.values():
        subjects.sort()
        for (before, number), (after, other) in pairwise(subjects):
            if after - before <= MAX_UPTIME_GAP:
                yield number, other


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:16]
