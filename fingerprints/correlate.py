"""Several addresses, one device: evidence joined by keys that only one box can have, and kept apart where need be."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fingerprints.engine_id import is_factory_mac, read_engine_id
from fingerprints.evidence import Evidence, Source, Subject, namespaces_of, octets_of
from fingerprints.leads.hardware import boxes_of
from fingerprints.leads.mac import interface_macs, mac_of, written
from fingerprints.said import Said, clean, said_by

MOST_NAMES = 3
"""Different system names among those who share a key, above which it counts as copied (a cloned image, a default)."""

MOST_NAMELESS = 64
"""Addresses without a system name that may share a key: a router with that many is rare, a cloned image is not."""

_STRENGTH = ("serial", "host-key", "engine-id", "mac", "macs")
"""Kinds of keys, strongest first."""

Key = tuple[str, str]


def correlate(evidence: Iterable[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    """One tuple a device. A saved capture is a device of its own and is handed on as it comes; evidence with addresses
    is held until the last has come."""
    live: list[Evidence] = []
    for one in evidence:
        if one.subject.address:
            live.append(one)
        else:
            yield (one,)
    yield from _joined(live)


def device_id(gathered: Sequence[Evidence], said: Said) -> str:
    """Sixteen hexadecimal digits, the same in each run that sees the same strongest key; a capture's is its label's."""
    first = gathered[0].subject
    if not first.address:
        return _digest(("capture", first.labels[0] if first.labels else first.key))
    keys = keys_of(said)
    return _digest(keys[0] if keys else ("address", *min(_place(evidence.subject) for evidence in gathered)))


def _place(subject: Subject) -> tuple[str, ...]:
    """Where a subject is: an address is one thing in each namespace that the operator's list names."""
    return (subject.key, *namespaces_of(subject.attributes))


def keys_of(said: Said) -> tuple[Key, ...]:
    """What only this box can have, strongest first: chassis serial, host key, engine ID, bridge and chassis addresses,
    the lowest and the number of its interface addresses."""
    return tuple(dict.fromkeys(_keys(said)))


def serials_of(said: Said) -> frozenset[str]:
    """The serial numbers of its chassis: two boxes with different ones are never one."""
    return frozenset(row.serial for row in boxes_of(tuple(said.entities.values())) if _telling(row.serial))


def _keys(said: Said) -> Iterator[Key]:
    for serial in sorted(serials_of(said)):
        yield "serial", serial
    for observation in said.of(Source.SSH_HOST_KEY):
        yield "host-key", clean(observation.value)
    for observation in said.of(Source.SNMP_ENGINE_ID):
        engine = read_engine_id(octets_of(observation.value))
        if engine is not None and engine.unique:
            yield "engine-id", engine.octets.hex()
    for observation in said.of(Source.SNMP_BRIDGE_ADDRESS):
        yield from _mac_key(mac_of(observation.value))
    for observation in said.of(Source.SNMP_LLDP_LOCAL):
        if observation.at == "1.0.8802.1.1.2.1.3.2.0":
            yield from _mac_key(mac_of(observation.value))
    macs = sorted({mac for mac in interface_macs(said) if is_factory_mac(mac)})
    if macs:
        yield "macs", f"{written(macs[0])} {written(macs[-1])} {len(macs)}"


def _mac_key(mac: bytes) -> Iterator[Key]:
    if is_factory_mac(mac):
        yield "mac", written(mac)


def _telling(serial: str) -> bool:
    """Whether a serial number can be one box's: long enough, and not one letter or a count over and over."""
    return len(serial) >= 6 and len(set(serial)) > 3 and serial not in "0123456789012345678901234567890"


@dataclass(slots=True)
class _Groups:
    """Evidence numbered, in groups that grow; what each group's members bear that no other box can."""

    of: list[int]
    members: dict[int, list[int]]
    serials: list[frozenset[str]]
    names: list[frozenset[str]]

    def join(self, one: int, other: int) -> None:
        """Make one group of two, unless their chassis bear different serial numbers, or they go by different names: a
        chassis and its logical systems, or two boxes with a copied key."""
        keep, gone = sorted((self.of[one], self.of[other]))
        if keep == gone or any(_differ(marks[keep], marks[gone]) for marks in (self.serials, self.names)):
            return
        for marks in (self.serials, self.names):
            marks[keep] = marks[keep] | marks[gone]
        for number in self.members.pop(gone):
            self.of[number] = keep
            self.members[keep].append(number)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _joined(live: Sequence[Evidence]) -> Iterator[tuple[Evidence, ...]]:
    said = [said_by((one,)) for one in live]
    groups = _Groups(
        list(range(len(live))),
        {number: [number] for number in range(len(live))},
        [serials_of(of_it) for of_it in said],
        [_names(of_it) for of_it in said],
    )
    holders: dict[Key, list[int]] = {}
    for number, of_it in enumerate(said):
        for key in keys_of(of_it):
            holders.setdefault(key, []).append(number)
    for key in sorted(holders, key=lambda key: (_STRENGTH.index(key[0]), key)):
        if not _copied(holders[key], groups):
            for number in holders[key][1:]:
                groups.join(holders[key][0], number)
    for number, other in _own_addresses(live, said):
        groups.join(number, other)
    for numbers in sorted(groups.members.values()):
        yield tuple(live[number] for number in sorted(numbers))


def _copied(numbers: Sequence[int], groups: _Groups) -> bool:
    """Whether a key is shared by too many: by more names than one box has, or by more nameless addresses."""
    names = frozenset().union(*(groups.names[number] for number in numbers))
    nameless = sum(1 for number in numbers if not groups.names[number])
    return len(names) > MOST_NAMES or nameless > MOST_NAMELESS


def _names(said: Said) -> frozenset[str]:
    named = said.first(Source.SNMP_SYS_NAME)
    return frozenset((clean(named.value).lower(),)) if named is not None else frozenset()


def _own_addresses(live: Sequence[Evidence], said: Sequence[Said]) -> Iterator[tuple[int, int]]:
    """Pairs where each lists the other's address as its own, in one namespace, and both have the same name."""
    own = [frozenset(_addresses(of_it)) for of_it in said]
    by_address: dict[str, list[int]] = {}
    for number, one in enumerate(live):
        by_address.setdefault(one.subject.address, []).append(number)
    for number, addresses in enumerate(own):
        for address in addresses:
            for other in by_address.get(address, ()):
                mutual = other > number and live[number].subject.address in own[other]
                if mutual and _same_space(live[number], live[other]) and _same_name(said, number, other):
                    yield number, other


def _same_space(one: Evidence, other: Evidence) -> bool:
    return namespaces_of(one.subject.attributes) == namespaces_of(other.subject.attributes)


def _same_name(said: Sequence[Said], one: int, other: int) -> bool:
    names = [said[number].first(Source.SNMP_SYS_NAME) for number in (one, other)]
    return names[0] is not None and names[1] is not None and names[0].value == names[1].value


def _addresses(said: Said) -> Iterator[str]:
    """The global addresses of an agent's own table; loopback ones are everybody's."""
    for observation in said.of(Source.SNMP_IP_ADDRESS):
        prefix, _, address = observation.at.partition("1.3.6.1.2.1.4.20.1.2.")
        if not prefix and not address.startswith("127."):
            yield address


def _digest(key: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogateescape")).hexdigest()[:16]
