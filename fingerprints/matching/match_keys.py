"""What distinguishes boxes: match keys, which only one box can have, and marks, of which a box has only one.

Each kind of key has a strength, a limit to how many may share it, and marks that overrule it: a copied configuration
copies the engine ID, but not the serial number. KINDS lists the kinds, strongest first.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import format_mac, is_factory_mac
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.observation_place import field_of_port
from fingerprints.sources.bridge_mib import bridge_macs
from fingerprints.sources.engine_id import unique_engine_ids
from fingerprints.sources.entity_mib import boxes_of, entity_rows
from fingerprints.sources.if_mib import port_mac_keys
from fingerprints.sources.lldp import own_chassis_macs
from fingerprints.sources.ssh_service import host_keys

MatchKey = tuple[str, str]
"""The name of a key's kind, and its text."""


class DistinguishingMark(StrEnum):
    """A property of which a box has one: two that differ in it are two boxes, or a chassis and its logical systems."""

    SERIAL = "serial"
    NAME = "name"
    HOST_KEY = "host-key"
    BOOTS = "boots"
    """The number of starts of its agent (snmpEngineBoots, RFC 3411)."""


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind of key: the function that reads it, and the marks that overrule it. With `by_uptime`, uptimes that
    differ by more than a run takes overrule it too. A key counts as copied if more names than `max_names`, or more
    addresses without a name than `max_nameless`, share it."""

    name: str
    read: Callable[[ObservationIndex], Iterator[str]]
    overruled_by: frozenset[DistinguishingMark]
    by_uptime: bool = False
    max_names: int = 3
    max_nameless: int = 64
    """A router answers from a few dozen addresses without a name; a cloned image answers from hundreds."""


def serials(index: ObservationIndex) -> Iterator[str]:
    """The serial numbers of the chassis."""
    yield from sorted({row.serial for row in boxes_of(entity_rows(index)) if _is_distinct(row.serial)})


_NUMBERED = re.compile(r"(?:^|,)(?:serialNumber|2\.5\.4\.5)=(?P<number>(?:[^\\,+]|\\.){1,80})")
_SERIAL_WORD = re.compile(r"(?:^|[ ,;])SN:(?P<serial>[A-Za-z0-9]{6,32})")
_COMMON = re.compile(r"(?:^|,)CN=(?P<name>(?:[^\\,+]|\\.){1,80})")
_OWN_NUMBER = re.compile(r"(?=[0-9A-F:.-]*\d)[0-9A-F]{8,}|(?:[0-9A-F]{2}[:.-]){5}[0-9A-F]{2}", re.IGNORECASE)
"""The text of one box in a common name that a factory writes: its serial number or its MAC address."""


def certificates(index: ObservationIndex) -> Iterator[str]:
    """Fingerprints of certificates made for one box: with a serial number in the subject, or a number or MAC address in
    its common name. A certificate that comes with the firmware identifies a kind of box, and is no key."""
    by_port: dict[str, dict[str, str]] = {}
    for observation in index.of(Source.WEB_CERTIFICATE):
        place = field_of_port(observation.at)
        by_port.setdefault(place.port, {})[place.field] = clean(observation.value)
    for fields in by_port.values():
        subject, fingerprint = fields.get("subject", ""), fields.get("fingerprint", "")
        common, numbered = _COMMON.search(subject), _NUMBERED.search(subject)
        own = common is not None and _OWN_NUMBER.search(common["name"]) is not None
        if fingerprint and (own or (numbered is not None and _is_distinct(numbered["number"]))):
            yield fingerprint


def certified_serials(index: ObservationIndex) -> Iterator[str]:
    """Serial numbers of chassis: from ENTITY-MIB, and from a certificate's subject of the form `PID:... SN:...`."""
    numbers = dict.fromkeys(serials(index))
    for observation in index.of(Source.WEB_CERTIFICATE):
        is_subject = field_of_port(observation.at).field == "subject"
        numbered = _NUMBERED.search(clean(observation.value)) if is_subject else None
        match = _SERIAL_WORD.search(numbered["number"]) if numbered is not None else None
        if match is not None and _is_distinct(match["serial"]):
            numbers[match["serial"]] = None
    yield from numbers


def _chassis_macs(index: ObservationIndex) -> Iterator[str]:
    macs = (*bridge_macs(index), *own_chassis_macs(index))
    yield from (format_mac(mac) for mac in macs if is_factory_mac(mac))


_NAMED = frozenset((DistinguishingMark.SERIAL, DistinguishingMark.NAME))
_ALL = frozenset(DistinguishingMark)

KINDS = (
    KeyKind("serial", certified_serials, frozenset((DistinguishingMark.NAME,))),
    KeyKind("certificate", certificates, _NAMED | {DistinguishingMark.HOST_KEY}),
    KeyKind("host-key", host_keys, _NAMED),
    KeyKind("engine-id", unique_engine_ids, _ALL, by_uptime=True),
    KeyKind("mac", _chassis_macs, _ALL, by_uptime=True),
    KeyKind("macs", port_mac_keys, _ALL, by_uptime=True),
)
"""All kinds, strongest first."""


def keys_of(index: ObservationIndex) -> tuple[MatchKey, ...]:
    """The match keys of a box, strongest first."""
    return tuple(dict.fromkeys(each_key(index)))


def each_key(index: ObservationIndex) -> Iterator[MatchKey]:
    """The match keys of a box, strongest first, each read only when it is needed."""
    for kind in KINDS:
        for text in kind.read(index):
            yield kind.name, text


def marks_of(index: ObservationIndex) -> Mapping[DistinguishingMark, frozenset[str]]:
    """The marks of a box. A host key is one of its type and port: several services may each have their own."""
    name = index.first(Source.SNMP_SYS_NAME)
    boots = index.first(Source.SNMP_ENGINE_BOOTS)
    keys = (f"{observation.at} {clean(observation.value)}" for observation in index.of(Source.SSH_HOST_KEY))
    return {
        DistinguishingMark.SERIAL: frozenset(certified_serials(index)),
        DistinguishingMark.NAME: frozenset((clean(name.value).lower(),)) if name is not None else frozenset(),
        DistinguishingMark.HOST_KEY: frozenset(keys),
        DistinguishingMark.BOOTS: frozenset((clean(boots.value),)) if boots is not None else frozenset(),
    }


def marks_differ(mark: DistinguishingMark, first: frozenset[str], second: frozenset[str]) -> bool:
    """True if the values of a mark show two boxes: both have some, and share none. Host keys are compared by type and
    port."""
    if mark is not DistinguishingMark.HOST_KEY:
        return bool(first) and bool(second) and not first & second
    kinds = {text.rpartition(" ")[0] for text in first} & {text.rpartition(" ")[0] for text in second}
    return bool(kinds) and not first & second


def uptime_of(index: ObservationIndex) -> int | None:
    """Hundredths of a second since the agent started (sysUpTime); None where that is unknown."""
    uptime = index.first(Source.SNMP_SYS_UP_TIME)
    text = clean(uptime.value) if uptime is not None else ""
    return int(text) if text.isdecimal() and len(text) < 11 else None


def _is_distinct(serial: str) -> bool:
    """True if a serial number can be one box's: long enough, and neither one letter repeated nor a count."""
    return len(serial) >= 6 and len(set(serial)) > 3 and serial not in "0123456789012345678901234567890"
