"""Match keys: what only one box can have. A placeholder is no key.

Each kind of key has a strength, a limit to how many may share it, and marks that overrule it: a copied configuration
copies the engine ID, but not the serial number. KINDS lists the kinds, strongest first.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import format_mac, is_factory_mac, parse_mac
from fingerprints.model.merging import ApartBy, MatchedBy
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.observation_place import field_of_port
from fingerprints.sources.bridge_mib import bridge_macs
from fingerprints.sources.engine_id import unique_engine_ids
from fingerprints.sources.entity_mib import boxes_of, entity_rows
from fingerprints.sources.if_mib import port_mac_keys
from fingerprints.sources.lldp import own_chassis_macs
from fingerprints.sources.login_services import host_keys

MatchKey = tuple[MatchedBy, str]
"""A key's kind, and its text."""

MAX_KEYS = 40
"""Match keys that a device keeps: a stack of the largest size has fewer."""

MIN_SERIAL = 6
MIN_DIFFERENT = 4
"""The fewest characters, and different ones, of a serial number that can be one box's own."""


@dataclass(frozen=True, slots=True)
class JoinRule:
    """When what two boxes share joins them: unless they differ in a mark that overrules it or, with `by_uptime`, in
    their uptimes by more than a run takes."""

    by: MatchedBy
    overruled_by: frozenset[ApartBy]
    by_uptime: bool = False


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind of key: the function that reads it, and when it joins."""

    rule: JoinRule
    read: Callable[[ObservationIndex], Iterator[str]]


def serials(index: ObservationIndex) -> Iterator[str]:
    """The serial numbers of the chassis, placeholders among them."""
    yield from sorted({row.serial for row in boxes_of(entity_rows(index)) if row.serial})


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
    """Serial numbers of chassis, placeholders among them: from ENTITY-MIB, and from a certificate's subject of the form
    `PID:... SN:...`."""
    numbers = dict.fromkeys(serials(index))
    for observation in index.of(Source.WEB_CERTIFICATE):
        is_subject = field_of_port(observation.at).field == "subject"
        numbered = _NUMBERED.search(clean(observation.value)) if is_subject else None
        match = _SERIAL_WORD.search(numbered["number"]) if numbered is not None else None
        if match is not None:
            numbers[match["serial"]] = None
    yield from numbers


def chassis_macs(index: ObservationIndex) -> Iterator[str]:
    """The MAC addresses that a box gives as its own, as a bridge and in LLDP."""
    macs = (*bridge_macs(index), *own_chassis_macs(index))
    yield from (format_mac(mac) for mac in macs if is_factory_mac(mac))


_BOX = frozenset((ApartBy.ENTERPRISE, ApartBy.PRODUCT, ApartBy.MODEL, ApartBy.PORTS, ApartBy.NAME))
_ALL = _BOX | {ApartBy.SERIAL, ApartBy.HOST_KEY, ApartBy.BOOTS, ApartBy.ENGINE_ID, ApartBy.CHASSIS_MAC}

KINDS = (
    KeyKind(JoinRule(MatchedBy.SERIAL, _BOX), certified_serials),
    KeyKind(
        JoinRule(MatchedBy.CERTIFICATE, _BOX | {ApartBy.SERIAL, ApartBy.HOST_KEY, ApartBy.ENGINE_ID}), certificates
    ),
    KeyKind(JoinRule(MatchedBy.HOST_KEY, _BOX | {ApartBy.SERIAL, ApartBy.ENGINE_ID}), host_keys),
    KeyKind(JoinRule(MatchedBy.ENGINE_ID, _ALL, by_uptime=True), unique_engine_ids),
    KeyKind(JoinRule(MatchedBy.MAC, _ALL, by_uptime=True), chassis_macs),
    KeyKind(JoinRule(MatchedBy.PORTS, _ALL, by_uptime=True), port_mac_keys),
)
"""All kinds, strongest first. No key joins two products: images carry host keys and MAC addresses from one to another,
and people write serial numbers."""

ADDRESS_TABLES = JoinRule(MatchedBy.ADDRESS_TABLES, _ALL, by_uptime=True)
OWN_PORT = JoinRule(MatchedBy.OWN_PORT, _ALL, by_uptime=True)
SYSTEM = JoinRule(MatchedBy.SYSTEM, _ALL, by_uptime=True)


def candidates_of(index: ObservationIndex) -> Iterator[MatchKey]:
    """The texts of a box where its keys should be, strongest first, each read only when it is needed. `is_key` leaves
    out placeholders."""
    for kind in KINDS:
        for text in kind.read(index):
            yield kind.rule.by, text


def is_key(candidate: MatchKey, scores: AttributeScores) -> bool:
    """True if a text can be one box's own."""
    by, text = candidate
    return (by is not MatchedBy.SERIAL or _is_distinct(text)) and not scores.is_placeholder(text)


def match_keys(index: ObservationIndex, scores: AttributeScores) -> tuple[str, ...]:
    """The match keys of a box, each as `kind=text`: strongest kind first and sorted within a kind, MAX_KEYS at most."""
    keys = {candidate for candidate in candidates_of(index) if is_key(candidate, scores)}
    ranks = {kind.rule.by: rank for rank, kind in enumerate(KINDS)}
    in_order = sorted(keys, key=lambda key: (ranks[key[0]], key[1]))
    return tuple(f"{by.value}={text}" for by, text in in_order[:MAX_KEYS])


def answering_macs(index: ObservationIndex) -> frozenset[bytes]:
    """The MAC addresses of one port each that answered ARP or ND; those of virtual routers are several boxes'."""
    macs = (parse_mac(observation.value) for observation in index.of(Source.LINK_MAC))
    return frozenset(mac for mac in macs if is_factory_mac(mac))


def _is_distinct(serial: str) -> bool:
    """True if a serial number can be one box's: long enough, not of a few characters, and with a digit. Words have
    none."""
    return len(serial) >= MIN_SERIAL and len(set(serial)) >= MIN_DIFFERENT and any(map(str.isdigit, serial))
