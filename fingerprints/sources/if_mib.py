"""What a device's own MAC addresses prove: the maker that most of its physical ports and its bridge were given to."""

from collections.abc import Iterator

from fingerprints.claims.claim import combined_observation, make_claim
from fingerprints.claims.extracted_item import ExtractedItem
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.observation_index import ObservationIndex

PHYSICAL = frozenset(("6", "62", "69", "71", "117"))
"""ifType of ports with a burnt-in address: ethernetCsmacd, fastEther, fastEtherFX, ieee80211, gigabitEthernet."""


def mac_claims(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The majority of the physical ports, and the bridge's own address."""
    yield from _majority(said, database)
    for observation in said.of(Source.SNMP_BRIDGE_ADDRESS)[:1]:
        owner = mac_owner(mac_of(observation.value), database)
        if owner is not None:
            shown = Observation(observation.source, observation.at, mac_text(mac_of(observation.value)))
            yield make_claim(database, Role.MAKER, owner, "bridge-address", shown)


def interface_macs(said: ObservationIndex) -> tuple[bytes, ...]:
    """The addresses of physical ports, in the order of the table; of all ports where the table gives no types."""
    return said.once(_port_macs, PHYSICAL)


def _port_macs(said: ObservationIndex, physical: frozenset[str]) -> tuple[bytes, ...]:
    types = {entry.at.rpartition(".")[2]: entry.value for entry in said.of(Source.SNMP_IF_TYPE)}
    found = []
    for entry in said.of(Source.SNMP_IF_PHYS_ADDRESS):
        mac = mac_of(entry.value)
        if len(mac) == 6 and types.get(entry.at.rpartition(".")[2], "6") in physical:
            found.append(mac)
    return tuple(found)


def mac_of(value: str) -> bytes:
    """Six octets from a kept value, be it raw, or written in hexadecimal with or without separators; empty if none."""
    if len(value) == 6:
        return octets_of(value)
    digits = "".join(mark for mark in value if mark not in " :-.")
    if len(value) <= 20 and len(digits) == 12:
        try:
            return bytes.fromhex(digits)
        except ValueError:
            return b""
    return b""


def mac_text(mac: bytes) -> str:
    """A MAC address as people write it."""
    return mac.hex(":")


def mac_owner(mac: bytes, database: FingerprintDatabase) -> Party | None:
    """Who an address was given to by IEEE; None for one that names nobody."""
    if database.oui.kind_of(mac) is not MacKind.UNIVERSAL:
        return None
    organisation = database.oui.lookup(mac)
    return database.registered(organisation.name) if organisation is not None else None


def _majority(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    blocks: dict[bytes, list[bytes]] = {}
    for mac in set(interface_macs(said)):
        blocks.setdefault(database.oui.deciding(mac), []).append(mac)
    given_to: dict[Party, list[bytes]] = {}
    for alike in blocks.values():
        owner = mac_owner(alike[0], database)
        if owner is not None:
            given_to.setdefault(owner, []).extend(alike)
    if not given_to:
        return
    owner, macs = min(given_to.items(), key=lambda item: (-len(item[1]), item[0].id))
    of_all = sum(map(len, given_to.values()))
    if len(macs) > of_all * database.weights.mac_majority:
        text = f"{mac_text(min(macs))}: {len(macs)} of {of_all} ports"
        said_together = combined_observation(Source.SNMP_IF_PHYS_ADDRESS, "ifPhysAddress", text)
        yield make_claim(database, Role.MAKER, owner, "mac-majority", said_together)
