"""What tells one box from another: keys that only one can have, and marks that no box has two of.

Each kind of key has a strength, a limit to how many may share it, and the marks that overrule it: an engine ID can be
cloned with the configuration, a serial number cannot. The kinds stand in one table, strongest first.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fingerprints.engine_id import is_factory_mac, read_engine_id
from fingerprints.evidence import Source, octets_of
from fingerprints.leads.hardware import boxes_of
from fingerprints.leads.mac import interface_macs, mac_of, written
from fingerprints.neighbours import address_of
from fingerprints.said import Said, clean

Key = tuple[str, str]
"""The name of a kind, and the text that only one box has."""


class Mark(StrEnum):
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
    read: Callable[[Said], Iterator[str]]
    overruled_by: frozenset[Mark]
    by_uptime: bool = False
    most_names: int = 3
    most_nameless: int = 64
    """A router answers at a few dozen addresses without saying its name; an image that was cloned at hundreds."""


def serials(said: Said) -> Iterator[str]:
    """The serial numbers of its chassis."""
    yield from sorted({row.serial for row in boxes_of(tuple(said.entities.values())) if _telling(row.serial)})


_NUMBERED = re.compile(r"(?:^|,)(?:serialNumber|2\.5\.4\.5)=(?P<number>(?:[^\\,+]|\\.){1,80})")
_SERIAL_WORD = re.compile(r"(?:^|[ ,;])SN:(?P<serial>[A-Za-z0-9]{6,32})")
_COMMON = re.compile(r"(?:^|,)CN=(?P<name>(?:[^\\,+]|\\.){1,80})")
_OWN_NUMBER = re.compile(r"(?=[0-9A-F:.-]*\d)[0-9A-F]{8,}|(?:[0-9A-F]{2}[:.-]){5}[0-9A-F]{2}", re.IGNORECASE)
"""In a common name, what a factory writes of one box: its serial number or its MAC address."""


def certificates(said: Said) -> Iterator[str]:
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


def certified_serials(said: Said) -> Iterator[str]:
    """Serial numbers of chassis: of ENTITY-MIB, and those that a certificate's subject writes as `PID:... SN:...`."""
    found = dict.fromkeys(serials(said))
    for one in said.of(Source.WEB_CERTIFICATE):
        numbered = _NUMBERED.search(clean(one.value)) if one.at.startswith("subject ") else None
        told = _SERIAL_WORD.search(numbered["number"]) if numbered is not None else None
        if told is not None and _telling(told["serial"]):
            found[told["serial"]] = None
    yield from found


def _host_keys(said: Said) -> Iterator[str]:
    yield from (clean(one.value) for one in said.of(Source.SSH_HOST_KEY))


def _engine_ids(said: Said) -> Iterator[str]:
    for one in said.of(Source.SNMP_ENGINE_ID):
        engine = read_engine_id(octets_of(one.value))
        if engine is not None and engine.unique:
            yield engine.octets.hex()


def _chassis_macs(said: Said) -> Iterator[str]:
    chassis = [one for one in said.of(Source.SNMP_LLDP_LOCAL) if one.at == "1.0.8802.1.1.2.1.3.2.0"]
    macs = (mac_of(one.value) for one in (*said.of(Source.SNMP_BRIDGE_ADDRESS), *chassis))
    yield from (written(mac) for mac in macs if is_factory_mac(mac))


def _port_macs(said: Said) -> Iterator[str]:
    """The lowest and the number of its interface addresses stand for all of them."""
    macs = sorted({mac for mac in interface_macs(said) if is_factory_mac(mac)})
    if macs:
        yield f"{written(macs[0])} {written(macs[-1])} {len(macs)}"


_NAMED = frozenset((Mark.SERIAL, Mark.NAME))
_ALL = frozenset(Mark)

KINDS = (
    KeyKind("serial", certified_serials, frozenset((Mark.NAME,))),
    KeyKind("certificate", certificates, _NAMED | {Mark.HOST_KEY}),
    KeyKind("host-key", _host_keys, _NAMED),
    KeyKind("engine-id", _engine_ids, _ALL, by_uptime=True),
    KeyKind("mac", _chassis_macs, _ALL, by_uptime=True),
    KeyKind("macs", _port_macs, _ALL, by_uptime=True),
)
"""All kinds, strongest first."""


SOURCES = frozenset(
    (
        Source.SNMP_SYS_NAME,
        Source.SNMP_SYS_OBJECT_ID,
        Source.SNMP_SYS_UP_TIME,
        Source.SNMP_ENGINE_ID,
        Source.SNMP_ENGINE_BOOTS,
        Source.SNMP_IF_TYPE,
        Source.SNMP_IF_PHYS_ADDRESS,
        Source.SNMP_IP_ADDRESS,
        Source.SNMP_BRIDGE_ADDRESS,
        Source.SNMP_LLDP_LOCAL,
        Source.SNMP_ENTITY_CLASS,
        Source.SNMP_ENTITY_CONTAINED_IN,
        Source.SNMP_ENTITY_SERIAL,
        Source.SNMP_ENTITY_MODEL,
        Source.SSH_HOST_KEY,
        Source.WEB_CERTIFICATE,
    )
)
"""All that keys and marks are read from."""


def keys_of(said: Said) -> tuple[Key, ...]:
    """What only this box can have, strongest first."""
    return tuple(dict.fromkeys(each_key(said)))


def each_key(said: Said) -> Iterator[Key]:
    """The same as they are read: the first costs no more than it takes to find it."""
    for kind in KINDS:
        for text in kind.read(said):
            yield kind.name, text


def marks_of(said: Said) -> Mapping[Mark, frozenset[str]]:
    """What it has one of. A host key is one of its type and port: several services may each have their own."""
    named = said.first(Source.SNMP_SYS_NAME)
    boots = said.first(Source.SNMP_ENGINE_BOOTS)
    return {
        Mark.SERIAL: frozenset(certified_serials(said)),
        Mark.NAME: frozenset((clean(named.value).lower(),)) if named is not None else frozenset(),
        Mark.HOST_KEY: frozenset(f"{one.at} {clean(one.value)}" for one in said.of(Source.SSH_HOST_KEY)),
        Mark.BOOTS: frozenset((clean(boots.value),)) if boots is not None else frozenset(),
    }


def differ(mark: Mark, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a mark says that two are not one box: both bear it, and none of it is the same."""
    if mark is not Mark.HOST_KEY:
        return bool(one) and bool(other) and not one & other
    kinds = {text.rpartition(" ")[0] for text in one} & {text.rpartition(" ")[0] for text in other}
    return bool(kinds) and not one & other


def uptime_of(said: Said) -> int | None:
    """Hundredths of a second since its agent started (sysUpTime)."""
    told = said.first(Source.SNMP_SYS_UP_TIME)
    text = clean(told.value) if told is not None else ""
    return int(text) if text.isdecimal() and len(text) < 11 else None


def addresses_of(said: Said) -> Iterator[str]:
    """The addresses of an agent's own tables (RFC 4293); loopback ones are everybody's."""
    for one in said.of(Source.SNMP_IP_ADDRESS):
        before, found, instance = one.at.partition("1.3.6.1.2.1.4.20.1.2.")
        if before or not found:
            before, found, instance = one.at.partition("1.3.6.1.2.1.4.34.1.3.")
            arcs = instance.split(".") if found and not before else []  # InetAddressType, length, octets (RFC 4001)
            instance = address_of(arcs[2:]) if arcs[:2] in (["1", "4"], ["2", "16"]) else ""
        if instance and not instance.startswith("127.") and instance != "::1":
            yield instance


def _telling(serial: str) -> bool:
    """Whether a serial number can be one box's: long enough, and not one letter or a count over and over."""
    return len(serial) >= 6 and len(set(serial)) > 3 and serial not in "0123456789012345678901234567890"
