"""Regular expressions that people write, with a bounded cost: a hostile device's text must not make matching endless.

The cost of a pattern is an upper estimate of the steps that Python's engine takes in the worst text: the steps from one
start, times the places of the text at which it can start. From one start, a repeat has as many ways to match as it has
lengths. What stands behind it is tried once for each of its ways, so ways multiply. Parts that Python never backtracks
into (possessive, atomic, look-around) have one way, but their own steps count all the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from fingerprints.database.pattern_letters import (
    ANY_LETTER,
    NO_LETTER,
    ONE_CHARACTER,
    REPEATS,
    Letters,
    are_exclusive,
    beginning_of,
    first_of,
    letters_of,
)
from fingerprints.model.observation_index import MAX_TEXT

MAX_STEPS = 500_000_000
"""The most steps in the longest text. Python takes 0.3 to 3 ns for one, so that is two seconds."""

_ENDLESS = 1 << 50

_LINE_START = (codes.AT, codes.AT_BEGINNING)

Parts = list[Any]
"""The parts of a parsed pattern: pairs of an operation and its argument."""


class PatternError(ValueError):
    """An invalid pattern, or one that may take too long. `str()` says why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a part costs from one start: the ways in which it may match, and the steps to try all of them."""

    ways: int
    steps: int


def compiled(pattern: str, groups: Iterable[str], proven: bool = False, longest: int = MAX_TEXT) -> re.Pattern[str]:
    """Compile a pattern that is searched in texts of up to `longest` characters. Its named groups must be among
    `groups`, its cost at most MAX_STEPS; the cost of a `proven` pattern is not estimated again. Raises PatternError."""
    try:
        expression = re.compile(pattern)
        cost = 0 if proven else steps_of(pattern, longest)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"is not a pattern: {error}") from error
    unknown = sorted(set(expression.groupindex) - set(groups))
    if unknown:
        raise PatternError(f"has the group {unknown[0]}; the known groups are {', '.join(sorted(groups))}")
    if cost > MAX_STEPS:
        raise PatternError(
            f"may take {cost:,} steps or more in a text of {longest:,} characters, at most {MAX_STEPS:,} are allowed: "
            "bound a repeat ({1,40}), make it possessive ({1,40}+), or begin with words that no other place has"
        )
    return expression


def steps_of(pattern: str, longest: int) -> int:
    """An upper estimate of the steps to search a text of so many characters. Raises PatternError, re.error."""
    parsed = parser.parse(pattern)
    opens = parsed[0] if len(parsed) else None
    multiline = bool(parsed.state.flags & re.MULTILINE)
    if opens == (codes.AT, codes.AT_BEGINNING_STRING) or (opens == _LINE_START and not multiline):
        return longest + _sequence(parsed, [], longest).steps
    distance = _distance_of_starts(parsed)
    at_each = longest * (len(beginning_of(parsed)[0]) + _branches(parsed))  # to see that the pattern cannot start there
    if opens == _LINE_START and 10 not in _letters_within(parsed[1:]):  # then no match is longer than a line
        lengths = [1 << power for power in range(longest.bit_length())]
        at_starts = max((longest // max(distance, n) + 1) * _sequence(parsed, [], n).steps for n in lengths)
    else:
        at_starts = (longest // distance + 1) * _sequence(parsed, [], longest).steps
    return min(at_each + at_starts, _ENDLESS)


def _branches(parts: Any) -> int:
    """How many branches a pattern has in all."""
    bodies = [(operation, _bodies(operation, argument)) for operation, argument in parts]
    return sum(len(own) * (operation is codes.BRANCH) + sum(map(_branches, own)) for operation, own in bodies)


def _bodies(operation: Any, argument: Any) -> list[Any]:
    """The sequences inside a part."""
    if operation in REPEATS or operation in (codes.SUBPATTERN, codes.ASSERT, codes.ASSERT_NOT):
        return [argument[-1]]
    if operation is codes.ATOMIC_GROUP:
        return [argument]
    if operation is codes.BRANCH:
        return list(argument[1])
    return [branch for branch in argument[1:] if branch is not None] if operation is codes.GROUPREF_EXISTS else []


def _distance_of_starts(parts: Any) -> int:
    """The least number of characters between two places at which the beginning of a pattern matches, in the worst text:
    HUAWEI can begin at every sixth character, `aa` at each."""
    places, _ = beginning_of(parts)
    apart = range(1, len(places))
    return next((n for n in apart if all(map(frozenset.intersection, places, places[n:]))), max(len(places), 1))


def _letters_within(parts: Any) -> Letters:
    """The characters that may stand anywhere in a match."""
    found = NO_LETTER
    for operation, argument in parts:
        if operation in ONE_CHARACTER:
            found |= letters_of(operation, argument)
        elif operation in (codes.GROUPREF, codes.GROUPREF_EXISTS):
            return ANY_LETTER
        elif operation not in (codes.ASSERT, codes.ASSERT_NOT):
            found = found.union(*map(_letters_within, _bodies(operation, argument)))
    return found


def _sequence(parts: Any, rest: Parts, longest: int) -> _Cost:
    """The cost of parts one after the other, behind which `rest` has to match."""
    ways = steps = 1
    for number, (operation, argument) in enumerate(parts):
        cost = _part(operation, argument, [*parts[number + 1 :], *rest], longest)
        steps = min(steps + ways * cost.steps, _ENDLESS)
        ways = min(ways * cost.ways, _ENDLESS)
    return _Cost(ways, steps)


def _part(operation: Any, argument: Any, rest: Parts, longest: int) -> _Cost:
    if operation in REPEATS:
        return _repeat(operation, argument, rest, longest)
    if operation is codes.SUBPATTERN:
        return _sequence(argument[-1], rest, longest)
    if operation is codes.BRANCH:
        return _either(argument[1], rest, longest)
    if operation is codes.GROUPREF_EXISTS:
        return _either([branch for branch in argument[1:] if branch is not None], rest, longest)
    if operation in (codes.ASSERT, codes.ASSERT_NOT):
        return _Cost(1, _sequence(argument[1], [], longest).steps)
    if operation is codes.ATOMIC_GROUP:
        return _Cost(1, _sequence(argument, [], longest).steps)
    return _Cost(1, longest if operation is codes.GROUPREF else 1)


def _either(branches: Any, rest: Parts, longest: int) -> _Cost:
    costs = [_sequence(branch, rest, longest) for branch in branches]
    together = max if all(are_exclusive(*pair) for pair in combinations(branches, 2)) else sum
    return _Cost(together(cost.ways for cost in costs), together(cost.steps for cost in costs) + len(costs))


def _repeat(operation: Any, argument: Any, rest: Parts, longest: int) -> _Cost:
    least, most, body = argument
    possessive = operation is codes.POSSESSIVE_REPEAT
    if possessive and not _is_one_character(body):
        raise PatternError(
            "has a possessive repeat of a group, which Python before 3.11.5 matches wrongly (its issue 106052): "
            "write an atomic group around a plain repeat, (?>(?:...){0,5})"
        )
    if most is codes.MAXREPEAT and not possessive:
        return _Cost(_ENDLESS, _ENDLESS)
    times = min(most, longest)
    first, may_be_empty = first_of(body)
    inner = _sequence(body, [(codes.MAX_REPEAT, (0, 1, body)), *rest], longest)
    if inner.ways == 1:
        is_decided = possessive or (not may_be_empty and not first & first_of(rest)[0])  # by the character at its end
        lengths = 1 if is_decided else max(times - least, 0) + 1
        places = len(beginning_of(rest)[0]) if lengths > 1 else 0
        apart = _distance_of_starts(rest) if lengths > 1 and _is_one_character(body) else 1
        return _Cost((lengths - 1) // apart + 1, times * inner.steps + lengths * places + 1)
    ways = steps = reached = 1
    for time in range(1, times + 1):
        steps += reached * inner.steps
        reached *= inner.ways
        ways += reached if time >= least else 0
        if reached > _ENDLESS:
            return _Cost(_ENDLESS, _ENDLESS)
    return _Cost(ways, steps)


def _is_one_character(body: Any) -> bool:
    """True if the repeated part is a single character or class, which every Python version repeats correctly."""
    return len(body) == 1 and body[0][0] in ONE_CHARACTER
