"""Folds names of organisations, so that a company's spellings in registries, MIBs and EEPROMs compare equal.

Only whole names are compared: a part of a name proves nothing (Shanghai Dahua Scale Factory is not Dahua).
"""

import re
import unicodedata

_LEGAL_FORMS = """
ab ag as asa bv bvba co coltd company corp corporation cv dd doo ea gmbh inc incorporated kft kg kk lc
limited llc llp lp ltd ltda nv oao ohg oo ooo oy oyj pjsc plc private pte pty pvt sa sae sas sau se sl sp
spa spzoo spol sro srl sarl zao zoo zrt ao ta
"""
_LEADING_FORMS = "ao oao ooo pt zao"

_ALIKE = str.maketrans(
    {"l": "i", "1": "i", "|": "i", "0": "o", "&": " "}
    | dict(zip("аеорсухікмтнв", "aeopcyxikmthb", strict=True))  # Cyrillic
    | dict(zip("αορνικτυχ", "aopvikiux", strict=True))  # Greek
    | {"ı": "i", "ø": "o", "ł": "i", "đ": "d"}
)
_NOT_WORD = re.compile(r"[^a-z0-9\u0080-\U0010ffff]+")
_INITIALS = re.compile(r"\b((?:\w[./]){1,}\w)\b")
_FORMS = frozenset(form.translate(_ALIKE) for form in _LEGAL_FORMS.split())
_LEADING = frozenset(form.translate(_ALIKE) for form in _LEADING_FORMS.split())


def normalised(name: str) -> str:
    """The name without case, accents, punctuation and legal forms (Co., Ltd., GmbH), and with look-alike letters made
    equal (l, I and 1; O and 0; Cyrillic and Greek twins). Idempotent; empty only if no character is a letter or
    digit."""
    words = _words(name)
    kept = words[:]
    while len(kept) > 1 and kept[-1] in _FORMS:
        kept.pop()
    while len(kept) > 1 and kept[0] in _LEADING:
        kept.pop(0)
    return "".join(kept)


def spelt(name: str) -> str:
    """The name folded in the same way, but with its legal form: MERCURY CORPORATION is not the brand Mercury."""
    return " ".join(_words(name))


def _words(name: str) -> list[str]:
    text = name.lower() if name.isascii() else _plain(name)
    joined = _INITIALS.sub(lambda initials: re.sub(r"[./]", "", initials[1]), text)
    return [word for word in _NOT_WORD.sub(" ", joined.translate(_ALIKE)).split() if word]


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(
        letter if letter.isalnum() or letter in "./&|" else " "
        for letter in folded
        if not unicodedata.combining(letter)
    )
