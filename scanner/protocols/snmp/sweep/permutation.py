"""The ids of a sweep's requests: a keyed permutation of their numbers. An answer's id identifies its request, and
nobody can guess an id.

Four Feistel rounds over halves of 15 bits. Each round's function is a table of random numbers drawn from the key, so
that one id costs four look-ups; the top bit of an id is set, so that each takes four octets and is positive.
"""

from array import array
from collections.abc import Iterable
from hashlib import shake_128

HALF = 15
SIZE = 1 << 2 * HALF
"""How many numbers there are."""

TOP = 1 << 2 * HALF
"""Set in every id: the highest bit that a positive INTEGER of four octets has."""

_MASK = (1 << HALF) - 1
_ROUNDS = 4


class Permutation:
    """The ids of the numbers below SIZE under one key. Use a fresh random key for each run."""

    __slots__ = ("_tables",)

    def __init__(self, key: bytes) -> None:
        self._tables = tuple(_table(key, turn) for turn in range(_ROUNDS))

    def of(self, number: int) -> int:
        """The id of a number."""
        return self.of_all((number,))[0]

    def of_all(self, numbers: Iterable[int]) -> "array[int]":
        """The ids of some numbers, in their order, as unsigned 32-bit integers."""
        one, two, three, four = self._tables
        ids = []
        for number in numbers:
            right = number & _MASK
            left = number >> HALF ^ one[right]
            right ^= two[left]
            left ^= three[right]
            ids.append(TOP | left << HALF | right ^ four[left])
        return array("I", ids)

    def undo(self, identity: int) -> int | None:
        """The number with this id, or None where no number has it."""
        if not TOP <= identity < TOP + SIZE:
            return None
        one, two, three, four = self._tables
        left, right = identity - TOP >> HALF, identity & _MASK
        right ^= four[left]
        left ^= three[right]
        right ^= two[left]
        left ^= one[right]
        return left << HALF | right


def _table(key: bytes, turn: int) -> "array[int]":
    drawn = array("H")
    drawn.frombytes(shake_128(bytes((turn,)) + key).digest(2 << HALF))
    return array("H", [entry & _MASK for entry in drawn])
