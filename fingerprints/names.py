"""Companies named in running text: whole names only, as the companies data spell them."""

import re
from collections.abc import Iterator

from fingerprints.device import Party
from fingerprints.knowledge import Knowledge

_WORDS = re.compile(r"[^\s,;:()\[\]\"\\|/<>]+")

MOST_WORDS = 40
"""Words of a text that are searched for a company's name."""


def names_in(text: str, knowledge: Knowledge) -> Iterator[tuple[Party, str, int]]:
    """Companies whose whole name stands in a text, the words it is told with, and at which word; longest first."""
    words = _WORDS.findall(text[:400])[:MOST_WORDS]
    place = 0
    while place < len(words):
        taken = 1
        for count in (3, 2, 1):
            phrase = " ".join(words[place : place + count])
            named = knowledge.named(phrase) if place + count <= len(words) and _namelike(phrase) else None
            if named is not None:
                yield named, phrase, place
                taken = count
                break
        place += taken


def _namelike(phrase: str) -> bool:
    """Whether a phrase can be a name in running text: it opens with a capital, or with a digit and has letters."""
    return len(phrase) >= 2 and (phrase[0].isupper() or (phrase[0].isdigit() and any(map(str.isalpha, phrase))))
