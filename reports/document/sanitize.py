"""Makes device text safe to show: a control or invisible character becomes a visible picture or its code."""

import unicodedata

LIMIT = 300
"""Characters shown of one text. A longer text ends with the number left out; the JSON document has all of it."""

_PICTURES = {**{code: chr(0x2400 + code) for code in range(0x20)}, 0x7F: "\u2421"}
"""C0 controls and DEL, as the Control Pictures block of Unicode (U+2400) draws them."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode general categories without a visible shape: controls, formats (bidirectional overrides, zero-width),
surrogates, private use, unassigned, line and paragraph separators."""


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, cut after `limit` characters, without characters that act or hide."""
    kept = text[:limit]
    shown = kept if kept.isprintable() else "".join(_visible(character) for character in kept)
    left_out = len(text) - limit
    return f"{shown}… ({left_out:,} more)" if left_out > 0 else shown


def _visible(character: str) -> str:
    picture = _PICTURES.get(ord(character))
    if picture is not None:
        return picture
    category = unicodedata.category(character)
    if category == "Zs":  # the rare spaces look like U+0020 and do not equal it
        return " "
    return f"⟨U+{ord(character):04X}⟩" if category in _HIDDEN else character
