"""Divides a site's scope into slices: the same scope and seed make the same slices, whoever divides it and wherever.

A slice is small enough for a few minutes, so that work that is lost is little. Its name is (run, site, ordinal).
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

from scanner.targets.addresses import AddressBlock
from scanner.targets.spans import AddressSpan, Targets

SLICE_ADDRESSES = 4096
"""Addresses of ranges in one slice, at most."""

SLICE_NAMED = 250
"""Targets named one by one in one slice, at most."""

MAX_WORDS = 480
"""Characters of the words for a slice."""


@dataclass(frozen=True, slots=True)
class ScopeSlice:
    """One slice of a scope, numbered from 1. `words` name its addresses for a reader."""

    ordinal: int
    targets: Targets

    @property
    def words(self) -> str:
        """Its blocks of addresses, as many as fit."""
        words: list[str] = []
        for number, span in enumerate(self.targets.spans):
            words.append(str(span.block))
            if sum(map(len, words)) + 2 * len(words) > MAX_WORDS - 20:
                left = len(self.targets.spans) - number - 1
                return ", ".join(words) + (f" and {left} more" if left else "")
        return ", ".join(words)


def scope_sha256(targets: Targets) -> str:
    """The digest of a scope: of its addresses, ports, labels and attributes."""
    spans = [[*map(str, astuple(span.block)), *map(str, astuple(span)[1:])] for span in targets.spans]
    names = [[name.name, name.place] for name in targets.unresolved]
    return hashlib.sha256(json.dumps([spans, names]).encode()).hexdigest()


def slices_of(targets: Targets, seed: int) -> tuple[ScopeSlice, ...]:
    """The slices of a scope, in the order of the seed. Names without an address are in the first one."""
    parts = [*_ranges(targets), *_named(targets)]
    random.Random(seed).shuffle(parts)  # noqa: S311 - an order, no secret
    if targets.unresolved and not parts:
        parts.append(())
    return tuple(
        ScopeSlice(number, Targets(spans, targets.unresolved if number == 1 else ()))
        for number, spans in enumerate(parts, 1)
    )


def _ranges(targets: Targets) -> Iterator[tuple[AddressSpan, ...]]:
    """Groups of spans of ranges, SLICE_ADDRESSES addresses each at most."""
    yield from _groups((span for span in targets.spans if span.prefix), SLICE_ADDRESSES)


def _named(targets: Targets) -> Iterator[tuple[AddressSpan, ...]]:
    yield from _groups((span for span in targets.spans if not span.prefix), SLICE_NAMED)


def _groups(spans: Iterator[AddressSpan], most: int) -> Iterator[tuple[AddressSpan, ...]]:
    group: list[AddressSpan] = []
    room = most
    for span in spans:
        first, last = span.block.first, span.block.last
        while first <= last:
            count = min(room, last - first + 1)
            group.append(replace(span, block=AddressBlock(span.block.version, first, first + count - 1)))
            first, room = first + count, room - count
            if not room:
                yield tuple(group)
                group, room = [], most
    if group:
        yield tuple(group)
