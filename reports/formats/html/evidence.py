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
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Self

from reports.document.sanitize import sanitize
from reports.formats.html.drawer.drawer import Drawer
from reports.formats.html.parts import DataBlock, data_block

CHUNK = 250
"""Drawers of one chunk: few enough that a browser opens it in less than 50 ms."""

ZLIB_LEVEL = 5
"""Of 10,000 devices, 6 takes 70 % more time and saves 2 %; 4 saves a quarter of the time and takes 7 % more room."""

MAX_WAITING = 4
"""Chunks that wait for their compression: some 300 kB each."""

FIELDS = tuple(field.name for field in fields(Drawer))

WITH_SHARED: Mapping[str, int] = {"answer": 0, "claims": 2, "neighbours": 4, "parts": 2}
"""The fields whose lines begin with texts that other lines share, and how many texts of its own each line has; 0 for a
field of one line of any length. Their numbers stand one behind the other, without a list for each line."""

_Shared = dict[tuple[str, ...], int]


class _Numbers(dict[str | tuple[str, ...], int]):
    """The number of each text of a chunk, and of the texts that lines share: a look-up counts a new one, and finds one
    that is known without a call."""

    def __init__(self, shared: _Shared) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._shared = shared
        self._words: Mapping[str, int] = {}

    def for_row(self, words: Sequence[str]) -> Self:
        """The same numbers, for a row of these words."""
        self._words = {word: -place - 1 for place, word in enumerate(words) if word}
        return self

    def __missing__(self, text: str | tuple[str, ...]) -> int:
        if isinstance(text, tuple):
            known = self[text] = self._shared.setdefault(text, len(self._shared))
            return known
        shown = show(text)
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
    with ThreadPoolExecutor(1) as compressor:  # zlib lets other threads run
        waiting: deque[Future[DataBlock]] = deque()
        for name, json in _uncompressed(drawers, words):
            waiting.append(compressor.submit(data_block, name, json, ZLIB_LEVEL))
            if len(waiting) > MAX_WAITING:
                yield waiting.popleft().result()
        yield from (block.result() for block in waiting)


def _uncompressed(drawers: Iterable[Drawer], words: Sequence[Sequence[str]]) -> Iterator[tuple[str, bytes]]:
    """The name and the JSON of each block."""
    shared: _Shared = {}
    rows = iter(zip(drawers, words, strict=True))
    for number in range(-(-len(words) // CHUNK)):
        yield f"evidence-{number}", _chunk(islice(rows, CHUNK), shared)
    yield "shared", json_of([[show(text) for text in line] for line in shared])


def show(text: str) -> str:
    """A text whole, with a visible picture for each character that acts or hides."""
    return sanitize(text, len(text))


def json_of(value: object) -> bytes:
    """JSON without a space; characters as they are, which compresses best. No lone surrogate is left after `show`.

    The members of an object are encoded one by one: the whole as one text would be the most memory of a large report.
    """
    if isinstance(value, Mapping):
        return b"{%b}" % b",".join(b"%b:%b" % (json_of(name), json_of(member)) for name, member in value.items())
    return _ENCODER.encode(value).encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def _chunk(rows: Iterable[tuple[Drawer, Sequence[str]]], shared: _Shared) -> bytes:
    """Each drawer becomes JSON at once: lists of numbers that wait would take more room than the drawers."""
    numbers = _Numbers(shared)
    drawers = [_ENCODER.encode(_drawer(drawer, numbers.for_row(words))) for drawer, words in rows]
    strings = _ENCODER.encode(numbers.strings)
    return f'{{"strings":{strings},"drawers":[{",".join(drawers)}]}}'.encode()


def _drawer(drawer: Drawer, numbers: _Numbers) -> list[object]:
    """The fields as numbers: of a text, of texts, of lines of texts, or of lines one behind the other."""
    number = numbers.__getitem__
    return [
        list(map(number, chain.from_iterable(value))) if name in WITH_SHARED else _numbered(value, number)
        for name, value in zip(FIELDS, _values(drawer), strict=True)
    ]


_values: Callable[[Drawer], tuple[Any, ...]] = attrgetter(*FIELDS)


def _numbered(value: Any, number: Callable[[str], int]) -> object:
    if isinstance(value, str):
        return number(value)
    if isinstance(value, tuple):
        return list(map(number, value))
    return [list(map(number, line)) for line in value]
