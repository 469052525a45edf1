"""A serial number that is the device's MAC address: some makers print the one on the label as the other."""

from collections.abc import Iterator

from fingerprints.claims.attribute import Attribute
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.if_mib import interface_macs, mac_owner


def address_serial_attributes(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """The first port's address as the serial number, where its owner numbers boxes so (attribute_scores.yaml)."""
    macs = interface_macs(said)
    owner = mac_owner(macs[0], database) if macs else None
    if owner is not None and owner.id in database.attribute_scores.numbered_by_address:
        points = database.attribute_scores.origins["address-serial"]
        text, source = macs[0].hex().upper(), Source.SNMP_IF_PHYS_ADDRESS.value
        yield Attribute(AttributeName.SERIAL, text, points, source, "ifPhysAddress")
