"""The drawers of all rows as data of the page, in chunks that are compressed one by one and opened when one is needed.

A chunk is JSON with two members. `strings` holds each text once, in the order in which it first occurs. `drawers` holds
the drawers, each the fields of `Drawer` in their order, with a number in the place of every text:

- 0 is the next text of `strings`, which occurs here for the first time;
- n above 0 is text n - 1 of `strings`;
- n below 0 is word -n - 1 of the row that the drawer belongs to (rows.py), so that a serial number stands in the file
  once.

What many claims, or many parts, of the whole report share stands once in the block `data-shared`; a line of these
fields begins with its number there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from reports.document.sanitize import sanitize
from reports.formats.html.drawer import Drawer
from reports.formats.html.parts import DataBlock, data_block

CHUNK = 250
"""Drawers of one chunk: few enough that a browser opens it in less than 50 ms."""

ZLIB_LEVEL = 6

FIELDS = tuple(field.name for field in fields(Drawer))

WITH_SHARED = ("claims", "parts")
"""The fields whose lines begin with texts that other lines share."""


def evidence_blocks(drawers: Iterable[Drawer], words: Sequence[Sequence[str]]) -> Iterator[DataBlock]:
    """The blocks `data-evidence-0` to `-n`, and `data-shared`. `words` are those of the row of each drawer."""
    shared: dict[tuple[str, ...], int] = {}
    rows = iter(zip(drawers, words, strict=True))
    number = 0
    while chunk := list(islice(rows, CHUNK)):
        yield data_block(f"evidence-{number}", _chunk(chunk, shared), ZLIB_LEVEL)
        number += 1
    yield data_block("shared", json_of([[show(text) for text in line] for line in shared]), ZLIB_LEVEL)


def show(text: str) -> str:
    """A text whole, with a visible picture for each character that acts or hides."""
    return text if text.isprintable() else sanitize(text, len(text))


def json_of(value: object) -> bytes:
    """JSON without a space; characters as they are, which compresses best. No lone surrogate is left after `show`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _chunk(rows: Iterable[tuple[Drawer, Sequence[str]]], shared: dict[tuple[str, ...], int]) -> bytes:
    strings: dict[str, int] = {}
    drawers = []
    for drawer, words in rows:
        numbers = _Numbers(strings, {word: -place - 1 for place, word in enumerate(words) if word})
        drawers.append(
            [
                [[shared.setdefault(line[0], len(shared)), *map(numbers.of, line[1:])] for line in value]
                if name in WITH_SHARED
                else numbers.of(value)
                for name in FIELDS
                for value in (getattr(drawer, name),)
            ]
        )
    return json_of({"strings": list(strings), "drawers": drawers})


class _Numbers:
    """The numbers of texts in one chunk, for one row."""

    def __init__(self, strings: dict[str, int], words: Mapping[str, int]) -> None:
        self._strings, self._words = strings, words

    def of(self, value: Any) -> Any:
        """A text's number, or the same for each text of a sequence."""
        if not isinstance(value, str):
            return [self.of(part) for part in value]
        text = show(value)
        known = self._words.get(text)
        if known is not None:
            return known
        number = self._strings.get(text)
        if number is None:
            self._strings[text] = len(self._strings)
            return 0
        return number + 1
