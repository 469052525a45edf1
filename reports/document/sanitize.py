"""Device text made safe to look at: every character that would act instead of being read is shown as what it is."""

import unicodedata

LIMIT = 300
"""Characters shown of one text. Longer ones end with how many were left out; the JSON document has them whole."""

_PICTURES = {**{code: chr(0x2400 + code) for code in range(0x20)}, 0x7F: "\u2421"}
"""C0 controls and DEL as the Control Pictures block of Unicode (U+2400) draws them."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""General categories with no shape of their own: controls, formats (bidirectional overrides, zero-width), surrogates,
private use, unassigned, line and paragraph separators."""


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, at most about `limit` characters long, with nothing in it that acts or hides."""
    kept = text[:limit]
    shown = kept if kept.isprintable() else "".join(_shown(character) for character in kept)
    left_out = len(text) - limit
    return f"{shown}… ({left_out:,} more)" if left_out > 0 else shown


def _shown(character: str) -> str:
    picture = _PICTURES.get(ord(character))
    if picture is not None:
        return picture
    category = unicodedata.category(character)
    if category == "Zs":  # the odd spaces, which look like one and are not equal to it
        return " "
    return f"⟨U+{ord(character):04X}⟩" if category in _HIDDEN else character
