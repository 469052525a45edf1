"""Finds secrets in what devices say, in any form, and strikes them out.

What is searched is folded text (secret_forms.py), so that the cost is that of a few searches for plain octets in each
batch. Only where something is found, its place in the text is worked out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from fingerprints.model.evidence import kept, text_of
from fingerprints.model.secret_names import HIDDEN
from scanner.credentials.secret_forms import NUMBERS, TEXT, Form, encoded_forms, octets_of_secret, plain_forms

if TYPE_CHECKING:
    from fingerprints.database.companies.companies import Companies

MIN_LENGTH = 4
"""Characters of the shortest secret that is looked for. Any text holds a shorter one."""

WELL_KNOWN = frozenset(
    ("public", "private", "community", "snmp", "read", "write", "readonly", "default", "admin", "administrator", "root")
)
"""Communities and passwords that everybody knows, and that any text may hold. They are no secrets."""

_TERMINAL = re.compile(
    rb"\x1b\[[0-?]*+[ -/]*+[@-~]"  # a control sequence of ECMA-48
    rb"|\x1b\][^\x07\x1b\n]{0,256}+(?:\x07|\x1b\\)"  # an operating system command of xterm
    rb"|\x1b[ -/]*+[0-~]"
    rb"|[ \t]{0,8}+(?<![-<])<?-{2,12}+[ (]{0,2}+(?i:more)\b[^\n]{0,60}?-{1,12}>?[ \t]{0,8}+"  # the line of a pager
    rb"|\r[ \t]*+\r"  # a line wiped with blanks
    rb"|(?:[\xc2-\xf4][\x80-\xbf]{1,3}|[^\n])\x08"  # a character and its erasure
    rb"|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf|\xc2\xad"  # characters of no width
)
"""What a terminal does not leave on the screen."""

_NO_WIDTH = (b"\xe2\x80", b"\xe2\x81", b"\xef\xbb\xbf", b"\xc2\xad")
"""How the characters of no width begin in UTF-8."""

MIN_UNBOUND = 8
"""Octets of the shortest secret with special characters that is looked for inside words."""

MIN_DIGITS = 8
"""Digits of the shortest secret of digits alone that is looked for. Counters hold every shorter number."""

_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = rb"(?<![0-9A-Za-z\x80-\xff])", rb"(?![0-9A-Za-z\x80-\xff])"

_ABOUT_A_CUT = b"\"'.()[]\r\n "
"""What may stand between a cut and the end of a text: quotes, dots."""

MIN_SPREAD = 6
"""Letters and digits of the shortest secret that is looked for with something between all of them."""

MIN_PART, MAX_PARTS, MIN_IN_PARTS = 4, 4, 12
"""Octets of the shortest part of a secret that a device writes in parts, how many parts there may be, and octets of the
shortest secret that is looked for so. Words and years are parts of shorter ones by chance."""


class Strength(Enum):
    """How a secret is looked for: anywhere, as a whole word, or not at all, because it is as good as public. The
    weakest is last."""

    ANYWHERE = "anywhere"
    WORD = "word"
    NEVER = "never"


@cache
def _makers() -> "Companies":
    from fingerprints.database.companies.companies import load_companies

    return load_companies()


def _names_maker(part: bytes) -> bool:
    return part.isalpha() and _makers().by_name(part.decode("latin-1")) is not None


def strength_of(secret: str) -> Strength:
    """How a secret can be looked for.

    The name of a maker is not: struck out, it would hide who made a device, and nobody can tell one from the other.
    """
    if len(secret) < MIN_LENGTH or secret.lower() in WELL_KNOWN:
        return Strength.NEVER
    if next(plain_forms(secret)).is_distinctive:
        return Strength.ANYWHERE
    if (secret.isdigit() and len(secret) < MIN_DIGITS) or (secret.isalpha() and _makers().by_name(secret) is not None):
        return Strength.NEVER
    return Strength.WORD


class SecretSearch:
    """Looks for some secrets. Never changes after it is built, and shows none of them."""

    __slots__ = ("_decimals", "_in_numbers", "_in_text", "_splittable", "_words")

    def __init__(self, secrets: Iterable[str]) -> None:
        looked_for = {secret: strength_of(secret) for secret in secrets}
        forms: dict[bytes, Form] = {}
        for secret, strength in looked_for.items():
            plain = plain_forms(secret) if strength is Strength.ANYWHERE else ()
            encoded = encoded_forms(secret) if strength is not Strength.NEVER else ()
            forms.update((form.folded, form) for form in (*encoded, *plain) if form.is_distinctive)
        self._in_text = _by_core(form for form in forms.values() if form.fold is TEXT)
        self._in_numbers = _by_core(form for form in forms.values() if form.fold is NUMBERS)
        self._decimals = {core: group for core, group in self._in_numbers.items() if core.isdigit()}
        self._words = (
            *(_word_pattern(secret) for secret, strength in looked_for.items() if strength is Strength.WORD),
            *(_spread_pattern(secret) for secret, strength in looked_for.items() if strength is not Strength.NEVER),
        )
        anywhere = (secret for secret, strength in looked_for.items() if strength is Strength.ANYWHERE)
        self._splittable = tuple(octets_of_secret(secret) for secret in anywhere)

    def __bool__(self) -> bool:
        return bool(self._in_text or self._in_numbers or self._words)

    def is_in_any(self, texts: Sequence[str], numbers: Sequence[str] = ()) -> bool:
        """True if a secret may be in one of the texts: quick, and never False where `struck` finds one. `numbers` are
        texts of digits and full stops alone, such as object identifiers."""
        octets = _joined(texts)
        if any(map(self._is_in, _views(octets))):
            return True
        return _holds(NUMBERS("\n".join(numbers).encode("ascii", "replace")), self._decimals)

    def _is_in(self, octets: bytes) -> bool:
        folded = TEXT(octets)
        if _holds(folded, self._in_text) or _holds(NUMBERS(octets), self._in_numbers):
            return True
        return any(word.pattern.search(octets) is not None for word in self._words if word.folded in folded)

    def with_parts(self, texts: Sequence[str]) -> "SecretSearch":
        """The same search, which also finds the parts of each secret that the texts hold in parts: in several rows, or
        in several lines. And the part that is left where a text was cut within a secret. This object where they hold
        none."""
        octets = _joined(texts)
        patterns = {}
        for secret in self._splittable:
            parts = _parts(secret, octets) if len(secret) >= MIN_IN_PARTS else ()
            if not any(_names_maker(part) for part in parts):
                patterns.update({part: _as_a_word(part) for part in parts})
            patterns.update({part: re.compile(re.escape(part)) for part in _cut_parts(secret, octets, texts)})
        if not patterns:
            return self
        found = SecretSearch(())
        found._in_text, found._in_numbers, found._decimals = self._in_text, self._in_numbers, self._decimals
        found._splittable = self._splittable
        found._words = (*self._words, *(_Word(TEXT(part), pattern) for part, pattern in patterns.items()))
        return found

    def struck(self, text: str) -> str:
        """The text with HIDDEN in the place of each secret; the same object where there is none."""
        octets = _octets_of_text(text)
        spans = sorted(span for view, places in _placed_views(octets) for span in self._spans(view, places))
        if not spans:
            return text
        value = octets.decode("latin-1")
        pieces: list[str] = []
        end = 0
        for first, last in spans:
            if first >= end:
                pieces += (value[end:first], HIDDEN)
            end = max(end, last)
        struck = "".join((*pieces, value[end:]))
        return struck if len(octets) == len(text) else text_of(struck)

    def _spans(self, octets: bytes, places: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The spans of the secrets in a view, as places of the whole text."""
        if not self._is_in(octets):
            return
        for fold, by_core in ((TEXT, self._in_text), (NUMBERS, self._in_numbers)):
            folded = fold(octets)
            forms = (form for core, group in by_core.items() if core in folded for form in group)
            found = [(form, start) for form in forms for start in _all_places(form.folded, folded)]
            at = [index for index, octet in enumerate(octets) if octet in fold.kept] if found else []
            for form, start in found:
                first, last = at[start], at[start + len(form.folded) - 1]
                if form.between is None or form.between.issuperset(octets[first : last + 1]):
                    yield places[first], places[last] + 1
        for word in self._words:
            yield from ((places[match.start()], places[match.end() - 1] + 1) for match in word.pattern.finditer(octets))


_ByCore = Mapping[bytes, tuple[Form, ...]]


def _by_core(forms: Iterable[Form]) -> _ByCore:
    grouped: dict[bytes, tuple[Form, ...]] = {}
    for form in forms:
        grouped[form.core] = (*grouped.get(form.core, ()), form)
    return grouped


def _holds(folded: bytes, forms: _ByCore) -> bool:
    return any(core in folded and any(form.folded in folded for form in group) for core, group in forms.items())


def _all_places(part: bytes, whole: bytes) -> Iterator[int]:
    start = whole.find(part)
    while start >= 0:
        yield start
        start = whole.find(part, start + len(part))


@dataclass(frozen=True, slots=True)
class _Word:
    """A secret that is looked for as a whole word: its folded form, and its pattern."""

    folded: bytes
    pattern: re.Pattern[bytes]


def _word_pattern(secret: str) -> _Word:
    octets = octets_of_secret(secret)
    written = rb"[\x00\r\n\x08]*+".join(re.escape(bytes((octet,))) for octet in octets)
    if len(octets) >= MIN_UNBOUND and not octets.isalnum():
        return _Word(TEXT(octets), re.compile(written))
    return _Word(TEXT(octets), re.compile(_NO_LETTER_BEFORE + written + _NO_LETTER_BEHIND))


def _spread_pattern(secret: str) -> _Word:
    """A secret with something between all of its letters, or with the beginning of a line between some."""
    octets = octets_of_secret(secret)
    written = map(octets_of_secret, secret)
    letters = [b"(?i:" + re.escape(letter) + b")" for letter in written if TEXT.kept.issuperset(letter)]
    ways = [rb"(?:[\r\n]++[ \t]*+)?".join(re.escape(bytes((octet,))) for octet in octets)]
    if len(letters) >= MIN_SPREAD:
        ways.append(rb"[^0-9A-Za-z\x80-\xff]{1,8}+".join(letters))
    return _Word(TEXT(octets), re.compile(_NO_LETTER_BEFORE + b"(?:" + b"|".join(ways) + b")" + _NO_LETTER_BEHIND))


def _parts(secret: bytes, octets: bytes, most: int = MAX_PARTS) -> tuple[bytes, ...]:
    """Parts that make a secret when joined, if each stands in the octets as a word of its own; the longest first."""
    if most == MAX_PARTS and (secret[:MIN_PART] not in octets or secret[-MIN_PART:] not in octets):
        return ()
    for size in range(len(secret), MIN_PART - 1, -1):
        if 0 < len(secret) - size < MIN_PART or not _stands_in(secret[:size], octets):
            continue
        if size == len(secret):
            return (secret,)
        others = _parts(secret[size:], octets, most - 1) if most > 1 else ()
        if others:
            return (secret[:size], *others)
    return ()


def _stands_in(part: bytes, octets: bytes) -> bool:
    return part in octets and _as_a_word(part).search(octets) is not None


def _as_a_word(part: bytes) -> re.Pattern[bytes]:
    return re.compile(_NO_LETTER_BEFORE + re.escape(part) + _NO_LETTER_BEHIND)


def _cut_parts(secret: bytes, octets: bytes, texts: Sequence[str]) -> Iterator[bytes]:
    """What is left of a secret at the end of a text, or at its beginning, that a limit has cut: most of it."""
    least = max(MIN_UNBOUND, -(-len(secret) * 2 // 3))
    if secret[:least] not in octets and secret[-least:] not in octets:
        return
    for text in map(_octets_of_text, texts):
        first, last = text.lstrip(_ABOUT_A_CUT), text.rstrip(_ABOUT_A_CUT)
        for size in range(least, len(secret)):
            if last.endswith(secret[:size]):
                yield secret[:size]
            if first.startswith(secret[-size:]):
                yield secret[-size:]


def _joined(texts: Sequence[str]) -> bytes:
    try:
        return "\n".join(texts).encode("latin-1")
    except UnicodeEncodeError:  # a gap's detail, which is text
        return b"\n".join(map(_octets_of_text, texts))


def _octets_of_text(text: str) -> bytes:
    """The octets of a value, which has one character for each, or of a text."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return kept(text).encode("latin-1")


def _views(octets: bytes) -> Iterator[bytes]:
    """The octets, and what a terminal would leave of them if that differs."""
    yield octets
    if _shows_otherwise(octets):
        yield _TERMINAL.sub(b"", octets)


def _placed_views(octets: bytes) -> Iterator[tuple[bytes, Sequence[int]]]:
    """The same views, each with the place in `octets` of each of its octets."""
    yield octets, range(len(octets))
    if _shows_otherwise(octets):
        places: list[int] = []
        end = 0
        for match in _TERMINAL.finditer(octets):
            places += range(end, match.start())
            end = match.end()
        places += range(end, len(octets))
        yield bytes(octets[place] for place in places), places


def _shows_otherwise(octets: bytes) -> bool:
    if b"\x1b" in octets or b"\x08" in octets or (b"--" in octets and b"more" in octets.lower()):
        return True
    return not octets.isascii() and any(sign in octets for sign in _NO_WIDTH)
