"""Attribute scores: points that decide which of several texts is a device's model, version or serial; and the texts
that identify no device.

They come from attribute_scores.yaml, which also says where each number and each list comes from.
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

MIN_NAME = 3
"""The fewest characters of a name that can be one device's own."""

MIN_DIFFERENT = 2
"""Different letters and digits that a text has at least; fewer are a pattern and no number."""

_SET_IN_BRACKETS = re.compile(r"<.*>|\[.*\]|\{.*\}|\(.*\)")
"""What writers of forms and of anonymised captures put in a text's place: `<private>`, `[REDACTED]`."""

_MASKED = re.compile(r"x{4,}|#{4,}|\*{4,}|\?{4,}")
_COUNTED = re.compile(r"0?123456(?:7(?:8(?:90?)?)?)?|9?876543(?:2(?:10?)?)?|012345|abcdef")
"""A keyboard's or a counter's order. In a number made of it, it is more than half."""

_SEPARATORS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|[0-9]+")


class AttributeScoresModel(FileModel):
    """The whole file."""

    origins: dict[str, int]
    words: dict[str, dict[str, int]]
    nothing: list[str]
    placeholders: list[str] = Field(default_factory=list)
    default_names: list[str] = Field(default_factory=list)
    numbered_by_address: list[str] = Field(default_factory=list)
    reference_versions: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AttributeScores:
    """`origins` are points by the place where a text was read, `words` points by the words of an object's symbol, for
    each attribute. `nothing` are placeholders that are never shown, `placeholders` others, which are shown as the
    device gives them; `default_names` are names that many devices have; `numbered_by_address` the companies whose
    serial numbers are MAC addresses; `reference_versions` the versions that reference firmware reports of itself."""

    origins: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    nothing: frozenset[str]
    placeholders: frozenset[str]
    default_names: frozenset[str]
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
        """True if a text is worth showing: it has a letter or a digit, and is no placeholder of the `nothing` list."""
        return text.lower() not in self.nothing and (text[:1].isalnum() or any(map(str.isalnum, text)))

    def is_placeholder(self, text: str) -> bool:
        """True if a text stands where a number should be, and identifies no box: it says nothing, is a known
        placeholder, stands in brackets, is masked, repeats one character, or counts."""
        folded = " ".join(text.lower().split())
        if not self.says_something(folded) or folded in self.placeholders or folded.rstrip(".:") in self.placeholders:
            return True
        compact = _SEPARATORS.sub("", folded)
        if len(set(compact)) < MIN_DIFFERENT or _SET_IN_BRACKETS.fullmatch(folded) or _MASKED.search(folded):
            return True
        counted = _COUNTED.search(compact)
        return counted is not None and 2 * len(counted[0]) > len(compact)

    def is_default_name(self, name: str) -> bool:
        """True if a system name cannot be one device's own: a placeholder, one that devices come with (behind it a
        domain), one or two characters, or a single word (`Switch`, `HUAWEI`)."""
        folded = name.lower()
        if len(folded) < MIN_NAME or folded.isalpha() or self.is_placeholder(folded):
            return True
        return folded in self.default_names or folded.partition(".")[0] in self.default_names


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
    return AttributeScores(
        model.origins,
        model.words,
        nothing=_folded(model.nothing),
        placeholders=_folded(model.placeholders),
        default_names=_folded(model.default_names),
        numbered_by_address=frozenset(model.numbered_by_address),
        reference_versions=frozenset(model.reference_versions),
    )


def _folded(texts: list[str]) -> frozenset[str]:
    return frozenset(text.lower() for text in texts)
