"""How a text of evidence differs from one that is kept, in a few octets: an uptime, a counter, a line that came.

A patch is a row of hunks. Each says how many characters of the kept text stay, how many after them go, and what comes
in their place. The text comes back from it to the character.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from scanner.store.varint import packed, unpacked

_END_OF_TOKEN = re.compile(r"(?<=\n)|(?<=\\n)|(?<=\"\],)")
"""Behind a line of evidence, a line of a command's output, and an observation."""

MAX_COMPARED = 250_000
"""Pairs of tokens that are compared with each other, at most. Of longer differences the whole is one hunk."""

_Hunk = tuple[int, int, str]
"""Where a part of the kept text begins and ends, and what stands there now."""


def difference(base: str, text: str) -> bytes:
    """The patch that makes `text` of `base`; empty where they are equal."""
    patch, end = bytearray(), 0
    for start, stop, inserted in _hunks(base, text):
        octets = inserted.encode("utf-8", "surrogatepass")
        patch += packed(start - end) + packed(stop - start) + packed(len(octets)) + octets
        end = stop
    return bytes(patch)


def patched(base: str, patch: bytes) -> str:
    """The text that `difference` made the patch of. Raises ValueError for what it never made."""
    parts: list[str] = []
    end = at = 0
    while at < len(patch):
        stay, at = unpacked(patch, at)
        gone, at = unpacked(patch, at)
        length, at = unpacked(patch, at)
        if end + stay + gone > len(base) or at + length > len(patch):
            raise ValueError("the patch is of another text")
        parts += base[end : end + stay], patch[at : at + length].decode("utf-8", "surrogatepass")
        end, at = end + stay + gone, at + length
    return "".join((*parts, base[end:]))


def _hunks(base: str, text: str) -> Iterator[_Hunk]:
    start = _same_at_start(base, text)
    end = _same_at_start(base[start:][::-1], text[start:][::-1])
    old, new = base[start : len(base) - end], text[start : len(text) - end]
    yield from _compared(start, _END_OF_TOKEN.split(old), _END_OF_TOKEN.split(new))


def _compared(at: int, old: Sequence[str], new: Sequence[str]) -> Iterator[_Hunk]:
    """The hunks of tokens, of which the old ones begin at `at`."""
    if len(old) == len(new) == 1 or len(old) * len(new) > MAX_COMPARED:
        yield from _trimmed(at, "".join(old), "".join(new))
        return
    for kind, first, last, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        length = sum(map(len, old[first:last]))
        if kind != "equal" and last - first == stop - start:
            place = at
            for before, after in zip(old[first:last], new[start:stop], strict=True):
                yield from _trimmed(place, before, after)
                place += len(before)
        elif kind != "equal":
            yield from _trimmed(at, "".join(old[first:last]), "".join(new[start:stop]))
        at += length


def _trimmed(at: int, old: str, new: str) -> Iterator[_Hunk]:
    """One hunk, without what two texts begin and end with in common; none for equal ones."""
    if old == new:
        return
    start = _same_at_start(old, new)
    end = _same_at_start(old[start:][::-1], new[start:][::-1])
    yield at + start, at + len(old) - end, new[start : len(new) - end]


def _same_at_start(old: str, new: str) -> int:
    """How many characters two texts begin with in common: looked for by halves, since comparing is quick."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
