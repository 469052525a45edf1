"""A maker's name in front of a model: `Acme QX-100`, `Acme,1234-A1B`, `Acme Inc. QX-100`."""

from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.fingerprint_database import FingerprintDatabase

MAX_NAMES = 3
"""Companies' names that may stand one behind the other before a model in running text."""

MAX_NAME = 30
"""Characters before a separator that may be a company's name."""

_MARKS = " ,.:-\"'"
"""Marks that stand between a name and a model in running text."""


def without_maker(text: str, database: FingerprintDatabase, separator: str | None = None) -> str:
    """A text without the name of the company that it opens with; the text as it is, where it opens with none.

    With a `separator`, the name is the text before the first separator; it stays where no text follows. Without one,
    the text is prose: a name may have several words, and up to MAX_NAMES names are removed, even if nothing remains.
    """
    if separator is None:
        return _without_names(text, database)
    name, separated, rest = text.partition(separator)
    is_maker = separated and len(name) < MAX_NAME and rest.strip() and database.named(name.strip()) is not None
    return rest.strip() if is_maker else text


def _without_names(text: str, database: FingerprintDatabase) -> str:
    for _ in range(MAX_NAMES):
        named = next(names_in(text, database), None)
        if named is None or named[2] != 0:
            break
        words = named[1]
        text = text[text.find(words) + len(words) :].strip(_MARKS)
        if not text:
            break
    return text
