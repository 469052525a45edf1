"""Replaces private values in a document's texts by their pseudonyms."""

from collections.abc import Iterable, Iterator, Mapping

from reports.document.redaction.known_values import Hit, KnownValues
from reports.document.redaction.patterns import private_spans
from reports.document.redaction.private_kind import LOOKS, NUMBERS, OPERATORS_WORDS, PrivateKind, Treatment
from reports.document.redaction.private_value import PrivateValue, read_value

_ALWAYS = frozenset({PrivateKind.ADDRESS, PrivateKind.MAC, PrivateKind.SERIAL, PrivateKind.ID})
"""Kinds whose values are searched for in texts even where they are a maker's name too."""


class Replacer:
    """The pseudonyms of one document. Each text is replaced once: many devices say the same."""

    def __init__(
        self, kinds: Mapping[str, PrivateKind], pseudonyms: Mapping[str, str], kept_words: frozenset[str]
    ) -> None:
        self._pseudonyms = pseudonyms
        searched = {value: kind for value, kind in kinds.items() if kind in _ALWAYS or value not in kept_words}
        self._known = KnownValues(searched, pseudonyms)
        named = {value: kind for value, kind in searched.items() if kind not in OPERATORS_WORDS}
        self._known_in_laws = KnownValues(named, pseudonyms)
        self._done: dict[tuple[PrivateKind | Treatment, str], str] = {}

    def rewrite(self, treated: PrivateKind | Treatment, text: str) -> str:
        """What becomes of one text."""
        key = (treated, text)
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = self._rewritten(treated, text)
        return done

    def _rewritten(self, treated: PrivateKind | Treatment, text: str) -> str:
        match treated:
            case Treatment.KEEP:
                return text
            case Treatment.KNOWN:
                return _without(text, (*self._known.hits(text), *self._looks(text, NUMBERS)))
            case Treatment.LAW:
                return _without(text, (*self._known_in_laws.hits(text), *self._looks(text, NUMBERS)))
            case Treatment.TEXT:
                return _without(text, (*self._known.hits(text), *self._looks(text, LOOKS)))
            case _:
                return self._whole(treated, text)

    def _whole(self, kind: PrivateKind, text: str) -> str:
        match read_value(kind, text):
            case PrivateValue(_, value):
                return self._pseudonyms[value]
            case Treatment() as treated:
                return self._rewritten(treated, text)

    def _looks(self, text: str, kinds: frozenset[PrivateKind]) -> Iterator[Hit]:
        for span in private_spans(text):
            pseudonym = self._pseudonyms.get(span.value)
            if pseudonym is not None and span.kind in kinds:
                yield Hit(span.start, span.end, pseudonym)


def _without(text: str, hits: Iterable[Hit]) -> str:
    """A text with each hit replaced. Hits that overlap are replaced together, by what takes the longest of them."""
    pieces, done = [], 0
    for hit in _united(sorted(hits, key=lambda hit: (hit.start, -hit.end))):
        pieces += [text[done : hit.start], _set_off(text, hit)]
        done = hit.end
    return "".join((*pieces, text[done:])) if pieces else text


def _united(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Hits that do not overlap and that cover the same characters."""
    whole: Hit | None = None
    length = 0
    for hit in hits:
        if whole is None or hit.start >= whole.end:
            if whole is not None:
                yield whole
            whole, length = hit, hit.end - hit.start
            continue
        longer = hit.end - hit.start > length
        length = max(length, hit.end - hit.start)
        whole = Hit(whole.start, max(whole.end, hit.end), hit.instead if longer else whole.instead)
    if whole is not None:
        yield whole


def _set_off(text: str, hit: Hit) -> str:
    """The pseudonym, with `~` where a letter or a digit stands beside it: the value was part of a longer word."""
    before, after = text[hit.start - 1 : hit.start] if hit.start else "", text[hit.end : hit.end + 1]
    return f"{'~' * before.isalnum()}{hit.instead}{'~' * after.isalnum()}"
