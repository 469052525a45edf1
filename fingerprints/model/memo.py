"""A cache for values that their key determines, held inside an object that never changes otherwise."""

from collections.abc import Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedMemo(dict[Key, Value]):
    """A dictionary that holds at most `limit` entries: it forgets all of them to make room for one more.

    Devices choose many of the keys, so a cache without a limit would grow with what they send. Forgetting everything
    is cheaper than keeping an order of use, and costs no more than computing the values again.
    """

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def keep(self, key: Key, value: Value) -> Value:
        """Remember a value, and return it."""
        if len(self) >= self.limit:
            self.clear()
        self[key] = value
        return value
