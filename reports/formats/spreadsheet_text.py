"""Text for a cell of a spreadsheet: cut to what a cell holds, and never taken for a formula."""

import re
import unicodedata

from reports.document.sanitize import sanitize

MAX_CELL = 32_767
"""UTF-16 code units that a cell of Excel holds. A longer one spills over into the next rows."""

_MAX_SOURCE = 30_000
"""Characters of a text that a cell shows, which leaves room for the note about the rest."""

_MAX_HIDDEN = 2_900
"""Characters shown of a text that `sanitize` makes longer: a hidden character becomes at most 11 (`⟨U+10FFFF⟩`)."""

_STARTS = frozenset("=+-@|%\t\r\n\u2212")
"""What spreadsheets take for the start of a formula or a command: those of OWASP's "CSV Injection", the pipe of DDE,
and the minus sign of Unicode. Full-width, small and raised forms count as the character that NFKC makes of them."""

_AFTER_SEPARATOR = re.compile(r"([;|\t])(?=([\s\"\u00a0\ufeff]*)(.))", re.DOTALL)
"""A separator of another locale with what follows it: blanks and quotes, then the first character that counts."""


def cell_text(text: str) -> str:
    """The text as a cell shows it: on one line, without characters that act, and not longer than a cell."""
    shown = sanitize(text, _MAX_SOURCE)
    fits = 2 * len(shown) <= MAX_CELL or _length(shown) <= MAX_CELL  # no character has more than two code units
    return shown if fits else sanitize(text, _MAX_HIDDEN)


def inert(text: str) -> str:
    """The text of a CSV cell with an apostrophe before each start of a formula, which makes a spreadsheet show it.

    A formula may start at the beginning of the cell, and after a semicolon or a pipe within it: where the locale's
    separator is one of these, a spreadsheet splits the cell there, quoted or not.
    """
    shown = _AFTER_SEPARATOR.sub(lambda match: f"{match[1]}{_guard(match[3])}", text)
    return f"{_guard(text.lstrip()[:1])}{shown}"


def _guard(first: str) -> str:
    """An apostrophe if a formula starts with this character, else nothing."""
    starts = bool(first) and not _STARTS.isdisjoint((first, unicodedata.normalize("NFKC", first)))
    return "'" if starts else ""


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
