"""Values pickled for another process of the same program. A dataclass is made again by its constructor.

Python's own way for frozen dataclasses with slots sets each field by a name that it looks up anew for every object: of
what a process receives of a judged device, that is two thirds of the time.
"""

import io
import pickle
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any


def dumped(value: object) -> bytes:
    """A value for `pickle.loads`."""
    octets = io.BytesIO()
    _Pickler(octets, pickle.HIGHEST_PROTOCOL).dump(value)
    return octets.getvalue()


class _Pickler(pickle.Pickler):
    """Writes down dataclasses that their constructor makes from their fields alone, by that constructor."""

    def __init__(self, octets: io.BytesIO, protocol: int) -> None:
        super().__init__(octets, protocol)
        self._values_of: dict[type, attrgetter[Any] | None] = {}

    def reducer_override(self, value: Any) -> Any:
        """See pickle.Pickler."""
        kind = type(value)
        if kind not in self._values_of:
            self._values_of[kind] = _values_of(kind)
        read = self._values_of[kind]
        return NotImplemented if read is None else (kind, read(value))


def _values_of(kind: type) -> "attrgetter[Any] | None":
    """What reads the constructor's arguments; None for anything but a plain dataclass of two fields or more."""
    if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return None
    names = [field.name for field in fields(kind) if field.init and not field.kw_only]
    return attrgetter(*names) if len(names) == len(fields(kind)) > 1 else None
