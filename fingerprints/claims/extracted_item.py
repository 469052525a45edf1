"""What a reading of evidence yields: votes for companies, and texts that may be traits of the device."""

from collections.abc import Iterator

from fingerprints.claims.attribute import Attribute, plausible, spelled
from fingerprints.claims.claim import Claim, claims_of_match, make_claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import RuleMatch, readable
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation

ExtractedItem = Claim | Attribute


def attribute_items(
    database: FingerprintDatabase, name: str, text: str, origin: str, said: Observation, extra: int = 0
) -> Iterator[Attribute]:
    """A text as a trait, where it can be one: points of its origin, of its looks, and `extra` ones."""
    looks = plausible(name, text, database.attribute_scores)
    if looks is not None:
        points = database.attribute_scores.origins[origin] + looks + extra
        yield Attribute(name, spelled(name, text), points, said.source.value, said.at)


def items_of_rules(database: FingerprintDatabase, said: Observation, kind: str, origin: str) -> Iterator[ExtractedItem]:
    """All that the rules of an observation's source read from it, but for rules about components."""
    text = readable(said.source, said.value)
    for found in database.rules.match(said.source, said.at, text):
        if found.rule.component is None:
            yield from items_of_match(database, found, said, kind, origin)


def items_of_match(
    database: FingerprintDatabase, found: RuleMatch, said: Observation, kind: str, origin: str
) -> Iterator[ExtractedItem]:
    """The votes and the traits of one rule that matched. A rule's own word on system and kind is taken as it stands; a
    serial number also says what its structure says, and a maker's name whose it is."""
    yield from claims_of_match(database, found, kind, said)
    if not found.rule.claims and origin == "sys-descr-rule":
        origin = "sys-descr-anybody"
    for name, text in found.attributes:
        if name in ("os", "kind"):
            yield Attribute(name, text, database.attribute_scores.origins[origin], said.source.value, said.at)
        elif name in ("model", "version", "serial", "hardware"):
            yield from attribute_items(database, name, text, origin, said)
        if name == "serial":
            yield from serial_claims(database, text, said)
        elif name == "maker":
            yield from _maker_votes(database, found, text, said)


def serial_claims(database: FingerprintDatabase, text: str, said: Observation) -> Iterator[Claim]:
    """The vote of a serial number's structure."""
    serial = read_serial(text, database.serial_schemes)
    if serial is not None:
        party = database.party(serial.company)
        yield make_claim(database, Role.MAKER, party, "serial-structure", said, serial.scheme, text)


def _maker_votes(database: FingerprintDatabase, found: RuleMatch, text: str, said: Observation) -> Iterator[Claim]:
    party = database.named(text)
    if party is not None and party.id not in database.weights.never_by_mention:
        yield make_claim(database, Role.MAKER, party, "maker-named", said, found.rule.id, text)
