"""Regular expressions that people write, with a bounded cost: a hostile device's text must not make matching endless.

The cost of a pattern is an upper estimate of the ways to backtrack into it from one start: a repeat counts its choices,
choices multiply, and parts that Python never backtracks into (possessive, atomic, look-around) add. Python tries at
most that many ways at each character of the text.
"""

import re
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_COST = 20_000
"""The highest cost allowed: at 4,096 starts it takes well under a second for the worst text."""

_ENDLESS = 1 << 20

_ATOMIC = frozenset((codes.ASSERT, codes.ASSERT_NOT, codes.POSSESSIVE_REPEAT, codes.ATOMIC_GROUP))
"""Parts that Python never backtracks into after they matched: it tries their choices once for each way to reach
them."""


class PatternError(ValueError):
    """An invalid pattern, or one that may take too long. `str()` says why, and what to write instead."""


def compiled(pattern: str, groups: Iterable[str], proven: bool = False) -> re.Pattern[str]:
    """Compile a pattern. Its named groups must be among `groups`, its cost at most MAX_COST; the cost of a `proven`
    pattern is not estimated again. Raises PatternError."""
    try:
        expression = re.compile(pattern)
        cost = 1 if proven else _cost(parser.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"is not a pattern: {error}") from error
    unknown = sorted(set(expression.groupindex) - set(groups))
    if unknown:
        raise PatternError(f"has the group {unknown[0]}; the known groups are {', '.join(sorted(groups))}")
    if cost > MAX_COST:
        raise PatternError(
            f"may be matched in {min(cost, _ENDLESS)} ways or more, at most {MAX_COST} are allowed: bound a repeat "
            "({1,40}) or make it possessive (++, *+, {1,40}+)"
        )
    return expression


def _cost(sequence: Any) -> int:
    cost, once = 1, 1
    for operation, argument in sequence:
        if operation is codes.POSSESSIVE_REPEAT and not _one_character(argument[-1]):
            raise PatternError(
                "has a possessive repeat of a group, which Python before 3.11.5 matches wrongly (its issue 106052): "
                "write an atomic group around a plain repeat, (?>(?:...){0,5})"
            )
        if operation in _ATOMIC:
            once += _cost(argument[-1] if isinstance(argument, tuple) else argument) - 1
        else:
            cost = min(cost * _cost_of(operation, argument), _ENDLESS)
    return min(cost * once, _ENDLESS)


def _one_character(body: Any) -> bool:
    """True if the repeated part is a single character or class, which every Python version repeats correctly."""
    return len(body) == 1 and body[0][0] in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)


def _cost_of(operation: Any, argument: Any) -> int:
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return _repeat_cost(*argument)
    if operation is codes.SUBPATTERN:
        return _cost(argument[-1])
    return sum(_cost(branch) for branch in argument[1]) if operation is codes.BRANCH else 1


def _repeat_cost(least: int, most: int, body: Any) -> int:
    if most is codes.MAXREPEAT:
        return _ENDLESS
    inner = _cost(body)
    if inner == 1:
        return min(most - least + 1, _ENDLESS)
    return int(min(sum(float(inner) ** times for times in range(least, min(most, least + 20) + 1)), _ENDLESS))
