"""Counts how often each kind of evidence is right, for the file that stores the counts. Only aggregates leave this
module, nothing that a single recording holds."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from benchmarks.accuracy.score import Answer, Naming
from benchmarks.accuracy.truth import Truth
from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.weights import ClassModel, WeightsModel, learned
from fingerprints.model.device import Role

Reliability = tuple[float, float]
"""How often right, how often wrong."""

_CLASS = re.compile(
    r"^  (?P<kind>[a-z0-9-]+): \{group: (?P<group>[a-z0-9-]+), weight: (?P<weight>-?[0-9.]+)(?:, [^}]*)?\}$"
)
"""A line of weights.yaml with one kind of evidence."""


@dataclass(frozen=True, slots=True)
class KindOutcome:
    """Whether one kind of evidence was right in one recording, with the recording's family."""

    kind: str
    family: str
    right: bool


def seen_in(
    truth: Truth, claims: Iterable[Claim], naming: Naming, database: FingerprintDatabase
) -> tuple[KindOutcome, ...]:
    """One entry for each company that each kind of evidence names. The maker is right, and so is a company that is
    known to own it or to build for it."""
    seen = {}
    for claim in claims:
        right = _is_right(truth, claim, naming, database)
        seen[claim.kind, claim.party.id] = KindOutcome(claim.kind, truth.family, right)
    return tuple(seen[key] for key in sorted(seen))


def _is_right(truth: Truth, claim: Claim, naming: Naming, database: FingerprintDatabase) -> bool:
    if naming.accepts(truth, Answer((claim.party.id, claim.party.name))):
        return True
    if claim.role is Role.BRAND:
        return False
    parties = [database.named(name) for name in truth.accepted]
    return any(party is not None and database.companies.are_tied(party.id, claim.party.id) for party in parties)


def counted(seen: Iterable[KindOutcome]) -> dict[str, Reliability]:
    """Right and wrong counts by kind. Devices of one family send the same texts, so a family counts as one."""
    shares: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for item in seen:
        shares[item.kind, item.family].append(item.right)
    total: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (kind, _), rights in shares.items():
        share = sum(rights) / len(rights)
        total[kind][0] += share
        total[kind][1] += 1 - share
    return {kind: (round(right, 1), round(wrong, 1)) for kind, (right, wrong) in total.items()}


def refitted(
    database: FingerprintDatabase, model: WeightsModel, counts: Mapping[str, Reliability]
) -> FingerprintDatabase:
    """The same database with weights by these counts."""
    classes = {
        name: (kind.group, learned(_counted_as(kind, counts.get(name, (0.0, 0.0))), model.judgement_counts))
        for name, kind in model.classes.items()
    }
    return replace(database, weights=replace(database.weights, classes=classes))


def _counted_as(kind: ClassModel, counts: Reliability) -> ClassModel:
    return ClassModel(group=kind.group, weight=kind.weight, right=counts[0], wrong=counts[1])


def with_weights(text: str, counts: Mapping[str, Reliability]) -> str:
    """The text of weights.yaml with these counts instead of its own; comments and everything else stay."""
    lines = []
    for line in text.splitlines():
        match = _CLASS.match(line)
        right, wrong = counts.get(match["kind"], (0.0, 0.0)) if match is not None else (0.0, 0.0)
        known = f", right: {right:g}, wrong: {wrong:g}" if right + wrong else ""
        counted_line = match and f"  {match['kind']}: {{group: {match['group']}, weight: {match['weight']}{known}}}"
        lines.append(counted_line or line)
    return "\n".join(lines) + "\n"
