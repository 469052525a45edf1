"""Several addresses, one device: evidence is joined by match keys, unless distinguishing marks forbid it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.matching.marks import enterprise_text, name_of, own_name_of, uptime_of
from fingerprints.matching.match_keys import (
    ADDRESS_TABLES,
    KINDS,
    OWN_PORT,
    SYSTEM,
    JoinRule,
    MatchKey,
    answering_macs,
    candidates_of,
    is_key,
)
from fingerprints.matching.subject_groups import SubjectGroups
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence, Source, Subject, namespaces_of
from fingerprints.model.mac_address import format_mac
from fingerprints.model.merging import ApartBy, MergeDecisions
from fingerprints.model.observation_index import ObservationIndex, clean, index_observations
from fingerprints.sources.if_mib import interface_macs
from fingerprints.sources.ip_mib import own_addresses
from fingerprints.sources.registry import MATCH_SOURCES

MAX_UPTIME_GAP = 60_000
"""Hundredths of a second (ten minutes) between the answers of two addresses of one box. Two subjects with the same name
and product, whose uptimes differ by no more, are one box."""


def merge_addresses(
    evidence: Iterable[Evidence], database: FingerprintDatabase, decisions: MergeDecisions | None = None
) -> Iterator[tuple[Evidence, ...]]:
    """One tuple for each device. A saved capture is a device of its own and is yielded at once; evidence with addresses
    is held until all of it is read. Why devices were joined or kept apart is added to `decisions`."""
    live: list[Evidence] = []
    for of_subject in evidence:
        if of_subject.subject.address:
            live.append(of_subject)
        else:
            yield (of_subject,)
    yield from _joined(live, database, {} if decisions is None else decisions)


def device_id(evidence: Sequence[Evidence], index: ObservationIndex, database: FingerprintDatabase) -> str:
    """Sixteen hexadecimal digits, the same in all runs that read the same strongest key. A capture's id comes from its
    label."""
    first = evidence[0].subject
    if not first.address:
        return _digest(("capture", first.labels[0] if first.labels else first.key))
    scores = database.attribute_scores
    key = next((key for key in candidates_of(index) if is_key(key, scores)), None)
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


def _joined(
    live: Sequence[Evidence], database: FingerprintDatabase, decisions: MergeDecisions
) -> Iterator[tuple[Evidence, ...]]:
    indexes = [index_observations((evidence,), MATCH_SOURCES) for evidence in live]
    groups = SubjectGroups(indexes, database)
    _join_by_keys(groups, indexes, database.attribute_scores)
    for rule, number, other, text in _own_addresses(live, indexes):
        groups.join(number, other, rule, text)
    for number, other in _same_system(indexes, database):
        name = name_of(indexes[number])
        if own_name_of(indexes[number], database):
            groups.join(number, other, SYSTEM, name)
        else:
            groups.refuse_holders((number, other), ApartBy.PLACEHOLDER, SYSTEM.by, name)
    keys = [evidence.subject.key for evidence in live]
    for group, numbers in sorted(groups.members.items(), key=lambda item: item[1]):
        merging = groups.merging_of(group, keys)
        in_order = sorted(numbers)
        if merging.joined or merging.kept_apart:
            decisions[keys[in_order[0]]] = merging
        yield tuple(live[number] for number in in_order)


def _join_by_keys(groups: SubjectGroups, indexes: Sequence[ObservationIndex], scores: AttributeScores) -> None:
    """Join the holders of each key, the strongest kind first; note which hold a placeholder in place of one."""
    holders: dict[MatchKey, list[int]] = {}
    for number, index in enumerate(indexes):
        for key in dict.fromkeys(candidates_of(index)):
            holders.setdefault(key, []).append(number)
    shared = sorted(key for key, numbers in holders.items() if len(numbers) > 1)
    for kind in KINDS:
        for key in shared:
            by, text = key
            if by is not kind.rule.by:
                continue
            if is_key(key, scores):
                groups.join_holders(holders[key], kind.rule, text)
            else:
                groups.refuse_holders(holders[key], ApartBy.PLACEHOLDER, by, text)


def _own_addresses(
    live: Sequence[Evidence], indexes: Sequence[ObservationIndex]
) -> Iterator[tuple[JoinRule, int, int, str]]:
    """Pairs of one namespace, of which one lists the other's address as its own: if the other does too and they share a
    name, or if the MAC address that answered there is that of a port of its own. With the text that they share."""
    own = [frozenset(own_addresses(index)) for index in indexes]
    by_address: dict[str, list[int]] = {}
    for number, evidence in enumerate(live):
        by_address.setdefault(evidence.subject.address, []).append(number)
    for number, addresses in enumerate(own):
        for other in (other for address in addresses for other in by_address.get(address, ()) if other != number):
            if not _same_space(live[number], live[other]):
                continue
            listed = other > number and live[number].subject.address in own[other]
            if listed and _same_name(indexes[number], indexes[other]):
                yield ADDRESS_TABLES, number, other, name_of(indexes[number])
            for mac in sorted(answering_macs(indexes[other]).intersection(interface_macs(indexes[number]))):
                yield OWN_PORT, number, other, f"{live[other].subject.address} {format_mac(mac)}"


def _same_name(first: ObservationIndex, second: ObservationIndex) -> bool:
    return name_of(first) == name_of(second) != ""


def _same_space(first: Evidence, second: Evidence) -> bool:
    return namespaces_of(first.subject.attributes) == namespaces_of(second.subject.attributes)


def _same_system(indexes: Sequence[ObservationIndex], database: FingerprintDatabase) -> Iterator[tuple[int, int]]:
    """Pairs with one sysName, one sysObjectID, and uptimes that differ by MAX_UPTIME_GAP at most. A name that boxes of
    different enterprises have is nobody's."""
    by_name: dict[str, list[int]] = {}
    for number, index in enumerate(indexes):
        by_name.setdefault(name_of(index), []).append(number)
    for name, numbers in by_name.items():
        if name and len(numbers) > 1:
            enterprises = {enterprise_text(indexes[number], database) for number in numbers}
            yield from () if len(enterprises - {""}) > 1 else _pairs_by_uptime(numbers, indexes)


def _pairs_by_uptime(numbers: Sequence[int], indexes: Sequence[ObservationIndex]) -> Iterator[tuple[int, int]]:
    """Pairs of one product whose uptimes follow each other closely."""
    by_product: dict[str, list[tuple[int, int]]] = {}
    for number in numbers:
        product, uptime = indexes[number].first(Source.SNMP_SYS_OBJECT_ID), uptime_of(indexes[number])
        if product is not None and uptime is not None:
            by_product.setdefault(clean(product.value), []).append((uptime, number))
    for subjects in by_product.values():
        subjects.sort()
        for (before, number), (after, other) in pairwise(subjects):
            if after - before <= MAX_UPTIME_GAP:
                yield number, other


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:16]
