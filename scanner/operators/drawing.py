"""Draws from a seed: the same seed gives the same draws, on every machine and every version of Python."""

import random
from collections.abc import Mapping

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of serial numbers: makers leave out I and O."""

_WEEKS = 52

_STRIDE = 7919
"""A prime: numbers that follow each other become serial numbers that do not."""


class Draw:
    """Draws in order. It uses `random()` alone, the one method whose values Python promises to keep."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 # an invented network, not a secret

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def choice(self, weights: Mapping[str, float]) -> str:
        """One of the keys, by weight."""
        at = self._random.random() * sum(weights.values())
        for key, weight in weights.items():
            at -= weight
            if at < 0:
                return key
        return list(weights)[-1]


def serial(pattern: str, number: int) -> str:
    """The serial number of the device with this number: # becomes a digit, @ a letter, ~~ a week of a year.

    Two numbers have two serial numbers, as long as the pattern has room for so many.
    """
    radixes = [10 if sign == "#" else len(_LETTERS) for sign in pattern if sign in "#@"]
    room = 1
    for radix in radixes:
        room *= radix
    left = number * _STRIDE % room
    signs: list[str] = []
    for sign in reversed(pattern):
        if sign in "#@":
            letters = "0123456789" if sign == "#" else _LETTERS
            left, at = divmod(left, len(letters))
            signs.append(letters[at])
        else:
            signs.append(sign)
    return "".join(reversed(signs)).replace("~~", f"{number % _WEEKS + 1:02}")
