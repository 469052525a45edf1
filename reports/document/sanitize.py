"""Makes device text safe to show: a control or invisible character becomes a visible picture or its code."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

LIMIT = 300
"""Characters shown of one text. A longer text ends with the number left out; the JSON document has all of it."""

MAX_MARKS = 4
"""Combining marks shown on one letter. No written language needs more (Hebrew with cantillation has four); a tower of
them draws over the rows above and below."""

MARK_HOLDER = "\u25cc"
"""The dotted circle, on which Unicode shows a mark without a letter. A mark at the start of a text would otherwise sit
on whatever stands before the text."""

_PICTURES = {**{code: chr(0x2400 + code) for code in range(0x20)}, 0x7F: "\u2421"}
"""C0 controls and DEL, as the Control Pictures block of Unicode (U+2400) draws them."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode general categories without a visible shape: controls, formats (bidirectional overrides, zero-width),
surrogates, private use, unassigned, line and paragraph separators."""

_SHAPELESS = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x2800,
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            0x1D159,
            *range(0xE0100, 0xE01F0),
        ),
    )
)
"""Characters without a shape among letters, marks and symbols: those of Unicode's Default_Ignorable_Code_Point outside
the categories of _HIDDEN (joiners, fillers, variation selectors), the blank Braille pattern and the null note head."""


_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2026]*")
"""Nearly all texts: of characters with a shape of their own, of ASCII, Latin-1 and the punctuation of sentences."""


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, cut after `limit` characters, without characters that act, hide or draw over other rows.

    What is taken out is shown: a control by its picture, a hidden character by its code, marks above MAX_MARKS by their
    number.
    """
    kept = text[:limit]
    shown = kept if _PLAIN.fullmatch(kept) else "".join(_visible_parts(kept))
    left_out = len(text) - limit
    return f"{shown}… ({left_out:,} more)" if left_out > 0 else shown


def _visible_parts(text: str) -> Iterator[str]:
    has_letter = False
    for are_marks, run in groupby(text, key=_is_mark):
        if not are_marks:
            yield from map(_visible, run)
            has_letter = True
            continue
        marks = "".join(run)
        yield ("" if has_letter else MARK_HOLDER) + marks[:MAX_MARKS]
        if len(marks) > MAX_MARKS:
            yield f"⟨{len(marks) - MAX_MARKS:,} more marks⟩"


def _is_mark(character: str) -> bool:
    """True for a mark that is drawn over or around the letter before it (nonspacing or enclosing)."""
    return unicodedata.category(character) in ("Mn", "Me") and character not in _SHAPELESS


def _visible(character: str) -> str:
    picture = _PICTURES.get(ord(character))
    if picture is not None:
        return picture
    category = unicodedata.category(character)
    if category == "Zs":  # the rare spaces look like U+0020 and do not equal it
        return " "
    return f"⟨U+{ord(character):04X}⟩" if category in _HIDDEN or character in _SHAPELESS else character
