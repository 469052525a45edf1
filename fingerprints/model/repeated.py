"""Names that a file must not hold twice."""

from collections import Counter
from collections.abc import Iterable

MAX_NAMED = 20
"""Names that one error lists."""


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, sorted, the first MAX_NAMED of them."""
    return sorted(name for name, count in Counter(names).items() if count > 1)[:MAX_NAMED]
