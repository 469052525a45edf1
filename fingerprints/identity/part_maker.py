"""The company that made a part, by the maker's name in its EEPROM.

The name has 16 characters there (SFF-8472, SFF-8636), so makers shorten it, and resellers write theirs in front:
`CISCO-ACCELINK`, `Methode Elec.`, `SumitomoElectric`, `OPNEXT,INC`.
"""

import re
from collections.abc import Iterator

from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Party

_SHORT = re.compile(r"(?i)\bElec(?:tr?)?\.?$")
"""The last word of `Methode Elec.`: Electronics."""

_ELECTRONICS = "Electronics"


def part_maker(name: str, database: FingerprintDatabase) -> Party | None:
    """The company that a part's maker field names. Of `SELLER-MAKER`, which resellers of optics write, it is the
    second, unless only the first is watched."""
    if not database.attribute_scores.says_something(name):
        return None
    party = _named(name, database)
    seller, _, maker = name.partition("-")
    if party is None and maker and _named(seller, database) is not None:
        is_name = not database.attribute_scores.is_placeholder(maker)
        party = _named(maker, database) or (database.registered(maker) if is_name else None)
    if party is None:
        words = name.split(maxsplit=1)
        party = _named(words[0], database) if words else None
    if party is None or not database.companies.watched_behind(party.id):
        party = next(_watched(name, database), party)
    return party


def _named(name: str, database: FingerprintDatabase) -> Party | None:
    """The company of a name, as a maker of parts is called: TYCO is Tyco Electronics."""
    text = name.strip(" .,")
    spelt = _SHORT.sub(_ELECTRONICS, text)
    return database.named(f"{spelt} {_ELECTRONICS}") or database.named(spelt) or database.named(text)


def _watched(name: str, database: FingerprintDatabase) -> Iterator[Party]:
    """The watched companies that a field names beside others."""
    parties = (party for party, _, _ in names_in(name.replace("-", " "), database))
    yield from (party for party in parties if database.companies.watched_behind(party.id))
