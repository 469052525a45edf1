"""Several addresses, one device: evidence is joined by match keys, unless distinguishing marks forbid it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.matching.match_keys import (
    ADDRESS_TABLES,
    KINDS,
    OWN_PORT,
    SYSTEM,
    JoinRule,
    MatchKey,
    candidates_of,
    is_key,
)
from fingerprints.matching.subject_facts import SubjectFacts, facts_of
from fingerprints.matching.subject_groups import SubjectGroups
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence, Subject, fleet_site_of, namespaces_of
from fingerprints.model.mac_address import format_mac
from fingerprints.model.merging import NOT_MERGED, ApartBy, MergeDecisions, Merging
from fingerprints.model.observation_index import ObservationIndex

MAX_UPTIME_GAP = 60_000
"""Hundredths of a second (ten minutes) between the answers of two addresses of one box. Two subjects with the same name
and product, whose uptimes differ by no more, are one box."""


def merge_addresses(
    evidence: Iterable[Evidence], database: FingerprintDatabase, decisions: MergeDecisions | None = None
) -> Iterator[tuple[Evidence, ...]]:
    """One tuple for each device. Why devices were joined or kept apart is added to `decisions`."""
    held: dict[str, Evidence] = {}

    def facts() -> Iterator[SubjectFacts]:
        for of_subject in evidence:
            held[of_subject.subject.key] = of_subject
            yield facts_of(of_subject, database)

    for merged in merge_subjects(facts(), database.attribute_scores):
        keys = [part.subject.key for part in merged.parts]
        if decisions is not None and merged.merging != NOT_MERGED:
            decisions[keys[0]] = merged.merging
        yield tuple(held.pop(key) for key in keys)


@dataclass(frozen=True, slots=True)
class MergedSubjects:
    """The subjects of one device, in the order in which they were read, and why they are one."""

    parts: tuple[SubjectFacts, ...]
    merging: Merging = NOT_MERGED


def merge_subjects(subjects: Iterable[SubjectFacts], scores: AttributeScores) -> Iterator[MergedSubjects]:
    """Each device once. A saved capture is a device of its own and is yielded at once; subjects with addresses are held
    until all of them are read. Subjects of two sites of a fleet are never one device, whatever they say."""
    live: dict[str, list[SubjectFacts]] = {}
    for facts in subjects:
        if facts.subject.address:
            live.setdefault(fleet_site_of(facts.subject), []).append(facts)
        else:
            yield MergedSubjects((facts,))
    for of_site in live.values():
        yield from _joined(of_site, scores)


def device_id(evidence: Sequence[Evidence], index: ObservationIndex, database: FingerprintDatabase) -> str:
    """Sixteen hexadecimal digits, the same in all runs that read the same strongest key. A capture's id comes from its
    label."""
    first = evidence[0].subject
    if first.address:
        scores = database.attribute_scores
        key = next((key for key in candidates_of(index) if is_key(key, scores)), None)
        words = key if key is not None else ("address", *min(_place(part.subject) for part in evidence))
    else:
        words = ("capture", first.labels[0] if first.labels else first.key)
    site = fleet_site_of(first)
    return _digest((*words, "site", site) if site else words)


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


def _joined(live: Sequence[SubjectFacts], scores: AttributeScores) -> Iterator[MergedSubjects]:
    groups = SubjectGroups(live, scores)
    _join_by_keys(groups, live, scores)
    for rule, number, other, text in _own_addresses(live):
        groups.join(number, other, rule, text)
    for number, other in _same_system(live):
        if live[number].own_name:
            groups.join(number, other, SYSTEM, live[number].name)
        else:
            groups.refuse_holders((number, other), ApartBy.PLACEHOLDER, SYSTEM.by, live[number].name)
    keys = [facts.subject.key for facts in live]
    for group, numbers in sorted(groups.members.items(), key=lambda item: item[1]):
        yield MergedSubjects(tuple(live[number] for number in sorted(numbers)), groups.merging_of(group, keys))


def _join_by_keys(groups: SubjectGroups, live: Sequence[SubjectFacts], scores: AttributeScores) -> None:
    """Join the holders of each key, the strongest kind first; note which hold a placeholder in place of one."""
    holders: dict[MatchKey, list[int]] = {}
    for number, facts in enumerate(live):
        for key in facts.keys:
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


def _own_addresses(live: Sequence[SubjectFacts]) -> Iterator[tuple[JoinRule, int, int, str]]:
    """Pairs of one namespace, of which one lists the other's address as its own: if the other does too and they share a
    name, or if the MAC address that answered there is that of a port of its own. With the text that they share."""
    by_address: dict[str, list[int]] = {}
    for number, facts in enumerate(live):
        by_address.setdefault(facts.subject.address, []).append(number)
    for number, facts in enumerate(live):
        for other in (other for address in facts.addresses for other in by_address.get(address, ()) if other != number):
            there = live[other]
            if not _same_space(facts.subject, there.subject):
                continue
            listed = other > number and facts.subject.address in there.addresses
            if listed and facts.name == there.name != "":
                yield ADDRESS_TABLES, number, other, facts.name
            for mac in sorted(frozenset(there.answering).intersection(facts.ports)):
                yield OWN_PORT, number, other, f"{there.subject.address} {format_mac(mac)}"


def _same_space(first: Subject, second: Subject) -> bool:
    return namespaces_of(first.attributes) == namespaces_of(second.attributes)


def _same_system(live: Sequence[SubjectFacts]) -> Iterator[tuple[int, int]]:
    """Pairs with one sysName, one sysObjectID, and uptimes that differ by MAX_UPTIME_GAP at most. A name that boxes of
    different enterprises have is nobody's."""
    by_name: dict[str, list[int]] = {}
    for number, facts in enumerate(live):
        by_name.setdefault(facts.name, []).append(number)
    for name, numbers in by_name.items():
        if name and len(numbers) > 1:
            enterprises = {live[number].enterprise for number in numbers}
            yield from () if len(enterprises - {""}) > 1 else _pairs_by_uptime(numbers, live)


def _pairs_by_uptime(numbers: Sequence[int], live: Sequence[SubjectFacts]) -> Iterator[tuple[int, int]]:
    """Pairs of one product whose uptimes follow each other closely."""
    by_product: dict[str, list[tuple[int, int]]] = {}
    for number in numbers:
        facts = live[number]
        if facts.product and facts.uptime is not None:
            by_product.setdefault(facts.product, []).append((facts.uptime, number))
    for subjects in by_product.values():
        subjects.sort()
        for (before, number), (after, other) in pairwise(subjects):
            if after - before <= MAX_UPTIME_GAP:
                yield number, other


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:16]
