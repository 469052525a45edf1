"""Which of several texts is a device's model, version or serial: points for where it stood, read from traits.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml

DATA = Path(__file__).parents[1] / "data" / "attribute_scores.yaml"

SHORTEST = 2
"""Letters of a known word inside another; single letters stand in any."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|[0-9]+")


class AttributeScoresModel(FileModel):
    """The whole file."""

    origins: dict[str, int]
    words: dict[str, dict[str, int]]
    nothing: list[str]
    numbered_by_address: list[str] = Field(default_factory=list)
    reference_versions: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AttributeScores:
    """`origins` points for where a text stood, `words` for the words of an object's symbol by trait, `nothing` the
    texts that say nothing, `numbered_by_address` the companies whose serial numbers are MAC addresses,
    `reference_versions` what reference firmware says of itself."""

    origins: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    nothing: frozenset[str]
    numbered_by_address: frozenset[str]
    reference_versions: frozenset[str]
    _points: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def points(self, trait: str, symbol: str) -> int:
        """What the words of an object's symbol promise for a trait."""
        known = self._points.get((trait, symbol))
        if known is None:
            every, own = self.words.get("any", {}), self.words.get(trait, {})
            words = {part for word in _WORD.findall(symbol) for part in _parts(word.lower(), own, every)}
            known = self._points[trait, symbol] = sum(own.get(word, every.get(word, 0)) for word in words)
        return known

    def says_something(self, text: str) -> bool:
        """Whether a text is more than a placeholder."""
        return text.lower() not in self.nothing and (text[:1].isalnum() or any(map(str.isalnum, text)))


def _parts(word: str, *known: Mapping[str, int]) -> tuple[str, ...]:
    """A word, or where it is none that has points the known ones that it is made of: `serialnumber`, `swversion`."""
    if any(word in words for words in known):
        return (word,)
    for cut in range(SHORTEST, len(word) - SHORTEST + 1):
        if any(word[:cut] in words for words in known):
            behind = _parts(word[cut:], *known)
            if all(any(part in words for words in known) for part in behind):
                return word[:cut], *behind
    return (word,)


def load_attribute_scores(path: Path = DATA) -> AttributeScores:
    """Read the points. Raises DataFileError."""
    model = read_yaml(path, AttributeScoresModel)
    nothing = frozenset(text.lower() for text in model.nothing)
    numbered, reference = frozenset(model.numbered_by_address), frozenset(model.reference_versions)
    return AttributeScores(model.origins, model.words, nothing, numbered, reference)
