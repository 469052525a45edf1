"""The maker where command output introduces its device: the company that it opens with, the holder of its copyright
notice, the text of its description, and the field that names the maker."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.company_names_in_text import copyright_holders, names_in
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_match
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import clean

MAX_FRONT = 600
"""Characters at the start of an output in which the system names itself."""

_INTRODUCTION = re.compile(
    r"(?i)^(?:show|display|get|sh|dis|disp)? ?(?:ver\w{0,5}|sysinfo|system(?: info\w*| status)?)\b"
)


def introduction_items(
    lines: Sequence[str], output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The company whose name the output starts with, and the holder of its copyright notice; nothing if the command is
    not one that introduces the device."""
    if not _INTRODUCTION.search(output.at) or _is_proven(output, database):
        return
    front = "\n".join(lines)[:MAX_FRONT]
    opening = next((line.strip() for line in lines if line.strip()), "")
    named = [("command-name", party, words) for party, words, place in names_in(opening, database) if place == 0]
    held = [("command-copyright", party, words) for party, words in copyright_holders(front, database)]
    for guess in guesses(clean(front)):
        yield from attribute_items(database, guess.name, guess.text, "command-general", output, guess.points - 5)
    for kind, party, words in (*named, *held):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, kind, output, text=words)


def description_items(text: str, output: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The items in a device's description, which is read like a sysDescr."""
    if _INTRODUCTION.search(output.at):
        for match in database.rules.match(Source.SNMP_SYS_DESCR, "", text):
            yield from items_of_match(database, match, output, "command-name", "command-general")
        for guess in (*guesses(text), *model_guesses(text, database)):
            yield from attribute_items(database, guess.name, guess.text, "command-general", output, guess.points - 3)


def maker_claims(text: str, output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company that a field names as the maker."""
    party = database.named(text.strip(" ."))
    if party is not None and party.id not in database.weights.never_by_mention:
        yield make_claim(database, Role.MAKER, party, "maker-named", output, text=text)


def _is_proven(output: Observation, database: FingerprintDatabase) -> bool:
    """True if a rule proves the company behind this output: its introduction then adds nothing."""
    text = readable(output.source, output.value)
    return any(match.rule.claims for match in database.rules.match(output.source, output.at, text))
