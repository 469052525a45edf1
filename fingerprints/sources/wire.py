"""What kitscan itself sees on an attached segment: MAC addresses that answer ARP or ND, LLDP and CDP frames.

All of it is one group of evidence: a device that invents its description can choose its MAC address too.
"""

import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim, combined_observation, make_claim, rested_on
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, serial_claims
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName, Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.mac_address import format_mac, is_station_mac, parse_mac
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.observation_place import field_of_frame
from fingerprints.model.source_module import SourceModule
from fingerprints.sources.snmp_system import sys_descr_items

MODULE = SourceModule(
    "wire",
    sources=frozenset((Source.LINK_MAC, Source.LINK_LLDP, Source.LINK_CDP)),
    match_sources=frozenset((Source.LINK_MAC,)),
    report_sources=frozenset((Source.LINK_MAC,)),
)

DESCRIPTIONS = frozenset(("system_description", "software_version"))
"""Fields in which a device describes itself as in its sysDescr (IEEE 802.1AB section 8.5.7: it should be the same)."""

NAMES = ("system_name", "device_id")
"""Fields that hold the device's name, the better first: a device ID may be a serial number."""

INVENTORY = {
    "model_name": AttributeName.MODEL,
    "serial_number": AttributeName.SERIAL,
    "software_revision": AttributeName.VERSION,
}
"""Fields of the LLDP-MED inventory (ANSI/TIA-1057 section 10.2.6) that are attributes."""

KINDS_OF_CAPABILITY = {
    "telephone": "voice",
    "wlan_access_point": "wireless",
    "docsis_cable_device": "modem",
    "router": "router",
    "mac_bridge": "switch",
}
"""Kinds of device by an enabled LLDP capability, the most telling first: a telephone bridges and an access point may
route."""

_FULL = frozenset(("sys-descr-rule", "sys-descr-name", "sys-descr-copyright"))
"""Kinds of evidence in a sysDescr that name the box; the others only mention a company."""

_HOST = re.compile(
    r"^(?P<distribution>.{2,80}?) (?P<system>Linux|FreeBSD|OpenBSD|NetBSD|SunOS|Darwin) (?P<release>\d.{0,200})"
)
"""How lldpd(8) describes a host: its distribution, then what uname prints, without the host's name."""

MAX_MACS = 4
MAX_TEXTS = 16
"""MAC addresses, and texts of frames, that are read."""


def wire_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The makers of the MAC addresses seen, and what the device's own frames say of it."""
    answered = {parse_mac(observation.value): observation for observation in reversed(index.of(Source.LINK_MAC))}
    source = Source.LINK_LLDP if index.of(Source.LINK_LLDP) else Source.LINK_CDP
    frames = {mac: combined_observation(source, "frames", format_mac(mac)) for mac in announced_macs(index)}
    for mac, observation in islice((answered | frames | answered).items(), MAX_MACS):
        owner = mac_owner(mac, database)
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "wire-mac", observation, text=format_mac(mac))
    for field, observation in islice(_fields(index), MAX_TEXTS * len(Source)):
        yield from _field_items(field, observation, database)


def announced_macs(index: ObservationIndex) -> tuple[bytes, ...]:
    """The MAC addresses of the device's frames: their chassis ID's, then their senders'."""
    chassis = (parse_mac(observation.value) for field, observation in _fields(index) if field == "chassis_id")
    senders = (parse_mac(field_of_frame(observation.at).sender) for _, observation in _fields(index))
    return tuple(dict.fromkeys(mac for mac in (*chassis, *sorted(senders)) if is_station_mac(mac)))


def announced_name(index: ObservationIndex) -> str:
    """The name that the device gives itself in its frames; empty if it gives none."""
    names = {field: clean(observation.value) for field, observation in reversed(tuple(_fields(index)))}
    return next((names[field] for field in NAMES if names.get(field)), "")


def _fields(index: ObservationIndex) -> Iterator[tuple[str, Observation]]:
    for source in (Source.LINK_LLDP, Source.LINK_CDP):
        for observation in index.of(source):
            yield field_of_frame(observation.at).field, observation


def _field_items(field: str, observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    text = clean(observation.value)
    if field == "serial_number":
        yield from serial_claims(database, text, observation)
    if field in DESCRIPTIONS:
        yield from _description_items(observation, database)
    elif field == "platform":
        yield from _platform_items(text, observation, database)
    elif field == "manufacturer_name":
        yield from _name_claims(text, "wire-text", observation, database)
    elif field in NAMES and (party := database.named(text)) is not None:
        yield make_claim(database, Role.BRAND, party, "wire-mention", observation)  # a name that a factory set
    elif field in INVENTORY:
        yield from attribute_items(database, INVENTORY[field], text, "wire-inventory", observation)
    elif field == "chassis_id":
        yield from serial_claims(database, text, observation)
    elif field == "organisation":
        yield from _organisation_claims(text, observation, database)
    elif field == "capabilities":
        yield from _kind(text, observation, database)


def _description_items(observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """A description in a frame, read as a sysDescr. Its items belong to the frame, and weigh no more than a frame."""
    host = _HOST.match(clean(observation.value))
    if host is not None:
        yield from _name_claims(host["distribution"], "wire-text", observation, database)
    as_sys_descr = Observation(
        Source.SNMP_SYS_DESCR, "", observation.value if host is None else f"{host['system']} - {host['release']}"
    )
    origins = database.attribute_scores.origins
    less = origins["sys-descr-rule"] - origins["wire-rule"]
    for item in database.reading(sys_descr_items, as_sys_descr):
        match item:
            case Claim():
                kind = "wire-text" if item.kind in _FULL or item.record.rule != item.kind else "wire-mention"
                yield rested_on(item, kind, observation, database)
            case Attribute():
                yield Attribute(item.name, item.text, item.points - less, observation.source.value, observation.at)


def _platform_items(text: str, observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """CDP's platform: the product's name, mostly behind its maker's, which may be in small letters."""
    first_word, _, rest = text.partition(" ")
    party = database.named(first_word)
    if party is not None and party.id not in database.weights.never_by_mention:
        yield make_claim(database, Role.BRAND, party, "wire-text", observation, text=first_word)
    else:
        yield from _description_items(observation, database)
    model = without_maker(text, database) if party is None else without_maker(rest, database)
    if model and model not in database.weights.general_systems:
        yield from attribute_items(database, AttributeName.MODEL, model, "wire-inventory", observation)


def _name_claims(text: str, kind: str, observation: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """A claim for the company whose name a text is, or opens with."""
    whole = database.named(text)
    opening: Iterator[tuple[Party, str]] = (
        (party, words) for party, words, place in names_in(text, database) if place == 0
    )
    for party, words in ((whole, text),) if whole is not None else islice(opening, 1):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, kind, observation, text=words)


def _organisation_claims(text: str, observation: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """A claim for the company that defined a TLV (IEEE 802.1AB-2016 section 8.6: its OUI and a subtype)."""
    code = text.partition(" ")[0]
    owner = mac_owner(parse_mac(code + "000000"), database)
    if owner is not None:
        yield make_claim(database, Role.PLATFORM, owner, "wire-organisation", observation, text=text)


def _kind(text: str, observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    enabled = text.split()
    kind = next((kind for name, kind in KINDS_OF_CAPABILITY.items() if name in enabled), "")
    if kind:
        points = database.attribute_scores.origins["wire-capability"]
        yield Attribute(AttributeName.KIND, kind, points, observation.source.value, observation.at)
