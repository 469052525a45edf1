"""Which of several texts is a device's model, version or serial: points for where it stood, read from traits.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.datafile import FileModel, read_yaml

DATA = Path(__file__).with_name("traits.yaml")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|[0-9]+")


class TraitsModel(FileModel):
    """The whole file."""

    origins: dict[str, int]
    words: dict[str, dict[str, int]]
    nothing: list[str]


@dataclass(frozen=True, slots=True)
class SymbolWords:
    """`origins` points for where a text stood, `words` for the words of an object's symbol by trait, `nothing` the
    texts that say nothing."""

    origins: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    nothing: frozenset[str]
    _points: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def points(self, trait: str, symbol: str) -> int:
        """What the words of an object's symbol promise for a trait."""
        known = self._points.get((trait, symbol))
        if known is None:
            every, own = self.words.get("any", {}), self.words.get(trait, {})
            words = [word.lower() for word in _WORD.findall(symbol)]
            known = self._points[trait, symbol] = sum(own.get(word, every.get(word, 0)) for word in set(words))
        return known

    def says_something(self, text: str) -> bool:
        """Whether a text is more than a placeholder."""
        return text.lower() not in self.nothing and any(mark.isalnum() for mark in text)


def load_symbol_words(path: Path = DATA) -> SymbolWords:
    """Read the points. Raises DataFileError."""
    model = read_yaml(path, TraitsModel)
    return SymbolWords(model.origins, model.words, frozenset(text.lower() for text in model.nothing))
