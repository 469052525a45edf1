"""What a reading of evidence yields: votes for companies, and texts that may be traits of the device."""

from collections.abc import Iterator

from fingerprints.device import Role
from fingerprints.evidence import Observation
from fingerprints.knowledge import Knowledge
from fingerprints.rules import Found, readable
from fingerprints.serials import read_serial
from fingerprints.traits import Trait, plausible, spelled
from fingerprints.votes import Vote, vote, votes_of

Lead = Vote | Trait


def trait(
    knowledge: Knowledge, name: str, text: str, origin: str, said: Observation, extra: int = 0
) -> Iterator[Trait]:
    """A text as a trait, where it can be one: points of its origin, of its looks, and `extra` ones."""
    looks = plausible(name, text, knowledge.symbols)
    if looks is not None:
        points = knowledge.symbols.origins[origin] + looks + extra
        yield Trait(name, spelled(name, text), points, said.source.value, said.at)


def rule_leads(knowledge: Knowledge, said: Observation, kind: str, origin: str) -> Iterator[Lead]:
    """All that the rules of an observation's source read from it, but for rules about components."""
    text = readable(said.source, said.value)
    for found in knowledge.rules.match(said.source, said.at, text):
        if found.rule.component is None:
            yield from found_leads(knowledge, found, said, kind, origin)


def found_leads(knowledge: Knowledge, found: Found, said: Observation, kind: str, origin: str) -> Iterator[Lead]:
    """The votes and the traits of one rule that matched. A rule's own word on system and kind is taken as it stands; a
    serial number also says what its structure says, and a maker's name whose it is."""
    yield from votes_of(knowledge, found, kind, said)
    if not found.rule.claims and origin == "sys-descr-rule":
        origin = "sys-descr-anybody"
    for name, text in found.traits:
        if name in ("os", "kind"):
            yield Trait(name, text, knowledge.symbols.origins[origin], said.source.value, said.at)
        elif name in ("model", "version", "serial", "hardware"):
            yield from trait(knowledge, name, text, origin, said)
        if name == "serial":
            yield from serial_votes(knowledge, text, said)
        elif name == "maker":
            yield from _maker_votes(knowledge, found, text, said)


def serial_votes(knowledge: Knowledge, text: str, said: Observation) -> Iterator[Vote]:
    """The vote of a serial number's structure."""
    serial = read_serial(text, knowledge.structures)
    if serial is not None:
        party = knowledge.party(serial.company)
        yield vote(knowledge, Role.MAKER, party, "serial-structure", said, serial.structure, text)


def _maker_votes(knowledge: Knowledge, found: Found, text: str, said: Observation) -> Iterator[Vote]:
    party = knowledge.named(text)
    if party is not None and party.id not in knowledge.weights.never_by_mention:
        yield vote(knowledge, Role.MAKER, party, "maker-named", said, found.rule.id, text)
