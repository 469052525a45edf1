"""The drawers of all rows as data of the page, in chunks that are compressed one by one and opened when one is needed.

A chunk is JSON with two members. `strings` holds each text once, in the order in which it first occurs. `drawers` holds
the drawers, each the fields of `Drawer` in their order, with a number in the place of every text:

- 0 is the next text of `strings`, which occurs here for the first time;
- n above 0 is text n - 1 of `strings`;
- n below 0 is word -n - 1 of the row that the drawer belongs to (rows.py), so that a serial number stands in the file
  once.

What many lines of the whole report share (the fields WITH_SHARED) stands once in the block `data-shared`; such a line
begins with its number there.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, Self

from reports.document.sanitize import sanitize
from reports.formats.html.drawer.drawer import Drawer
from reports.formats.html.parts import DataBlock, data_block

CHUNK = 250
"""Drawers of one chunk: few enough that a browser opens it in less than 50 ms."""

ZLIB_LEVEL = 5
"""Of 10,000 devices, 6 takes 70 % more time and saves 2 %; 4 saves a quarter of the time and takes 7 % more room."""

FIELDS = tuple(field.name for field in fields(Drawer))

WITH_SHARED: Mapping[str, int] = {"answer": 0, "claims": 2, "neighbours": 4, "parts": 2}
"""The fields whose lines begin with texts that other lines share, and how many texts of its own each line has; 0 for a
field of one line of any length. Their numbers stand one behind the other, without a list for each line."""

_Shared = dict[tuple[str, ...], int]


class _Numbers(dict[str, int]):
    """The number of each text of a chunk: a look-up counts a new one, and finds one that is known without a call."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._words: Mapping[str, int] = {}

    def for_row(self, words: Sequence[str]) -> Self:
        """The same numbers, for a row of these words."""
        self._words = {word: -place - 1 for place, word in enumerate(words) if word}
        return self

    def __missing__(self, text: str) -> int:
        shown = text if text.isprintable() else show(text)
        word = self._words.get(shown)
        if word is not None:
            return word
        if shown is not text and shown in self:
            return self[shown]
        self.strings.append(shown)
        self[shown] = len(self.strings)
        return 0


def evidence_blocks(drawers: Iterable[Drawer], words: Sequence[Sequence[str]]) -> Iterator[DataBlock]:
    """The blocks `data-evidence-0` to `-n`, and `data-shared`. `words` are those of the row of each drawer."""
    shared: _Shared = {}
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
    return _ENCODER.encode(value).encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def _chunk(rows: Iterable[tuple[Drawer, Sequence[str]]], shared: _Shared) -> bytes:
    """Each drawer becomes JSON at once: lists of numbers that wait would cost the garbage collector more than that."""
    numbers = _Numbers()
    drawers = [_ENCODER.encode(_drawer(drawer, numbers.for_row(words), shared)) for drawer, words in rows]
    strings = _ENCODER.encode(numbers.strings)
    return f'{{"strings":{strings},"drawers":[{",".join(drawers)}]}}'.encode()


def _drawer(drawer: Drawer, numbers: _Numbers, shared: _Shared) -> list[object]:
    return [_field(name, getattr(drawer, name), numbers.__getitem__, shared) for name in FIELDS]


def _field(name: str, value: Any, number: Callable[[str], int], shared: _Shared) -> object:
    """The numbers of a text, of texts, or of lines of texts."""
    if name in WITH_SHARED:
        numbers: list[int] = []
        for line in value:
            numbers.append(shared.setdefault(line[0], len(shared)))
            numbers += map(number, line[1:])
        return numbers
    if isinstance(value, str):
        return number(value)
    if isinstance(value, tuple):
        return list(map(number, value))
    return [list(map(number, line)) for line in value]
