"""Attribute scores: points that decide which of several texts is a device's model, version or serial.

They come from attribute_scores.yaml, which also says where each number comes from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.memo import BoundedMemo

DATA = Path(__file__).parents[1] / "data" / "attribute_scores.yaml"

MIN_LETTERS = 2
"""The shortest known word that is looked for inside another; single letters occur in any word."""

MAX_CACHED_SYMBOLS = 65_536
"""The most cached symbols: the labels of command output are looked up too, and devices may send any number of them."""

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
    """`origins` are points by the place where a text was read, `words` points by the words of an object's symbol, for
    each attribute. `nothing` are placeholders; `numbered_by_address` the companies whose serial numbers are MAC
    addresses; `reference_versions` the versions that reference firmware reports of itself."""

    origins: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    nothing: frozenset[str]
    numbered_by_address: frozenset[str]
    reference_versions: frozenset[str]
    _points: BoundedMemo[tuple[str, str], int] = field(
        default_factory=lambda: BoundedMemo(MAX_CACHED_SYMBOLS), repr=False, compare=False
    )

    def points(self, attribute: str, symbol: str) -> int:
        """The points of the words in an object's symbol for an attribute."""
        known = self._points.get((attribute, symbol))
        if known is None:
            for_any, own = self.words.get("any", {}), self.words.get(attribute, {})
            words = {part for word in _WORD.findall(symbol) for part in _parts(word.lower(), own, for_any)}
            points = sum(own.get(word, for_any.get(word, 0)) for word in words)
            known = self._points.keep((attribute, symbol), points)
        return known

    def says_something(self, text: str) -> bool:
        """True if a text is no placeholder."""
        return text.lower() not in self.nothing and (text[:1].isalnum() or any(map(str.isalnum, text)))


def _parts(word: str, *known: Mapping[str, int]) -> tuple[str, ...]:
    """The word itself if it has points or cannot be split, else the known words that it consists of: `serialnumber`,
    `swversion`."""
    if any(word in words for words in known):
        return (word,)
    for cut in range(MIN_LETTERS, len(word) - MIN_LETTERS + 1):
        if any(word[:cut] in words for words in known):
            rest = _parts(word[cut:], *known)
            if all(any(part in words for words in known) for part in rest):
                return word[:cut], *rest
    return (word,)


def load_attribute_scores(path: Path = DATA) -> AttributeScores:
    """Read the points. Raises DataFileError."""
    model = read_yaml(path, AttributeScoresModel)
    nothing = frozenset(text.lower() for text in model.nothing)
    numbered, reference = frozenset(model.numbered_by_address), frozenset(model.reference_versions)
    return AttributeScores(model.origins, model.words, nothing, numbered, reference)
