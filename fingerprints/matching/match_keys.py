"""What tells one box from another: keys that only one can have, and marks that no box has two of.

Each kind of key has a strength, a limit to how many may share it, and the marks that overrule it: an engine ID can be
cloned with the configuration, a serial number cannot. The kinds stand in one table, strongest first.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import format_mac, is_factory_mac
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.bridge_mib import bridge_macs
from fingerprints.sources.engine_id import unique_engine_ids
from fingerprints.sources.entity_mib import boxes_of, entity_rows
from fingerprints.sources.if_mib import port_mac_keys
from fingerprints.sources.lldp import own_chassis_macs
from fingerprints.sources.ssh_service import host_keys

Key = tuple[str, str]
"""The name of a kind, and the text that only one box has."""


class DistinguishingMark(StrEnum):
    """Something of which a box has one: two that differ in it are two boxes, or a chassis and its logical systems."""

    SERIAL = "serial"
    NAME = "name"
    HOST_KEY = "host-key"
    BOOTS = "boots"
    """How often its agent started (snmpEngineBoots, RFC 3411)."""


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind: how it is read, the marks that overrule it, and whether uptimes that differ by more than a run takes do
    too; how many names, and how many addresses without a name, may share a key before it counts as copied."""

    name: str
    read: Callable[[ObservationIndex], Iterator[str]]
    overruled_by: frozenset[DistinguishingMark]
    by_uptime: bool = False
    most_names: int = 3
    most_nameless: int = 64
    """A router answers at a few dozen addresses without saying its name; an image that was cloned at hundreds."""


def serials(said: ObservationIndex) -> Iterator[str]:
    """The serial numbers of its chassis."""
    yield from sorted({row.serial for row in boxes_of(entity_rows(said)) if _telling(row.serial)})


_NUMBERED = re.compile(r"(?:^|,)(?:serialNumber|2\.5\.4\.5)=(?P<number>(?:[^\\,+]|\\.){1,80})")
_SERIAL_WORD = re.compile(r"(?:^|[ ,;])SN:(?P<serial>[A-Za-z0-9]{6,32})")
_COMMON = re.compile(r"(?:^|,)CN=(?P<name>(?:[^\\,+]|\\.){1,80})")
_OWN_NUMBER = re.compile(r"(?=[0-9A-F:.-]*\d)[0-9A-F]{8,}|(?:[0-9A-F]{2}[:.-]){5}[0-9A-F]{2}", re.IGNORECASE)
"""In a common name, what a factory writes of one box: its serial number or its MAC address."""


def certificates(said: ObservationIndex) -> Iterator[str]:
    """Fingerprints of certificates that speak of one box: by a serial number in the subject, or a number or MAC address
    in its common name. One that a firmware brings along says only what kind of box it is, and joins nothing."""
    shown: dict[str, dict[str, str]] = {}
    for one in said.of(Source.WEB_CERTIFICATE):
        field, _, port = one.at.partition(" ")
        shown.setdefault(port, {})[field] = clean(one.value)
    for fields in shown.values():
        subject, fingerprint = fields.get("subject", ""), fields.get("fingerprint", "")
        common, numbered = _COMMON.search(subject), _NUMBERED.search(subject)
        own = common is not None and _OWN_NUMBER.search(common["name"]) is not None
        if fingerprint and (own or (numbered is not None and _telling(numbered["number"]))):
            yield fingerprint


def certified_serials(said: ObservationIndex) -> Iterator[str]:
    """Serial numbers of chassis: of ENTITY-MIB, and those that a certificate's subject writes as `PID:... SN:...`."""
    found = dict.fromkeys(serials(said))
    for one in said.of(Source.WEB_CERTIFICATE):
        numbered = _NUMBERED.search(clean(one.value)) if one.at.startswith("subject ") else None
        told = _SERIAL_WORD.search(numbered["number"]) if numbered is not None else None
        if told is not None and _telling(told["serial"]):
            found[told["serial"]] = None
    yield from found


def _chassis_macs(said: ObservationIndex) -> Iterator[str]:
    macs = (*bridge_macs(said), *own_chassis_macs(said))
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


def keys_of(said: ObservationIndex) -> tuple[Key, ...]:
    """What only this box can have, strongest first."""
    return tuple(dict.fromkeys(each_key(said)))


def each_key(said: ObservationIndex) -> Iterator[Key]:
    """The same as they are read: the first costs no more than it takes to find it."""
    for kind in KINDS:
        for text in kind.read(said):
            yield kind.name, text


def marks_of(said: ObservationIndex) -> Mapping[DistinguishingMark, frozenset[str]]:
    """What it has one of. A host key is one of its type and port: several services may each have their own."""
    named = said.first(Source.SNMP_SYS_NAME)
    boots = said.first(Source.SNMP_ENGINE_BOOTS)
    return {
        DistinguishingMark.SERIAL: frozenset(certified_serials(said)),
        DistinguishingMark.NAME: frozenset((clean(named.value).lower(),)) if named is not None else frozenset(),
        DistinguishingMark.HOST_KEY: frozenset(f"{one.at} {clean(one.value)}" for one in said.of(Source.SSH_HOST_KEY)),
        DistinguishingMark.BOOTS: frozenset((clean(boots.value),)) if boots is not None else frozenset(),
    }


def marks_differ(mark: DistinguishingMark, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a mark says that two are not one box: both bear it, and none of it is the same."""
    if mark is not DistinguishingMark.HOST_KEY:
        return bool(one) and bool(other) and not one & other
    kinds = {text.rpartition(" ")[0] for text in one} & {text.rpartition(" ")[0] for text in other}
    return bool(kinds) and not one & other


def uptime_of(said: ObservationIndex) -> int | None:
    """Hundredths of a second since its agent started (sysUpTime)."""
    told = said.first(Source.SNMP_SYS_UP_TIME)
    text = clean(told.value) if told is not None else ""
    return int(text) if text.isdecimal() and len(text) < 11 else None


def _telling(serial: str) -> bool:
    """Whether a serial number can be one box's: long enough, and not one letter or a count over and over."""
    return len(serial) >= 6 and len(set(serial)) > 3 and serial not in "0123456789012345678901234567890"
