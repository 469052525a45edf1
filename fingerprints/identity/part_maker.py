"""The company that made a part, by the maker's name in its EEPROM.

The name has 16 characters there (SFF-8472, SFF-8636), so makers shorten it, and resellers write theirs in front:
`CISCO-ACCELINK`, `Methode Elec.`, `SumitomoElectric`, `OPNEXT,INC`.
"""

import re
from collections.abc import Iterator

from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Party

_SHORT = re.compile(r"(?i)\bElec(?:tr?)?\.?$")
"""The last word of `Methode Elec.`: Electronics."""

_ELECTRONICS = "Electronics"

MAX_FIELD = 16
"""Characters of a vendor name in an optic's EEPROM."""

_OCTETS = re.compile(r"(?i)(?:0x)?(?:[0-9a-f]{2}[ :.-]?){4,40}")
_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9 .,&()/-]{2,40}")


def part_maker(name: str, database: FingerprintDatabase) -> Party | None:
    """The company that a part's maker field names. Of `SELLER-MAKER`, which resellers of optics write, it is the
    second, unless only the first is watched."""
    return database.reading_of_text(_part_maker, name)


def _part_maker(name: str, database: FingerprintDatabase) -> Party | None:
    if not database.attribute_scores.says_something(name):
        return None
    name = _decoded(name)
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
    if party is None and len(name.rstrip()) == MAX_FIELD:
        party = _cut_off(name, database)
    return party


def _decoded(name: str) -> str:
    """The text of a field that a command line printed as octets: `48 55 41 57 45 49 20`, `0x485541574549`."""
    if _OCTETS.fullmatch(name.strip()) is None:
        return name
    text = bytes.fromhex(re.sub(r"0x|[ :.-]", "", name.strip())).rstrip(b"\0").decode("latin-1").strip()
    return text if _TEXT.fullmatch(text) is not None else name


def _cut_off(name: str, database: FingerprintDatabase) -> Party | None:
    """The watched company whose registered name a field of 16 characters can hold the start of only."""
    start = normalised(name)
    companies = database.companies
    whose = {
        entity
        for company in companies
        if (entities := companies.watched_behind(company.id))
        and any(normalised(known).startswith(start) for known in (*company.aliases, *company.oui_names))
        for entity in entities
    }
    return database.party(next(iter(whose))) if len(whose) == 1 else None


def _named(name: str, database: FingerprintDatabase) -> Party | None:
    """The company of a name, as a maker of parts is called: TYCO is Tyco Electronics."""
    text = name.strip(" .,")
    spelt = _SHORT.sub(_ELECTRONICS, text)
    return database.named(f"{spelt} {_ELECTRONICS}") or database.named(spelt) or database.named(text)


def _watched(name: str, database: FingerprintDatabase) -> Iterator[Party]:
    """The watched companies that a field names beside others."""
    parties = (party for party, _, _ in names_in(name.replace("-", " "), database, of_factory=True))
    yield from (party for party in parties if database.companies.watched_behind(party.id))
