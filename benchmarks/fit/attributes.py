"""Counts how often each origin of an attribute's text is right, in recordings whose model, version and serial are
known.

The points in attribute_scores.yaml are set by hand. The counts show how well they are founded: `python -m
benchmarks.fit --attributes RECORDINGS TRUTH` prints them, and with --write stores those of the origins as comments
beside the points.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.accuracy.truth import attributes_in, squeezed
from benchmarks.fit.counts import KindOutcome, Reliability, counted
from fingerprints.claims.attribute import Attribute
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Evidence
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.registry import ITEM_READERS

SPACING = 10_000
"""Points between two origins while counting, far more than anything else adds: the points of a text then name its
origin."""

_ORIGIN = re.compile(r"^  (?P<origin>[a-z0-9-]+): (?P<points>-?\d+)(?:  #.*)?$")
"""A line of attribute_scores.yaml that gives an origin its points."""


@dataclass(frozen=True, slots=True)
class AttributeTruth:
    """One recording: its family, and the attributes that are known of it, by name."""

    recording: str
    family: str
    expected: Mapping[str, str]


def read_attribute_truth(path: Path, family: str) -> Iterator[AttributeTruth]:
    """The scored rows of a truth table that know at least one attribute."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            expected = attributes_in(row)
            if expected and row.get("scored", "yes") == "yes":
                yield AttributeTruth(row["recording"], row.get(family) or row["recording"], expected)


def with_spaced_origins(database: FingerprintDatabase) -> FingerprintDatabase:
    """The same database with an own range of points for each origin."""
    scores = database.attribute_scores
    spaced = {origin: SPACING * number for number, origin in enumerate(scores.origins, 1)}
    return replace(database, attribute_scores=replace(scores, origins=spaced))


def seen_by_origin(
    truth: AttributeTruth, evidence: tuple[Evidence, ...], spaced: FingerprintDatabase
) -> Iterator[KindOutcome]:
    """Whether the best text of each origin is right, for each attribute that is known. `spaced` is a database by
    with_spaced_origins."""
    index = index_observations(evidence)
    origins = tuple(spaced.attribute_scores.origins)
    best: dict[tuple[str, str], Attribute] = {}
    for extract in ITEM_READERS:
        for item in extract(index, spaced):
            if isinstance(item, Attribute) and item.name in truth.expected:
                key = item.name, origins[round(item.points / SPACING) - 1]
                if key not in best or item.points > best[key].points:
                    best[key] = item
    for (name, origin), item in best.items():
        yield KindOutcome(f"{origin} {name}", truth.family, agrees(item.text, truth.expected[name]))


def agrees(text: str, expected: str) -> bool:
    """True if one text holds the other, letters and digits alone compared."""
    answer, wanted = squeezed(text), squeezed(expected)
    return bool(answer) and (answer in wanted or wanted in answer)


def counts_by_origin(seen: Sequence[KindOutcome]) -> dict[str, dict[str, Reliability]]:
    """Origin, then attribute, to how often right and wrong; a family of devices counts as one."""
    table: dict[str, dict[str, Reliability]] = defaultdict(dict)
    for kind, reliability in counted(seen).items():
        origin, _, name = kind.partition(" ")
        table[origin][name] = reliability
    return dict(table)


def with_counts(text: str, counts: Mapping[str, Mapping[str, Reliability]]) -> str:
    """The text of attribute_scores.yaml with these counts as comments beside the origins; all else stays."""
    return "".join(_with_count(line, counts) + "\n" for line in text.splitlines())


def _with_count(line: str, counts: Mapping[str, Mapping[str, Reliability]]) -> str:
    match = _ORIGIN.match(line)
    if match is None:
        return line
    of_origin = counts.get(match["origin"], {})
    comment = ", ".join(f"{name} {right:g}/{wrong:g}" for name, (right, wrong) in sorted(of_origin.items()))
    return f"  {match['origin']}: {match['points']}  # {comment or 'not in the recordings'}"
