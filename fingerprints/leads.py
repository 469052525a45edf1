"""What a reading of evidence yields: votes for companies, and texts that may be traits of the device."""

from collections.abc import Iterator

from fingerprints.evidence import Observation
from fingerprints.knowledge import Knowledge
from fingerprints.rules import Found, readable
from fingerprints.traits import Trait, plausible
from fingerprints.votes import Vote, votes_of

Lead = Vote | Trait


def trait(
    knowledge: Knowledge, name: str, text: str, origin: str, said: Observation, extra: int = 0
) -> Iterator[Trait]:
    """A text as a trait, where it can be one: points of its origin, of its looks, and `extra` ones."""
    looks = plausible(name, text, knowledge.symbols)
    if looks is not None:
        points = knowledge.symbols.origins[origin] + looks + extra
        yield Trait(name, text, points, said.source.value, said.at)


def rule_leads(knowledge: Knowledge, said: Observation, kind: str, origin: str) -> Iterator[Lead]:
    """All that the rules of an observation's source read from it, but for rules about components."""
    text = readable(said.source, said.value)
    for found in knowledge.rules.match(said.source, said.at, text):
        if found.rule.component is None:
            yield from found_leads(knowledge, found, said, kind, origin)


def found_leads(knowledge: Knowledge, found: Found, said: Observation, kind: str, origin: str) -> Iterator[Lead]:
    """The votes and the traits of one rule that matched; a rule's own word on a trait is taken as it stands."""
    yield from votes_of(knowledge, found, kind, said)
    for name, text in found.traits:
        if name in ("os", "kind"):
            yield Trait(name, text, knowledge.symbols.origins[origin], said.source.value, said.at)
        elif name in ("model", "version", "serial", "hardware"):
            yield from trait(knowledge, name, text, origin, said)
