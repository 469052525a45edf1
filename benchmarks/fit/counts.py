"""Counts of how often each kind of evidence was right, and the file that keeps them. Aggregates only: nothing that any
one recording says leaves this module."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from benchmarks.accuracy.score import Answer, Naming
from benchmarks.accuracy.truth import Truth
from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.ownership import related
from fingerprints.database.weights import ClassModel, WeightsModel, learned
from fingerprints.model.device import Role

Reliability = tuple[float, float]
"""How often right, how often wrong."""

_CLASS = re.compile(
    r"^  (?P<kind>[a-z0-9-]+): \{group: (?P<group>[a-z0-9-]+), weight: (?P<weight>-?[0-9.]+)(?:, [^}]*)?\}$"
)
"""A line of weights.yaml that tells of one kind."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one kind of evidence said of one recording, and whether it was right."""

    kind: str
    family: str
    right: bool


def seen_in(truth: Truth, votes: Iterable[Claim], naming: Naming, database: FingerprintDatabase) -> tuple[Seen, ...]:
    """Each company that each kind of evidence named. It is right to name the maker, or a company that is on record as
    standing behind it."""
    found = {}
    for one in votes:
        right = _is_right(truth, one, naming, database)
        found[one.kind, one.party.id] = Seen(one.kind, truth.family, right)
    return tuple(found[key] for key in sorted(found))


def _is_right(truth: Truth, one: Claim, naming: Naming, database: FingerprintDatabase) -> bool:
    if naming.accepts(truth, Answer((one.party.id, one.party.name))):
        return True
    if one.role is Role.BRAND:
        return False
    parties = [database.named(name) for name in truth.accepted]
    return any(party is not None and related(party.id, one.party.id, database) for party in parties)


def counted(seen: Iterable[Seen]) -> dict[str, Reliability]:
    """By kind, how often right and wrong. Devices of one family say the same things, so a family counts as one."""
    shares: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in seen:
        shares[one.kind, one.family].append(one.right)
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


def written(text: str, counts: Mapping[str, Reliability]) -> str:
    """The text of weights.yaml with these counts in place of its own; comments and the rest stay."""
    lines = []
    for line in text.splitlines():
        told = _CLASS.match(line)
        right, wrong = counts.get(told["kind"], (0.0, 0.0)) if told is not None else (0.0, 0.0)
        known = f", right: {right:g}, wrong: {wrong:g}" if right + wrong else ""
        judged = told and f"  {told['kind']}: {{group: {told['group']}, weight: {told['weight']}{known}}}"
        lines.append(judged or line)
    return "\n".join(lines) + "\n"
