"""Reasons to think that a company is behind a box, each with its weight, its group and who told us."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import RuleMatch
from fingerprints.database.weights import Group
from fingerprints.model.device import ClaimRecord, Party, Role
from fingerprints.model.evidence import Channel, Observation, Source, channel_of

MAX_QUOTED = 200
"""Characters of device text that a claim quotes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with what fusing needs: the company as a party, the group it stands or falls with, the channel; and the
    kind of evidence it is, by which reliabilities are counted."""

    claim: ClaimRecord
    party: Party
    group: Group
    channel: Channel
    kind: str = ""

    @property
    def role(self) -> Role:
        """In what sense the company is behind the box."""
        return self.claim.role


def make_claim(
    database: FingerprintDatabase,
    role: Role,
    party: Party,
    kind: str,
    said: Observation,
    rule: str = "",
    text: str = "",
) -> Claim:
    """A vote of the weight that evidence of this kind has; `text` where the words are not the whole value."""
    group, weight = database.weights.classes[kind]
    claim = ClaimRecord(
        role, party.id, said.source.value, (text or said.value)[:MAX_QUOTED], rule or kind, weight, said.at
    )
    return Claim(claim, party, group, channel_of(said.source), kind)


def claims_of_match(database: FingerprintDatabase, found: RuleMatch, kind: str, said: Observation) -> Iterator[Claim]:
    """The votes of a rule that matched: one for each role that it claims."""
    for role, company in found.rule.claims:
        made = make_claim(database, role, database.party(company), kind, said, found.rule.id, found.words)
        if found.rule.weight is not None:
            made = replace(made, claim=replace(made.claim, weight=found.rule.weight))
        yield made


def in_role(made: Claim, role: Role) -> Claim:
    """The same vote in another role."""
    return replace(made, claim=replace(made.claim, role=role))


def combined_observation(source: Source, at: str, value: str) -> Observation:
    """An observation put together from several, for a vote that rests on all of them."""
    return Observation(source, at, value)
