"""What makes a part's maker suspect where its maker field names no watched company: a watched name in another field
that the factory fills, and the vendor's IEEE number in an optic's EEPROM.

Both are weaker than a maker's name: a description can name whom a part serves, and companies sell what others built.
So they give a suspicion, which a person must check.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.oui import MacKind
from fingerprints.model.device import Component, NamedOnPart, Party, Role, TieReason, Watched, WatchLevel

SUSPICION = 0.6
"""How sure such a sign is, alone."""

_OUI = re.compile(
    r"(?i)(?:0x)?(?P<a>[0-9a-f]{2})[ .:-]?(?:0x)?(?P<b>[0-9a-f]{2})[ .:-]?(?:0x)?(?P<c>[0-9a-f]{2})(?![0-9a-f])"
)
"""An IEEE number of 24 bits in the forms of command lines: 00:18:82, 00.18.82, 001882, 0x00 0x18 0x82."""


def is_watched(party: Party | None, database: FingerprintDatabase) -> bool:
    """True if a watched company is behind one."""
    return party is not None and bool(database.companies.watched_behind(party.id))


def with_watched_names(part: Component, texts: Iterable[str], database: FingerprintDatabase) -> Component:
    """A part with the watched companies that its description or model names. Users and equipment that it works with do
    not count (claims/company_names_in_text.py)."""
    for text in texts if not part.watched else ():
        if (party := database.reading_of_text(_watched_name, text)) is not None:
            return _suspected(part, party, database.companies.watched_behind(party.id), text)
    return part


def _watched_name(text: str, database: FingerprintDatabase) -> Party | None:
    """The first company in a text that is watched, or behind which a watched one is."""
    parties = (party for party, _, _ in names_in(_parted(text), database, of_factory=True))
    return next((party for party in parties if is_watched(party, database)), None)


def with_vendor_number(part: Component, oui: str, database: FingerprintDatabase) -> Component:
    """A part with the watched company that IEEE gave the vendor's number in its EEPROM to."""
    number = _OUI.match(oui) if not part.watched else None
    if number is None:
        return part
    prefix = bytes.fromhex(number["a"] + number["b"] + number["c"])
    if database.oui.kind_of(prefix + bytes(3)) is not MacKind.UNIVERSAL:
        return part
    organisation = database.oui.lookup(prefix + bytes(3))
    party = database.registered(organisation.name) if organisation is not None else None
    entities = database.companies.watched_behind(party.id) if party is not None else ()
    return _suspected(part, party, entities, f"vendor number {oui}") if party is not None and entities else part


def _suspected(part: Component, party: Party, entities: Iterable[str], words: str) -> Component:
    because: tuple[TieReason, ...] = (NamedOnPart(part.kind, part.position, words),)
    watched = tuple(Watched(entity, WatchLevel.POSSIBLE, SUSPICION, (Role.COMPONENT,), because) for entity in entities)
    return replace(part, made_by=part.made_by or party, watched=watched)


def _parted(text: str) -> str:
    """A text with the maker's name apart from the model that it is joined to: `ACME-PAC600`, `ACME_PAC600`."""
    return re.sub(r"(?<=[A-Za-z])[-_](?=[A-Z0-9])", " ", text)
