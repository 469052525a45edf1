"""Items that sources extract from observations: claims for companies, and texts that may be attributes."""

from collections.abc import Iterator

from fingerprints.claims.attribute import Attribute, attribute_points, spelled
from fingerprints.claims.claim import Claim, claims_of_match, make_claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import RuleMatch, readable
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import AttributeName, Role
from fingerprints.model.evidence import Observation

ExtractedItem = Claim | Attribute

_STATED = frozenset((AttributeName.OS, AttributeName.KIND))
"""Attributes that a rule states in words of its own: their looks earn no points."""

_READ = frozenset(AttributeName) - _STATED
"""Attributes that a rule reads from the device's words."""

_NO_NAMES = frozenset((AttributeName.MODEL, AttributeName.VERSION))
MAX_NAME = 40
"""Attributes that are never a company's name, and the characters of one."""


def attribute_items(
    database: FingerprintDatabase, name: AttributeName, text: str, origin: str, observation: Observation, extra: int = 0
) -> Iterator[Attribute]:
    """A text as an attribute, if it can be one: a maker's name alone is neither a model nor a version."""
    if name in _NO_NAMES and len(text) < MAX_NAME and not any(map(str.isdigit, text)) and database.named(text):
        return
    points = attribute_points(name, text, origin, database.attribute_scores, extra)
    if points is not None:
        yield Attribute(name, spelled(name, text), points, observation.source.value, observation.at)


def items_of_rules(
    database: FingerprintDatabase, observation: Observation, kind: str, origin: str, anywhere: bool = True
) -> Iterator[ExtractedItem]:
    """All items that rules read from an observation. Rules about components are left out; unless `anywhere`, rules
    without a place of their own too."""
    text = readable(observation.source, observation.value)
    for match in database.rules.match(observation.source, observation.at, text):
        if match.rule.component is None and (anywhere or match.rule.at):
            yield from items_of_match(database, match, observation, kind, origin)


def items_of_match(
    database: FingerprintDatabase, match: RuleMatch, observation: Observation, kind: str, origin: str
) -> Iterator[ExtractedItem]:
    """The claims and attributes of one rule that matched. Its serial number also claims the company whose scheme the
    number follows, and its `maker` the company of that name."""
    yield from claims_of_match(database, match, kind, observation)
    if not match.rule.claims and origin == "sys-descr-rule":
        origin = "sys-descr-anybody"
    for name, text in match.attributes:
        if name in _STATED:
            points = database.attribute_scores.origins[origin]
            yield Attribute(AttributeName(name), text, points, observation.source.value, observation.at)
        elif name in _READ:
            yield from attribute_items(database, AttributeName(name), text, origin, observation)
        if name == AttributeName.SERIAL:
            yield from serial_claims(database, text, observation)
        elif name == "maker":
            yield from _maker_claims(database, match, text, observation)


def serial_claims(database: FingerprintDatabase, text: str, observation: Observation) -> Iterator[Claim]:
    """The claim of a serial number that follows a company's scheme."""
    serial = read_serial(text, database.serial_schemes)
    if serial is not None:
        party = database.party(serial.company)
        yield make_claim(database, Role.MAKER, party, "serial-structure", observation, serial.scheme, text)


def _maker_claims(
    database: FingerprintDatabase, match: RuleMatch, text: str, observation: Observation
) -> Iterator[Claim]:
    party = database.named(text)
    if party is not None and party.id not in database.weights.never_by_mention:
        yield make_claim(database, Role.MAKER, party, "maker-named", observation, match.rule.id, text)
