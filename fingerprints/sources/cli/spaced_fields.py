"""Fields without a mark between label and text: lines below a heading, indented alike, whose texts begin in one column.

F5's TMOS prints `show sys hardware` and `show sys version` so:

    Platform
      Name           BIG-IP i5800
      Base MAC       00:94:a1:00:00:00

A label may stand alone; its text is empty. Two lines must have a text, and all labels begin with a letter; with a
rule below its first line a block is a table, and no block of fields.
"""

import re
from collections.abc import Mapping, Sequence

MIN_LINES = 2
"""Lines of a block that have a text at least."""

_HEADING = re.compile(r"[A-Za-z][\w /:.()-]{1,60}")
_LINE = re.compile(
    r"(?P<indent> {2,8})(?P<label>[A-Za-z](?:[\w./()#-]| (?=\S)){0,40})(?: {2,40}(?P<text>[^\s:=.|][^\n]{0,160}))?$"
)
_RULED = frozenset("-=+| ")


def spaced_fields(lines: Sequence[str]) -> Mapping[int, tuple[str, str]]:
    """The fields of such blocks, by the number of their line."""
    found: dict[int, tuple[str, str]] = {}
    for number in range(len(lines) - MIN_LINES):
        if lines[number][:1].isalpha() and lines[number + 1][:2] == "  " and _HEADING.fullmatch(lines[number]):
            found |= _block(lines, number + 1)
    return found


def _block(lines: Sequence[str], first: int) -> Mapping[int, tuple[str, str]]:
    """The fields of the block that begins at a line; empty if that is none."""
    found: dict[int, tuple[str, str]] = {}
    indent = column = 0
    for number in range(first, len(lines)):
        match = _LINE.fullmatch(lines[number])
        if match is None or (indent and len(match["indent"]) != indent):
            break
        indent = len(match["indent"])
        if match["text"] is not None:
            column = column or match.start("text")
            if match.start("text") != column:
                break
        found[number] = (match["label"].strip(), (match["text"] or "").strip())
    following = lines[first + 1] if first + 1 < len(lines) else ""
    is_table = bool(following.strip()) and _RULED.issuperset(following)
    return {} if is_table or sum(bool(text) for _, text in found.values()) < MIN_LINES else found
