"""Claims: reasons to think that a company is behind a box, each with its weight, its group and its channel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import RuleMatch
from fingerprints.model.device import ClaimRecord, Party, Role
from fingerprints.model.evidence import Channel, EvidenceGroup, Observation, Source, channel_of

MAX_QUOTED = 200
"""Characters of device text that a claim quotes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as fusion weighs it. `record` is what a document quotes of it; `party` the company that it counts for,
    which may differ from the record's (identify.py attributes a builder's claims to the brand that it builds);
    `kind` the kind of evidence (weights.yaml), by which reliabilities are counted."""

    record: ClaimRecord
    party: Party
    group: EvidenceGroup
    channel: Channel
    kind: str = ""

    @property
    def role(self) -> Role:
        """In what sense the company is behind the box."""
        return self.record.role


def make_claim(
    database: FingerprintDatabase,
    role: Role,
    party: Party,
    kind: str,
    observation: Observation,
    rule: str = "",
    text: str = "",
) -> Claim:
    """A claim that weighs what evidence of this kind weighs. `text` is the part of the observation's value to quote;
    empty for the whole value."""
    group, weight = database.weights.classes[kind]
    quoted = (text or observation.value)[:MAX_QUOTED]
    record = ClaimRecord(role, party.id, observation.source.value, quoted, rule or kind, weight, observation.at)
    return Claim(record, party, group, channel_of(observation.source), kind)


def claims_of_match(
    database: FingerprintDatabase, match: RuleMatch, kind: str, observation: Observation
) -> Iterator[Claim]:
    """The claims of a rule that matched: one for each role that it names. A rule's own weight replaces its kind's."""
    for role, company in match.rule.claims:
        claim = make_claim(database, role, database.party(company), kind, observation, match.rule.id, match.words)
        if match.rule.weight is not None:
            claim = replace(claim, record=replace(claim.record, weight=match.rule.weight))
        yield claim


def in_role(claim: Claim, role: Role) -> Claim:
    """The same claim in another role."""
    return replace(claim, record=replace(claim.record, role=role))


def for_party(claim: Claim, party: Party) -> Claim:
    """The same claim, counted for another company. It loses its kind, which says how reliable it is for its own."""
    return Claim(claim.record, party, claim.group, claim.channel)


def rested_on(claim: Claim, kind: str, observation: Observation, database: FingerprintDatabase) -> Claim:
    """The same claim as another kind of evidence, which rests on this observation. It weighs what that kind weighs,
    and no more than before."""
    rule = claim.record.rule if claim.record.rule != claim.kind else ""
    moved = make_claim(database, claim.role, claim.party, kind, observation, rule, claim.record.text)
    return replace(moved, record=replace(moved.record, weight=min(moved.record.weight, claim.record.weight)))


def combined_observation(source: Source, at: str, value: str) -> Observation:
    """One observation for a claim that rests on several."""
    return Observation(source, at, value)
