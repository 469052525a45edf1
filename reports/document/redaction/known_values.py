"""Finds known private values in a text, also inside longer words and in other writings of an address."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from reports.document.redaction.private_kind import OPERATORS_WORDS, PrivateKind

INSIDE = 5
"""Characters from which on a value is found inside a longer word. A shorter one is found as a whole word."""

MIN_WORD = 2
"""Characters of the shortest value that is searched for in texts: one letter would take every text apart."""

MIN_OPERATORS_WORD = 4
"""The same for what the operator's lists say: `no`, `yes`, `5g` are words of every text."""

MIN_REWRITTEN = 8
"""Characters from which on a name is also searched for with another sign, or none, for each hyphen: a shorter one might
become a word."""

_STARTS = re.compile(r"(?<![^\W_])[^\W_]")
"""Each first character of a word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A private value in a text: its place, and what takes it."""

    start: int
    end: int
    instead: str


def folded(text: str) -> str:
    """A text in the form in which private values are compared: small letters, each character at its own place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


class KnownValues:
    """All private values of a document, indexed by their first characters. Read only once built."""

    def __init__(self, kinds: Mapping[str, PrivateKind], pseudonyms: Mapping[str, str]) -> None:
        self._long: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        self._short: dict[str, str] = {}
        for value, kind in kinds.items():
            for written, whole_number in _writings(value, kind):
                self._add(written, pseudonyms[value], whole_number)
        for found in self._long.values():
            found.sort(key=lambda entry: (-len(entry[0]), entry))
        self._lengths = sorted({len(value) for value in self._short}, reverse=True)

    def hits(self, text: str) -> Iterator[Hit]:
        """Each known value in a text, the longest at each place."""
        small = folded(text)
        yield from self._long_hits(small)
        if self._lengths:
            yield from self._short_hits(small)

    def _add(self, value: str, pseudonym: str, whole_number: bool) -> None:
        if len(value) >= INSIDE:
            self._long[value[:INSIDE]].append((value, pseudonym, whole_number))
        elif len(value) >= MIN_WORD and not value.isdigit():
            self._short.setdefault(value, pseudonym)

    def _long_hits(self, small: str) -> Iterator[Hit]:
        long = self._long
        for start in [at for at in range(len(small) - INSIDE + 1) if small[at : at + INSIDE] in long]:
            for value, pseudonym, whole_number in long[small[start : start + INSIDE]]:
                end = start + len(value)
                if small.startswith(value, start) and not (whole_number and _cuts_number(small, start, end)):
                    yield Hit(start, end, pseudonym)
                    break

    def _short_hits(self, small: str) -> Iterator[Hit]:
        for match in _STARTS.finditer(small):
            for length in self._lengths:
                end = match.start() + length
                pseudonym = self._short.get(small[match.start() : end])
                if pseudonym is not None and not small[end : end + 1].isalnum():
                    yield Hit(match.start(), end, pseudonym)
                    break


def _cuts_number(text: str, start: int, end: int) -> bool:
    """True if a digit stands beside a value that is a number: `10.0.0.1` in `10.0.0.12`."""
    return text[start - 1 : start].isdigit() or text[end : end + 1].isdigit()


def _writings(value: str, kind: PrivateKind) -> Iterator[tuple[str, bool]]:
    """The forms in which a value may stand in a text, and whether it must be a whole number there."""
    match kind:
        case PrivateKind.ADDRESS:
            yield from _address_writings(value)
        case PrivateKind.MAC:
            yield value, False
            yield ".".join(str(int(value[at : at + 2], 16)) for at in range(0, 12, 2)), True  # an OID's index
        case PrivateKind.NAME | PrivateKind.LABEL | PrivateKind.TARGET:
            yield value, False
            if "-" in value and len(value) >= MIN_REWRITTEN:
                yield value.replace("-", "_"), False
                yield value.replace("-", ""), False
        case _ if kind in OPERATORS_WORDS and len(value) < MIN_OPERATORS_WORD:
            return
        case _:
            yield value, False


def _address_writings(value: str) -> Iterator[tuple[str, bool]]:
    match ip_address(value):
        case IPv4Address() as address:
            yield value, True
            yield value.replace(".", "-"), True
            yield value.replace(".", "_"), True
            yield address.packed.hex(), False
            yield from ((address.packed.hex(sign), False) for sign in (" ", ":", "-"))
        case IPv6Address() as address:
            yield value, False
            yield address.exploded, False
            yield address.packed.hex(), False
