"""Sentences of findings are remembered by their reasons, so every reason must be a value with a hash."""

from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from reports.judgement.because import Because


def kinds_within(kind: Any, seen: set[Any]) -> Iterator[type]:
    """The classes of a type, of its arguments, and of the fields of its dataclasses."""
    if kind in seen:
        return
    seen.add(kind)
    own = get_origin(kind) or kind
    if isinstance(own, type):
        yield own
    parts = get_args(kind)
    if is_dataclass(own):
        hints = get_type_hints(own)
        parts = (*parts, *(hints[field.name] for field in fields(own)))
    for part in parts:
        yield from kinds_within(part, seen)


KINDS = tuple(kinds_within(Because, set()))


def test_the_reasons_and_what_they_hold_are_found() -> None:
    assert {"CompanyBehind", "Share", "Permit", "ExceptionScope", "WatchLevel", "date", "tuple"} <= {
        kind.__name__ for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_reason_has_a_hash(kind: type) -> None:
    assert issubclass(kind, Hashable)
