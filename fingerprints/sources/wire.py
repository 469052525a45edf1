"""What kitscan itself sees on an attached segment: MAC addresses that answer ARP or ND, LLDP and CDP frames."""

from collections.abc import Iterator

from fingerprints.claims.claim import combined_observation, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.extracted_item import ExtractedItem, items_of_match
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.mac_address import format_mac, parse_mac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import SourceModule

MODULE = SourceModule(
    "wire",
    sources=frozenset((Source.LINK_MAC, Source.LINK_LLDP, Source.LINK_CDP)),
    report_sources=frozenset((Source.LINK_MAC,)),
)

DESCRIBING_FIELDS = frozenset(("system_description", "software_version", "platform"))
"""Fields of a frame in which a device describes itself."""

MAX_MACS = 4


def wire_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The makers of the MAC addresses seen, and what the device's own frames say of it."""
    for observation in index.of(Source.LINK_MAC)[:MAX_MACS]:
        mac = parse_mac(observation.value)
        owner = mac_owner(mac, database)
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "wire-mac", observation, text=format_mac(mac))
    yield from _frame_items(index, database)


def _frame_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What LLDP and CDP frames say of their sender, and the makers of the senders' MAC addresses."""
    senders: set[bytes] = set()
    for source in (Source.LINK_LLDP, Source.LINK_CDP):
        for observation in index.of(source):
            _, sender, field = (*observation.at.split("/"), "", "", "")[:3]
            senders.add(parse_mac(sender))
            if field in DESCRIBING_FIELDS:
                yield from _description_items(observation, database)
    for mac in sorted(senders):
        owner = mac_owner(mac, database)
        if owner is not None:
            frames = combined_observation(Source.LINK_LLDP, "frames", format_mac(mac))
            yield make_claim(database, Role.MAKER, owner, "wire-mac", frames)


def _description_items(observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """A description in a frame, read as a sysDescr: by its rules, else by the name that opens it."""
    text = readable(observation.source, observation.value)
    matches = [*database.rules.match(Source.SNMP_SYS_DESCR, "", text)]
    for match in matches:
        yield from items_of_match(database, match, observation, "wire-text", "wire-rule")
    for party, words, place in names_in(text, database):
        if place == 0 and not matches:
            yield make_claim(database, Role.BRAND, party, "wire-text", observation, text=words)
