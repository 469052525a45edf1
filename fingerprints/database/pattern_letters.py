"""Which characters may stand where in a match of a regular expression, from its parsed form."""

import re
from functools import lru_cache
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any

Letters = frozenset[int]
"""Characters by their numbers below 256; BEYOND stands for all others."""

BEYOND = 256
ANY_LETTER: Letters = frozenset(range(257))
NO_LETTER: Letters = frozenset()

ONE_CHARACTER = frozenset((codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY))
REPEATS = frozenset((codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT))

_MAX_PLACES = 24
"""Characters of a beginning that are looked at."""

_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def first_of(parts: Any) -> tuple[Letters, bool]:
    """The characters with which a match may begin, and whether it may be empty."""
    first = NO_LETTER
    for operation, argument in parts:
        letters, may_be_empty = _first_of_part(operation, argument)
        first |= letters
        if not may_be_empty:
            return first, False
    return first, True


def _first_of_part(operation: Any, argument: Any) -> tuple[Letters, bool]:
    if operation in ONE_CHARACTER:
        return letters_of(operation, argument), False
    if operation in REPEATS:
        least, _, body = argument
        letters, may_be_empty = first_of(body)
        return letters, may_be_empty or least == 0
    if operation is codes.SUBPATTERN:
        return first_of(argument[-1])
    if operation is codes.ATOMIC_GROUP:
        return first_of(argument)
    if operation is codes.BRANCH:
        read = [first_of(branch) for branch in argument[1]]
        return NO_LETTER.union(*(letters for letters, _ in read)), any(is_empty for _, is_empty in read)
    if operation in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return NO_LETTER, True
    return ANY_LETTER, True


def beginning_of(parts: Any) -> tuple[list[Letters], bool]:
    """What may stand at each of the first places of every match, and whether these are all places of it. The start of a
    line counts as the line end before it."""
    places: list[Letters] = []
    for operation, argument in parts:
        read, is_whole = _beginning_of_part(operation, argument)
        places += read
        if not is_whole or len(places) >= _MAX_PLACES:
            return places[:_MAX_PLACES], False
    return places, True


def _beginning_of_part(operation: Any, argument: Any) -> tuple[list[Letters], bool]:
    if operation in ONE_CHARACTER:
        return [letters_of(operation, argument)], True
    if operation is codes.AT:
        return ([frozenset((10,))] if argument is codes.AT_BEGINNING else []), True
    if operation in (codes.ASSERT, codes.ASSERT_NOT):
        return [], True
    if operation is codes.SUBPATTERN:
        return beginning_of(argument[-1])
    if operation is codes.ATOMIC_GROUP:
        return beginning_of(argument)
    if operation is codes.BRANCH:
        read = [beginning_of(branch) for branch in argument[1]]
        places = [NO_LETTER.union(*at_one_place) for at_one_place in zip(*(own for own, _ in read), strict=False)]
        return places, all(is_whole and len(own) == len(places) for own, is_whole in read)
    if operation in REPEATS:
        least, most, body = argument
        places, is_whole = beginning_of(body)
        if not is_whole:
            return (places if least else []), False
        return places * min(least, _MAX_PLACES), least == most and least <= _MAX_PLACES
    return [], False


def are_exclusive(left: Any, right: Any) -> bool:
    """True if no text begins with a match of both parts."""
    return any(not one & other for one, other in zip(beginning_of(left)[0], beginning_of(right)[0], strict=False))


def letters_of(operation: Any, argument: Any) -> Letters:
    """The characters of one character, class or dot. Upper and lower case are one, whatever the flags."""
    if operation is codes.LITERAL:
        return _either_case(frozenset((argument,)))
    if operation is codes.NOT_LITERAL:
        return ANY_LETTER - {argument}
    if operation is codes.ANY:
        return ANY_LETTER - {10}
    letters, negated = NO_LETTER, False
    for kind, value in argument:
        if kind is codes.NEGATE:
            negated = True
        elif kind is codes.LITERAL:
            letters |= {min(value, BEYOND)}
        elif kind is codes.RANGE:
            letters |= {min(value, BEYOND) for value in range(value[0], min(value[1], BEYOND) + 1)} or {BEYOND}
        else:
            letters |= _of_category(_CATEGORIES[value])
    if negated:
        return (ANY_LETTER - letters) | {BEYOND}
    return _either_case(letters)


@lru_cache
def _of_category(category: str) -> Letters:
    expression = re.compile(category)
    return frozenset(number for number in range(256) if expression.match(chr(number))) | {BEYOND}


@lru_cache(4096)
def _either_case(letters: Letters) -> Letters:
    forms = {ord(form) for letter in letters for form in (chr(letter).lower(), chr(letter).upper()) if len(form) == 1}
    extra = {BEYOND} if letters & frozenset(map(ord, "kKsSiI")) or any(form > 255 for form in forms) else set()
    return letters | {min(form, BEYOND) for form in forms} | extra
