"""Whom IEEE gave a MAC address to."""

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.model.device import Party


def mac_owner(mac: bytes, database: FingerprintDatabase) -> Party | None:
    """The company that IEEE gave the address to; None for an address that names nobody."""
    if database.oui.kind_of(mac) is not MacKind.UNIVERSAL:
        return None
    organisation = database.oui.lookup(mac)
    return database.registered(organisation.name) if organisation is not None else None
