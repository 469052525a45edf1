"""Reasons to think that a company is behind a box, each with its weight, its group and who told us."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerprints.device import Claim, Party, Role
from fingerprints.evidence import Channel, Observation, Source, channel_of
from fingerprints.knowledge import Knowledge
from fingerprints.rules import Found
from fingerprints.weights import Group

MAX_QUOTED = 200
"""Characters of device text that a claim quotes."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A claim with what fusing needs: the company as a party, the group it stands or falls with, the channel; and the
    kind of evidence it is, by which reliabilities are counted."""

    claim: Claim
    party: Party
    group: Group
    channel: Channel
    kind: str = ""

    @property
    def role(self) -> Role:
        """In what sense the company is behind the box."""
        return self.claim.role


def vote(
    knowledge: Knowledge, role: Role, party: Party, kind: str, said: Observation, rule: str = "", text: str = ""
) -> Vote:
    """A vote of the weight that evidence of this kind has; `text` where the words are not the whole value."""
    group, weight = knowledge.weights.classes[kind]
    claim = Claim(role, party.id, said.source.value, (text or said.value)[:MAX_QUOTED], rule or kind, weight, said.at)
    return Vote(claim, party, group, channel_of(said.source), kind)


def votes_of(knowledge: Knowledge, found: Found, kind: str, said: Observation) -> Iterator[Vote]:
    """The votes of a rule that matched: one for each role that it claims."""
    for role, company in found.rule.claims:
        made = vote(knowledge, role, knowledge.party(company), kind, said, found.rule.id, found.words)
        if found.rule.weight is not None:
            made = replace(made, claim=replace(made.claim, weight=found.rule.weight))
        yield made


def in_role(made: Vote, role: Role) -> Vote:
    """The same vote in another role."""
    return replace(made, claim=replace(made.claim, role=role))


def told(source: Source, at: str, value: str) -> Observation:
    """An observation put together from several, for a vote that rests on all of them."""
    return Observation(source, at, value)
