"""Whom IEEE gave a MAC address to."""

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.model.device import Party

ADDRESS_KINDS = frozenset(
    {
        "mac-majority",
        "bridge-address",
        "engine-id-mac",
        "wire-mac",
        "wire-organisation",
        "neighbour-mac",
        "address-eui64",
    }
)
"""Kinds of evidence that rest on IEEE's registry alone. They give no more than a suspicion: a MAC address, or the code
of an LLDP TLV, names the owner of its block, not the maker of the box."""


def mac_owner(mac: bytes, database: FingerprintDatabase) -> Party | None:
    """The company that IEEE gave the address to; None for an address that names nobody."""
    if database.oui.kind_of(mac) is not MacKind.UNIVERSAL:
        return None
    organisation = database.oui.lookup(mac)
    return database.registered(organisation.name) if organisation is not None else None
