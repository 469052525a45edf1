"""Output with a column for each of several ports, as RouterOS' `monitor` prints it, one port below the other.

name: sfp1        sfp2
sfp-vendor-name: ACME        Other
"""

import re
from collections.abc import Iterator, Sequence

MAX_PORTS = 64

_NAMES = re.compile(
    r"[ \t]{0,40}(?:name|port|interface):[ \t]{1,40}(?P<names>[\w/.-]{1,32}(?:[ \t]{2,80}[\w/.-]{1,32}){1,63})$"
)
_FIELD = re.compile(r"(?P<label>[ \t]{0,40}[A-Za-z][\w -]{1,40}:)(?P<texts>[ \t][^\n]{0,280})?$")
_APART = re.compile(r"[ \t]{2,80}")
_WORD = re.compile(r"\S{1,80}")


def one_below_the_other(lines: Sequence[str]) -> Sequence[str]:
    """The lines, those of a block with a column for each port taken apart; the same lines if there is none."""
    if not any(map(_NAMES.match, lines)):
        return lines
    apart: list[str] = []
    begins: list[int] = []
    blocks: list[list[str]] = []
    for line in lines:
        names = _NAMES.match(line)
        field = _FIELD.match(line) if begins else None
        if names is not None or field is None:
            apart += [below for block in blocks for below in block]
            begins = [*_begins(line, names)] if names is not None else []
            blocks = [[] for _ in begins]
            field = _FIELD.match(line) if begins else None
        if field is None:
            apart.append(line)
            continue
        for block, text in zip(blocks, _texts(line, field, begins), strict=True):
            block.append(f"{field['label']} {text}")
    return [*apart, *(below for block in blocks for below in block)]


def _begins(line: str, names: re.Match[str]) -> Iterator[int]:
    """The column at which each port's texts begin."""
    for match in _WORD.finditer(line, names.start("names")):
        yield match.start()


def _texts(line: str, field: re.Match[str], begins: Sequence[int]) -> Sequence[str]:
    """The text of each port: as many as ports are one each, else by the columns in which they stand."""
    texts = _APART.split((field["texts"] or "").strip())
    if len(texts) == len(begins):
        return texts
    ends = (*begins[1:], None)
    return [line[max(begin, field.end("label")) : end].strip() for begin, end in zip(begins, ends, strict=True)]
