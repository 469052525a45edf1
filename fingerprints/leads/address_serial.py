"""A serial number that is the device's MAC address: some makers print the one on the label as the other."""

from collections.abc import Iterator

from fingerprints.evidence import Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.mac import interface_macs, mac_owner
from fingerprints.said import Said
from fingerprints.traits import Trait


def address_serials(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """The first port's address as the serial number, where its owner numbers boxes so (traits.yaml)."""
    macs = interface_macs(said)
    owner = mac_owner(macs[0], knowledge) if macs else None
    if owner is not None and owner.id in knowledge.symbols.numbered_by_address:
        points = knowledge.symbols.origins["address-serial"]
        yield Trait("serial", macs[0].hex().upper(), points, Source.SNMP_IF_PHYS_ADDRESS.value, "ifPhysAddress")
